// MariaDB's InnoDB, durable: rows lie in a B+tree by their primary key, and a commit waits until the disk has it.
#include "harness/register.h"
#include "indexes/engines/mariadb_table.h"

namespace omenbench {
namespace {

const bool registered = add_index<Mariadb<>>({.name = "mariadb",
                                              .display = "MariaDB",
                                              .family = Family::kEngine,
                                              .tier = Tier::kServer,
                                              .citation = "MariaDB, Connector/C " MARIADB_PACKAGE_VERSION,
                                              .parameters = {{"table", "InnoDB, primary key BIGINT UNSIGNED"},
                                                             {"statements", "prepared, autocommit"},
                                                             {"connections", "one per thread"}},
                                              .peak_bytes_per_key = 24,
                                              .server = "mariadb",
                                              .service = kMariadbService});

}  // namespace
}  // namespace omenbench
