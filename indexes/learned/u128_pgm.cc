// Registers the PGM-index over words of 128-bit keys (indexes/u128_words.h): its error bound holds over the distinct
// words, and keys that share one are halved by the rest.
#include "harness/register.h"
#include "indexes/learned/pgm.h"
#include "indexes/u128_words.h"

namespace omenbench {
namespace {

// Words, rests and payloads are 8 bytes beyond the key, segments at worst one for every 2 * 64 keys.
const bool registered = add_index<StaticWordsIndex<PgmLocator<64>>>(
    {.name = "u128-pgm",
     .display = "PGM-index over 64-bit words of 128-bit integers, epsilon 64",
     .family = Family::kLearned,
     .citation = "Ferragina and Vinciguerra, The PGM-index, VLDB 2020",
     .parameters = {{"epsilon", "64"}, {"words", "64 bits from the first that differ"}},
     .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
