// The adaptive radix tree over byte strings; see bytes_art.h.
#include "indexes/trees/bytes_art.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered = add_index<bytes_art::Tree>(
    {.name = "bytes-art",
     .display = "ART over whole byte strings",
     .family = Family::kTree,
     .citation = "Leis, Kemper, Neumann: The adaptive radix tree, ICDE 2013",
     .parameters = {{"prefix", "10 bytes kept, the rest proved at the leaf"}, {"texts", "arena, erased ones stay"}},
     .peak_bytes_per_key = 96});

}  // namespace
}  // namespace omenbench
