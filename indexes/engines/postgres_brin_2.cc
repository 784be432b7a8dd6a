// PostgreSQL with a block range index over short ranges: least and greatest key of every 2 pages. The summary
// is eight times that of `postgres-brin`, and all of it is read for each lookup; few rows are read in vain.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<Postgres<postgres_forms::Brin<2>>>({.name = "postgres-brin-2",
                                                  .display = "PostgreSQL, BRIN, 2 pages",
                                                  .family = Family::kEngine,
                                                  .tier = Tier::kServer,
                                                  .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                                  .parameters = {{"table", "BRIN, bigint"},
                                                                 {"pages_per_range", "2"},
                                                                 {"statements", "prepared, generic plan, autocommit"},
                                                                 {"connections", "one per thread"}},
                                                  .peak_bytes_per_key = 24,
                                                  .max_operations = 2'000,
                                                  .server = "postgres",
                                                  .service = kPostgresService}),
    add_records<Postgres<postgres_forms::Brin<2>, Key, Records>>("postgres-brin-2"),
};

}  // namespace
}  // namespace omenbench
