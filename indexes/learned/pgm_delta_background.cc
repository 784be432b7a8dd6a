// Registers the PGM-index with a delta that is retrained by a thread of its own.
#include "harness/register.h"
#include "indexes/learned/pgm.h"
#include "indexes/learned/rebuilt.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key, before the first rebuild.
const bool registered = add_index<Rebuilt<PgmLocator<16>, 10, Retraining::kBackground>>(
    {.name = "pgm-delta-background",
     .display = "PGM-index with delta, retrained in the background",
     .family = Family::kLearned,
     .citation = "Kraska et al., The case for learned index structures, SIGMOD 2018, appendix D.1",
     .parameters = {{"epsilon", "16"}, {"delta", "B-tree, retrain at 10 %"}},
     .peak_bytes_per_key = 21});

}  // namespace
}  // namespace omenbench
