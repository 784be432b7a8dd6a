// absl::flat_hash_map of references into an arena.
//
// needs: absl/container/flat_hash_map.h absl::flat_hash_map (libabsl-dev)
#include <absl/base/config.h>
#include <absl/container/flat_hash_map.h>

#include "harness/register.h"
#include "indexes/bytes_map_index.h"

namespace omenbench {
namespace {

// 25 bytes a slot; right after the table doubled, 7/16 of the slots are taken.
const bool registered = add_index<BytesMapIndex<absl::flat_hash_map<Bytes, Payload>>>(
    {.name = "bytes-absl-hash",
     .display = "absl::flat_hash_map of references",
     .family = Family::kHash,
     .citation = "Abseil",
     .parameters = {{"hash", "absl::Hash (mixes)"}, {"build", "reserves"}, {"texts", "arena, erased ones stay"}},
     .peak_bytes_per_key = 60});

}  // namespace
}  // namespace omenbench
