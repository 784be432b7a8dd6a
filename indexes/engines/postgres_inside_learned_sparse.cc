// The sparse learned index of extension/ probed within the server: `postgres-learned-sparse` without its round trips.
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_inside.h"

namespace omenbench {
namespace {

const bool registered = add_stretching_index<PostgresInside<postgres_forms::LearnedSparse>>(
    {.name = "postgres-inside-learned-sparse",
     .display = postgres_forms::display_with_extension("PostgreSQL inside, sparse learned index"),
     .family = Family::kEngine,
     .tier = Tier::kServer,
     .citation = "extension/ of this project, PostgreSQL, libpqxx " PQXX_VERSION,
     .parameters = {{"table", "sparse learned index, bigint"}},
     .peak_bytes_per_key = 24,
     .server = "postgres",
     .service = kPostgresService});

}  // namespace
}  // namespace omenbench
