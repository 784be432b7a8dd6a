// PostgreSQL with a B-tree primary key on an unlogged table: no write-ahead log; the table is emptied after a crash of
// the server (PostgreSQL documentation, "CREATE TABLE", UNLOGGED).
#include "harness/register.h"
#include "indexes/engines/postgres_look.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

struct Unlogged {
  static constexpr bool kOrdered = true;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off')";

  static TableForm form() { return {.persistence = "UNLOGGED"}; }
};

const bool registered[] = {
    add_index<Postgres<Unlogged>>({.name = "postgres-unlogged",
                                   .display = "PostgreSQL, unlogged table",
                                   .family = Family::kEngine,
                                   .tier = Tier::kServer,
                                   .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                   .parameters = {{"table", "unlogged, B-tree primary key, bigint"},
                                                  {"statements", "prepared, generic plan, autocommit"},
                                                  {"connections", "one per thread"}},
                                   .peak_bytes_per_key = 24,
                                   .server = "postgres",
                                   .service = kPostgresService}),
    add_records<Postgres<Unlogged, Key, Records>>("postgres-unlogged"),
};

}  // namespace
}  // namespace omenbench
