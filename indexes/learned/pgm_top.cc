// Registers the PGM-index with a lookup table in place of its upper levels.
#include "indexes/learned/pgm_top.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key; segments cover at least 2 epsilon keys each, the table is no larger.
const bool registered = add_index<StaticIndex<TablePgmLocator<64>>>(
    {.name = "pgm-top",
     .display = "PGM-index, epsilon 64, top-level table",
     .family = Family::kLearned,
     .citation = "Ferragina and Vinciguerra, The PGM-index, VLDB 2020; Kipf et al., RadixSpline, aiDM 2020",
     .parameters = {{"epsilon", "64"}, {"root", "radix table, 8 buckets per segment"}},
     .peak_bytes_per_key = 20});

}  // namespace
}  // namespace omenbench
