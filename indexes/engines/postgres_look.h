// What is looked at before a PostgreSQL server that a person gave is loaded: whether a table can be made and has room.
// Together with the private cluster (postgres_cluster.h) it is the service of every PostgreSQL engine.
//
// needs: pqxx/pqxx pqxx (libpqxx-dev)
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/registry.h"
#include "core/server_programs.h"
#include "indexes/engines/postgres_cluster.h"
#include "indexes/engines/postgres_session.h"
#include "indexes/engines/server_room.h"

namespace omenbench {

namespace postgres_detail {

/// A row with its index entry takes about 70 bytes, and is written once more to the log.
inline constexpr std::uint64_t kBytesPerEntry = 140;

inline bool is_true(Session& session, const char* sql) {
  const auto rows = session.try_exec(sql);
  return rows && !rows->empty() && std::string_view((*rows)[0][0].c_str()) == "t";
}

/// Where the server's data lie, if that is on this machine and it tells; else empty.
inline std::filesystem::path local_data(Session& session) {
  if (!is_true(session, "SELECT inet_server_addr() IS NULL")) return {};
  const auto rows = session.try_exec("SELECT current_setting('data_directory')");
  return rows && !rows->empty() ? std::filesystem::path((*rows)[0][0].c_str()) : std::filesystem::path();
}

}  // namespace postgres_detail

/// Service::look. `entries`: the most that a row will load.
inline void look_at_postgres(const std::string& connection, std::uint64_t entries) {
  using postgres_detail::is_true;
  Session session(connection);
  if (is_true(session, "SELECT pg_is_in_recovery()")) {
    throw Error("PostgreSQL: the server is in recovery (a standby, or starting up), where no table can be made");
  }
  if (is_true(session, "SELECT current_setting('transaction_read_only')::bool")) {
    throw Error("PostgreSQL: the session is read-only (default_transaction_read_only), where no table can be made");
  }
  if (is_true(session, "SELECT NOT has_schema_privilege(current_schema(), 'CREATE')")) {
    throw Error("PostgreSQL: this role may not make tables in the current schema");
  }
  require_room("PostgreSQL", postgres_detail::local_data(session), entries, postgres_detail::kBytesPerEntry);
}

inline constexpr Service kPostgresService{.start = &start_postgres, .stop = &stop_postgres, .look = &look_at_postgres};
inline const bool kTakesPrograms = takers_of_programs().emplace("postgres", &use_postgres_programs).second;

}  // namespace omenbench
