// Keys from PostgreSQL, in a read-only transaction and through a cursor, so that neither side ever holds all rows. The
// query is sent by the extended protocol, which takes one statement only: none can end the transaction and write.
//
// needs: libpq-fe.h pq (libpq-dev)
#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/error.h"
#include "datasets/query/query.h"

namespace omenbench::datasets {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

constexpr const char* kWhere = "PostgreSQL";

/// A connection whose error texts hold no secret.
class Session {
 public:
  explicit Session(const std::string& text) : connection_(nullptr, &PQfinish) {
    collect_secrets(text);
    // What the string itself says comes last and wins.
    const char* const names[] = {"connect_timeout", "fallback_application_name", "dbname", nullptr};
    const char* const values[] = {"10", "omenbench", text.c_str(), nullptr};
    connection_.reset(PQconnectdbParams(names, values, 1));
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail(PQerrorMessage(connection_.get()));
  }

  Result run(const std::string& sql, ExecStatusType expected) const {
    Result result(PQexecParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0), &PQclear);
    if (PQresultStatus(result.get()) != expected) {
      const char* primary = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
      fail(primary != nullptr ? primary : PQerrorMessage(connection_.get()));
    }
    return result;
  }

  /// Host, port and version: all that a result may say of a server.
  std::string place() const {
    const char* version = PQparameterStatus(connection_.get(), "server_version");
    const std::string host = PQhost(connection_.get());
    return fmt::format("{} {} at {}:{}", kWhere, version == nullptr ? "" : version,
                       host.starts_with('/') ? "local socket" : host, PQport(connection_.get()));
  }

 private:
  /// libpq repeats a malformed string in its messages, so that such a string is refused here in our own words.
  void collect_secrets(const std::string& text) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(text.c_str(), nullptr),
                                                                               &PQconninfoFree);
    if (text.empty() || options == nullptr) {
      throw Error(
          fmt::format("{}: the connection string is malformed; expected service=NAME or a postgresql:// URL "
                      "(its text is withheld, because it may hold a password)",
                      kWhere));
    }
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
      const bool secret = option->dispchar != nullptr && option->dispchar[0] == '*';
      if (secret && option->val != nullptr && option->val[0] != '\0') secrets_.emplace_back(option->val);
    }
    secrets_.push_back(text);
  }

  [[noreturn]] void fail(std::string message) const {
    for (const std::string& secret : secrets_) {
      for (std::size_t at = 0; (at = message.find(secret, at)) != std::string::npos; at += 3) {
        message.replace(at, secret.size(), "***");
      }
    }
    while (!message.empty() && message.back() == '\n') message.pop_back();
    std::ranges::replace(message, '\n', ' ');
    throw Error(fmt::format("{}: {}", kWhere, message));
  }

  std::vector<std::string> secrets_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace

OriginalValues query_postgres(const std::string& connection, const std::string& query) {
  const std::string text = without_semicolon(query);
  const Session session(connection);
  session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", PGRES_COMMAND_OK);
  session.run("SET LOCAL datestyle = 'ISO, YMD'", PGRES_COMMAND_OK);
  session.run("SET LOCAL timezone = 'UTC'", PGRES_COMMAND_OK);
  session.run("DECLARE omenbench_keys NO SCROLL CURSOR FOR " + text, PGRES_COMMAND_OK);
  QueryColumn column(kWhere);
  for (;;) {
    const Result rows = session.run("FETCH FORWARD 50000 FROM omenbench_keys", PGRES_TUPLES_OK);
    column.require_one_column(PQnfields(rows.get()));
    const int count = PQntuples(rows.get());
    if (count == 0) break;
    for (int i = 0; i < count; ++i) {
      if (PQgetisnull(rows.get(), i, 0) != 0) {
        column.add_null();
      } else {
        column.add({PQgetvalue(rows.get(), i, 0), static_cast<std::size_t>(PQgetlength(rows.get(), i, 0))});
      }
    }
  }
  return std::move(column).finish(fmt::format("{}: {}", session.place(), text));
}

}  // namespace omenbench::datasets
