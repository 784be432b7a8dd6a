// What tests ask a private PostgreSQL server themselves.
//
// needs: libpq-fe.h pq (libpq-dev)
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "tests/engines/engine_server.h"

namespace omenbench::engine_test {

class PostgresServer : public PrivateServer {
 public:
  PostgresServer() : PrivateServer("postgres") {}

  /// First column of the first row; a failed statement is its message.
  std::string query(const std::string& sql) const {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> session(PQconnectdb(connection().c_str()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(session.get(), sql.c_str()), &PQclear);
    if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) return "";
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return PQerrorMessage(session.get());
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
  }
};

}  // namespace omenbench::engine_test
