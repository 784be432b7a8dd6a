// Registers the recursive model index with a piecewise linear root.
#include "indexes/learned/rmi.h"

#include "harness/register.h"
#include "indexes/learned/rmi_piecewise.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 8 keys; the sample and its hulls are bounded.
const bool registered = add_index<StaticIndex<RmiLocator<PiecewiseRoot, 8>>>(
    {.name = "rmi",
     .display = "RMI, piecewise linear root",
     .family = Family::kLearned,
     .citation = "Kraska et al., The case for learned index structures, SIGMOD 2018",
     .parameters = {{"root", "piecewise linear, up to 64 pieces"}, {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
