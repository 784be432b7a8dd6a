// PostgreSQL's B-tree probed within the server: the engine `postgres` without its round trips.
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_inside.h"

namespace omenbench {
namespace {

const bool registered = add_stretching_index<PostgresInside<postgres_forms::Btree>>(
    {.name = "postgres-inside-btree",
     .display = "PostgreSQL inside, B-tree",
     .family = Family::kEngine,
     .tier = Tier::kServer,
     .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
     .parameters = {{"table", "B-tree primary key, bigint"}},
     .peak_bytes_per_key = 24,
     .server = "postgres",
     .service = kPostgresService});

}  // namespace
}  // namespace omenbench
