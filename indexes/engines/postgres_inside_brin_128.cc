// PostgreSQL's block range index over long ranges probed within the server: `postgres-brin-128` without its round
// trips. Every probe reads the whole summary: short streams.
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_inside.h"

namespace omenbench {
namespace {

const bool registered = add_stretching_index<PostgresInside<postgres_forms::Brin<128>>>(
    {.name = "postgres-inside-brin-128",
     .display = "PostgreSQL inside, BRIN, 128 pages",
     .family = Family::kEngine,
     .tier = Tier::kServer,
     .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
     .parameters = {{"table", "BRIN, bigint"}, {"pages_per_range", "128"}},
     .peak_bytes_per_key = 24,
     .max_operations = 2'000,
     .server = "postgres",
     .service = kPostgresService});

}  // namespace
}  // namespace omenbench
