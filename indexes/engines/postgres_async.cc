// PostgreSQL with a B-tree primary key whose commits do not wait for the disk (synchronous_commit = off): a crash of
// the server may lose the last of them, never the table's consistency. Set per session, so that it works on any server.
#include "harness/register.h"
#include "indexes/engines/postgres_look.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

struct AsyncCommit {
  static constexpr bool kOrdered = true;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off'), ('synchronous_commit', 'off')";

  static TableForm form() { return {}; }
};

const bool registered[] = {
    add_index<Postgres<AsyncCommit>>({.name = "postgres-async",
                                      .display = "PostgreSQL, commits not waited for",
                                      .family = Family::kEngine,
                                      .tier = Tier::kServer,
                                      .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                      .parameters = {{"table", "B-tree primary key, bigint"},
                                                     {"synchronous_commit", "off"},
                                                     {"statements", "prepared, generic plan, autocommit"},
                                                     {"connections", "one per thread"}},
                                      .peak_bytes_per_key = 24,
                                      .server = "postgres",
                                      .service = kPostgresService}),
    add_records<Postgres<AsyncCommit, Key, Records>>("postgres-async"),
};

}  // namespace
}  // namespace omenbench
