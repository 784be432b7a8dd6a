// absl::btree_map of references into an arena: nodes of 256 bytes hold ten keys, each of them a miss away. (Of
// std::string a node would hold six.)
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
#include <absl/base/config.h>
#include <absl/container/btree_map.h>

#include "harness/register.h"
#include "indexes/bytes_map_index.h"

namespace omenbench {
namespace {

const bool registered = add_index<BytesMapIndex<absl::btree_map<Bytes, Payload>>>(
    {.name = "bytes-absl-btree",
     .display = "absl::btree_map of references",
     .family = Family::kTree,
     .citation = "Abseil",
     .parameters = {{"build", "hint at the end: full nodes"}, {"texts", "arena, erased ones stay"}},
     .peak_bytes_per_key = 56});

}  // namespace
}  // namespace omenbench
