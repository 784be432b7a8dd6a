// Registers the SIMD search tree that fetches the payloads beside a leaf block while the block's keys arrive: two cache
// lines more a lookup, one miss less one after the other. The baseline to beat for whoever reads payloads.
#include "harness/register.h"
#include "indexes/trees/simd_tree.h"

namespace omenbench {
namespace {

const bool registered = add_index<StaticIndex<SimdTreeLocator<BestCountKernel, true>>>(
    {.name = "simd-tree-prefetch",
     .display = "SIMD search tree, 16 keys a node, payloads prefetched",
     .family = Family::kTree,
     .citation = "Rao and Ross, Cache conscious indexing, VLDB 1999; Zhou and Ross, SIGMOD 2002",
     .parameters = {{"node_keys", "16"}, {"kernel", BestCountKernel::kName}, {"prefetch", "payloads of the leaf"}},
     .peak_bytes_per_key = 17});

}  // namespace
}  // namespace omenbench
