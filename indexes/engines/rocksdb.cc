// RocksDB in its default form.
#include "harness/register.h"
#include "indexes/engines/rocksdb_block_based.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<RocksDb<BlockBased>>(
        {.name = "rocksdb",
         .display = "RocksDB, block-based tables",
         .family = Family::kEngine,
         .tier = Tier::kEmbedded,
         .citation = "RocksDB",
         .parameters = {{"table", "block-based"}, {"block_cache", "256 MiB"}, {"bloom", "10 bits"}},
         .peak_bytes_per_key = 48}),
    add_records<RocksDb<BlockBased, Key, Records>>("rocksdb"),
};

}  // namespace
}  // namespace omenbench
