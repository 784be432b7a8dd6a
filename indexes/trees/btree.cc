// Registers our B+tree for one writer.
#include "indexes/trees/btree.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Leaves hold 27 entries in 512 bytes, 19 a key; inner nodes and the build's lists add 2.
const bool registered = add_index<BTree<NoLock>>({.name = "btree",
                                                  .display = "B+tree, SIMD nodes",
                                                  .family = Family::kTree,
                                                  .citation = "Comer, The ubiquitous B-tree, Computing Surveys 1979",
                                                  .parameters = {{"node_bytes", "512"}, {"bulk_load_fill", "0.9"}},
                                                  .peak_bytes_per_key = 22});

}  // namespace
}  // namespace omenbench
