// The learned index of extension/ probed within the server: `postgres-learned` without its round trips.
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_inside.h"

namespace omenbench {
namespace {

const bool registered = add_stretching_index<PostgresInside<postgres_forms::Learned>>(
    {.name = "postgres-inside-learned",
     .display = postgres_forms::display_with_extension("PostgreSQL inside, learned index"),
     .family = Family::kEngine,
     .tier = Tier::kServer,
     .citation = "extension/ of this project, PostgreSQL, libpqxx " PQXX_VERSION,
     .parameters = {{"table", "learned index with gaps, bigint"}},
     .peak_bytes_per_key = 24,
     .server = "postgres",
     .service = kPostgresService});

}  // namespace
}  // namespace omenbench
