// Keys from a SQLite file. It is opened read-only, and of the query only one statement that writes nothing is run.
#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <memory>

#include "core/error.h"
#include "datasets/query/query.h"

namespace omenbench::datasets {
namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

constexpr int kBusyMs = 5000;

Database open_read_only(const std::string& file, const std::string& where) {
  if (!std::filesystem::is_regular_file(file)) throw Error(fmt::format("{}: there is no such file", where));
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  Database database(opened, &sqlite3_close);
  if (code != SQLITE_OK) throw Error(fmt::format("{}: {}", where, sqlite3_errstr(code)));
  sqlite3_busy_timeout(opened, kBusyMs);
  // Opening reads nothing, and neither does a query without a table: this reads the header.
  const int header = sqlite3_exec(opened, "PRAGMA schema_version", nullptr, nullptr, nullptr);
  if (header != SQLITE_OK) throw Error(fmt::format("{}: {}", where, sqlite3_errmsg(opened)));
  return database;
}

Statement prepare(sqlite3* database, const std::string& query, const std::string& where) {
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(database, query.c_str(), -1, &prepared, &rest);
  Statement statement(prepared, &sqlite3_finalize);
  if (code != SQLITE_OK) throw Error(fmt::format("{}: {}", where, sqlite3_errmsg(database)));
  if (*rest != '\0') throw Error(fmt::format("{}: --query holds several statements, expected one", where));
  if (prepared == nullptr || sqlite3_stmt_readonly(prepared) == 0) {
    throw Error(fmt::format("{}: --query would write; expected 'select COLUMN from TABLE'", where));
  }
  return statement;
}

void add_value(QueryColumn& column, sqlite3_stmt* row) {
  switch (sqlite3_column_type(row, 0)) {
    case SQLITE_NULL:
      return column.add_null();
    case SQLITE_INTEGER:
      return column.add(fmt::format_int(sqlite3_column_int64(row, 0)).c_str());
    case SQLITE_FLOAT:
      // The shortest text that gives the same double; SQLite's own has 15 digits.
      return column.add(fmt::format("{}", sqlite3_column_double(row, 0)));
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
      return column.add({text, static_cast<std::size_t>(sqlite3_column_bytes(row, 0))});
    }
    default:
      column.add("a BLOB");  // refused, with the number of the row
  }
}

}  // namespace

OriginalValues query_sqlite(const std::string& file, const std::string& query) {
  const std::string name = std::filesystem::path(file).filename().string();
  const std::string where = fmt::format("SQLite '{}'", name);
  const Database database = open_read_only(file, where);
  const std::string text = without_semicolon(query);
  const Statement statement = prepare(database.get(), text, where);
  QueryColumn column(where);
  column.require_one_column(sqlite3_column_count(statement.get()));
  int code = sqlite3_step(statement.get());
  for (; code == SQLITE_ROW; code = sqlite3_step(statement.get())) add_value(column, statement.get());
  if (code != SQLITE_DONE) throw Error(fmt::format("{}: {}", where, sqlite3_errmsg(database.get())));
  return std::move(column).finish(fmt::format("{}: {}", name, text));
}

}  // namespace omenbench::datasets
