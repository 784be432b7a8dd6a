// SQLite with its database in memory: the engine without the disk.
//
// Every trial is a process of its own, but an in-memory database lives and dies with a connection. `load` therefore
// writes a database file once, and `attach` copies its pages into a ":memory:" database with SQLite's backup
// interface, outside the clock. Nothing ever writes to the file, so it is its own pristine copy.
//
// One connection per thread means one copy of the table per thread: memory grows with the threads, and writes of one
// thread are invisible to the others, so concurrent writes are not offered.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/index.h"
#include "indexes/engines/sqlite_table.h"

namespace omenbench {

inline std::filesystem::path sqlite_memory_source(const EngineSite& site) {
  return std::filesystem::path(site.directory) / "sqlite-memory.db";
}

/// A private in-memory copy of the file that `load` wrote.
inline SqliteConnection copy_to_memory(const EngineSite& site) {
  const std::filesystem::path path = sqlite_memory_source(site);
  const SqliteConnection source(path.string(), SQLITE_OPEN_READONLY);
  SqliteConnection memory(":memory:", SQLITE_OPEN_READWRITE);
  sqlite3_backup* const backup = sqlite3_backup_init(memory.get(), "main", source.get(), "main");
  if (backup == nullptr) throw_sqlite(memory.get(), "copy '" + path.string() + "' into memory");
  sqlite3_backup_step(backup, -1);
  if (sqlite3_backup_finish(backup) != SQLITE_OK) {
    throw_sqlite(memory.get(), "copy '" + path.string() + "' into memory");
  }
  return memory;
}

template <class V = Words>
class SqliteMemory : public SqliteTable<Key, V> {
 public:
  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    const std::filesystem::path path = sqlite_memory_source(site);
    remove_sqlite_file(path);
    const std::string create = sqlite_table_of<V>(kRowidTable);
    write_sqlite_file(path, entries, create, V(site.record_bytes));
    sync_file(path);
    EngineFacts facts = sqlite_facts(SqliteConnection(":memory:", SQLITE_OPEN_READWRITE), create);
    facts.cache_bytes = std::filesystem::file_size(path);  // all of it is in memory, none of it on the disk
    return facts;
  }

  void attach(const EngineSite& site) {
    this->hold_values(V(site.record_bytes));
    this->open(copy_to_memory(site));
  }

  /// Every attach starts from the untouched file.
  static void restore(const EngineSite&) {}

  static void drop(const EngineSite& site) { remove_sqlite_file(sqlite_memory_source(site)); }
};

}  // namespace omenbench
