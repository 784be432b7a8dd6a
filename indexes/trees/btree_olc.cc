// Registers our B+tree for many readers and writers at once.
#include "harness/register.h"
#include "indexes/trees/btree.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<BTree<VersionLock>>({.name = "btree-olc",
                                   .display = "B+tree, optimistic lock coupling",
                                   .family = Family::kTree,
                                   .citation = "Leis et al., Optimistic Lock Coupling, IEEE Data Eng. Bull. 2019",
                                   .parameters = {{"node_bytes", "512"}, {"bulk_load_fill", "0.9"}},
                                   .peak_bytes_per_key = 22});

}  // namespace
}  // namespace omenbench
