// The PGM-index over a file of sorted 4 KiB pages, its segments in pages of that file, too.
#include "indexes/disk/disk_index.h"
#include "indexes/disk/paged_array.h"
#include "indexes/disk/pgm_pages.h"

namespace omenbench {
namespace {

const bool registered = disk::add_disk_index<disk::PagedArray<disk::PgmPages<64>>>(
    {.name = "disk-pgm-paged",
     .display = "PGM-index, eps 64, in pages, over full pages",
     .citation = "Ferragina and Vinciguerra, VLDB 2020, sections 2 and 3",
     .parameters = {{"epsilon", "64"}},
     .peak_bytes_per_key = 24});

}  // namespace
}  // namespace omenbench
