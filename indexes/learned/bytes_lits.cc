// LITS over byte strings; see bytes_lits.h.
#include "indexes/learned/bytes_lits.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<bytes_lits::Index>(
    {.name = "bytes-lits",
     .display = "LITS",
     .family = Family::kLearned,
     .citation = "Yang, Chen: LITS: an optimized learned index for strings, PVLDB 17(11), 2024",
     .parameters = {{"compact leaf", std::to_string(bytes_lits::kMostCompact)},
                    {"prefix table", "up to 1024 rows of 257"},
                    {"texts", "arena, erased ones stay"}},
     .peak_bytes_per_key = 128});

}  // namespace
}  // namespace omenbench
