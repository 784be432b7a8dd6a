// The PGM-index over a file of sorted 4 KiB pages, its segments in memory.
#include "indexes/disk/disk_index.h"
#include "indexes/disk/paged_array.h"
#include "indexes/disk/paged_models.h"

namespace omenbench {
namespace {

const bool registered = disk::add_disk_index<disk::PagedArray<disk::PgmModel<8>>>(
    {.name = "disk-pgm-8",
     .display = "PGM-index, eps 8, over full pages",
     .citation = "Ferragina and Vinciguerra, VLDB 2020, sections 2 and 3",
     .parameters = {{"epsilon", "8"}},
     .peak_bytes_per_key = 24});

}  // namespace
}  // namespace omenbench
