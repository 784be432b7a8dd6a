// Our B+tree over byte strings; see bytes_btree.h.
#include "indexes/trees/bytes_btree.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<bytes_btree::Tree>(
    {.name = "bytes-btree",
     .display = "B+tree with heads and fences over byte strings",
     .family = Family::kTree,
     .citation = "Bayer, Unterauer: Prefix B-trees, 1977; Graefe: Modern B-tree techniques, 2011",
     .parameters = {{"leaf", std::to_string(bytes_btree::kLeafKeys) + " keys"},
                    {"inner", std::to_string(bytes_btree::kInnerKeys) + " keys"},
                    {"counting", BestCountKernel::kName},
                    {"texts", "arena, erased ones stay"}},
     .peak_bytes_per_key = 80});

}  // namespace
}  // namespace omenbench
