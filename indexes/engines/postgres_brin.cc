// PostgreSQL with a block range index: least and greatest key of every 16 pages, for tables whose physical order is
// that of the keys.
//
// It finds block ranges, not rows: it keeps no order for scans to walk and cannot refuse a present key, so neither
// scans nor inserts are offered. Every lookup reads the whole summary, so that its time grows with the table: short
// streams.
#include "harness/register.h"
#include "indexes/engines/postgres_look.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

struct Brin {
  static constexpr bool kOrdered = false;
  static constexpr bool kInsertable = false;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'on')";

  static TableForm form() {
    return {.index_name = "BRIN, 16 pages per range",
            .index_sql = "CREATE INDEX ON $TABLE USING brin (k) WITH (pages_per_range = 16)",
            .portable = false};
  }
};

const bool registered = add_index<Postgres<Brin>>({.name = "postgres-brin",
                                                   .display = "PostgreSQL, BRIN",
                                                   .family = Family::kEngine,
                                                   .tier = Tier::kServer,
                                                   .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                                   .parameters = {{"table", "BRIN, bigint"},
                                                                  {"statements", "prepared, generic plan, autocommit"},
                                                                  {"connections", "one per thread"}},
                                                   .peak_bytes_per_key = 24,
                                                   .max_operations = 2'000,
                                                   .server = "postgres",
                                                   .service = kPostgresService});

}  // namespace
}  // namespace omenbench
