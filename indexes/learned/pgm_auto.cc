// Registers the PGM-index with an epsilon and a radix table chosen for a budget of two bytes per key.
#include "harness/register.h"
#include "indexes/learned/auto_epsilon.h"
#include "indexes/learned/pgm.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key, the model at most 2, growing vectors briefly twice that.
const bool registered = add_index<StaticIndex<AutoEpsilonLocator<PgmFit>>>(
    {.name = "pgm-auto",
     .display = "PGM-index, chosen epsilon, radix table",
     .family = Family::kLearned,
     .citation = "Ferragina and Vinciguerra, The PGM-index, VLDB 2020; Kipf et al., RadixSpline, aiDM 2020",
     .parameters = {{"model_bytes_per_key", "<= 2"}, {"epsilon", "chosen"}, {"radix_bits", "chosen"}},
     .peak_bytes_per_key = 24});

}  // namespace
}  // namespace omenbench
