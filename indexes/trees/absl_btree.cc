// absl::btree_map: the strongest B-tree of the common libraries, 256-byte nodes.
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
#include <absl/base/config.h>
#include <absl/container/btree_map.h>

#include <string>

#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

using Map = absl::btree_map<Key, Payload>;

std::string version() {
#if defined(ABSL_LTS_RELEASE_VERSION)
  return "Abseil " + std::to_string(ABSL_LTS_RELEASE_VERSION);
#else
  return "Abseil";
#endif
}

const bool registered =
    add_index<OrderedMapIndex<Map, append_all<Map>>>({.name = "absl-btree",
                                                      .display = "absl::btree_map",
                                                      .family = Family::kTree,
                                                      .citation = version(),
                                                      .parameters = {{"build", "hint at the end: full nodes"}},
                                                      .peak_bytes_per_key = 32});

}  // namespace
}  // namespace omenbench
