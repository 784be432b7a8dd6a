// PostgreSQL with a hash index: point operations only, no order.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<Postgres<postgres_forms::Hash>>({.name = "postgres-hash",
                                               .display = "PostgreSQL, hash index",
                                               .family = Family::kEngine,
                                               .tier = Tier::kServer,
                                               .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                               .parameters = {{"table", "hash index, bigint"},
                                                              {"statements", "prepared, generic plan, autocommit"},
                                                              {"connections", "one per thread"}},
                                               .peak_bytes_per_key = 24,
                                               .server = "postgres",
                                               .service = kPostgresService}),
    add_records<Postgres<postgres_forms::Hash, Key, Records>>("postgres-hash"),
};

}  // namespace
}  // namespace omenbench
