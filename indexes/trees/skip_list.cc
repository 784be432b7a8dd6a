// Registers the concurrent skip list.
#include "indexes/trees/skip_list.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<SkipList>({.name = "skip-list",
                                             .display = "concurrent skip list",
                                             .family = Family::kTree,
                                             .citation = "Pugh, Skip lists, CACM 1990; Herlihy and Shavit 2008",
                                             .parameters = {{"rise", "1/4"}, {"highest", "16"}},
                                             .peak_bytes_per_key = 56});

}  // namespace
}  // namespace omenbench
