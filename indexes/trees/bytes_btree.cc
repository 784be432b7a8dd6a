// Our B+tree over byte strings; see bytes_btree.h.
#include "indexes/trees/bytes_btree.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<bytes_btree::Tree<>>(
    {.name = "bytes-btree",
     .display = "B+tree of slotted pages over byte strings",
     .family = Family::kTree,
     .citation = "Bayer, Unterauer: Prefix B-trees, 1977; Graefe: Modern B-tree techniques, 2011",
     .parameters = {{"node", std::to_string(bytes_btree::kSlots) + " keys"},
                    {"heads", "4 bytes in leaves, 8 above"},
                    {"prefixes", "cut off from " + std::to_string(bytes_btree::kWorthCutting) + " bytes on"},
                    {"counting", BestCountKernel::kName}},
     .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
