// RocksDB with every entry in its memtable, a skip list in memory: the engine without tables on the disk.
//
// The memtable is larger than any load and never flushed. `load` writes the entries through the log; opening the
// database, outside the clock, replays that log into the memtable.
#include "harness/register.h"
#include "indexes/engines/rocksdb_store.h"

namespace omenbench {
namespace {

struct Memtable {
  static constexpr std::uint64_t kCacheBytes = 0;

  static rocksdb::Options options(std::uint64_t) {
    rocksdb::Options options = rocksdb_options();
    options.write_buffer_size = std::size_t{1} << 40;
    options.allow_fallocate = false;  // the log would be given the size of the memtable beforehand
    options.avoid_flush_during_recovery = true;
    options.avoid_flush_during_shutdown = true;
    return options;
  }

  static void fill(rocksdb::DB& db, const rocksdb::Options&, const auto& entries, auto values) {
    write_in_batches(db, entries, std::move(values), {});
  }

  static Settings settings(std::uint64_t) {
    return {{"table", "none: all in the memtable"}, {"memtable", "skip list"}};
  }
};

const bool registered[] = {
    add_index<RocksDb<Memtable>>({.name = "rocksdb-memtable",
                                  .display = "RocksDB, all in the memtable",
                                  .family = Family::kEngine,
                                  .tier = Tier::kEmbedded,
                                  .citation = "RocksDB",
                                  .parameters = {{"memtable", "skip list, never flushed"}},
                                  .peak_bytes_per_key = 160}),
    add_records<RocksDb<Memtable, Key, Records>>("rocksdb-memtable"),
};

}  // namespace
}  // namespace omenbench
