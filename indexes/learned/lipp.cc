// Registers LIPP, the updatable learned index with precise positions.
#include "indexes/learned/lipp.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<Lipp>({.name = "lipp",
                     .display = "LIPP",
                     .family = Family::kLearned,
                     .citation = "Wu et al., Updatable learned index with precise positions, VLDB 2021",
                     .parameters = {{"slots", "by cost, up to 4 a key"}, {"conflicts", "arrays of up to 16 entries"}},
                     .peak_bytes_per_key = 100});

}  // namespace
}  // namespace omenbench
