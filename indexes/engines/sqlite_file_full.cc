// SQLite in a file with a write-ahead log that every commit syncs (synchronous = FULL): what PostgreSQL and LMDB
// promise by default. Waiting for the disk takes milliseconds a commit: short streams.
#include "harness/register.h"
#include "indexes/engines/sqlite_file.h"

namespace omenbench {
namespace {

struct EveryCommit {
  static constexpr const char* kJournalMode = "wal";
  static constexpr const char* kSynchronous = "full";
  static constexpr const char* kTable = kRowidTable;
};

const bool registered[] = {
    add_index<SqliteFile<EveryCommit>>({.name = "sqlite-file-full",
                                        .display = "SQLite, file, every commit synced",
                                        .family = Family::kEngine,
                                        .tier = Tier::kEmbedded,
                                        .citation = "SQLite " SQLITE_VERSION,
                                        .parameters = {{"table", "rowid, INTEGER PRIMARY KEY"},
                                                       {"journal_mode", "wal"},
                                                       {"synchronous", "full"},
                                                       {"cache", "256 MiB per connection"}},
                                        .peak_bytes_per_key = 32,
                                        .max_operations = 10'000}),
    add_records<SqliteFile<EveryCommit, Key, Records>>("sqlite-file-full"),
};

}  // namespace
}  // namespace omenbench
