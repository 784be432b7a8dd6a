// RocksDB with every entry in a memtable over `btree`: the classical opponent of rocksdb-memtable-routed-btree: the
// same memtable over the plain tree.
#include "harness/register.h"
#include "indexes/engines/rocksdb_memtable_forms.h"
#include "indexes/trees/btree.h"

namespace omenbench {
namespace {

struct OverBTree : rocksdb_forms::OverIndex<BTree<NoLock>> {
  static constexpr const char* kMemtable = "btree, behind a lock of readers and writers";
};

using Table = rocksdb_forms::Memtable<OverBTree>;

const bool registered[] = {
    add_index<RocksDb<Table>>({.name = "rocksdb-memtable-btree",
                               .display = "RocksDB, memtable over our B+tree",
                               .family = Family::kEngine,
                               .tier = Tier::kEmbedded,
                               .citation = "RocksDB (MemTableRepFactory)",
                               .parameters = {{"memtable", "btree, never flushed"}},
                               .peak_bytes_per_key = 200}),
    add_records<RocksDb<Table, Key, Records>>("rocksdb-memtable-btree"),
};

}  // namespace
}  // namespace omenbench
