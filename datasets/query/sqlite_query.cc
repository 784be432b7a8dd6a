// Keys from a SQLite file. It is opened read-only, and of the query only one statement that writes nothing is run.
#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

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

constexpr const char* kAnyValue =
    "cast(COLUMN as blob) makes byte strings of any values, dense_rank() over (order by COLUMN) numbers in their order";
constexpr double kBeyondIntegers = 9223372036854775808.0;  // 2^63

/// One column of the query and what it has held so far.
class SqliteColumn {
 public:
  SqliteColumn(sqlite3_stmt* row, int number) : row_(row), number_(number) {
    const char* declared = sqlite3_column_decltype(row, number);
    computed_ = declared == nullptr;
    integers_ = !computed_ && sqlite3_strlike("%int%", declared, 0) == 0;
  }

  QueryValue value() {
    switch (sqlite3_column_type(row_, number_)) {
      case SQLITE_NULL:
        return std::monostate();
      case SQLITE_INTEGER:
        integers_ = true;
        if (beyond_ != 0) return BadValue{rounded(beyond_)};
        return sqlite3_column_int64(row_, number_);
      case SQLITE_FLOAT: {
        const double real = sqlite3_column_double(row_, number_);
        const bool beyond = std::abs(real) >= kBeyondIntegers;
        if (integers_ && beyond) return BadValue{rounded(real)};
        if (beyond) beyond_ = real;
        reals_ |= !beyond;
        return real;
      }
      case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row_, number_));
        return std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(row_, number_)));
      }
      default: {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row_, number_));  // none of an empty one
        return Blob{bytes == nullptr ? Bytes()
                                     : Bytes(bytes, static_cast<std::size_t>(sqlite3_column_bytes(row_, number_)))};
      }
    }
  }

  /// Why the values of an expression may be no REALs that somebody meant, once all are read; empty: they are. All of
  /// them beyond 64 bits: with one within, it would be an INTEGER there.
  std::string doubt() const {
    if (!computed_ || reals_ || beyond_ == 0) return "";
    return fmt::format(
        "{} and all others are computed and beyond 64 signed bits: of integers SQLite makes rounded REALs there, and "
        "different ones become one key; if REALs are meant, write printf('%.17e', EXPRESSION)",
        beyond_);
  }

 private:
  static std::string rounded(double real) {
    return fmt::format("{} among integers: SQLite has rounded what does not fit 64 signed bits", real);
  }

  sqlite3_stmt* row_;
  int number_;
  bool computed_;  ///< not a table's column but an expression
  bool integers_;
  bool reals_ = false;  ///< that fit 64 bits: the expression is no integer
  double beyond_ = 0;   ///< the last that does not
};

}  // namespace

OriginalValues query_sqlite(const std::string& file, const std::string& query) {
  const std::string name = std::filesystem::path(file).filename().string();
  const std::string where = fmt::format("SQLite '{}'", name);
  const Database database = open_read_only(file, where);
  const std::string text = without_semicolon(query);
  const Statement statement = prepare(database.get(), text, where);
  std::vector<QueryRows::Column> names;
  std::vector<SqliteColumn> columns;
  for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
    names.push_back({sqlite3_column_name(statement.get(), i), kAnyValue, /*texts=*/true});
    columns.emplace_back(statement.get(), i);
  }
  QueryRows rows(where, std::move(names));
  std::vector<QueryValue> row(columns.size());
  int code = sqlite3_step(statement.get());
  for (; code == SQLITE_ROW; code = sqlite3_step(statement.get())) {
    for (std::size_t i = 0; i < columns.size(); ++i) row[i] = columns[i].value();
    rows.add(row);
  }
  if (code != SQLITE_DONE) throw Error(fmt::format("{}: {}", where, sqlite3_errmsg(database.get())));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string doubt = columns[i].doubt();
    if (!doubt.empty()) throw Error(fmt::format("{}: column {}: {}", where, i + 1, doubt));
  }
  return std::move(rows).finish(fmt::format("{}: {}", name, text));
}

}  // namespace omenbench::datasets
