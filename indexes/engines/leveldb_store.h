// LevelDB: the log-structured store that RocksDB grew from, with a block cache and Bloom filters.
//
// 64-bit keys are eight big-endian bytes, byte strings are as they are; both are compared bytewise. Writes go to the
// log without waiting for the disk (LevelDB's default): a commit survives a crash of the process, not a power failure.
// There is no path for sorted bulk loads, so `load` writes batches and then compacts the whole range. Whether a key is
// there is read before it is written, under a lock of that key.
//
// needs: leveldb/db.h leveldb (libleveldb-dev)
#pragma once

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include <algorithm>
#include <concepts>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/library_build.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"
#include "indexes/engines/stored_key.h"
#include "indexes/engines/stored_value.h"

namespace omenbench {

inline void expect_ok(const leveldb::Status& status, const char* action) {
  if (!status.ok()) throw Error(std::string("LevelDB, ") + action + ": " + status.ToString());
}

inline std::string leveldb_version() {
  return "LevelDB " + std::to_string(leveldb::kMajorVersion) + "." + std::to_string(leveldb::kMinorVersion);
}

template <class K, class V = Words>
class LevelDb {
 public:
  using KeyType = K;
  using E = EntryOf<LevelDb>;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys
  static constexpr std::uint64_t kCacheBytes = std::uint64_t{256} << 20;

  static EngineFacts load(const EngineSite& site, EntriesOf<LevelDb> entries) {
    drop(site);
    {
      const Handle handle(pristine_store(site));
      write(*handle.db, entries, V(site.record_bytes));
      handle.db->CompactRange(nullptr, nullptr);
    }
    EngineFacts facts;
    facts.version = leveldb_version();
    facts.settings_json = settings_json({{"block_cache", "256 MiB, shared by the threads"},
                                         {"bloom_filter", "10 bits per key"},
                                         {"compression", "none"},
                                         {"wal", "on, not synced"},
                                         {"assertions", assertions_in("libleveldb")}});
    facts.disk = sync_store(pristine_store(site));
    facts.cache_bytes = kCacheBytes;
    return facts;
  }

  static DiskUse disk_use(const EngineSite& site) { return store_use(current_store(site)); }

  void attach(const EngineSite& site) {
    values_ = V(site.record_bytes);
    handle_ = open_shared<Handle>(current_store(site));
  }

  /// Takes and gives back a view of the database.
  void no_op() { db().ReleaseSnapshot(db().GetSnapshot()); }

  bool find(K key, Payload& payload) {
    const leveldb::Status status = db().Get({}, slice(Stored(key)), &value_);
    if (status.IsNotFound()) return false;
    expect_ok(status, "get");
    payload = V::read(value_);
    return true;
  }

  bool lower_bound(K key, E& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<E> out) {
    const std::unique_ptr<leveldb::Iterator> at(db().NewIterator({}));
    read_.clear();
    std::size_t count = 0;
    for (at->Seek(slice(Stored(from))); count < out.size() && at->Valid(); at->Next()) {
      const leveldb::Slice stored = at->key(), value = at->value();
      out[count++] = {read_.keep({stored.data(), stored.size()}), V::read({value.data(), value.size()})};
    }
    expect_ok(at->status(), "scan");
    return count;
  }

  bool insert(K key, Payload payload) { return put(key, payload, /*where_present=*/false); }
  bool update(K key, Payload payload) { return put(key, payload, /*where_present=*/true); }

  bool erase(K key) {
    const std::scoped_lock lock(handle_->locks.of(key));
    Payload ignored = 0;
    if (!find(key, ignored)) return false;
    expect_ok(db().Delete({}, slice(Stored(key))), "delete");
    return true;
  }

  static void restore(const EngineSite& site) { restore_store(site); }
  static void drop(const EngineSite& site) { drop_stores(site); }

 private:
  using Stored = StoredKey<K>;

  struct Handle {
    explicit Handle(const std::filesystem::path& path)
        : cache(leveldb::NewLRUCache(kCacheBytes)), filter(leveldb::NewBloomFilterPolicy(10)) {
      leveldb::Options options;
      options.create_if_missing = true;
      options.compression = leveldb::kNoCompression;
      options.block_cache = cache.get();
      options.filter_policy = filter.get();
      leveldb::DB* opened = nullptr;
      expect_ok(leveldb::DB::Open(options, path.string(), &opened), "open");
      db.reset(opened);
    }
    std::unique_ptr<leveldb::Cache> cache;
    std::unique_ptr<const leveldb::FilterPolicy> filter;
    std::unique_ptr<leveldb::DB> db;
    KeyLocks locks;
  };

  static leveldb::Slice slice(const Stored& bytes) { return {bytes.view().data(), bytes.view().size()}; }
  static leveldb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

  static void write(leveldb::DB& db, EntriesOf<LevelDb> entries, V values) {
    constexpr std::size_t kEntriesPerBatch = 4096;
    leveldb::WriteBatch batch;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const E entry = entries[i];
      batch.Put(slice(Stored(entry.key)), slice(values.bytes(entry.payload)));
      if ((i + 1) % kEntriesPerBatch != 0 && i + 1 < entries.size()) continue;
      expect_ok(db.Write({}, &batch), "write");
      batch.Clear();
    }
  }

  bool put(K key, Payload payload, bool where_present) {
    const std::scoped_lock lock(handle_->locks.of(key));
    Payload ignored = 0;
    if (find(key, ignored) != where_present) return false;
    expect_ok(db().Put({}, slice(Stored(key)), slice(values_.bytes(payload))), "put");
    return true;
  }

  leveldb::DB& db() { return *handle_->db; }

  std::shared_ptr<Handle> handle_;
  std::string value_;  // kept, so that a lookup does not allocate
  ReadKeys<K> read_;
  [[no_unique_address]] V values_;
};

}  // namespace omenbench
