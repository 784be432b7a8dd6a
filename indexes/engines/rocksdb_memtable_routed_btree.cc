// RocksDB with every entry in a memtable over `routed-btree`: a learned memtable.
#include "harness/register.h"
#include "indexes/engines/rocksdb_memtable_forms.h"
#include "indexes/learned/routed_btree.h"

namespace omenbench {
namespace {

struct OverRoutedBTree : rocksdb_forms::OverIndex<RoutedBTree> {
  static constexpr const char* kMemtable = "routed-btree, behind a lock of readers and writers";
};

using Table = rocksdb_forms::Memtable<OverRoutedBTree>;

const bool registered[] = {
    add_index<RocksDb<Table>>({.name = "rocksdb-memtable-routed-btree",
                               .display = "RocksDB, memtable over our learned B+tree",
                               .family = Family::kEngine,
                               .tier = Tier::kEmbedded,
                               .citation = "RocksDB (MemTableRepFactory)",
                               .parameters = {{"memtable", "routed-btree, never flushed"}},
                               .peak_bytes_per_key = 200}),
    add_records<RocksDb<Table, Key, Records>>("rocksdb-memtable-routed-btree"),
};

}  // namespace
}  // namespace omenbench
