// RocksDB in its default form, with byte strings as keys.
#include "harness/register.h"
#include "indexes/engines/rocksdb_block_based.h"

namespace omenbench {
namespace {

const bool registered = add_index<RocksDb<BlockBased, Bytes>>(
    {.name = "bytes-rocksdb",
     .display = "RocksDB, block-based tables, byte strings",
     .family = Family::kEngine,
     .tier = Tier::kEmbedded,
     .citation = "RocksDB",
     .parameters = {{"table", "block-based"}, {"block_cache", "256 MiB"}, {"bloom", "10 bits"}},
     .peak_bytes_per_key = 48});

}  // namespace
}  // namespace omenbench
