// Registers the recursive model index that chooses its root and leaves.
#include "indexes/learned/rmi_auto.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 4 keys or more; the sample and its hulls are bounded.
const bool registered = add_index<StaticIndex<RmiAuto<4>>>(
    {.name = "rmi-auto",
     .display = "RMI, root and leaves chosen",
     .family = Family::kLearned,
     .citation = "Marcus et al., CDFShop, SIGMOD 2020",
     .parameters = {{"root", "chosen among 7"}, {"leaves", "linear, 4 keys each or more"}},
     .peak_bytes_per_key = 25});

}  // namespace
}  // namespace omenbench
