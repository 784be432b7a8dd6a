// std::map of std::string: the ordered map of strings that most programs use, two allocations for a long key.
#include <functional>
#include <map>

#include "harness/register.h"
#include "indexes/bytes_map_index.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<BytesMapIndex<std::map<std::string, Payload, std::less<>>>>({.name = "bytes-std-map",
                                                                           .display = "std::map of std::string",
                                                                           .family = Family::kTree,
                                                                           .citation = "C++ standard library",
                                                                           .parameters = {{"build", "hint at the end"}},
                                                                           .peak_bytes_per_key = 112});

}  // namespace
}  // namespace omenbench
