// PostgreSQL with byte strings (bytea, ordered by their bytes) under a B-tree primary key, durable: a commit waits
// until the disk has it. A uuid column orders its sixteen bytes the same way.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

using postgres_forms::BytesBtree;

const bool registered =
    add_index<Postgres<BytesBtree, Bytes>>({.name = "bytes-postgres",
                                            .display = "PostgreSQL, byte strings",
                                            .family = Family::kEngine,
                                            .tier = Tier::kServer,
                                            .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                            .parameters = {{"table", "B-tree primary key, bytea"},
                                                           {"statements", "prepared, generic plan, autocommit"},
                                                           {"connections", "one per thread"}},
                                            .peak_bytes_per_key = 24,
                                            .max_key_bytes = BytesBtree::kMaxKeyBytes,
                                            .server = "postgres",
                                            .service = kPostgresService});

}  // namespace
}  // namespace omenbench
