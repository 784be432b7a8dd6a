// std::unordered_map: chained buckets with one allocation per entry, the hash map that most programs use.
#include <unordered_map>

#include "core/rng.h"
#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

/// The standard library's hash is the identity, which adversarial and stepped keys turn into long chains.
struct Mix {
  std::size_t operator()(Key key) const { return mix64(key); }
};

const bool registered = add_index<HashIndex<std::unordered_map<Key, Payload, Mix>>>(
    {.name = "std-hash",
     .display = "std::unordered_map",
     .family = Family::kHash,
     .citation = "C++ standard library",
     .parameters = {{"hash", "mix64"}, {"build", "reserves"}},
     .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
