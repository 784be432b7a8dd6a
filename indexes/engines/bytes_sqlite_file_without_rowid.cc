// SQLite in a file with BLOB keys and no rowid: one B-tree that is ordered by the key, instead of a table and an index
// (SQLite documentation, "Clustered Indexes and the WITHOUT ROWID Optimization").
#include "harness/register.h"
#include "indexes/engines/sqlite_file.h"

namespace omenbench {
namespace {

struct WithoutRowid {
  static constexpr const char* kJournalMode = "wal";
  static constexpr const char* kSynchronous = "normal";
  static constexpr const char* kTable = kBlobWithoutRowidTable;
};

const bool registered =
    add_index<SqliteFile<WithoutRowid, Bytes>>({.name = "bytes-sqlite-file-without-rowid",
                                                .display = "SQLite, file, WITHOUT ROWID, byte strings",
                                                .family = Family::kEngine,
                                                .tier = Tier::kEmbedded,
                                                .citation = "SQLite " SQLITE_VERSION,
                                                .parameters = {{"table", "WITHOUT ROWID, BLOB PRIMARY KEY"},
                                                               {"journal_mode", "wal"},
                                                               {"synchronous", "normal"},
                                                               {"cache", "256 MiB per connection"}},
                                                .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
