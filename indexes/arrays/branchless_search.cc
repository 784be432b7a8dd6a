// Registers the branch-free binary search.
#include "indexes/arrays/branchless_search.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<StaticIndex<BranchlessSearch<false>>>({.name = "branchless-search",
                                                     .display = "branch-free binary search",
                                                     .family = Family::kArray,
                                                     .citation = "Khuong and Morin, Array layouts for comparison-based "
                                                                 "searching, JEA 2017",
                                                     .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
