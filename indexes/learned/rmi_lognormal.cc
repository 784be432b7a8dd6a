// Registers the recursive model index with a log-normal root.
#include "harness/register.h"
#include "indexes/learned/rmi.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 8 keys; the sample is bounded.
const bool registered = add_index<StaticIndex<RmiLocator<LognormalRoot, 8>>>(
    {.name = "rmi-lognormal",
     .display = "RMI, log-normal root",
     .family = Family::kLearned,
     .citation = "Marcus et al., Benchmarking learned indexes, VLDB 2020",
     .parameters = {{"root", "log-normal distribution"}, {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
