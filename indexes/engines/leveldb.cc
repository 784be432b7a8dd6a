// LevelDB: the log-structured store that RocksDB grew from, with a block cache and Bloom filters.
//
// Keys are eight big-endian bytes, compared bytewise. Writes go to the log without waiting for the disk (LevelDB's
// default): a commit survives a crash of the process, not a power failure. There is no path for sorted bulk loads, so
// `load` writes batches and then compacts the whole range. Whether a key is there is read before it is written, under
// a lock of that key.
//
// needs: leveldb/db.h leveldb (libleveldb-dev)
#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include "harness/register.h"
#include "indexes/engines/library_build.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kCacheBytes = std::uint64_t{256} << 20;

void expect_ok(const leveldb::Status& status, const char* action) {
  if (!status.ok()) throw Error(std::string("LevelDB, ") + action + ": " + status.ToString());
}

leveldb::Slice slice(const SortedBytes& bytes) { return {bytes.view().data(), bytes.view().size()}; }
leveldb::Slice slice(const Payload& payload) { return {payload_bytes(payload).data(), sizeof payload}; }

class LevelDb {
 public:
  static constexpr bool kConcurrent = true;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    {
      const Handle handle(pristine_store(site));
      write(*handle.db, entries);
      handle.db->CompactRange(nullptr, nullptr);
    }
    EngineFacts facts;
    facts.version = "LevelDB " + std::to_string(leveldb::kMajorVersion) + "." + std::to_string(leveldb::kMinorVersion);
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

  void attach(const EngineSite& site) { handle_ = open_shared<Handle>(current_store(site)); }

  /// Takes and gives back a view of the database.
  void no_op() { db().ReleaseSnapshot(db().GetSnapshot()); }

  bool find(Key key, Payload& payload) {
    const leveldb::Status status = db().Get({}, slice(SortedBytes(key)), &value_);
    if (status.IsNotFound()) return false;
    expect_ok(status, "get");
    payload = payload_of_bytes(value_.data());
    return true;
  }

  bool lower_bound(Key key, Entry& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) {
    const std::unique_ptr<leveldb::Iterator> at(db().NewIterator({}));
    std::size_t count = 0;
    for (at->Seek(slice(SortedBytes(from))); count < out.size() && at->Valid(); at->Next()) {
      out[count++] = {number_of_sorted(at->key().data()), payload_of_bytes(at->value().data())};
    }
    expect_ok(at->status(), "scan");
    return count;
  }

  bool insert(Key key, Payload payload) { return put(key, payload, /*where_present=*/false); }
  bool update(Key key, Payload payload) { return put(key, payload, /*where_present=*/true); }

  bool erase(Key key) {
    const std::scoped_lock lock(handle_->locks.of(key));
    Payload ignored = 0;
    if (!find(key, ignored)) return false;
    expect_ok(db().Delete({}, slice(SortedBytes(key))), "delete");
    return true;
  }

  static void restore(const EngineSite& site) { restore_store(site); }
  static void drop(const EngineSite& site) { drop_stores(site); }

 private:
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

  static void write(leveldb::DB& db, std::span<const Entry> entries) {
    constexpr std::size_t kEntriesPerBatch = 4096;
    leveldb::WriteBatch batch;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      batch.Put(slice(SortedBytes(entries[i].key)), slice(entries[i].payload));
      if ((i + 1) % kEntriesPerBatch != 0 && i + 1 < entries.size()) continue;
      expect_ok(db.Write({}, &batch), "write");
      batch.Clear();
    }
  }

  bool put(Key key, Payload payload, bool where_present) {
    const std::scoped_lock lock(handle_->locks.of(key));
    Payload ignored = 0;
    if (find(key, ignored) != where_present) return false;
    expect_ok(db().Put({}, slice(SortedBytes(key)), slice(payload)), "put");
    return true;
  }

  leveldb::DB& db() { return *handle_->db; }

  std::shared_ptr<Handle> handle_;
  std::string value_;  // kept, so that a lookup does not allocate
};

const bool registered = add_index<LevelDb>(
    {.name = "leveldb",
     .display = "LevelDB",
     .family = Family::kEngine,
     .tier = Tier::kEmbedded,
     .citation = "LevelDB " + std::to_string(leveldb::kMajorVersion) + "." + std::to_string(leveldb::kMinorVersion),
     .parameters = {{"block_cache", "256 MiB"}, {"bloom", "10 bits"}},
     .peak_bytes_per_key = 48});

}  // namespace
}  // namespace omenbench
