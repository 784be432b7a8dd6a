// Registers the adaptive radix table.
#include "harness/register.h"
#include "indexes/learned/adaptive_radix_or_tree.h"

namespace omenbench {
namespace {

// Entries, tables of about half a byte a key, and while building the choices of up to one cell for every ten keys.
const bool registered =
    add_index<StaticIndex<AdaptiveRadixOrTree>>({.name = "adaptive-radix",
                                                 .display = "adaptive radix table, up to 3 levels",
                                                 .family = Family::kLearned,
                                                 .citation = "omenbench, docs/adr/0004-adaptive-radix.md",
                                                 .parameters = {{"window", "16 keys, counted"},
                                                                {"miss_price", "8 bytes"},
                                                                {"level_price", "0.3 bytes a key"},
                                                                {"tree", "where a sample misses over 30 %"}},
                                                 .peak_bytes_per_key = 22});

}  // namespace
}  // namespace omenbench
