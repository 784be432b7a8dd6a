// LMDB behind the concepts of an index: a copy-on-write B+tree in a memory-mapped file.
//
// 64-bit keys are machine integers (MDB_INTEGERKEY), its fastest comparison; byte strings are as they are, but that
// LMDB takes none of no bytes: those of nothing but zero bytes, the empty one among them, get one more, which keeps
// their order. Readers never wait. Every operation is one transaction: readers renew theirs (a slot in a table, no
// lock), writers take turns. `Variant::kFlags` says what a commit waits for.
//
// needs: lmdb.h lmdb (liblmdb-dev)
#pragma once

#include <lmdb.h>
#include <sys/resource.h>

#include <algorithm>
#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/library_build.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"
#include "indexes/engines/stored_key.h"
#include "indexes/engines/stored_value.h"
#include "indexes/engines/thread_io.h"

namespace omenbench {

inline void expect_lmdb(int code, const char* action) {
  if (code != MDB_SUCCESS) throw Error(std::string("LMDB, ") + action + ": " + mdb_strerror(code));
}

inline MDB_val lmdb_value(std::string_view bytes) {
  return {bytes.size(), const_cast<void*>(static_cast<const void*>(bytes.data()))};
}
inline std::string_view lmdb_bytes(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

/// A key as LMDB takes it, and back. What is read of a byte string lies in the mapped file: it lasts until this thread
/// writes.
template <class K>
class LmdbKey;

template <>
class LmdbKey<Key> {
 public:
  static constexpr unsigned kTableFlags = MDB_INTEGERKEY;
  static constexpr const char* kForm = "machine integer (MDB_INTEGERKEY)";
  explicit LmdbKey(Key key) : key_(key) {}
  MDB_val value() const { return lmdb_value(payload_bytes(key_)); }
  static Key read(const MDB_val& value) { return payload_of_bytes(static_cast<const char*>(value.mv_data)); }

 private:
  Key key_;
};

template <>
class LmdbKey<Bytes> {
 public:
  static constexpr unsigned kTableFlags = 0;
  static constexpr const char* kForm = "bytes; zero bytes alone get one more";
  /// LMDB's default limit (MDB_MAXKEYSIZE) less the byte that some keys get.
  static constexpr std::size_t kMost = 510;

  explicit LmdbKey(Bytes key) : key_(key) {}
  MDB_val value() const { return lmdb_value(key_.view()); }
  static Bytes read(const MDB_val& value) { return FilledKey::read(lmdb_bytes(value)); }

 private:
  FilledKey key_;
};

/// An open environment with its one table.
class LmdbEnvironment {
 public:
  /// `room` is the most bytes the file may grow to: address space, not memory. `table_flags`: how keys are compared.
  LmdbEnvironment(const std::filesystem::path& path, unsigned flags, unsigned table_flags, std::uint64_t room) {
    constexpr unsigned kMostReaders = 1100;  // one per thread
    MDB_env* created = nullptr;
    expect_lmdb(mdb_env_create(&created), "create environment");
    environment_.reset(created);
    expect_lmdb(mdb_env_set_mapsize(created, room), "set map size");
    expect_lmdb(mdb_env_set_maxreaders(created, kMostReaders), "set readers");
    // The objects of all threads are made on one thread: reader slots belong to transactions (MDB_NOTLS).
    expect_lmdb(mdb_env_open(created, path.c_str(), flags | MDB_NOTLS, 0600), "open");
    MDB_txn* transaction = begin(0);
    const int code = mdb_dbi_open(transaction, nullptr, table_flags | MDB_CREATE, &table_);
    if (code != MDB_SUCCESS) mdb_txn_abort(transaction);
    expect_lmdb(code, "open table");
    expect_lmdb(mdb_txn_commit(transaction), "open table");
  }

  MDB_env* get() const { return environment_.get(); }
  MDB_dbi table() const { return table_; }

  MDB_txn* begin(unsigned flags) const {
    MDB_txn* transaction = nullptr;
    expect_lmdb(mdb_txn_begin(get(), nullptr, flags, &transaction), "begin");
    return transaction;
  }

  /// Runs `body(transaction)` in a write transaction and commits when it returns true.
  template <class Body>
  bool write(Body body) const {
    std::unique_ptr<MDB_txn, decltype(&mdb_txn_abort)> transaction(begin(0), &mdb_txn_abort);
    if (!body(transaction.get())) return false;
    expect_lmdb(mdb_txn_commit(transaction.release()), "commit");
    return true;
  }

 private:
  struct Close {
    void operator()(MDB_env* environment) const { mdb_env_close(environment); }
  };
  std::unique_ptr<MDB_env, Close> environment_;
  MDB_dbi table_ = 0;
};

template <class Variant, class K = Key, class V = Words>
class Lmdb {
 public:
  using KeyType = K;
  using E = EntryOf<Lmdb>;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys

  static EngineFacts load(const EngineSite& site, EntriesOf<Lmdb> entries) {
    drop(site);
    const std::filesystem::path store = pristine_store(site);
    std::filesystem::create_directory(store);
    {
      const std::uint64_t most = entries.size() * 64 + 2 * text_bytes_of(entries) +
                                 kRoomOfRecords * more_bytes_of<V>(entries.size(), site.record_bytes);
      const LmdbEnvironment environment(store, MDB_NOSYNC, Stored::kTableFlags, kSpareBytes + most);
      append(environment, entries, V(site.record_bytes));
      expect_lmdb(mdb_env_sync(environment.get(), 1), "sync");
    }
    EngineFacts facts;
    facts.version = mdb_version(nullptr, nullptr, nullptr);
    facts.settings_json = settings_json({{"commit", Variant::kCommit},
                                         {"assertions", assertions_in("liblmdb")},
                                         {"key", Stored::kForm},
                                         {"cache", "the file is mapped; the kernel's page cache holds it"}});
    facts.disk = sync_store(store);
    return facts;
  }

  ~Lmdb() { detach(); }

  static DiskUse disk_use(const EngineSite& site) { return store_use(current_store(site)); }

  /// The file is mapped, so that the kernel has to tell: reads are page faults of this thread that went to the disk,
  /// each of which may bring neighbouring pages too.
  PageUse page_use() const {
    MDB_stat stat{};
    expect_lmdb(mdb_env_stat(handle_->get(), &stat), "stat");
    PageUse use{.page_bytes = stat.ms_psize, .inner_bytes = stat.ms_branch_pages * stat.ms_psize};
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    use.reads = static_cast<std::uint64_t>(usage.ru_majflt);
    const ThreadIo io = read_thread_io();
    use.read_bytes = io.read_bytes;
    use.written_bytes = io.written_bytes;
    use.writes = use.written_bytes / use.page_bytes;
    return use;
  }

  void attach(const EngineSite& site) {
    detach();
    values_ = V(site.record_bytes);
    handle_ = open_shared<Handle>(current_store(site));
    read_ = handle_->begin(MDB_RDONLY);
    expect_lmdb(mdb_cursor_open(read_, handle_->table(), &cursor_), "open cursor");
    mdb_txn_reset(read_);
  }

  /// Begins and ends a transaction.
  void no_op() { const Reading reading(read_); }

  bool find(K key, Payload& payload) {
    const Reading reading(read_);
    const Stored stored(key);
    MDB_val wanted = stored.value();
    MDB_val found;
    const int code = mdb_get(read_, handle_->table(), &wanted, &found);
    if (code == MDB_NOTFOUND) return false;
    expect_lmdb(code, "get");
    payload = V::read(lmdb_bytes(found));
    return true;
  }

  bool lower_bound(K key, E& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<E> out) {
    const Reading reading(read_);
    expect_lmdb(mdb_cursor_renew(read_, cursor_), "renew cursor");
    const Stored stored(from);
    MDB_val key = stored.value();
    MDB_val value;
    std::size_t count = 0;
    int code = MDB_SUCCESS;
    for (MDB_cursor_op step = MDB_SET_RANGE; count < out.size(); step = MDB_NEXT) {
      code = mdb_cursor_get(cursor_, &key, &value, step);
      if (code != MDB_SUCCESS) break;
      out[count++] = {Stored::read(key), V::read(lmdb_bytes(value))};
    }
    if (code != MDB_NOTFOUND) expect_lmdb(code, "scan");
    return count;
  }

  bool insert(K key, Payload payload) {
    const Stored stored(key);
    return handle_->write([&](MDB_txn* transaction) {
      MDB_val at = stored.value(), value = lmdb_value(values_.bytes(payload));
      const int code = mdb_put(transaction, handle_->table(), &at, &value, MDB_NOOVERWRITE);
      if (code != MDB_KEYEXIST) expect_lmdb(code, "put");
      return code == MDB_SUCCESS;
    });
  }

  bool update(K key, Payload payload) {
    const Stored stored(key);
    return handle_->write([&](MDB_txn* transaction) {
      MDB_val at = stored.value(), value;
      const int code = mdb_get(transaction, handle_->table(), &at, &value);
      if (code == MDB_NOTFOUND) return false;
      expect_lmdb(code, "get");
      value = lmdb_value(values_.bytes(payload));
      expect_lmdb(mdb_put(transaction, handle_->table(), &at, &value, 0), "put");
      return true;
    });
  }

  bool erase(K key) {
    const Stored stored(key);
    return handle_->write([&](MDB_txn* transaction) {
      MDB_val at = stored.value();
      const int code = mdb_del(transaction, handle_->table(), &at, nullptr);
      if (code != MDB_NOTFOUND) expect_lmdb(code, "delete");
      return code == MDB_SUCCESS;
    });
  }

  static void restore(const EngineSite& site) { restore_store(site); }
  static void drop(const EngineSite& site) { drop_stores(site); }

 private:
  using Stored = LmdbKey<K>;

  /// Records of more than half a page take whole pages, so that one just beyond fills two of them.
  static constexpr std::uint64_t kRoomOfRecords = 5;
  /// Room for what a row inserts.
  static constexpr std::uint64_t kSpareBytes = std::uint64_t{512} << 20;

  struct Handle : LmdbEnvironment {
    explicit Handle(const std::filesystem::path& path)
        : LmdbEnvironment(path, Variant::kFlags, Stored::kTableFlags,
                          kSpareBytes + 2 * (std::filesystem::file_size(path / "data.mdb") / 4096 * 4096)) {}
  };

  /// The thread's read transaction, for one operation.
  class Reading {
   public:
    explicit Reading(MDB_txn* transaction) : transaction_(transaction) {
      expect_lmdb(mdb_txn_renew(transaction), "renew transaction");
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading() { mdb_txn_reset(transaction_); }

   private:
    MDB_txn* transaction_;
  };

  /// In key order each page is filled and never split (MDB_APPEND). Several transactions, because one keeps a list of
  /// all pages it wrote.
  static void append(const LmdbEnvironment& environment, EntriesOf<Lmdb> entries, V values) {
    constexpr std::size_t kEntriesPerTransaction = 1'000'000;
    for (std::size_t begin = 0; begin < entries.size(); begin += kEntriesPerTransaction) {
      environment.write([&](MDB_txn* transaction) {
        for (std::size_t i = begin; i < std::min(entries.size(), begin + kEntriesPerTransaction); ++i) {
          const E entry = entries[i];
          const Stored stored(entry.key);
          MDB_val key = stored.value(), value = lmdb_value(values.bytes(entry.payload));
          expect_lmdb(mdb_put(transaction, environment.table(), &key, &value, MDB_APPEND), "append");
        }
        return true;
      });
    }
  }

  void detach() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
    if (read_ != nullptr) mdb_txn_abort(read_);
    cursor_ = nullptr;
    read_ = nullptr;
    handle_.reset();
  }

  std::shared_ptr<Handle> handle_;
  MDB_txn* read_ = nullptr;
  MDB_cursor* cursor_ = nullptr;
  [[no_unique_address]] V values_;
};

}  // namespace omenbench
