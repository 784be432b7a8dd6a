// std::map: a red-black tree with one allocation per entry, the ordered map that most programs use.
#include <map>

#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

using Map = std::map<Key, Payload>;

const bool registered = add_index<OrderedMapIndex<Map, append_all<Map>>>({.name = "std-map",
                                                                          .display = "std::map",
                                                                          .family = Family::kTree,
                                                                          .citation = "C++ standard library",
                                                                          .parameters = {{"build", "hint at the end"}},
                                                                          .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
