// SQLite in a file, as an application would set it up for many small transactions.
//
// Write-ahead log with synchronous = NORMAL: the setting SQLite's documentation recommends with WAL. A commit survives
// a crash of the process at once and a power failure from the next checkpoint on; SQLite is thus asked for less than
// PostgreSQL's defaults, which is to its advantage.
#include "indexes/engines/sqlite_file.h"

#include "harness/register.h"

namespace omenbench {
namespace {

struct Recommended {
  static constexpr const char* kJournalMode = "wal";
  static constexpr const char* kSynchronous = "normal";
  static constexpr const char* kTable = kRowidTable;
};

const bool registered[] = {
    add_index<SqliteFile<Recommended>>({.name = "sqlite-file",
                                        .display = "SQLite, file",
                                        .family = Family::kEngine,
                                        .tier = Tier::kEmbedded,
                                        .citation = "SQLite " SQLITE_VERSION,
                                        .parameters = {{"table", "rowid, INTEGER PRIMARY KEY"},
                                                       {"journal_mode", "wal"},
                                                       {"synchronous", "normal"},
                                                       {"cache", "256 MiB per connection"}},
                                        .peak_bytes_per_key = 32}),
    add_records<SqliteFile<Recommended, Key, Records>>("sqlite-file"),
};

}  // namespace
}  // namespace omenbench
