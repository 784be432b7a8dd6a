// RadixSpline over a file of sorted 4 KiB pages, its spline and table in memory.
#include "indexes/disk/disk_index.h"
#include "indexes/disk/paged_array.h"
#include "indexes/disk/paged_models.h"

namespace omenbench {
namespace {

const bool registered = disk::add_disk_index<disk::PagedArray<disk::RadixSplineModel<12, 64>>>(
    {.name = "disk-radix-spline",
     .display = "RadixSpline, eps 64, over full pages",
     .citation = "Kipf et al., aiDM 2020, section 2",
     .parameters = {{"epsilon", "64"}, {"radix_bits", "12"}},
     .peak_bytes_per_key = 24});

}  // namespace
}  // namespace omenbench
