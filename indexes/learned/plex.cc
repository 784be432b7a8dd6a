// Registers PLEX with an error bound of 16 positions.
#include "indexes/learned/plex.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Entries twice is 16 bytes a key; the spline of random keys has a knot for every 300, its root four times the bytes.
const bool registered = add_index<StaticIndex<PlexLocator<16>>>(
    {.name = "plex",
     .display = "PLEX, error 16",
     .family = Family::kLearned,
     .citation = "Stoian et al., Towards practical learned indexing, AIDB 2021",
     .parameters = {{"max_error", "16"}, {"root", "radix table or compact hist-tree, chosen"}},
     .peak_bytes_per_key = 20});

}  // namespace
}  // namespace omenbench
