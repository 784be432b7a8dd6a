// SQLite in a file with a WITHOUT ROWID table: a B-tree of records ordered by the key instead of one of integers. For
// integer keys SQLite's documentation expects the rowid form to be the faster ("Clustered Indexes and the WITHOUT ROWID
// Optimization"); this measures by how much.
#include "harness/register.h"
#include "indexes/engines/sqlite_file.h"

namespace omenbench {
namespace {

struct WithoutRowid {
  static constexpr const char* kJournalMode = "wal";
  static constexpr const char* kSynchronous = "normal";
  static constexpr const char* kTable = kWithoutRowidTable;
};

const bool registered[] = {
    add_index<SqliteFile<WithoutRowid>>({.name = "sqlite-file-without-rowid",
                                         .display = "SQLite, file, WITHOUT ROWID",
                                         .family = Family::kEngine,
                                         .tier = Tier::kEmbedded,
                                         .citation = "SQLite " SQLITE_VERSION,
                                         .parameters = {{"table", "WITHOUT ROWID"},
                                                        {"journal_mode", "wal"},
                                                        {"synchronous", "normal"},
                                                        {"cache", "256 MiB per connection"}},
                                         .peak_bytes_per_key = 32}),
    add_records<SqliteFile<WithoutRowid, Key, Records>>("sqlite-file-without-rowid"),
};

}  // namespace
}  // namespace omenbench
