// Registers the SIMD search tree: the strongest classical index over a static sorted array that omenbench knows.
#include "indexes/trees/simd_tree.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Entries and one separator of 8 bytes for every 16 keys.
const bool registered = add_index<StaticIndex<SimdTreeLocator<BestCountKernel, false>>>(
    {.name = "simd-tree",
     .display = "SIMD search tree, 16 keys a node",
     .family = Family::kTree,
     .citation = "Rao and Ross, Cache conscious indexing, VLDB 1999; Zhou and Ross, SIGMOD 2002",
     .parameters = {{"node_keys", "16"}, {"kernel", BestCountKernel::kName}},
     .peak_bytes_per_key = 17});

}  // namespace
}  // namespace omenbench
