// Registers the static PGM-index with an error bound of 8 positions.
#include "harness/register.h"
#include "indexes/learned/pgm.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key; segments cover at least 2 epsilon keys each and hulls are smaller.
const bool registered = add_index<StaticIndex<PgmLocator<8>>>(
    {.name = "pgm-8",
     .display = "PGM-index, epsilon 8",
     .family = Family::kLearned,
     .citation = "Ferragina and Vinciguerra, The PGM-index, VLDB 2020",
     .parameters = {{"epsilon", "8"}, {"epsilon_inner", "7"}, {"root", "64 segments, counted"}},
     .peak_bytes_per_key = 20});

}  // namespace
}  // namespace omenbench
