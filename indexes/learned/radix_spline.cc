// Registers RadixSpline with the parameters of its authors' examples: 18 radix bits, error 32.
#include "indexes/learned/radix_spline.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key, the table 1 MiB; knots of random keys are a thousandth of the keys.
const bool registered = add_index<StaticIndex<RadixSplineLocator<18, 32>>>(
    {.name = "radix-spline",
     .display = "RadixSpline, 18 bits, error 32",
     .family = Family::kLearned,
     .citation = "Kipf et al., RadixSpline: a single-pass learned index, aiDM 2020",
     .parameters = {{"radix_bits", "18"}, {"max_error", "32"}},
     .peak_bytes_per_key = 24});

}  // namespace
}  // namespace omenbench
