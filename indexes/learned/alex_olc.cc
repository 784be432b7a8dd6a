// Registers the concurrent ALEX.
#include "indexes/learned/alex_olc.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<AlexOlc>(
    {.name = "alex-olc",
     .display = "ALEX, optimistic locks",
     .family = Family::kLearned,
     .citation = "Wongkham et al., Are updatable learned indexes ready?, PVLDB 15(11), 2022 (ALEX+)",
     .parameters = {{"density", "built 0.7, full 0.8"}, {"data node", "up to 65536 keys when built"}},
     .peak_bytes_per_key = 40});

}  // namespace
}  // namespace omenbench
