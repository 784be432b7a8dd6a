// SQLite with its database in memory: sqlite_memory.h.
#include "indexes/engines/sqlite_memory.h"

#include "harness/register.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<SqliteMemory<>>(
        {.name = "sqlite-memory",
         .display = "SQLite, in memory",
         .family = Family::kEngine,
         .tier = Tier::kEmbedded,
         .citation = "SQLite " SQLITE_VERSION,
         .parameters = {{"table", "rowid, INTEGER PRIMARY KEY"}, {"threads", "a copy of the table for each"}},
         .peak_bytes_per_key = 48}),
    add_records<SqliteMemory<Records>>("sqlite-memory"),
};

}  // namespace
}  // namespace omenbench
