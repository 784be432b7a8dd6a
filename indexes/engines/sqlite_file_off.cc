// SQLite in a file whose commits and checkpoints never wait for the disk (synchronous = OFF): they survive a crash of
// the process; a power failure may destroy the database.
#include "harness/register.h"
#include "indexes/engines/sqlite_file.h"

namespace omenbench {
namespace {

struct NeverSynced {
  static constexpr const char* kJournalMode = "wal";
  static constexpr const char* kSynchronous = "off";
  static constexpr const char* kTable = kRowidTable;
};

const bool registered[] = {
    add_index<SqliteFile<NeverSynced>>({.name = "sqlite-file-off",
                                        .display = "SQLite, file, never synced",
                                        .family = Family::kEngine,
                                        .tier = Tier::kEmbedded,
                                        .citation = "SQLite " SQLITE_VERSION,
                                        .parameters = {{"table", "rowid, INTEGER PRIMARY KEY"},
                                                       {"journal_mode", "wal"},
                                                       {"synchronous", "off"},
                                                       {"cache", "256 MiB per connection"}},
                                        .peak_bytes_per_key = 32}),
    add_records<SqliteFile<NeverSynced, Key, Records>>("sqlite-file-off"),
};

}  // namespace
}  // namespace omenbench
