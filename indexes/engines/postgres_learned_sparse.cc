// PostgreSQL with a sparse learned index, for tables whose physical order is that of the keys: lines from keys to
// blocks of the table, and exceptions. An access method of extension/ (docs/postgres-extension.md), which scripts/setup
// --with-postgres-extension builds and installs into the server that private clusters use.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<Postgres<postgres_forms::LearnedSparse>>(
        {.name = "postgres-learned-sparse",
         .display = postgres_forms::display_with_extension("PostgreSQL, sparse learned index"),
         .family = Family::kEngine,
         .tier = Tier::kServer,
         .citation = "extension/ of this project, PostgreSQL, libpqxx " PQXX_VERSION,
         .parameters = {{"table", "sparse learned index, bigint"},
                        {"statements", "prepared, generic plan, autocommit"},
                        {"connections", "one per thread"}},
         .peak_bytes_per_key = 24,
         .server = "postgres",
         .service = kPostgresService}),
    add_records<Postgres<postgres_forms::LearnedSparse, Key, Records>>("postgres-learned-sparse"),
};

}  // namespace
}  // namespace omenbench
