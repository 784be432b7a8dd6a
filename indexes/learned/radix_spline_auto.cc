// Registers RadixSpline with an error and a radix table chosen for a budget of two bytes per key.
#include "harness/register.h"
#include "indexes/learned/auto_epsilon.h"
#include "indexes/learned/greedy_spline.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key, the model at most 2, growing vectors briefly twice that.
const bool registered = add_index<StaticIndex<AutoEpsilonLocator<SplineFit>>>(
    {.name = "radix-spline-auto",
     .display = "RadixSpline, chosen error",
     .family = Family::kLearned,
     .citation = "Kipf et al., RadixSpline: a single-pass learned index, aiDM 2020",
     .parameters = {{"model_bytes_per_key", "<= 2"}, {"max_error", "chosen"}, {"radix_bits", "chosen"}},
     .peak_bytes_per_key = 24});

}  // namespace
}  // namespace omenbench
