// WiredTiger: the B-tree behind MongoDB, with its own cache and write-ahead log.
//
// 64-bit keys and payloads are packed unsigned integers ("Q"), whose bytes sort as the numbers do; byte strings are raw
// items ("u"), those of zero bytes alone one longer (FilledKey). One session and one cursor per thread;
// `overwrite=false` makes inserts and updates conditional by themselves. A write that meets another of the same key is
// rolled back by WiredTiger and repeated here. The log is written to the kernel at each commit, not synced: a commit
// survives a crash of the process. Bulk cursors load sorted keys without logging.
//
// needs: wiredtiger.h wiredtiger (libwiredtiger-dev)
#pragma once

#include <wiredtiger.h>

#include <concepts>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/library_build.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"
#include "indexes/engines/stored_key.h"

namespace omenbench {
namespace wiredtiger {

inline constexpr const char* kTable = "table:t";
inline constexpr std::uint64_t kCacheBytes = std::uint64_t{256} << 20;
/// Nothing of the environment (WIREDTIGER_CONFIG) overrides it. Version 3.2.1 writes that wish into the database's own
/// file of settings, and then does not know it: without such a file (config_base) the database can be opened again.
inline constexpr const char* kConfiguration =
    "create,use_environment=false,config_base=false,cache_size=256MB,session_max=1200,"
    "log=(enabled=true,file_max=8MB,prealloc=false),transaction_sync=(enabled=true,method=none),statistics=(none)";

inline void expect_ok(int code, const char* action) {
  if (code != 0) throw Error(std::string("WiredTiger, ") + action + ": " + wiredtiger_strerror(code));
}

struct Connection {
  explicit Connection(const std::filesystem::path& path) {
    expect_ok(wiredtiger_open(path.c_str(), nullptr, kConfiguration, &handle), "open");
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { handle->close(handle, nullptr); }

  WT_SESSION* session() const {
    WT_SESSION* opened = nullptr;
    expect_ok(handle->open_session(handle, nullptr, nullptr, &opened), "open session");
    return opened;
  }

  WT_CONNECTION* handle = nullptr;
};

inline WT_CURSOR* open_cursor(WT_SESSION* session, const char* configuration) {
  WT_CURSOR* cursor = nullptr;
  expect_ok(session->open_cursor(session, kTable, nullptr, configuration, &cursor), "open cursor");
  return cursor;
}

/// A key on its way into a cursor, which refers to it until the cursor has moved, and back.
template <class K>
class CursorKey;

template <>
class CursorKey<Key> {
 public:
  static constexpr const char* kFormat = "key_format=Q,value_format=Q";
  explicit CursorKey(Key key) : key_(key) {}
  void set(WT_CURSOR* cursor) const { cursor->set_key(cursor, key_); }
  static Key get(WT_CURSOR* cursor, ReadKeys<Key>&) {
    Key key = 0;
    expect_ok(cursor->get_key(cursor, &key), "get key");
    return key;
  }

 private:
  Key key_;
};

template <>
class CursorKey<Bytes> {
 public:
  static constexpr const char* kFormat = "key_format=u,value_format=Q";
  explicit CursorKey(Bytes key) : key_(key) {}
  void set(WT_CURSOR* cursor) const {
    WT_ITEM item{};
    item.data = key_.view().data();
    item.size = key_.view().size();
    cursor->set_key(cursor, &item);
  }
  static Bytes get(WT_CURSOR* cursor, ReadKeys<Bytes>& read) {
    WT_ITEM item{};
    expect_ok(cursor->get_key(cursor, &item), "get key");
    return read.keep(FilledKey::read({static_cast<const char*>(item.data), item.size}));
  }

 private:
  FilledKey key_;
};

template <class K>
class Table {
 public:
  using KeyType = K;
  using E = EntryOf<Table>;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys

