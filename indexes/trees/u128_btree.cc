// Registers our B+tree over keys of 128 bits, for one writer: 20 whole keys a node of 512 bytes, whose upper halves
// SIMD compares first.
#include "harness/register.h"
#include "indexes/trees/btree.h"

namespace omenbench {
namespace {

// Leaves hold 18 entries in 512 bytes, 28 a key, 12 beyond the key itself; inner nodes and the build's lists add 4.
const bool registered =
    add_index<BTree<NoLock, 512, 512, U128>>({.name = "u128-btree",
                                              .display = "B+tree of 128-bit integers, SIMD nodes",
                                              .family = Family::kTree,
                                              .citation = "Comer, The ubiquitous B-tree, Computing Surveys 1979",
                                              .parameters = {{"node_bytes", "512"}, {"bulk_load_fill", "0.9"}},
                                              .peak_bytes_per_key = 18});

}  // namespace
}  // namespace omenbench
