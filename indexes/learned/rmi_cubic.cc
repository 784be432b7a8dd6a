// Registers the recursive model index with a cubic root.
#include "harness/register.h"
#include "indexes/learned/rmi.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 8 keys; the sample is bounded.
const bool registered = add_index<StaticIndex<RmiLocator<CubicRoot, 8>>>(
    {.name = "rmi-cubic",
     .display = "RMI, cubic root",
     .family = Family::kLearned,
     .citation = "Marcus et al., Benchmarking learned indexes, VLDB 2020",
     .parameters = {{"root", "cubic"}, {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