  static EngineFacts load(const EngineSite& site, EntriesOf<Table> entries) {
    drop(site);
    std::filesystem::create_directory(pristine_store(site));
    {
      const Connection connection(pristine_store(site));
      WT_SESSION* const session = connection.session();
      expect_ok(session->create(session, kTable, CursorKey<K>::kFormat), "create table");
      WT_CURSOR* const cursor = open_cursor(session, "bulk");
      for (const E& entry : entries) {
        const CursorKey<K> key(entry.key);
        key.set(cursor);
        cursor->set_value(cursor, entry.payload);
        expect_ok(cursor->insert(cursor), "bulk insert");
      }
      expect_ok(cursor->close(cursor), "close bulk cursor");
      expect_ok(session->checkpoint(session, nullptr), "checkpoint");
    }
    EngineFacts facts;
    int major = 0, minor = 0, patch = 0;
    wiredtiger_version(&major, &minor, &patch);
    facts.version = "WiredTiger " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
    facts.settings_json = settings_json({{"configuration", kConfiguration},
                                         {"table", CursorKey<K>::kFormat},
                                         {"commit", "log written, not synced"},
                                         {"assertions", assertions_in("libwiredtiger")}});
    facts.disk = sync_store(pristine_store(site));
    facts.cache_bytes = kCacheBytes;
    return facts;
  }

  ~Table() { detach(); }

  static DiskUse disk_use(const EngineSite& site) { return store_use(current_store(site)); }

  void attach(const EngineSite& site) {
    detach();
    connection_ = open_shared<Connection>(current_store(site));
    session_ = connection_->session();
    cursor_ = open_cursor(session_, "overwrite=false");
  }

  /// Begins and ends a transaction.
  void no_op() {
    expect_ok(session_->begin_transaction(session_, nullptr), "begin");
    expect_ok(session_->rollback_transaction(session_, nullptr), "roll back");
  }

  bool find(K key, Payload& payload) {
    const CursorKey<K> wanted(key);
    wanted.set(cursor_);
    const int code = cursor_->search(cursor_);
    if (code == WT_NOTFOUND) return false;
    expect_ok(code, "search");
    expect_ok(cursor_->get_value(cursor_, &payload), "get value");
    return release();
  }

  bool lower_bound(K key, E& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<E> out) {
    read_.clear();
    int order = 0;
    const CursorKey<K> wanted(from);
    wanted.set(cursor_);
    int code = cursor_->search_near(cursor_, &order);
    if (code == 0 && order < 0) code = cursor_->next(cursor_);
    std::size_t count = 0;
    for (; code == 0 && count < out.size(); code = count < out.size() ? cursor_->next(cursor_) : 0) {
      E& entry = out[count++];
      entry.key = CursorKey<K>::get(cursor_, read_);
      expect_ok(cursor_->get_value(cursor_, &entry.payload), "get value");
    }
    if (code != WT_NOTFOUND) expect_ok(code, "scan");
    release();
    return count;
  }

  bool insert(K key, Payload payload) { return write(key, payload, &WT_CURSOR::insert, WT_DUPLICATE_KEY); }
  bool update(K key, Payload payload) { return write(key, payload, &WT_CURSOR::update, WT_NOTFOUND); }
  bool erase(K key) { return write(key, 0, &WT_CURSOR::remove, WT_NOTFOUND); }

  static void restore(const EngineSite& site) { restore_store(site); }
  static void drop(const EngineSite& site) { drop_stores(site); }

 private:
  /// False when it ends with `refused`.
  bool write(K key, Payload payload, int (*WT_CURSOR::*operation)(WT_CURSOR*), int refused) {
    const CursorKey<K> wanted(key);
    for (;;) {
      wanted.set(cursor_);
      cursor_->set_value(cursor_, payload);
      const int code = (cursor_->*operation)(cursor_);
      if (code == WT_ROLLBACK) continue;  // another thread wrote this key
      if (code != refused) expect_ok(code, "write");
      release();
      return code == 0;
    }
  }

  /// Lets go of the page the cursor stands on.
  bool release() {
    expect_ok(cursor_->reset(cursor_), "reset cursor");
    return true;
  }

  void detach() {
    if (session_ != nullptr) session_->close(session_, nullptr);
    session_ = nullptr;
    connection_.reset();
  }

  std::shared_ptr<Connection> connection_;
  WT_SESSION* session_ = nullptr;
  WT_CURSOR* cursor_ = nullptr;
  ReadKeys<K> read_;
};

}  // namespace wiredtiger
}  // namespace omenbench
