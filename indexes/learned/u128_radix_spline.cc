// Registers RadixSpline over words of 128-bit keys (indexes/u128_words.h), with the parameters of that over 64-bit
// keys.
#include "harness/register.h"
#include "indexes/learned/radix_spline.h"
#include "indexes/u128_words.h"

namespace omenbench {
namespace {

// Words, rests and payloads are 8 bytes beyond the key, the table 1 MiB.
const bool registered = add_index<StaticWordsIndex<RadixSplineLocator<18, 32>>>(
    {.name = "u128-radix-spline",
     .display = "RadixSpline over 64-bit words of 128-bit integers, 18 bits, error 32",
     .family = Family::kLearned,
     .citation = "Kipf et al., RadixSpline: a single-pass learned index, aiDM 2020",
     .parameters = {{"radix_bits", "18"}, {"max_error", "32"}, {"words", "64 bits from the first that differ"}},
     .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
