// Registers the FITing-Tree.
#include "indexes/learned/fiting_tree.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// A segment has at least 33 entries, room for 79 keys and 56 bytes of its own.
const bool registered = add_index<FitingTree>(
    {.name = "fiting-tree",
     .display = "FITing-Tree",
     .family = Family::kLearned,
     .citation = "Galakatos et al., FITing-Tree: A data-aware index structure, SIGMOD 2019",
     .parameters = {{"error", "32"}, {"buffer", "64"}, {"longest_segment", "1024"}, {"tree", "absl::btree_map"}},
     .peak_bytes_per_key = 40});

}  // namespace
}  // namespace omenbench
