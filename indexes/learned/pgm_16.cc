// Registers the static PGM-index with an error bound of 16 positions.
#include "harness/register.h"
#include "indexes/learned/pgm.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key; segments cover at least 2 epsilon keys each and hulls are smaller.
const bool registered = add_index<StaticIndex<PgmLocator<16>>>(
    {.name = "pgm-16",
     .display = "PGM-index, epsilon 16",
     .family = Family::kLearned,
     .citation = "Ferragina and Vinciguerra, The PGM-index, VLDB 2020",
     .parameters = {{"epsilon", "16"}, {"epsilon_inner", "7"}, {"root", "64 segments, counted"}},
     .peak_bytes_per_key = 20});

}  // namespace
}  // namespace omenbench
