// SQLite in a file as it comes: a rollback journal, and every commit synced. Waiting for the disk takes milliseconds a
// commit: short streams.
#include "harness/register.h"
#include "indexes/engines/sqlite_file.h"

namespace omenbench {
namespace {

struct RollbackJournal {
  static constexpr const char* kJournalMode = "delete";
  static constexpr const char* kSynchronous = "full";
  static constexpr const char* kTable = kRowidTable;
};

const bool registered[] = {
    add_index<SqliteFile<RollbackJournal>>({.name = "sqlite-file-rollback",
                                            .display = "SQLite, file, rollback journal",
                                            .family = Family::kEngine,
                                            .tier = Tier::kEmbedded,
                                            .citation = "SQLite " SQLITE_VERSION,
                                            .parameters = {{"table", "rowid, INTEGER PRIMARY KEY"},
                                                           {"journal_mode", "delete"},
                                                           {"synchronous", "full"},
                                                           {"cache", "256 MiB per connection"}},
                                            .peak_bytes_per_key = 32,
                                            .max_operations = 10'000}),
    add_records<SqliteFile<RollbackJournal, Key, Records>>("sqlite-file-rollback"),
};

}  // namespace
}  // namespace omenbench
