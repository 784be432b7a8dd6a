// RocksDB with every entry in its memtable, a skip list in memory: the engine without tables on the disk.
#include "harness/register.h"
#include "indexes/engines/rocksdb_memtable_forms.h"

namespace omenbench {
namespace {

using Table = rocksdb_forms::Memtable<rocksdb_forms::SkipList>;

const bool registered[] = {
    add_index<RocksDb<Table>>({.name = "rocksdb-memtable",
                               .display = "RocksDB, all in the memtable",
                               .family = Family::kEngine,
                               .tier = Tier::kEmbedded,
                               .citation = "RocksDB",
                               .parameters = {{"memtable", "skip list, never flushed"}},
                               .peak_bytes_per_key = 160}),
    add_records<RocksDb<Table, Key, Records>>("rocksdb-memtable"),
};

}  // namespace
}  // namespace omenbench
