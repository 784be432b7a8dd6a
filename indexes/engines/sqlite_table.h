// The table of the SQLite engines: one connection with its prepared statements, and the bulk load into a file.
//
// A rowid table with the key as INTEGER PRIMARY KEY is SQLite's own B-tree without a second index: the strongest form
// for integer keys (SQLite documentation, "ROWIDs and the INTEGER PRIMARY KEY"). Byte strings are BLOBs, which SQLite
// orders as memcmp does. Every operation is one prepared
// statement in autocommit. Any result code but "row" and "done" throws, so that a failing database is never taken for
// an absent key.
//
// needs: sqlite3.h sqlite3 (libsqlite3-dev)
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/index.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/store_files.h"
#include "indexes/engines/stored_key.h"
#include "indexes/engines/stored_value.h"

namespace omenbench {

/// Throws the connection's last error as an Error: "SQLite, open 'x.db': unable to open database file (code 14)".
[[noreturn]] inline void throw_sqlite(sqlite3* database, const std::string& action) {
  std::string text = "SQLite, " + action + ": ";
  text += database == nullptr ? "out of memory" : sqlite3_errmsg(database);
  throw Error(text + " (code " + std::to_string(sqlite3_extended_errcode(database)) + ")");
}

/// A connection that belongs to one thread.
class SqliteConnection {
 public:
  /// Opens `name` (a path or ":memory:") with sqlite3_open_v2's `flags`. Throws Error.
  SqliteConnection(const std::string& name, int flags) {
    // Keeping memory statistics takes a lock around every allocation. Too late (and harmless) when something else in
    // the process has used SQLite before.
    static const int no_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(no_statistics);
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(database);
    if (code != SQLITE_OK) throw_sqlite(database, "open '" + name + "'");
  }

  sqlite3* get() const { return database_.get(); }

  /// Runs statements whose rows do not matter. Throws Error.
  void run(const std::string& sql) const {
    if (sqlite3_exec(get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw_sqlite(get(), "'" + sql + "'");
  }

  /// First column of the first row as text; empty without a row.
  std::string value(const std::string& sql) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
};

/// A prepared statement; parameters and columns are integers or BLOBs, numbered from 1 and 0 as SQLite does.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(const SqliteConnection& connection, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(connection.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      throw_sqlite(connection.get(), std::string("prepare '") + sql + "'");
    }
    statement_.reset(statement);
  }

  void bind(int parameter, std::int64_t value) { sqlite3_bind_int64(statement_.get(), parameter, value); }
  /// The bytes must stay until the statement has run. Of a null address SQLite would make NULL.
  void bind(int parameter, Bytes value) {
    sqlite3_bind_blob64(statement_.get(), parameter, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC);
  }

  /// True: a row is there. False: the statement is finished. Throws Error, after which the statement can run again.
  bool step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail();
  }

  std::int64_t column(int number) { return sqlite3_column_int64(statement_.get(), number); }
  /// Valid until the next step.
  Bytes blob(int number) {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), number));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), number))};
  }
  std::string text(int number) {
    const auto* characters = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), number));
    return characters == nullptr ? std::string() : characters;
  }

  /// Ends the statement's transaction; its parameters may be bound again.
  void reset() { sqlite3_reset(statement_.get()); }

  /// Runs a statement that returns no rows; the number of rows it changed.
  std::int64_t change() {
    step();
    reset();
    return sqlite3_changes64(sqlite3_db_handle(statement_.get()));
  }

 private:
  [[noreturn, gnu::cold]] void fail() {
    sqlite3* const database = sqlite3_db_handle(statement_.get());
    try {
      throw_sqlite(database, std::string("'") + sqlite3_sql(statement_.get()) + "'");
    } catch (...) {
      reset();
      throw;
    }
  }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

inline std::string SqliteConnection::value(const std::string& sql) const {
  SqliteStatement statement(*this, sql.c_str());
  return statement.step() ? statement.text(0) : std::string();
}

/// A key of either kind as a parameter.
inline std::int64_t sqlite_key(Key key) { return sql_key(key); }
inline Bytes sqlite_key(Bytes key) { return key; }

/// A payload as a parameter: words are integers, records BLOBs.
inline std::int64_t sqlite_payload(Words, Payload payload) { return sql_payload(payload); }
inline Bytes sqlite_payload(Records& values, Payload payload) { return values.bytes(payload); }

/// A statement that creates table t, for such payloads.
template <class V>
std::string sqlite_table_of(const char* create) {
  return with_values<V>(create, "v INTEGER", "v BLOB");
}

/// The operations of an index on table t(k, v) of an open database. Not thread-safe.
template <class K = Key, class V = Words>
class SqliteTable {
 public:
  using KeyType = K;
  using EntryType = typename KeyTraits<K>::EntryType;
  using Values = V;

  /// Prepares all statements. Throws Error when the table is missing.
  void open(SqliteConnection connection,
            const char* insert = "INSERT INTO t(k, v) VALUES(?1, ?2) ON CONFLICT DO NOTHING") {
    connection_ = std::make_unique<SqliteConnection>(std::move(connection));
    no_op_ = {*connection_, "SELECT 1"};
    find_ = {*connection_, "SELECT v FROM t WHERE k = ?1"};
    scan_ = {*connection_, "SELECT k, v FROM t WHERE k >= ?1 ORDER BY k LIMIT ?2"};
    insert_ = {*connection_, insert};
    update_ = {*connection_, "UPDATE t SET v = ?2 WHERE k = ?1"};
    erase_ = {*connection_, "DELETE FROM t WHERE k = ?1"};
  }

