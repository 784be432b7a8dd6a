// Registers the two-layer recursive model index.
#include "indexes/learned/rmi.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<StaticIndex<RmiLocator<8>>>(
    {.name = "rmi",
     .display = "RMI, two layers",
     .family = Family::kLearned,
     .citation = "Kraska et al., The case for learned index structures, SIGMOD 2018",
     .parameters = {{"root", "piecewise linear, up to 64 pieces"}, {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 19});

}  // namespace
}  // namespace omenbench
