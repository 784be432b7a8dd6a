// PostgreSQL with a block range index over long ranges: least and greatest key of every 128 pages, PostgreSQL's own
// default. The summary is small, and some 20,000 rows are read for each lookup.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<Postgres<postgres_forms::Brin<128>>>({.name = "postgres-brin-128",
                                                    .display = "PostgreSQL, BRIN, 128 pages",
                                                    .family = Family::kEngine,
                                                    .tier = Tier::kServer,
                                                    .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                                    .parameters = {{"table", "BRIN, bigint"},
                                                                   {"pages_per_range", "128"},
                                                                   {"statements", "prepared, generic plan, autocommit"},
                                                                   {"connections", "one per thread"}},
                                                    .peak_bytes_per_key = 24,
                                                    .max_operations = 2'000,
                                                    .server = "postgres",
                                                    .service = kPostgresService}),
    add_records<Postgres<postgres_forms::Brin<128>, Key, Records>>("postgres-brin-128"),
};

}  // namespace
}  // namespace omenbench
