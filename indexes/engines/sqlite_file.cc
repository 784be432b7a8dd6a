// SQLite with its database in a file, as an application would set it up for many small transactions.
//
// Write-ahead log with synchronous = NORMAL: the setting SQLite's documentation recommends with WAL. A commit survives
// a crash of the process at once and a power failure from the next checkpoint on; SQLite is thus asked for less than
// PostgreSQL's defaults, which is to its advantage. 256 MiB of page cache per connection instead of the 2 MiB default.
// Each thread has a connection: readers run beside one writer, and writers wait for each other (busy_timeout); one that
// waits longer than that fails with an error.
//
// Files: `load` writes a pristine file. Rows that only read attach to it; `restore` copies it to a work file, which
// then takes its place, so that a row of reads never pays for a copy.
#include "harness/register.h"
#include "indexes/engines/sqlite_table.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kCacheBytes = std::uint64_t{256} << 20;

std::filesystem::path pristine_path(const EngineSite& site) {
  return std::filesystem::path(site.directory) / "sqlite-file.db";
}
std::filesystem::path work_path(const EngineSite& site) {
  return std::filesystem::path(site.directory) / "sqlite-file-work.db";
}

SqliteConnection connect(const std::filesystem::path& path) {
  SqliteConnection connection(path.string(), SQLITE_OPEN_READWRITE);
  connection.run("PRAGMA busy_timeout = 30000");
  connection.run("PRAGMA journal_mode = WAL");
  connection.run("PRAGMA synchronous = NORMAL");
  connection.run("PRAGMA cache_size = -" + std::to_string(kCacheBytes / 1024));
  return connection;
}

class SqliteFile : public SqliteTable {
 public:
  static constexpr bool kConcurrent = true;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    const std::filesystem::path path = pristine_path(site);
    write_sqlite_file(path, entries);
    EngineFacts facts;
    {
      const SqliteConnection connection = connect(path);
      connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
      facts = sqlite_facts(connection);
    }
    sync_file(path);
    facts.disk_bytes = std::filesystem::file_size(path);
    facts.cache_bytes = kCacheBytes;
    return facts;
  }

  void attach(const EngineSite& site) {
    const std::filesystem::path work = work_path(site);
    open(connect(std::filesystem::exists(work) ? work : pristine_path(site)));
  }

  static void restore(const EngineSite& site) {
    const std::filesystem::path work = work_path(site);
    remove_sqlite_file(work);
    std::filesystem::copy_file(pristine_path(site), work);
    sync_file(work);
  }

  static void drop(const EngineSite& site) {
    remove_sqlite_file(work_path(site));
    remove_sqlite_file(pristine_path(site));
  }
};

const bool registered = add_index<SqliteFile>({.name = "sqlite-file",
                                               .display = "SQLite, file",
                                               .family = Family::kEngine,
                                               .tier = Tier::kEmbedded,
                                               .citation = "SQLite " SQLITE_VERSION,
                                               .parameters = {{"table", "rowid, INTEGER PRIMARY KEY"},
                                                              {"journal_mode", "wal"},
                                                              {"synchronous", "normal"},
                                                              {"cache", "256 MiB per connection"}},
                                               .peak_bytes_per_key = 32});

}  // namespace
}  // namespace omenbench
