// A private PostgreSQL for tests, or the reason why there is none.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "core/error.h"
#include "tests/engines/engine_trial.h"

namespace omenbench::engine_test {

/// Runs from construction to destruction.
class PrivateServer {
 public:
  PrivateServer() : connection_(find_index("postgres")->service.start(folder_.path().string())) {}
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;
  ~PrivateServer() { find_index("postgres")->service.stop(folder_.path().string()); }

  const std::string& connection() const { return connection_; }
  const std::filesystem::path& directory() const { return folder_.path(); }

  /// First column of the first row; a failed statement is its message.
  std::string query(const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> session(PQconnectdb(connection_.c_str()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(session.get(), sql.c_str()), &PQclear);
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return "";
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return PQerrorMessage(session.get());
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
  }

 private:
  TemporaryFolder folder_;
  std::string connection_;
};

/// Starts a server; where PostgreSQL's programs are not installed, the reason why the test must be skipped.
inline std::string start_server(std::unique_ptr<PrivateServer>& server) {
  try {
    server = std::make_unique<PrivateServer>();
  } catch (const Error& failure) {
    const std::string reason = failure.what();
    if (reason.find("apt-get install postgresql") == std::string::npos) throw;
    return reason;
  }
  return "";
}

}  // namespace omenbench::engine_test
