// PostgreSQL's hash index probed within the server: `postgres-hash` without its round trips.
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_inside.h"

namespace omenbench {
namespace {

const bool registered =
    add_stretching_index<PostgresInside<postgres_forms::Hash>>({.name = "postgres-inside-hash",
                                                                .display = "PostgreSQL inside, hash index",
                                                                .family = Family::kEngine,
                                                                .tier = Tier::kServer,
                                                                .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                                                .parameters = {{"table", "hash index, bigint"}},
                                                                .peak_bytes_per_key = 24,
                                                                .server = "postgres",
                                                                .service = kPostgresService});

}  // namespace
}  // namespace omenbench
