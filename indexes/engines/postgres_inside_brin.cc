// PostgreSQL's block range index over ranges of 16 pages probed within the server: `postgres-brin` without its round
// trips. Every probe reads the whole summary: short streams.
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_inside.h"

namespace omenbench {
namespace {

const bool registered = add_stretching_index<PostgresInside<postgres_forms::Brin<16>>>(
    {.name = "postgres-inside-brin",
     .display = "PostgreSQL inside, BRIN, 16 pages",
     .family = Family::kEngine,
     .tier = Tier::kServer,
     .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
     .parameters = {{"table", "BRIN, bigint"}, {"pages_per_range", "16"}},
     .peak_bytes_per_key = 24,
     .max_operations = 2'000,
     .server = "postgres",
     .service = kPostgresService});

}  // namespace
}  // namespace omenbench
