// A private server of an engine for tests, or the reason why there is none.
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
  explicit PrivateServer(const std::string& engine = "postgres")
      : service_(find_index(engine)->service), connection_(service_.start(folder_.path().string())) {}
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;
  ~PrivateServer() { service_.stop(folder_.path().string()); }

  const std::string& connection() const { return connection_; }
  const std::filesystem::path& directory() const { return folder_.path(); }

  /// PostgreSQL: first column of the first row; a failed statement is its message.
  std::string query(const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> session(PQconnectdb(connection_.c_str()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(session.get(), sql.c_str()), &PQclear);
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return "";
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return PQerrorMessage(session.get());
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
  }

 private:
  TemporaryFolder folder_;
  Service service_;
  std::string connection_;
};

/// Starts a server; where its programs are not installed, the reason why the test must be skipped.
inline std::string start_server(std::unique_ptr<PrivateServer>& server, const std::string& engine = "postgres") {
  try {
    server = std::make_unique<PrivateServer>(engine);
  } catch (const Error& failure) {
    const std::string reason = failure.what();
    if (reason.find("apt-get install") == std::string::npos) throw;
    return reason;
  }
  return "";
}

}  // namespace omenbench::engine_test
