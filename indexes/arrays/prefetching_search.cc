// Registers the branch-free binary search that prefetches both keys of the next step.
#include "harness/register.h"
#include "indexes/arrays/branchless_search.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<StaticIndex<BranchlessSearch<true>>>({.name = "prefetching-search",
                                                    .display = "branch-free binary search with prefetch",
                                                    .family = Family::kArray,
                                                    .citation = "Khuong and Morin, Array layouts for comparison-based "
                                                                "searching, JEA 2017",
                                                    .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
