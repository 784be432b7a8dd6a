// The updatable learned index of this folder: leaf pages with gaps under a directory of lines in memory.
#include "indexes/disk/disk_index.h"
#include "indexes/disk/hybrid_leaves.h"

namespace omenbench {
namespace {

const bool registered = disk::add_disk_index<disk::HybridLeaves>(
    {.name = "disk-hybrid",
     .display = "leaf pages under a learned directory",
     .citation = "Lan et al., SIGMOD 2023 (principles P1 to P4); AULID, arXiv 2306.02604",
     .parameters = {{"fill", "0.85"}, {"most_pages_of_a_segment", "256"}},
     .peak_bytes_per_key = 1});

}  // namespace
}  // namespace omenbench
