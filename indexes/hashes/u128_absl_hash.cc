// absl::flat_hash_map of 128-bit integers.
//
// needs: absl/container/flat_hash_map.h absl::flat_hash_map (libabsl-dev)
#include <absl/container/flat_hash_map.h>

#include "harness/register.h"
#include "indexes/map_index.h"
#include "indexes/stored_u128.h"

namespace omenbench {
namespace {

// 25 bytes a slot; right after the table doubled, 7/16 of the slots are taken.
const bool registered = add_index<HashIndex<absl::flat_hash_map<StoredU128, Payload>, U128>>(
    {.name = "u128-absl-hash",
     .display = "absl::flat_hash_map of 128-bit integers",
     .family = Family::kHash,
     .citation = "Abseil",
     .parameters = {{"hash", "absl::Hash (mixes) of both words"}, {"build", "reserves"}},
     .peak_bytes_per_key = 44});

}  // namespace
}  // namespace omenbench
