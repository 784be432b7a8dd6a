// A database of ours to run statements on: for `decide --inside`, which measures a database's own indexes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace omenbench::datasets {

struct SqlRow {
  std::int64_t k = 0, v = 0;
};

/// All of them throw Error with the database's message.
class Statements {
 public:
  virtual ~Statements() = default;
  /// Runs a statement, or several, whose rows do not matter.
  virtual void run(const std::string& sql) = 0;
  /// The rows of one statement, columns joined by blanks; NULL is "".
  virtual std::vector<std::string> rows(const std::string& sql) = 0;
  /// Appends rows to a table (k, v), in this order.
  virtual void fill(const std::string& table, std::span<const SqlRow> rows) = 0;

  /// The first row; throws Error when there is none.
  std::string row(const std::string& sql);
};

std::unique_ptr<Statements> postgres_statements(const std::string& connection);
/// Creates the file, or opens it to write.
std::unique_ptr<Statements> sqlite_statements(const std::string& file);

}  // namespace omenbench::datasets
