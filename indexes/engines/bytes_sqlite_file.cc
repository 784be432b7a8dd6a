// SQLite in a file with BLOB keys, as most tables with a uuid or a text for a key are made: a rowid table, and beside
// it an index from the key to the rowid (SQLite documentation, "CREATE TABLE", section "The PRIMARY KEY").
#include "harness/register.h"
#include "indexes/engines/sqlite_file.h"

namespace omenbench {
namespace {

struct Recommended {
  static constexpr const char* kJournalMode = "wal";
  static constexpr const char* kSynchronous = "normal";
  static constexpr const char* kTable = kBlobTable;
};

const bool registered = add_index<SqliteFile<Recommended, Bytes>>({.name = "bytes-sqlite-file",
                                                                   .display = "SQLite, file, byte strings",
                                                                   .family = Family::kEngine,
                                                                   .tier = Tier::kEmbedded,
                                                                   .citation = "SQLite " SQLITE_VERSION,
                                                                   .parameters = {{"table", "rowid, BLOB PRIMARY KEY"},
                                                                                  {"journal_mode", "wal"},
                                                                                  {"synchronous", "normal"},
                                                                                  {"cache", "256 MiB per connection"}},
                                                                   .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
