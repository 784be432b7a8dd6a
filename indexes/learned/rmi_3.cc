// Registers the recursive model index with three layers.
#include "harness/register.h"
#include "indexes/learned/rmi.h"
#include "indexes/learned/rmi_layers.h"
#include "indexes/learned/rmi_piecewise.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 8 keys; a model of the middle is 24 bytes for 128 keys.
const bool registered = add_index<StaticIndex<RmiLocator<LayeredRoot<PiecewiseRoot>, 8>>>(
    {.name = "rmi-3",
     .display = "RMI, three layers",
     .family = Family::kLearned,
     .citation = "Kraska et al., The case for learned index structures, SIGMOD 2018",
     .parameters = {{"root", "piecewise linear, up to 64 pieces"},
                    {"middle", "linear, 16 leaves each"},
                    {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
