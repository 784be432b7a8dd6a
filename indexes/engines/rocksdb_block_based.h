// RocksDB with block-based tables: its default form, with a block cache and Bloom filters.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <cstdint>
#include <string>

#include "indexes/engines/rocksdb_store.h"

namespace omenbench {

struct BlockBased {
  static constexpr std::uint64_t kCacheBytes = std::uint64_t{256} << 20;

  static rocksdb::Options options(std::uint64_t cache_bytes) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(cache_bytes);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    rocksdb::Options options = rocksdb_options();
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
  }

  static void fill(rocksdb::DB& db, const rocksdb::Options& options, const auto& entries, auto values) {
    ingest_sorted(db, options, entries, std::move(values));
  }

  static Settings settings(std::uint64_t cache_bytes) {
    return {{"table", "block-based, 4 KiB blocks"},
            {"block_cache", std::to_string(cache_bytes >> 10) + " KiB, shared by the threads"},
            {"bloom_filter", "10 bits per key"}};
  }
};

}  // namespace omenbench
