// Registers our adaptive radix tree for many readers and writers at once.
#include "harness/register.h"
#include "indexes/trees/art.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<Art<VersionLock>>({.name = "art-olc",
                                 .display = "adaptive radix tree, optimistic lock coupling",
                                 .family = Family::kTree,
                                 .citation = "Leis et al., The ART of Practical Synchronization, DaMoN 2016",
                                 .parameters = {{"nodes", "4, 16, 48, 256"}},
                                 .peak_bytes_per_key = 72});

}  // namespace
}  // namespace omenbench
