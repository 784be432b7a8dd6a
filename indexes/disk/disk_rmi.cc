// The recursive model index over a file of sorted 4 KiB pages, its models in memory.
#include "indexes/disk/disk_index.h"
#include "indexes/disk/paged_array.h"
#include "indexes/disk/rmi_model.h"

namespace omenbench {
namespace {

const bool registered = disk::add_disk_index<disk::PagedArray<disk::RmiModel<256>>>(
    {.name = "disk-rmi",
     .display = "RMI, two layers, over full pages",
     .citation = "Kraska et al., SIGMOD 2018, section 3.2; Marcus et al., CDFShop, SIGMOD 2020",
     .parameters = {{"root", "the best of four kinds"}, {"leaves", "linear, 256 keys each"}},
     .peak_bytes_per_key = 25});

}  // namespace
}  // namespace omenbench
