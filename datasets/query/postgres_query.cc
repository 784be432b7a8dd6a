// Keys from PostgreSQL, in a read-only transaction and through a cursor, so that neither side ever holds all rows. The
// query is sent by the extended protocol, which takes one statement only: none can end the transaction and write.
//
// needs: libpq-fe.h pq (libpq-dev)
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "datasets/query/postgres_session.h"
#include "datasets/query/query.h"
#include "datasets/text_keys.h"

namespace omenbench::datasets {
namespace {

constexpr Oid kBytea = 17, kUuid = 2950;
constexpr Oid kCidr = 650, kInet = 869;
constexpr Oid kBit = 1560, kVarbit = 1562;

/// What to write in a query whose column is of a type that is no key. Numbers of types are PostgreSQL's own, the same
/// in every server (src/include/catalog/pg_type.dat).
std::string hint_for_type(Oid type) {
  switch (type) {
    case 16:  // bool
      return "truth values make two keys at most: choose another column";
    case 25:    // text
    case 1042:  // bpchar
    case 1043:  // varchar
    case 19:    // name
      return "convert_to(COLUMN, 'UTF8') makes byte strings of any texts, dense_rank() over (order by COLUMN collate "
             "\"C\") numbers in their order";
    case 790:  // money
      return "COLUMN::numeric is a number";
    case 1083:  // time
    case 1186:  // interval
    case 1266:  // timetz
      return "in microseconds it is a number: (extract(epoch from COLUMN) * 1000000)::bigint";
    case kBit:
      return "up to 63 bits are a number: (B'0' || COLUMN)::bit(64)::bigint";
    case kVarbit:
      return "dense_rank() over (order by COLUMN) numbers them in their order";
    default:
      return "";
  }
}

/// Types whose texts order by their bytes as their values do: "char", name, text, bpchar, varchar.
bool orders_as_text(Oid type) {
  constexpr std::array<Oid, 5> kTexts = {18, 19, 25, 1042, 1043};
  return std::ranges::find(kTexts, type) != kTexts.end();
}

std::vector<QueryRows::Column> columns_of(const PGresult* rows) {
  std::vector<QueryRows::Column> columns;
  for (int i = 0; i < PQnfields(rows); ++i) {
    const Oid type = PQftype(rows, i);
    columns.push_back({PQfname(rows, i), hint_for_type(type), orders_as_text(type)});
  }
  return columns;
}

/// What the server sends for a value: text, but for doubles, whose text is exact, and for bytes, UUIDs and
/// addresses, which `buffer` keeps.
QueryValue value_of(const PGresult* rows, int row, int column, std::string& buffer) {
  if (PQgetisnull(rows, row, column) != 0) return std::monostate();
  const std::string_view text(PQgetvalue(rows, row, column), static_cast<std::size_t>(PQgetlength(rows, row, column)));
  if (PQftype(rows, column) == kBytea) {
    buffer = bytes_of_hex(text);
    return Blob{buffer};
  }
  // Their digits look like those of decimal numbers: '1' and '01' would become one.
  const Oid type = PQftype(rows, column);
  if (type == kBit || type == kVarbit) return unexpected("a number or a date", text);
  if (type == kUuid) {
    buffer = bytes_of_uuid(text);
    return Blob{buffer, ValueType::kUuidBytes};
  }
  if (type == kInet || type == kCidr) {
    buffer = bytes_of_inet(text);
    return Blob{buffer, ValueType::kInet};
  }
  constexpr Oid kFloat4 = 700, kFloat8 = 701;
  if (type != kFloat4 && type != kFloat8) return text;
  const auto value = parse_double(text);
  return value ? QueryValue(*value) : QueryValue(unexpected("a finite number", text));
}

}  // namespace

OriginalValues query_postgres(const std::string& connection, const std::string& query) {
  const std::string text = without_semicolon(query);
  const PostgresSession session(connection);
  session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", PGRES_COMMAND_OK);
  session.run("SET LOCAL datestyle = 'ISO, YMD'", PGRES_COMMAND_OK);
  session.run("SET LOCAL timezone = 'UTC'", PGRES_COMMAND_OK);
  session.run("SET LOCAL extra_float_digits = 1", PGRES_COMMAND_OK);  // the text of a double gives it back
  session.run("SET LOCAL bytea_output = 'hex'", PGRES_COMMAND_OK);
  session.run("SET LOCAL client_encoding = 'SQL_ASCII'", PGRES_COMMAND_OK);  // texts as the server holds them
  session.run("DECLARE omenbench_keys NO SCROLL CURSOR FOR " + text, PGRES_COMMAND_OK);
  const char* const fetch = "FETCH FORWARD 50000 FROM omenbench_keys";
  PostgresResult fetched = session.run(fetch, PGRES_TUPLES_OK);
  QueryRows rows("PostgreSQL", columns_of(fetched.get()));
  std::vector<QueryValue> row(static_cast<std::size_t>(PQnfields(fetched.get())));
  std::vector<std::string> buffers(row.size());
  for (; PQntuples(fetched.get()) > 0; fetched = session.run(fetch, PGRES_TUPLES_OK)) {
    for (int i = 0; i < PQntuples(fetched.get()); ++i) {
      for (std::size_t k = 0; k < row.size(); ++k) {
        row[k] = value_of(fetched.get(), i, static_cast<int>(k), buffers[k]);
      }
      rows.add(row);
    }
  }
  return std::move(rows).finish(fmt::format("{}: {}", session.place(), text));
}

}  // namespace omenbench::datasets
