// PostgreSQL with a hash index: point operations only, no order.
//
// A hash index cannot be declared unique. An exclusion constraint on it can refuse a present key (PostgreSQL
// documentation, "CREATE TABLE", EXCLUDE), so that inserts work as with a primary key.
#include "harness/register.h"
#include "indexes/engines/postgres_look.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

struct Hash {
  static constexpr bool kOrdered = false;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off')";

  static TableForm form() {
    return {
        .index_name = "hash", .index_sql = "ALTER TABLE $TABLE ADD EXCLUDE USING hash (k WITH =)", .portable = false};
  }
};

const bool registered = add_index<Postgres<Hash>>({.name = "postgres-hash",
                                                   .display = "PostgreSQL, hash index",
                                                   .family = Family::kEngine,
                                                   .tier = Tier::kServer,
                                                   .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                                   .parameters = {{"table", "hash index, bigint"},
                                                                  {"statements", "prepared, generic plan, autocommit"},
                                                                  {"connections", "one per thread"}},
                                                   .peak_bytes_per_key = 24,
                                                   .server = "postgres",
                                                   .service = kPostgresService});

}  // namespace
}  // namespace omenbench
