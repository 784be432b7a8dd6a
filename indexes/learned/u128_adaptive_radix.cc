// Registers the adaptive radix table over words of 128-bit keys (indexes/u128_words.h).
#include "harness/register.h"
#include "indexes/learned/adaptive_radix_or_tree.h"
#include "indexes/u128_words.h"

namespace omenbench {
namespace {

// Words, rests and payloads are 8 bytes beyond the key; tables and the plan for them as over 64-bit keys.
const bool registered = add_index<StaticWordsIndex<AdaptiveRadixOrTree>>(
    {.name = "u128-adaptive-radix",
     .display = "adaptive radix table, or SIMD tree, over 64-bit words of 128-bit integers",
     .family = Family::kLearned,
     .citation = "omenbench, docs/adr/0004-adaptive-radix.md",
     .parameters = {{"window", "16 words, counted"},
                    {"tree", "where a sample misses over 30 %"},
                    {"words", "64 bits from the first that differ"}},
     .peak_bytes_per_key = 14});

}  // namespace
}  // namespace omenbench
