// Registers the SIMD search tree over words of 128-bit keys (indexes/u128_words.h): the tree of 64-bit keys. What lies
// beside a leaf's words is fetched while these arrive: each lookup reads there, for the rest of its key.
#include "harness/register.h"
#include "indexes/trees/simd_tree.h"
#include "indexes/u128_words.h"

namespace omenbench {
namespace {

// A word, a rest and a payload are 24 bytes, 8 beyond the key, and one separator for every 16 keys.
const bool registered = add_index<StaticWordsIndex<SimdTreeLocator<BestCountKernel, true>>>(
    {.name = "u128-simd-tree",
     .display = "SIMD search tree over 64-bit words of 128-bit integers",
     .family = Family::kTree,
     .citation = "Rao and Ross, Cache conscious indexing, VLDB 1999; Zhou and Ross, SIGMOD 2002",
     .parameters = {{"node_keys", "16"},
                    {"kernel", BestCountKernel::kName},
                    {"prefetch", "what lies beside the leaf"},
                    {"words", "64 bits from the first that differ"}},
     .peak_bytes_per_key = 9});

}  // namespace
}  // namespace omenbench
