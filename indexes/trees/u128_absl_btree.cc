// absl::btree_map of 128-bit integers: nodes of 256 bytes hold ten entries of 24 bytes.
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
#include <absl/container/btree_map.h>

#include "harness/register.h"
#include "indexes/map_index.h"
#include "indexes/stored_u128.h"

namespace omenbench {
namespace {

using Map = absl::btree_map<StoredU128, Payload>;

// Ten entries in 256 bytes are 26 bytes a key, inner nodes add 3; half full after random inserts.
const bool registered = add_index<OrderedMapIndex<Map, append_all<Map, U128>, U128>>(
    {.name = "u128-absl-btree",
     .display = "absl::btree_map of 128-bit integers",
     .family = Family::kTree,
     .citation = "Abseil",
     .parameters = {{"build", "hint at the end: full nodes"}},
     .peak_bytes_per_key = 24});

}  // namespace
}  // namespace omenbench
