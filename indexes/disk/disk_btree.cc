// A B+tree whose pages, inner and leaves, lie in a file of 4 KiB pages behind a buffer pool.
#include "indexes/disk/disk_index.h"
#include "indexes/disk/paged_btree.h"

namespace omenbench {
namespace {

const bool registered = disk::add_disk_index<disk::PagedBTree>({.name = "disk-btree",
                                                                .display = "B+tree of 4 KiB pages",
                                                                .citation = "Comer, Computing Surveys 1979, section 2",
                                                                .parameters = {{"fill", "0.9"}},
                                                                .peak_bytes_per_key = 1});

}  // namespace
}  // namespace omenbench
