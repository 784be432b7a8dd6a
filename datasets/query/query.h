// Keys that a SQL query gives: one column, or several as a composite key, read row by row and turned into keys as the
// columns of a file are. Texts that are neither numbers nor times, and what a database keeps as bytes, are byte
// strings.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/key_column.h"

namespace omenbench::datasets {

/// Opens the file read-only and runs the query. Throws Error naming the file: it is no database, the query is not one
/// statement that reads, or gives a value that is no key.
OriginalValues query_sqlite(const std::string& file, const std::string& query);

/// Runs the query in a read-only transaction and streams its rows through a cursor. `connection` may hold a password:
/// no error, name or source repeats it. Throws Error likewise.
OriginalValues query_postgres(const std::string& connection, const std::string& query);

/// The files that a spec without column means: a file, or those of a pattern; none when it means something else.
std::vector<std::string> files_of(const std::string& spec);

/// Whether DuckDB reads these files, Parquet or its own. Throws Error when it reads some of them only.
bool are_for_duckdb(const std::vector<std::string>& files);

/// Runs the query on DuckDB's own file, or on Parquet files, which are the table `file` of it. Throws Error likewise.
OriginalValues query_duckdb(const std::vector<std::string>& files, const std::string& query);

/// What a query gave, all of it read: columns of equal length, how many rows there were, and how many of them were left
/// out because a value was NULL. Throws Error, beginning with `where`, when nothing is left.
struct QueryColumns {
  std::vector<EncodedColumn> columns;
  std::vector<std::string> names;
  std::uint64_t rows = 0, nulls = 0;
};
OriginalValues original_of(QueryColumns read, const std::string& where, const std::string& source);

/// Notes of rows without a value: none, or one.
std::vector<std::string> note_of_nulls(std::uint64_t nulls, std::uint64_t rows);

/// What a database holds as bytes, or a UUID.
struct Blob {
  Bytes bytes;
  ValueType type = ValueType::kBytes;
};

/// A value of a row as the database holds it: NULL, an integer, a double, text, bytes, or what is no key and why.
using QueryValue = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob, BadValue>;

/// The rows of a query, filled by the first two.
class QueryRows {
 public:
  /// A column of the query: its name, what to write in the query when its values are no keys ("" where their looks say
  /// enough), and whether they are texts, which order by their bytes.
  struct Column {
    std::string name;
    std::string hint;
    bool texts = false;
  };
  /// `where` begins every error: "SQLite 'app.db'". Throws Error when there are no columns, or too many.
  QueryRows(std::string where, std::vector<Column> columns);
  /// The same of their number alone.
  static void check_columns(std::size_t columns, const std::string& where);

  /// A row without a value in any column is counted and left out: no index holds it. Throws Error naming row and column
  /// when a value is neither a number nor a date, or unlike those before it.
  void add(std::span<const QueryValue> row);
  /// Throws Error naming row and column.
  [[noreturn]] void fail(std::size_t column, const std::string& what) const;

  /// `source` says where the rows came from. Throws Error when there are none.
  OriginalValues finish(const std::string& source) &&;

 private:
  void add(std::size_t column, const QueryValue& value);

  std::string where_;
  std::vector<Column> columns_;
  std::vector<KeyColumn> values_;
  std::vector<std::size_t> kinds_;  ///< which of QueryValue the column's first value was; 0: none yet
  std::uint64_t rows_ = 0, nulls_ = 0;
};

/// Without blanks and semicolons at its end. Throws Error when nothing is left.
std::string without_semicolon(std::string_view query);

}  // namespace omenbench::datasets
