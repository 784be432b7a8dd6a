// Registers the recursive model index with a root that takes the leading bits.
#include "harness/register.h"
#include "indexes/learned/rmi.h"

namespace omenbench {
namespace {

// Entries are 16 bytes, a leaf of 16 bytes holds 8 keys, at most 12; the sample is bounded.
const bool registered = add_index<StaticIndex<RmiLocator<RadixRoot, 8>>>(
    {.name = "rmi-radix",
     .display = "RMI, radix root",
     .family = Family::kLearned,
     .citation = "Marcus et al., Benchmarking learned indexes, VLDB 2020",
     .parameters = {{"root", "leading bits"}, {"leaves", "linear, 8 keys each"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
