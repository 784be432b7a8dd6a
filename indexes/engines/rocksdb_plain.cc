// RocksDB with plain tables: mapped into memory, searched through a binary index, without a block cache.
//
// The table format that RocksDB's documentation gives for pure-memory use ("PlainTable Format"), in total-order mode:
// no prefix, so that scans cross the whole key range.
#include <rocksdb/table.h>

#include "harness/register.h"
#include "indexes/engines/rocksdb_store.h"

namespace omenbench {
namespace {

struct Plain {
  static constexpr std::uint64_t kCacheBytes = 0;

  static rocksdb::Options options(std::uint64_t) {
    rocksdb::PlainTableOptions table;
    table.user_key_len = sizeof(Key);
    table.bloom_bits_per_key = 10;
    table.hash_table_ratio = 0;
    table.index_sparseness = 16;
    rocksdb::Options options = rocksdb_options();
    options.table_factory.reset(rocksdb::NewPlainTableFactory(table));
    options.allow_mmap_reads = true;
    return options;
  }

  /// Plain tables cannot be ingested; what is lost without the log is loaded again.
  static void fill(rocksdb::DB& db, const rocksdb::Options&, const auto& entries, auto values) {
    rocksdb::WriteOptions unlogged;
    unlogged.disableWAL = true;
    write_in_batches(db, entries, std::move(values), unlogged);
    expect_ok(db.Flush({}), "flush");
    expect_ok(db.CompactRange({}, nullptr, nullptr), "compact");
  }

  static Settings settings(std::uint64_t) {
    return {{"table", "plain, total order, mapped into memory"}, {"index_sparseness", "16"}, {"bloom", "10 bits"}};
  }
};

const bool registered[] = {
    add_index<RocksDb<Plain>>({.name = "rocksdb-plain",
                               .display = "RocksDB, plain tables",
                               .family = Family::kEngine,
                               .tier = Tier::kEmbedded,
                               .citation = "RocksDB",
                               .parameters = {{"table", "plain, mapped into memory"}},
                               .peak_bytes_per_key = 48}),
    add_records<RocksDb<Plain, Key, Records>>("rocksdb-plain"),
};

}  // namespace
}  // namespace omenbench
