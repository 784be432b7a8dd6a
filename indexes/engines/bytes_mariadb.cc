// MariaDB's InnoDB with byte strings (VARBINARY, ordered by their bytes) as the primary key, durable.
#include "harness/register.h"
#include "indexes/engines/mariadb_table.h"

namespace omenbench {
namespace {

const bool registered = add_index<Mariadb<Bytes>>({.name = "bytes-mariadb",
                                                   .display = "MariaDB, byte strings",
                                                   .family = Family::kEngine,
                                                   .tier = Tier::kServer,
                                                   .citation = "MariaDB, Connector/C " MARIADB_PACKAGE_VERSION,
                                                   .parameters = {{"table", "InnoDB, primary key VARBINARY"},
                                                                  {"statements", "prepared, autocommit"},
                                                                  {"connections", "one per thread"}},
                                                   .peak_bytes_per_key = 24,
                                                   .max_key_bytes = kMariadbMaxKeyBytes,
                                                   .server = "mariadb",
                                                   .service = kMariadbService});

}  // namespace
}  // namespace omenbench
