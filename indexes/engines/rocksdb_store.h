// RocksDB behind the concepts of an index; each variant is a folder of options in its own .cc.
//
// 64-bit keys are eight big-endian bytes, byte strings are as they are; both are compared bytewise. Writes go to the
// write-ahead log without waiting for the disk (RocksDB's default): a commit survives a crash of the process, not a
// power failure. No compression: payloads are random. No statistics threads. Whether a key is there is read before it
// is written, under a lock of that key.
//
// needs: rocksdb/db.h rocksdb (librocksdb-dev)
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_context.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/library_build.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"
#include "indexes/engines/stored_key.h"
#include "indexes/engines/stored_value.h"

namespace omenbench {

inline rocksdb::Slice rocksdb_slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

inline void expect_ok(const rocksdb::Status& status, const char* action) {
  if (!status.ok()) throw Error(std::string("RocksDB, ") + action + ": " + status.ToString());
}

/// What all variants have in common.
inline rocksdb::Options rocksdb_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  options.info_log_level = rocksdb::ERROR_LEVEL;
  options.keep_log_file_num = 1;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

/// A `Variant` has `static rocksdb::Options options(cache_bytes)`, `static void fill(rocksdb::DB&, const
/// rocksdb::Options&, const auto& entries, auto values)`, `static Settings settings(cache_bytes)` and `kCacheBytes`,
/// the usual size of its block cache (0: it has none).
template <class Variant, class K = Key, class V = Words>
class RocksDb {
 public:
  using KeyType = K;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys
  static constexpr bool kTakesPool = Variant::kCacheBytes != 0;

  static EngineFacts load(const EngineSite& site, EntriesOf<RocksDb> entries) {
    drop(site);
    {
      const Handle handle(pristine_store(site), cache_of(site));
      Variant::fill(*handle.db, Variant::options(cache_of(site)), entries, V(site.record_bytes));
      expect_ok(handle.db->SyncWAL(), "sync");
    }
    EngineFacts facts{.version = "RocksDB " + rocksdb::GetRocksVersionAsString()};
    facts.disk = sync_store(pristine_store(site));
    facts.cache_bytes = cache_of(site);
    Settings settings = Variant::settings(cache_of(site));
    settings.emplace_back("compression", "none");
    settings.emplace_back("wal", "on, not synced");
    settings.emplace_back("assertions", assertions_in("librocksdb"));
    facts.settings_json = settings_json(settings);
    return facts;
  }

  static DiskUse disk_use(const EngineSite& site) { return store_use(current_store(site)); }

  /// Blocks that this thread read because the block cache did not have them, whoever had them then; what the database
  /// itself writes in the background is not told. Indexes and filters of the tables lie in memory.
  PageUse page_use() const requires(kTakesPool) {
    const rocksdb::PerfContext& counted = *rocksdb::get_perf_context();
    PageUse use{.page_bytes = kBlockBytes, .reads = counted.block_read_count, .read_bytes = counted.block_read_byte};
    handle_->db->GetIntProperty(rocksdb::DB::Properties::kEstimateTableReadersMem, &use.model_bytes);
    return use;
  }

  void attach(const EngineSite& site) {
    values_ = V(site.record_bytes);
    handle_ = open_shared<Handle>(current_store(site), cache_of(site));
    iterator_.reset(db().NewIterator({}));
  }

  /// Takes and gives back a view of the database.
  void no_op() { db().ReleaseSnapshot(db().GetSnapshot()); }

  bool find(K key, Payload& payload) {
    const StoredKey<K> bytes(key);
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db().Get({}, db().DefaultColumnFamily(), slice(bytes), &value);
    if (status.IsNotFound()) return false;
    expect_ok(status, "get");
    payload = V::read(value.ToStringView());
    return true;
  }

  void find_batch(std::span<const K> keys, std::span<Payload> payloads, std::span<bool> found) {
    constexpr std::size_t kMost = 256;
    for (std::size_t begin = 0; begin < keys.size(); begin += kMost) {
      const std::size_t count = std::min(kMost, keys.size() - begin);
      Batch<kMost> batch;
      for (std::size_t i = 0; i < count; ++i) {
        batch.stored[i] = StoredKey<K>(keys[begin + i]);
        batch.keys[i] = slice(batch.stored[i]);
      }
      db().MultiGet({}, db().DefaultColumnFamily(), count, batch.keys, batch.values, batch.statuses);
      for (std::size_t i = 0; i < count; ++i) {
        found[begin + i] = !batch.statuses[i].IsNotFound();
        if (!found[begin + i]) continue;
        expect_ok(batch.statuses[i], "multi-get");
        payloads[begin + i] = V::read(batch.values[i].ToStringView());
      }
    }
  }

