// Registers ALEX.
#include "indexes/learned/alex.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<Alex>({.name = "alex",
                     .display = "ALEX",
                     .family = Family::kLearned,
                     .citation = "Ding et al., ALEX: An updatable adaptive learned index, SIGMOD 2020",
                     .parameters = {{"density", "built 0.7, full 0.8"}, {"data node", "up to 65536 keys when built"}},
                     .peak_bytes_per_key = 40});

}  // namespace
}  // namespace omenbench
