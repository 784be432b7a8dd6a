// SQLite with its database in memory: the engine without the disk.
//
// Every trial is a process of its own, but an in-memory database lives and dies with a connection. `load` therefore
// writes a database file once, and `attach` copies its pages into a ":memory:" database with SQLite's backup
// interface, outside the clock. Nothing ever writes to the file, so it is its own pristine copy.
//
// One connection per thread means one copy of the table per thread: memory grows with the threads, and writes of one
// thread are invisible to the others, so concurrent writes are not offered.
#include "harness/register.h"
#include "indexes/engines/sqlite_table.h"

namespace omenbench {
namespace {

std::filesystem::path source_path(const EngineSite& site) {
  return std::filesystem::path(site.directory) / "sqlite-memory.db";
}

/// A private in-memory copy of the file that `load` wrote.
SqliteConnection copy_to_memory(const EngineSite& site) {
  const std::filesystem::path path = source_path(site);
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

class SqliteMemory : public SqliteTable<> {
 public:
  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    const std::filesystem::path path = source_path(site);
    remove_sqlite_file(path);
    write_sqlite_file(path, entries, kRowidTable);
    sync_file(path);
    EngineFacts facts = sqlite_facts(SqliteConnection(":memory:", SQLITE_OPEN_READWRITE), kRowidTable);
    facts.cache_bytes = std::filesystem::file_size(path);  // all of it is in memory, none of it on the disk
    return facts;
  }

  void attach(const EngineSite& site) { open(copy_to_memory(site)); }

  /// Every attach starts from the untouched file.
  static void restore(const EngineSite&) {}

  static void drop(const EngineSite& site) { remove_sqlite_file(source_path(site)); }
};

const bool registered = add_index<SqliteMemory>(
    {.name = "sqlite-memory",
     .display = "SQLite, in memory",
     .family = Family::kEngine,
     .tier = Tier::kEmbedded,
     .citation = "SQLite " SQLITE_VERSION,
     .parameters = {{"table", "rowid, INTEGER PRIMARY KEY"}, {"threads", "a copy of the table for each"}},
     .peak_bytes_per_key = 48});

}  // namespace
}  // namespace omenbench