  bool lower_bound(K key, EntryOf<RocksDb>& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<EntryOf<RocksDb>> out) {
    expect_ok(iterator_->Refresh(), "refresh iterator");
    const StoredKey<K> bytes(from);
    read_.clear();
    std::size_t count = 0;
    for (iterator_->Seek(slice(bytes)); count < out.size() && iterator_->Valid(); iterator_->Next()) {
      out[count++] = {read_.keep(iterator_->key().ToStringView()), V::read(iterator_->value().ToStringView())};
    }
    expect_ok(iterator_->status(), "scan");
    return count;
  }

  bool insert(K key, Payload payload) { return put(key, payload, /*where_present=*/false); }
  bool update(K key, Payload payload) { return put(key, payload, /*where_present=*/true); }

  bool erase(K key) {
    const std::scoped_lock lock(handle_->locks.of(key));
    Payload ignored = 0;
    if (!find(key, ignored)) return false;
    expect_ok(db().Delete({}, slice(StoredKey<K>(key))), "delete");
    return true;
  }

  static void restore(const EngineSite& site) { restore_store(site); }
  static void drop(const EngineSite& site) { drop_stores(site); }

 private:
  static constexpr std::uint64_t kBlockBytes = 4096;  ///< RocksDB's default

  static std::uint64_t cache_of(const EngineSite& site) {
    return kTakesPool && site.pool_bytes != 0 ? site.pool_bytes : Variant::kCacheBytes;
  }

  struct Handle {
    Handle(const std::filesystem::path& path, std::uint64_t cache_bytes) {
      rocksdb::DB* opened = nullptr;
      expect_ok(rocksdb::DB::Open(Variant::options(cache_bytes), path.string(), &opened), "open");
      db.reset(opened);
    }
    std::unique_ptr<rocksdb::DB> db;
    KeyLocks locks;
  };

  template <std::size_t kMost>
  struct Batch {
    StoredKey<K> stored[kMost];
    rocksdb::Slice keys[kMost];
    rocksdb::PinnableSlice values[kMost];
    rocksdb::Status statuses[kMost];
  };

  static rocksdb::Slice slice(const StoredKey<K>& bytes) { return rocksdb_slice(bytes.view()); }

  bool put(K key, Payload payload, bool where_present) {
    const std::scoped_lock lock(handle_->locks.of(key));
    Payload ignored = 0;
    if (find(key, ignored) != where_present) return false;
    expect_ok(db().Put({}, slice(StoredKey<K>(key)), rocksdb_slice(values_.bytes(payload))), "put");
    return true;
  }

  rocksdb::DB& db() { return *handle_->db; }

  std::shared_ptr<Handle> handle_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  ReadKeys<K> read_;
  [[no_unique_address]] V values_;
};

/// A key of either kind and its payload, for RocksDB to write. Of records one at a time.
template <class E, class V>
struct WrittenEntry {
  WrittenEntry(const E& entry, V& values) : stored(entry.key), payload(entry.payload), bytes(values.bytes(payload)) {}
  WrittenEntry(const WrittenEntry&) = delete;
  rocksdb::Slice key() const { return rocksdb_slice(stored.view()); }
  rocksdb::Slice value() const { return rocksdb_slice(bytes); }
  StoredKey<std::remove_cvref_t<decltype(std::declval<E>().key)>> stored;
  Payload payload;
  std::string_view bytes;
};

/// Writes sorted entries into table files beside the database and hands them over: the path RocksDB's documentation
/// gives for bulk loads ("Creating and Ingesting SST files").
void ingest_sorted(rocksdb::DB& db, const rocksdb::Options& options, const auto& entries, auto values) {
  constexpr std::size_t kEntriesPerFile = 2'000'000;
  std::vector<std::string> files;
  for (std::size_t begin = 0; begin < entries.size(); begin += kEntriesPerFile) {
    files.push_back(db.GetName() + "/load-" + std::to_string(files.size()));
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options);
    expect_ok(writer.Open(files.back()), "open table file");
    for (std::size_t i = begin; i < std::min(entries.size(), begin + kEntriesPerFile); ++i) {
      const WrittenEntry entry(entries[i], values);
      expect_ok(writer.Put(entry.key(), entry.value()), "write table file");
    }
    expect_ok(writer.Finish(), "finish table file");
  }
  if (files.empty()) return;
  rocksdb::IngestExternalFileOptions how;
  how.move_files = true;
  expect_ok(db.IngestExternalFile(files, how), "ingest");
}

/// Writes entries through the memtable, a few thousand at a time.
void write_in_batches(rocksdb::DB& db, const auto& entries, auto values, const rocksdb::WriteOptions& how) {
  constexpr std::size_t kEntriesPerBatch = 4096;
  for (std::size_t begin = 0; begin < entries.size(); begin += kEntriesPerBatch) {
    rocksdb::WriteBatch batch;
    for (std::size_t i = begin; i < std::min(entries.size(), begin + kEntriesPerBatch); ++i) {
      const WrittenEntry entry(entries[i], values);
      expect_ok(batch.Put(entry.key(), entry.value()), "batch");
    }
    expect_ok(db.Write(how, &batch), "write");
  }
}

}  // namespace omenbench
