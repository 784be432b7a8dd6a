// Registers the B+tree with learned inner levels for many readers and writers at once.
#include "indexes/learned/routed_btree_olc.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<RoutedBTreeOlc>({.name = "routed-btree-olc",
                                                   .display = "B+tree, learned inner levels, optimistic locks",
                                                   .family = Family::kLearned,
                                                   .citation = "omenbench, docs/adr/0011-routed-btree.md",
                                                   .parameters = {{"node_bytes", "512"}, {"bulk_load_fill", "0.9"}},
                                                   .peak_bytes_per_key = 26});

}  // namespace
}  // namespace omenbench
