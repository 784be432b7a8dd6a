// Registers XIndex.
#include "indexes/learned/xindex.h"

#include "harness/register.h"

namespace omenbench {
namespace {

// Keys, and records of 16 bytes; each group of 1024 keys has a buffer of 256 entries.
const bool registered = add_index<XIndex>(
    {.name = "xindex",
     .display = "XIndex",
     .family = Family::kLearned,
     .citation = "Tang et al., XIndex: a scalable learned index for multicore data storage, PPoPP 2020",
     .parameters = {{"group", "1024 keys"}, {"buffer", "256"}, {"models", "up to 8 a group"}},
     .peak_bytes_per_key = 40});

}  // namespace
}  // namespace omenbench
