// Keys that a SQL query gives: one column, read row by row, turned into keys as the column of a file is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "datasets/dataset.h"
#include "datasets/key_column.h"

namespace omenbench::datasets {

/// Opens the file read-only and runs the query. Throws Error naming the file: it is no database, the query is not one
/// statement that reads, gives other than one column, or a value that is no key.
OriginalValues query_sqlite(const std::string& file, const std::string& query);

/// Runs the query in a read-only transaction and streams its rows through a cursor. `connection` may hold a password:
/// no error, name or source repeats it. Throws Error likewise.
OriginalValues query_postgres(const std::string& connection, const std::string& query);

/// The one column of a query, filled by the two above.
class QueryColumn {
 public:
  /// `where` begins every error: "SQLite 'app.db'".
  explicit QueryColumn(std::string where) : where_(std::move(where)) {}

  /// Throws Error naming the row when the text is neither a number nor a date, or unlike the rows before it.
  void add(std::string_view text);
  /// A row without a value: no index holds it, so that it is counted and left out.
  void add_null();
  /// Throws Error naming the row.
  [[noreturn]] void fail(const std::string& what) const;
  /// Throws Error unless there is one column.
  void require_one_column(int columns) const;

  /// `source` says where the rows came from. Throws Error when there are none.
  OriginalValues finish(const std::string& source) &&;

 private:
  std::string where_;
  KeyColumn column_{{}, false};
  std::uint64_t rows_ = 0, nulls_ = 0;
};

/// Without blanks and semicolons at its end. Throws Error when nothing is left.
std::string without_semicolon(std::string_view query);

}  // namespace omenbench::datasets
