// SQLite with its database in a file; each variant (journal, synchronous, form of the table) in its own .cc.
//
// 256 MiB of page cache per connection, or --pool, instead of the 2 MiB default. Each thread has a connection: in
// write-ahead mode readers run beside one writer, and writers wait for each other (busy_timeout); one that waits longer
// than that fails with an error.
//
// Files: `load` writes a pristine file. Rows that only read attach to it; `restore` copies it to a work file, which
// then takes its place, so that a row of reads never pays for a copy.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/index.h"
#include "indexes/engines/sqlite_table.h"

namespace omenbench {
/// A `Variant` has `kJournalMode` and `kSynchronous`, the pragmas' values, and `kTable`, the statement that creates t.
template <class Variant, class K = Key, class V = Words>
class SqliteFile : public SqliteTable<K, V> {
 public:
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys
  static constexpr bool kTakesPool = true;

  static EngineFacts load(const EngineSite& site, EntriesOf<SqliteTable<K>> entries) {
    drop(site);
    const std::filesystem::path path = pristine_path(site);
    const std::string create = sqlite_table_of<V>(Variant::kTable);
    write_sqlite_file(path, entries, create, V(site.record_bytes));
    EngineFacts facts;
    {
      const SqliteConnection connection = connect(path, cache_of(site));
      connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
      facts = sqlite_facts(connection, create);
    }
    sync_file(path);
    facts.disk = use_of(path);
    facts.cache_bytes = cache_of(site);
    return facts;
  }

  void attach(const EngineSite& site) {
    this->hold_values(V(site.record_bytes));
    this->open(connect(current_path(site), cache_of(site)));
  }

  /// Pages that its page cache did not have, whoever had them then: the kernel, or the disk.
  PageUse page_use() const {
    PageUse use{.page_bytes = std::stoull(this->connection().value("PRAGMA page_size"))};
    use.reads = status(SQLITE_DBSTATUS_CACHE_MISS);
    use.writes = status(SQLITE_DBSTATUS_CACHE_WRITE);
    use.read_bytes = use.reads * use.page_bytes;
    use.written_bytes = use.writes * use.page_bytes;
    return use;
  }

  static DiskUse disk_use(const EngineSite& site) { return use_of(current_path(site)); }

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

 private:
  /// A count since the connection was opened.
  std::uint64_t status(int which) const {
    int now = 0, highest = 0;
    sqlite3_db_status(this->connection().get(), which, &now, &highest, 0);
    return static_cast<std::uint64_t>(now);
  }

  static std::filesystem::path current_path(const EngineSite& site) {
    const std::filesystem::path work = work_path(site);
    return std::filesystem::exists(work) ? work : pristine_path(site);
  }
  static DiskUse use_of(const std::filesystem::path& path) {
    DiskUse use{.data_bytes = std::filesystem::file_size(path)};
    for (const char* log : {"-wal", "-journal"}) {
      std::error_code absent;
      const std::uint64_t bytes = std::filesystem::file_size(path.string() + log, absent);
      if (!absent) use.log_bytes += bytes;
    }
    return use;
  }
  static std::filesystem::path pristine_path(const EngineSite& site) {
    return std::filesystem::path(site.directory) / "sqlite-file.db";
  }
  static std::filesystem::path work_path(const EngineSite& site) {
    return std::filesystem::path(site.directory) / "sqlite-file-work.db";
  }

  static std::uint64_t cache_of(const EngineSite& site) {
    constexpr std::uint64_t kUsual = std::uint64_t{256} << 20;
    return site.pool_bytes == 0 ? kUsual : site.pool_bytes;
  }

  static SqliteConnection connect(const std::filesystem::path& path, std::uint64_t cache_bytes) {
    SqliteConnection connection(path.string(), SQLITE_OPEN_READWRITE);
    connection.run("PRAGMA busy_timeout = 30000");
    connection.run(std::string("PRAGMA journal_mode = ") + Variant::kJournalMode);
    connection.run(std::string("PRAGMA synchronous = ") + Variant::kSynchronous);
    connection.run("PRAGMA cache_size = -" + std::to_string(cache_bytes / 1024));
    return connection;
  }
};

}  // namespace omenbench
