// Registers the dynamic PGM-index.
#include "indexes/learned/dynamic_pgm.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Entries are 16 bytes a key, filters 1.3; segments and hulls are smaller.
const bool registered = add_index<DynamicPgm<16, 256, 8, (1 << 15)>>(
    {.name = "dynamic-pgm",
     .display = "Dynamic PGM-index",
     .family = Family::kLearned,
     .citation = "Ferragina and Vinciguerra, The PGM-index, VLDB 2020, section 3",
     .parameters =
         {{"epsilon", "16"}, {"buffer", "256"}, {"growth", "8"}, {"smallest_indexed", "32768"}, {"filter_bits", "10"}},
     .peak_bytes_per_key = 23});

}  // namespace
}  // namespace omenbench
