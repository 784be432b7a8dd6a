// Keys from a query of DuckDB, over its own file or over Parquet files. The database is opened read-only, and only one
// statement that reads is run: even a read-only database lets COPY write files.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "core/error.h"
#include "datasets/duckdb/duckdb_files.h"
#include "datasets/query/query.h"

namespace omenbench::datasets {
namespace {

using duckdb::library;

/// Throws Error unless the query is one statement that reads.
duckdb::Statement prepare(const duckdb::Connection& connection, const std::string& query) {
  const std::string& where = connection.where();
  duckdb::ExtractedHandle* made = nullptr;
  const duckdb::Count count = library().extract_statements(connection.get(), query.c_str(), &made);
  const duckdb::Owned<duckdb::ExtractedHandle> extracted(made, library().destroy_extracted.call);
  if (count == 0) {
    throw Error(fmt::format("{}: {}", where, duckdb::one_line(library().extract_statements_error(made))));
  }
  if (count > 1) throw Error(fmt::format("{}: --query holds several statements, expected one", where));
  duckdb::Statement statement(connection, query);
  if (library().prepared_statement_type(statement.get()) != duckdb::kSelect) {
    throw Error(fmt::format("{}: --query would do more than read; expected 'select COLUMN from TABLE'", where));
  }
  return statement;
}

/// Parquet files as the table `file`. Their columns must agree: DuckDB would take the first file's types for all, and
/// round what does not fit.
void make_view(const duckdb::Connection& connection, const std::vector<std::string>& files) {
  std::vector<DuckdbColumn> first;
  std::string all;
  for (const std::string& file : files) {
    const std::string table = parquet_table(file);
    const std::vector<DuckdbColumn> columns = columns_of(connection, table);
    if (first.empty()) first = columns;
    const auto same = [](const DuckdbColumn& a, const DuckdbColumn& b) { return a.name == b.name && a.type == b.type; };
    const auto [odd, other] = std::ranges::mismatch(columns, first, same);
    if (odd != columns.end() || other != first.end()) {
      const DuckdbColumn& named = odd != columns.end() ? *odd : *other;
      throw Error(fmt::format("{}: column '{}' of file '{}' differs from those of the first file", connection.where(),
                              named.name, std::filesystem::path(file).filename().string()));
    }
    all += (all.empty() ? "SELECT * FROM " : " UNION ALL SELECT * FROM ") + table;
  }
  connection.run("CREATE VIEW file AS " + all);
}

}  // namespace

std::vector<std::string> files_of(const std::string& spec) {
  std::error_code error;
  if (std::filesystem::is_regular_file(spec, error)) return {spec};
  return expand_glob(spec);
}

OriginalValues query_duckdb(const std::vector<std::string>& files, const std::string& query) {
  const std::string name =
      files.size() == 1 ? std::filesystem::path(files[0]).filename().string() : fmt::format("{} files", files.size());
  const std::string where = fmt::format("DuckDB '{}'", name);
  const std::string text = without_semicolon(query);
  if (!are_for_duckdb(files)) {
    throw Error(fmt::format("--query goes with Parquet files and DuckDB's own; '{}' is neither", name));
  }
  const bool parquet = duckdb_format(files[0]) == DuckdbFormat::kParquet;
  if (!parquet && files.size() > 1) throw Error("--query takes one database of DuckDB");
  const duckdb::Database database = open_to_read(files[0], where);
  const duckdb::Connection connection(database, where);
  if (parquet) make_view(connection, files);
  duckdb::Statement statement = prepare(connection, text);
  const std::vector<DuckdbColumn> columns = columns_of(connection, "(" + text + "\n)");
  QueryRows::check_columns(columns.size(), where);
  KeyChunks chunks(std::vector<ValueForm>(columns.size()), /*of_query=*/true, /*byte_strings=*/true);
  chunks.read(statement.stream(), columns, where);
  QueryColumns read{{}, {}, chunks.rows(), chunks.nulls()};
  for (const DuckdbColumn& column : columns) read.names.push_back(column.name);
  read.columns = std::move(chunks).finish();
  return original_of(std::move(read), where, fmt::format("{}: {}", name, text));
}

}  // namespace omenbench::datasets
