// Registers the recursive model index with a root that is the line from the first to the last key.
#include "harness/register.h"
#include "indexes/learned/rmi.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 8 keys; the sample is bounded.
const bool registered = add_index<StaticIndex<RmiLocator<LinearSplineRoot, 8>>>(
    {.name = "rmi-linear-spline",
     .display = "RMI, linear spline root",
     .family = Family::kLearned,
     .citation = "Marcus et al., Benchmarking learned indexes, VLDB 2020",
     .parameters = {{"root", "line from first to last key"}, {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
