// PostgreSQL with a block range index over ranges of 16 pages: least and greatest key of every 16 pages. For tables
// whose physical order is that of the keys. Every lookup reads the whole summary, so that its time grows with the
// table: short streams.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<Postgres<postgres_forms::Brin<16>>>({.name = "postgres-brin",
                                                   .display = "PostgreSQL, BRIN, 16 pages",
                                                   .family = Family::kEngine,
                                                   .tier = Tier::kServer,
                                                   .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                                   .parameters = {{"table", "BRIN, bigint"},
                                                                  {"pages_per_range", "16"},
                                                                  {"statements", "prepared, generic plan, autocommit"},
                                                                  {"connections", "one per thread"}},
                                                   .peak_bytes_per_key = 24,
                                                   .max_operations = 2'000,
                                                   .server = "postgres",
                                                   .service = kPostgresService}),
    add_records<Postgres<postgres_forms::Brin<16>, Key, Records>>("postgres-brin"),
};

}  // namespace
}  // namespace omenbench
