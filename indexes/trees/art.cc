// Registers our adaptive radix tree for one writer.
#include "indexes/trees/art.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// A leaf is 16 bytes; the paper bounds the nodes by 52 bytes a key, ours have larger headers.
const bool registered = add_index<Art<NoLock>>({.name = "art",
                                                .display = "adaptive radix tree",
                                                .family = Family::kTree,
                                                .citation = "Leis et al., The Adaptive Radix Tree, ICDE 2013",
                                                .parameters = {{"nodes", "4, 16, 48, 256"}},
                                                .peak_bytes_per_key = 72});

}  // namespace
}  // namespace omenbench
