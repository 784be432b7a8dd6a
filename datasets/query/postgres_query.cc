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

/// What to write in a query whose column is of a type that is no key. Numbers of types are PostgreSQL's own, the same
/// in every server (src/include/catalog/pg_type.dat).
std::string hint_for_type(Oid type) {
  switch (type) {
    case 16:  // bool
      return "truth values make two keys at most: choose another column";
    case 17:  // bytea
      return "of bytes the first seven make a key: "
             "('x' || encode(substr(COLUMN || '\\x00000000000000', 1, 7), 'hex'))::bit(56)::bigint";
    case 25:    // text
    case 1042:  // bpchar
    case 1043:  // varchar
    case 19:    // name
      return "texts become keys by their order: dense_rank() over (order by COLUMN collate \"C\")";
    case 650:  // cidr
    case 869:  // inet
      return "an IPv4 address is a number: COLUMN - inet '0.0.0.0'";
    case 790:  // money
      return "COLUMN::numeric is a number";
    case 1083:  // time
    case 1186:  // interval
    case 1266:  // timetz
      return "in microseconds it is a number: (extract(epoch from COLUMN) * 1000000)::bigint";
    case 2950:  // uuid
      return "of a UUID the first 60 bits make a key: "
             "('x' || left(replace(COLUMN::text, '-', ''), 15))::bit(60)::bigint";
    default:
      return "";
  }
}

std::vector<QueryRows::Column> columns_of(const PGresult* rows) {
  std::vector<QueryRows::Column> columns;
  for (int i = 0; i < PQnfields(rows); ++i) columns.push_back({PQfname(rows, i), hint_for_type(PQftype(rows, i))});
  return columns;
}

/// What the server sends for a value: text, but for doubles, whose text is exact.
QueryValue value_of(const PGresult* rows, int row, int column) {
  if (PQgetisnull(rows, row, column) != 0) return std::monostate();
  const std::string_view text(PQgetvalue(rows, row, column), static_cast<std::size_t>(PQgetlength(rows, row, column)));
  constexpr Oid kFloat4 = 700, kFloat8 = 701;
  if (PQftype(rows, column) != kFloat4 && PQftype(rows, column) != kFloat8) return text;
  const auto value = parse_double(text);
  return value ? QueryValue(*value) : QueryValue(unexpected("a finite number", text));
}

}  // namespace

OriginalValues query_postgres(const std::string& connection, const std::string& query) {
  const std::string text = without_semicolon(query);
  const Session session(connection);
  session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", PGRES_COMMAND_OK);
  session.run("SET LOCAL datestyle = 'ISO, YMD'", PGRES_COMMAND_OK);
  session.run("SET LOCAL timezone = 'UTC'", PGRES_COMMAND_OK);
  session.run("SET LOCAL extra_float_digits = 1", PGRES_COMMAND_OK);  // the text of a double gives it back
  session.run("DECLARE omenbench_keys NO SCROLL CURSOR FOR " + text, PGRES_COMMAND_OK);
  const char* const fetch = "FETCH FORWARD 50000 FROM omenbench_keys";
  Result fetched = session.run(fetch, PGRES_TUPLES_OK);
  QueryRows rows(kWhere, columns_of(fetched.get()));
  std::vector<QueryValue> row(static_cast<std::size_t>(PQnfields(fetched.get())));
  for (; PQntuples(fetched.get()) > 0; fetched = session.run(fetch, PGRES_TUPLES_OK)) {
    for (int i = 0; i < PQntuples(fetched.get()); ++i) {
      for (std::size_t k = 0; k < row.size(); ++k) row[k] = value_of(fetched.get(), i, static_cast<int>(k));
      rows.add(row);
    }
  }
  return std::move(rows).finish(fmt::format("{}: {}", session.place(), text));
}

}  // namespace omenbench::datasets
