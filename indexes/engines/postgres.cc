// PostgreSQL with a B-tree primary key, durable: a commit waits until the disk has it.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<Postgres<postgres_forms::Btree>>({.name = "postgres",
                                                .display = "PostgreSQL",
                                                .family = Family::kEngine,
                                                .tier = Tier::kServer,
                                                .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                                .parameters = {{"table", "B-tree primary key, bigint"},
                                                               {"statements", "prepared, generic plan, autocommit"},
                                                               {"connections", "one per thread"}},
                                                .peak_bytes_per_key = 24,
                                                .server = "postgres",
                                                .service = kPostgresService}),
    add_records<Postgres<postgres_forms::Btree, Key, Records>>("postgres"),
};

}  // namespace
}  // namespace omenbench
