// Registers the recursive model index with a linear root.
#include "harness/register.h"
#include "indexes/learned/rmi.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 8 keys; the sample is bounded.
const bool registered = add_index<StaticIndex<RmiLocator<LinearRoot, 8>>>(
    {.name = "rmi-linear",
     .display = "RMI, linear root",
     .family = Family::kLearned,
     .citation = "Kraska et al., The case for learned index structures, SIGMOD 2018",
     .parameters = {{"root", "line of least squares"}, {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
