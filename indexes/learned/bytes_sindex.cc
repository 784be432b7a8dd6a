// SIndex over byte strings; see bytes_sindex.h.
#include "indexes/learned/bytes_sindex.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<bytes_sindex::Index>({.name = "bytes-sindex",
                                    .display = "SIndex",
                                    .family = Family::kLearned,
                                    .citation = "Wang et al.: SIndex: a scalable learned index for string keys, 2020",
                                    .parameters = {{"partial key", "8 bytes"},
                                                   {"error", "32"},
                                                   {"group", "up to 2048"},
                                                   {"texts", "arena, erased ones stay"}},
                                    .peak_bytes_per_key = 96});

}  // namespace
}  // namespace omenbench
