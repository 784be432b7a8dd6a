// TimescaleDB: a hypertable, whose rows lie in chunks of one range of keys each, with a B-tree per chunk (TimescaleDB
// documentation, "Hypertables"). The extension has to be loaded when the server starts, and then looks at every plan,
// so that it has a private server of its own, beside that of the other forms of PostgreSQL.
//
// It is there where the PostgreSQL that private servers use, or that of --pg-bin, has the extension: Debian 13 packages
// it (postgresql-17-timescaledb), Debian 12 does not.
#include <filesystem>

#include "core/lacking.h"
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "timescaledb";
constexpr const char* kHowToGet =
    "TimescaleDB in the PostgreSQL of private servers (Debian 13: apt-get install postgresql-17-timescaledb), or "
    "another PostgreSQL that has it (--pg-bin DIR)";

/// Why these programs cannot serve it; empty: they can.
std::string lacking_here() {
  try {
    const fs::path above = postgres_detail::find_programs().parent_path();
    for (const fs::path& folder : {above / "lib", above / "lib/postgresql", above / "lib64"}) {
      if (fs::exists(folder / "timescaledb.so")) return "";
    }
  } catch (const Error&) {
    // No PostgreSQL here.
  }
  return kHowToGet;
}

/// Nothing of it runs by itself while a trial runs, and nothing is reported to its makers.
std::string start_timescaledb(const std::string& directory) {
  if (const std::string lacks = lacking_here(); !lacks.empty()) throw Error("TimescaleDB: needs " + lacks);
  return start_postgres_with(
      "shared_preload_libraries = 'timescaledb'\ntimescaledb.telemetry_level = off\n"
      "timescaledb.max_background_workers = 0\n",
      directory);
}

std::string use_timescaledb_programs(const std::string& folder) {
  std::string version = use_postgres_programs(folder);
  say_lacking(kName, lacking_here());
  return version;
}

/// The table is filled like any other one and then becomes a hypertable, whose chunks each have a sixteenth of the
/// range from the first to the last key: keys here have no unit of time from which TimescaleDB's default of a week
/// would follow. The primary key comes last, so that each chunk's is built from what lies there.
struct Hypertable : postgres_forms::Btree {
  static TableForm form() {
    return {.index_name = "hypertable of 16 chunks, B-tree primary key",
            .index_sql = R"(DO $do$
DECLARE
  name text := '$TABLE';
  width bigint;
BEGIN
  IF current_setting('cluster_name') = 'omenbench-private' THEN
    CREATE EXTENSION IF NOT EXISTS timescaledb;
  END IF;
  EXECUTE format('SELECT greatest(((max(k)::numeric - min(k)) / 16)::bigint, 1) FROM %I', name) INTO width;
  PERFORM create_hypertable(name::regclass, by_range('k', width), migrate_data => true, create_default_indexes => false);
  EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (k)', name);
END $do$)",
            .portable = false};
  }
};

const auto takes_programs =
    takers_of_programs().emplace("postgres", ProgramsTaker{.server = kName, .use = &use_timescaledb_programs});
const bool lacking = say_lacking(kName, lacking_here());
const bool registered = add_index<Postgres<Hypertable>>(
    {.name = "timescaledb",
     .display = "TimescaleDB, hypertable",
     .family = Family::kEngine,
     .tier = Tier::kServer,
     .citation = "TimescaleDB, PostgreSQL, libpqxx " PQXX_VERSION,
     .parameters = {{"table", "hypertable of 16 chunks, bigint"},
                    {"statements", "prepared, generic plan, autocommit"},
                    {"connections", "one per thread"}},
     .peak_bytes_per_key = 24,
     .server = "timescaledb",
     .service = {.start = &start_timescaledb, .stop = &stop_postgres, .look = &look_at_postgres}});

}  // namespace
}  // namespace omenbench
