// See statements.h.
#include <fmt/format.h>
#include <sqlite3.h>

#include "core/error.h"
#include "datasets/query/statements.h"

namespace omenbench::datasets {
namespace {

class SqliteStatements : public Statements {
 public:
  explicit SqliteStatements(const std::string& file) : database_(nullptr, &sqlite3_close) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(file.c_str(), &opened);
    database_.reset(opened);
    if (code != SQLITE_OK) throw Error(fmt::format("SQLite: {}", sqlite3_errstr(code)));
  }

  void run(const std::string& sql) override {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
  }

  std::vector<std::string> rows(const std::string& sql) override {
    std::vector<std::string> found;
    const Statement statement = prepare(sql);
    int code = sqlite3_step(statement.get());
    for (; code == SQLITE_ROW; code = sqlite3_step(statement.get())) {
      std::string& row = found.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
        if (i > 0) row += ' ';
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), i));
        if (text != nullptr) row += text;
      }
    }
    if (code != SQLITE_DONE) fail(sql);
    return found;
  }

  void fill(const std::string& table, std::span<const SqlRow> rows) override {
    run("BEGIN");
    const Statement statement = prepare("INSERT INTO " + table + " VALUES (?, ?)");
    for (const SqlRow& row : rows) {
      sqlite3_bind_int64(statement.get(), 1, row.k);
      sqlite3_bind_int64(statement.get(), 2, row.v);
      if (sqlite3_step(statement.get()) != SQLITE_DONE) fail(table);
      sqlite3_reset(statement.get());
    }
    run("COMMIT");
  }

 private:
  using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

  Statement prepare(const std::string& sql) {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK) fail(sql);
    return {prepared, &sqlite3_finalize};
  }

  [[noreturn]] void fail(const std::string& sql) {
    throw Error(fmt::format("SQLite: {} (in: {})", sqlite3_errmsg(database_.get()), sql));
  }

  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database_;
};

}  // namespace

std::unique_ptr<Statements> sqlite_statements(const std::string& file) {
  return std::make_unique<SqliteStatements>(file);
}

}  // namespace omenbench::datasets