  void no_op() {
    no_op_.step();
    no_op_.reset();
  }

  bool find(K key, Payload& payload) {
    find_.bind(1, sqlite_key(key));
    const bool found = find_.step();
    if (found) payload = read_payload(find_, 0);
    find_.reset();
    return found;
  }

  bool lower_bound(K key, EntryType& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<EntryType> out) {
    read_.clear();
    scan_.bind(1, sqlite_key(from));
    scan_.bind(2, static_cast<std::int64_t>(out.size()));
    std::size_t count = 0;
    // SQLite returns at most out.size() rows, and the last step is what ends its read transaction.
    while (scan_.step()) out[count++] = {read_key(), read_payload(scan_, 1)};
    scan_.reset();
    return count;
  }

  bool insert(K key, Payload payload) { return write(insert_, key, payload); }
  bool update(K key, Payload payload) { return write(update_, key, payload); }

  bool erase(K key) {
    erase_.bind(1, sqlite_key(key));
    return erase_.change() == 1;
  }

 protected:
  /// Before any operation, where payloads are records.
  void hold_values(V values) { values_ = std::move(values); }

  const SqliteConnection& connection() const { return *connection_; }

  /// Of tables that hold a key more than once: how many rows it has, and the sum of their payloads (SQLite's own sum()
  /// fails where it leaves 63 bits).
  std::uint64_t sum_all(K key, Payload& sum) {
    std::uint64_t count = 0;
    sum = 0;
    find_.bind(1, sqlite_key(key));
    for (; find_.step(); ++count) sum += payload_of_sql(find_.column(0));
    find_.reset();
    return count;
  }

 private:
  K read_key() {
    if constexpr (std::same_as<K, Key>) {
      return key_of(scan_.column(0));
    } else {
      return read_.keep(scan_.blob(0));
    }
  }

  static Payload read_payload(SqliteStatement& statement, int column) {
    if constexpr (V::kRecords) {
      return V::read(statement.blob(column));
    } else {
      return payload_of_sql(statement.column(column));
    }
  }

  bool write(SqliteStatement& statement, K key, Payload payload) {
    statement.bind(1, sqlite_key(key));
    statement.bind(2, sqlite_payload(values_, payload));
    return statement.change() == 1;
  }

  std::unique_ptr<SqliteConnection> connection_;
  SqliteStatement no_op_, find_, scan_, insert_, update_, erase_;
  ReadKeys<K> read_;
  [[no_unique_address]] V values_;
};

inline constexpr const char* kRowidTable = "CREATE TABLE t(k INTEGER PRIMARY KEY, v INTEGER NOT NULL)";
inline constexpr const char* kWithoutRowidTable =
    "CREATE TABLE t(k INTEGER PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID";
inline constexpr const char* kBlobTable = "CREATE TABLE t(k BLOB NOT NULL PRIMARY KEY, v INTEGER NOT NULL)";
inline constexpr const char* kBlobWithoutRowidTable =
    "CREATE TABLE t(k BLOB NOT NULL PRIMARY KEY, v INTEGER NOT NULL) WITHOUT ROWID";

/// Writes a new database file with table t (made by the statement `create`) in one transaction, analysed, in
/// rollback-journal mode and synced. Nothing is journalled meanwhile: a load that dies is repeated from the start.
inline void write_sqlite_file(const std::filesystem::path& path, const auto& entries, const std::string& create,
                              auto values) {
  const SqliteConnection connection(path.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  connection.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;");
  connection.run("BEGIN; " + create);
  SqliteStatement insert(connection, "INSERT INTO t(k, v) VALUES(?1, ?2)");
  for (const auto& entry : entries) {
    insert.bind(1, sqlite_key(entry.key));
    insert.bind(2, sqlite_payload(values, entry.payload));
    insert.step();
    insert.reset();
  }
  connection.run("COMMIT; ANALYZE");
}

/// Removes a database file with its write-ahead log and journal; absent ones are fine. Throws Error.
inline void remove_sqlite_file(const std::filesystem::path& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code failure;
    std::filesystem::remove(path.string() + suffix, failure);
    if (failure) throw Error("file '" + path.string() + suffix + "': cannot remove: " + failure.message());
  }
}

/// What the engines report: version, table, and the settings of a connection as `attach` makes it.
inline EngineFacts sqlite_facts(const SqliteConnection& connection, const std::string& create) {
  Settings settings = {{"table", create}};
  for (const char* name : {"journal_mode", "synchronous", "cache_size", "page_size", "mmap_size", "busy_timeout",
                           "wal_autocheckpoint", "locking_mode"}) {
    settings.emplace_back(name, connection.value(std::string("PRAGMA ") + name));
  }
  settings.emplace_back("threadsafe", std::to_string(sqlite3_threadsafe()));
  return {.version = std::string("SQLite ") + sqlite3_libversion(), .settings_json = settings_json(settings)};
}

}  // namespace omenbench
