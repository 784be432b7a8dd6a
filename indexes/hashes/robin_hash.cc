// tsl::robin_map: open addressing with linear probing that evens out probe lengths (robin hood hashing).
//
// needs: tsl/robin_map.h (robin-map-dev)
#include <tsl/robin_map.h>

#include "core/rng.h"
#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

/// The table is indexed by the low bits of the hash, so std::hash (the identity) would pile clustered keys up.
struct MixHash {
  std::size_t operator()(Key key) const { return mix64(key); }
};

// 24 bytes a bucket; right after the table doubled, a quarter of the buckets is taken.
const bool registered = add_index<HashIndex<tsl::robin_map<Key, Payload, MixHash>>>(
    {.name = "robin-hash",
     .display = "tsl::robin_map",
     .family = Family::kHash,
     .citation = "Tessil robin-map",
     .parameters = {{"hash", "mix64 (std::hash is the identity)"}, {"max_load_factor", "0.5"}, {"build", "reserves"}},
     .peak_bytes_per_key = 100});

}  // namespace
}  // namespace omenbench
