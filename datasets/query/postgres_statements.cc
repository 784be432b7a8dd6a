// See statements.h. Rows are sent by COPY as text.
//
// needs: libpq-fe.h pq (libpq-dev)
#include "datasets/query/postgres_session.h"
#include "datasets/query/statements.h"

namespace omenbench::datasets {
namespace {

class PostgresStatements : public Statements {
 public:
  explicit PostgresStatements(const std::string& connection) : session_(connection) {
    run("SET client_min_messages = warning");
  }

  void run(const std::string& sql) override {
    const PostgresResult result(PQexec(session_.raw(), sql.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) session_.fail();
  }

  std::vector<std::string> rows(const std::string& sql) override {
    const PostgresResult result = session_.run(sql, PGRES_TUPLES_OK);
    std::vector<std::string> found;
    for (int i = 0; i < PQntuples(result.get()); ++i) {
      std::string& row = found.emplace_back();
      for (int k = 0; k < PQnfields(result.get()); ++k) {
        if (k > 0) row += ' ';
        row += PQgetvalue(result.get(), i, k);
      }
    }
    return found;
  }

  void fill(const std::string& table, std::span<const SqlRow> rows) override {
    session_.run("COPY " + table + " FROM STDIN", PGRES_COPY_IN);
    std::string buffer;
    for (const SqlRow& row : rows) {
      buffer += std::to_string(row.k) + '\t' + std::to_string(row.v) + '\n';
      if (buffer.size() > kBufferBytes) send(buffer);
    }
    send(buffer);
    if (PQputCopyEnd(session_.raw(), nullptr) != 1) session_.fail();
    while (PGresult* const raw = PQgetResult(session_.raw())) {
      const PostgresResult result(raw, &PQclear);
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) session_.fail();
    }
  }

 private:
  static constexpr std::size_t kBufferBytes = 64 << 10;

  void send(std::string& buffer) {
    if (PQputCopyData(session_.raw(), buffer.data(), static_cast<int>(buffer.size())) != 1) session_.fail();
    buffer.clear();
  }

  PostgresSession session_;
};

}  // namespace

std::unique_ptr<Statements> postgres_statements(const std::string& connection) {
  return std::make_unique<PostgresStatements>(connection);
}

}  // namespace omenbench::datasets
