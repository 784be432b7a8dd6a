// PostgreSQL with byte strings whose commits do not wait for the disk (synchronous_commit = off): what the key's kind
// costs, where waiting would hide it. A crash of the server may lose the last commits, never the table's consistency.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

struct AsyncCommit : postgres_forms::BytesBtree {
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off'), ('synchronous_commit', 'off')";
};

const bool registered =
    add_index<Postgres<AsyncCommit, Bytes>>({.name = "bytes-postgres-async",
                                             .display = "PostgreSQL, byte strings, commits not waited for",
                                             .family = Family::kEngine,
                                             .tier = Tier::kServer,
                                             .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                             .parameters = {{"table", "B-tree primary key, bytea"},
                                                            {"synchronous_commit", "off"},
                                                            {"statements", "prepared, generic plan, autocommit"},
                                                            {"connections", "one per thread"}},
                                             .peak_bytes_per_key = 24,
                                             .max_key_bytes = AsyncCommit::kMaxKeyBytes,
                                             .server = "postgres",
                                             .service = kPostgresService});

}  // namespace
}  // namespace omenbench
