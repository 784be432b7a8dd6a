// RocksDB with every entry in its memtable: what the memtable is made of is the `Form`.
//
// The memtable is larger than any load and never flushed. `load` writes the entries through the log; opening the
// database, outside the clock, replays that log into the memtable.
#pragma once

#include <memory>
#include <utility>

#include "indexes/engines/rocksdb_index_memtable.h"
#include "indexes/engines/rocksdb_store.h"

namespace omenbench::rocksdb_forms {

/// A `Form` offers `kMemtable`, what to call it, and `static void choose(rocksdb::Options&)`.
template <class Form>
struct Memtable {
  static constexpr std::uint64_t kCacheBytes = 0;

  static rocksdb::Options options(std::uint64_t) {
    rocksdb::Options options = rocksdb_options();
    options.write_buffer_size = std::size_t{1} << 40;
    options.allow_fallocate = false;  // the log would be given the size of the memtable beforehand
    options.avoid_flush_during_recovery = true;
    options.avoid_flush_during_shutdown = true;
    Form::choose(options);
    return options;
  }

  static void fill(rocksdb::DB& db, const rocksdb::Options&, const auto& entries, auto values) {
    write_in_batches(db, entries, std::move(values), {});
  }

  static Settings settings(std::uint64_t) {
    return {{"table", "none: all in the memtable"}, {"memtable", Form::kMemtable}};
  }
};

struct SkipList {
  static constexpr const char* kMemtable = "skip list";
  static void choose(rocksdb::Options&) {}  // RocksDB's own
};

/// One of ours (rocksdb_index_memtable.h).
template <class Index>
struct OverIndex {
  static void choose(rocksdb::Options& options) {
    options.memtable_factory = std::make_shared<IndexMemtableFactory<Index>>();
    options.allow_concurrent_memtable_write = false;
  }
};

}  // namespace omenbench::rocksdb_forms
