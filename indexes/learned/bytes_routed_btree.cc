// A B+tree over byte strings whose inner levels are learned: an updatable index of our own; see bytes_router.h and
// bytes_btree.h. As routed_btree.h it models boundaries between leaves instead of keys. Where words of eight bytes tell
// too few boundaries apart (paths of deep folders) it is the B+tree alone.
#include "harness/register.h"
#include "indexes/learned/bytes_router.h"
#include "indexes/trees/bytes_btree.h"

namespace omenbench {
namespace {

const bool registered = add_index<bytes_btree::Tree<bytes_btree::LearnedRouter>>(
    {.name = "bytes-routed-btree",
     .display = "B+tree over byte strings under a learned directory",
     .family = Family::kLearned,
     .citation = "ours; docs/adr/0011-routed-btree.md",
     .parameters = {{"node", std::to_string(bytes_btree::kSlots) + " keys"},
                    {"word", "8 bytes behind what all share"},
                    {"counting", BestCountKernel::kName}},
     .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
