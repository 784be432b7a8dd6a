// PostgreSQL with a learned index: the access method of extension/ (docs/postgres-extension.md), which scripts/setup
// --with-postgres-extension builds and installs into the server that private clusters use.
//
// Like a hash index it cannot be declared unique; an exclusion constraint refuses a present key. In a private cluster
// the extension is created with the first table; on a person's server it must be there already.
#include <filesystem>

#include "harness/register.h"
#include "indexes/engines/postgres_look.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

struct Learned {
  static constexpr bool kOrdered = true;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off')";

  static TableForm form() {
    return {.index_name = "learned",
            .index_sql = R"(DO $do$
BEGIN
  IF current_setting('cluster_name') = 'omenbench-private'
     AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'omenbench_learned') THEN
    CREATE EXTENSION IF NOT EXISTS omenbench_learned;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_am WHERE amname = 'learned') THEN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'the extension omenbench_learned is not there; '
      'build and install it with: scripts/setup --with-postgres-extension (on a server of yours then also: '
      'CREATE EXTENSION omenbench_learned)';
  END IF;
END $do$;
ALTER TABLE $TABLE ADD EXCLUDE USING learned (k WITH =))",
            .portable = false};
  }
};

/// Whether the PostgreSQL of private clusters has the extension.
bool is_installed() {
  try {
    const std::filesystem::path version = postgres_detail::find_programs().parent_path().filename();
    return std::filesystem::exists("/usr/share/postgresql" / version / "extension/omenbench_learned.control");
  } catch (const Error&) {
    return false;
  }
}

const bool registered =
    add_index<Postgres<Learned>>({.name = "postgres-learned",
                                  .display = is_installed() ? "PostgreSQL, learned index"
                                                            : "PostgreSQL, learned index (not built; build it with "
                                                              "scripts/setup --with-postgres-extension)",
                                  .family = Family::kEngine,
                                  .tier = Tier::kServer,
                                  .citation = "extension/ of this project, PostgreSQL, libpqxx " PQXX_VERSION,
                                  .parameters = {{"table", "learned index with gaps, bigint"},
                                                 {"statements", "prepared, generic plan, autocommit"},
                                                 {"connections", "one per thread"}},
                                  .peak_bytes_per_key = 24,
                                  .server = "postgres",
                                  .service = kPostgresService});

}  // namespace
}  // namespace omenbench
