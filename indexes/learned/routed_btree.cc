// Registers the B+tree with learned inner levels.
#include "indexes/learned/routed_btree.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Leaves hold 27 entries in 512 bytes, 19 a key; the directory and its trees add up to 5, the build's lists 1.
const bool registered = add_index<RoutedBTree>({.name = "routed-btree",
                                                .display = "B+tree, learned inner levels",
                                                .family = Family::kLearned,
                                                .citation = "omenbench, docs/adr/0011-routed-btree.md",
                                                .parameters = {{"node_bytes", "512"}, {"bulk_load_fill", "0.9"}},
                                                .peak_bytes_per_key = 26});

}  // namespace
}  // namespace omenbench
