// See duckdb_files.h. Each file is a statement of its own, read in chunks: errors name the file, the types of a column
// need not agree to the letter, and memory holds the keys and little else.
#include "datasets/duckdb/duckdb_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/units.h"
#include "core/error.h"
#include "core/suggest.h"
#include "datasets/query/query.h"

namespace omenbench::datasets {
namespace {

constexpr std::string_view kParquetMark = "PAR1";
constexpr std::string_view kDatabaseMark = "DUCK";  // behind a checksum

std::string place_of(const std::string& file) { return fmt::format("file '{}'", file); }

bool ends_like(const std::string& file, std::initializer_list<std::string_view> suffixes) {
  std::string suffix = std::filesystem::path(file).extension().string();
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::ranges::find(suffixes, suffix) != suffixes.end();
}

/// A table of a database, quoted, and what is left of "schema.table.column": names may hold points themselves.
struct Table {
  std::string from;
  std::string column;
};

struct TableName {
  std::string schema, name;
};

std::vector<TableName> tables_of(const duckdb::Connection& connection) {
  std::vector<TableName> tables;
  duckdb::Result rows = connection.run(
      "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = current_database() "
      "ORDER BY ALL");
  while (const duckdb::Chunk chunk = next_chunk(rows)) {
    for (duckdb::Count i = 0; i < duckdb::library().data_chunk_get_size(chunk.get()); ++i) {
      tables.push_back({std::string(duckdb::values_of<duckdb::Text>(chunk, 0)[i].view()),
                        std::string(duckdb::values_of<duckdb::Text>(chunk, 1)[i].view())});
    }
  }
  return tables;
}

/// `text` begins with the name of a table, alone or with that of its schema; empty, it means the only one.
Table find_table(const duckdb::Connection& connection, const std::string& text) {
  const std::vector<TableName> tables = tables_of(connection);
  std::vector<std::string> names;
  for (const auto& [schema, table] : tables) {
    const std::string from = duckdb::identifier(schema) + "." + duckdb::identifier(table);
    names.push_back(schema == "main" ? table : schema + "." + table);
    if (text.empty() && tables.size() == 1) return {from, ""};
    for (const std::string& name : {schema + "." + table, names.back()}) {
      if (text == name) return {from, ""};
      if (text.starts_with(name + ".")) return {from, text.substr(name.size() + 1)};
    }
  }
  const std::string wanted = text.substr(0, text.find('.'));
  throw Error(fmt::format(
      "{}: {}; its tables are {}", connection.where(),
      text.empty() ? "which table and column hold the keys? FILE:TABLE.COLUMN says so"
                   : fmt::format("expected TABLE.COLUMN, and no table is '{}'{}", wanted, did_you_mean(wanted, names)),
      names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

/// Header name first, then number from 1; of a table with one column that one.
const DuckdbColumn& find_column(const std::vector<DuckdbColumn>& columns, const std::string& wanted,
                                const std::string& where) {
  std::vector<std::string> names, typed;
  for (const DuckdbColumn& column : columns) {
    names.push_back(column.name);
    typed.push_back(fmt::format("{} {}", column.name, column.type));
  }
  if (wanted.empty() && columns.size() == 1) return columns[0];
  if (const auto found = std::ranges::find(columns, wanted, &DuckdbColumn::name); found != columns.end()) return *found;
  const auto number = read_whole(wanted);
  if (number && *number >= 1 && *number <= columns.size()) return columns[*number - 1];
  throw Error(fmt::format("{}: {}; its columns are {}", where,
                          wanted.empty() ? "which column holds the keys? FILE:column says so"
                                         : fmt::format("no column '{}'{}", wanted, did_you_mean(wanted, names)),
                          fmt::join(typed, ", ")));
}

struct Wanted {
  std::vector<std::string> columns;
  std::vector<ValueForm> forms;
};

/// Of a recipe what makes sense here: columns, and how to read those of texts.
Wanted wanted_of(const Recipe& recipe, const std::string& where) {
  const bool layout = recipe.format != Recipe::Format::kAuto || recipe.delimiter || recipe.header || recipe.comment ||
                      !recipe.columns.empty() || !recipe.missing.empty() || !recipe.member.empty() ||
                      !recipe.prefix.empty() || recipe.binary;
  const bool parts = std::ranges::any_of(
      recipe.key, [](const KeyPart& part) { return part.kind != KeyPart::Kind::kColumn || part.columns.size() != 1; });
  if (layout || parts) {
    throw Error(
        fmt::format("{}: a recipe for it may hold columns of the key and their types alone; a query (--query of "
                    "decide) computes others",
                    where));
  }
  Wanted wanted;
  for (const KeyPart& part : recipe.key) {
    wanted.columns.push_back(part.columns[0]);
    wanted.forms.push_back(part.form);
  }
  if (wanted.columns.empty()) wanted = {{""}, {ValueForm{}}};
  return wanted;
}

/// Reads the wanted columns of one file.
void read_file(const std::string& file, const Wanted& wanted, KeyChunks& chunks) {
  const std::string where = place_of(file);
  const duckdb::Database database = open_to_read(file, where);
  const duckdb::Connection connection(database, where);
  Table table{parquet_table(file), wanted.columns[0]};
  if (duckdb_format(file) == DuckdbFormat::kDatabase) table = find_table(connection, wanted.columns[0]);
  const std::vector<DuckdbColumn> offered = columns_of(connection, table.from);
  std::vector<DuckdbColumn> columns;
  std::vector<std::string> names, quoted;
  for (std::size_t i = 0; i < wanted.columns.size(); ++i) {
    columns.push_back(find_column(offered, i == 0 ? table.column : wanted.columns[i], where));
    names.push_back(columns.back().name);
    quoted.push_back(duckdb::identifier(names.back()));
  }
  const std::string sql = fmt::format("SELECT {} FROM {}", fmt::join(quoted, ", "), table.from);
  duckdb::Statement statement(connection, sql, fmt::format("{}, column '{}'", where, fmt::join(names, "', '")));
  chunks.read(statement.stream(), columns, where);
}

}  // namespace

DuckdbFormat duckdb_format(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return DuckdbFormat::kNone;  // a pipe would hang
  std::array<char, 12> head{};
  std::ifstream(file, std::ios::binary).read(head.data(), head.size());
  const std::string_view text(head.data(), head.size());
  if (text.starts_with(kParquetMark) || ends_like(file, {".parquet", ".parq"})) return DuckdbFormat::kParquet;
  if (text.substr(8) == kDatabaseMark || ends_like(file, {".duckdb", ".ddb"})) return DuckdbFormat::kDatabase;
  return DuckdbFormat::kNone;
}

bool are_for_duckdb(const std::vector<std::string>& files) {
  const auto format = [](const std::string& file) { return duckdb_format(file); };
  const auto other = std::ranges::adjacent_find(files, std::ranges::not_equal_to{}, format);
  if (other != files.end()) {
    throw Error(fmt::format("files '{}' and '{}' are of different formats; one dataset takes files of one", other[0],
                            other[1]));
  }
  return !files.empty() && duckdb_format(files[0]) != DuckdbFormat::kNone;
}

duckdb::Database open_to_read(const std::string& file, const std::string& where) {
  duckdb::Settings settings = duckdb::base_settings();
  if (duckdb_format(file) == DuckdbFormat::kParquet) return {":memory:", settings, where};
  settings.emplace_back("access_mode", "READ_ONLY");
  return {file, settings, where};
}

std::string parquet_table(const std::string& file) {
  // An absolute path is no address on a network. A name that holds characters of patterns is a pattern to DuckDB, even
  // where a file of that name exists.
  std::string pattern;
  for (const char c : std::filesystem::absolute(file).string()) {
    pattern += c == '*' || c == '?' || c == '[' ? fmt::format("[{}]", c) : std::string(1, c);
  }
  return fmt::format("read_parquet({}, hive_partitioning = false)", duckdb::literal(pattern));
}

FileValues read_duckdb_values(const ResolvedSpec& spec) {
  const std::string where = fmt::format("dataset '{}'", spec.name);
  const Wanted wanted = wanted_of(spec.recipe, place_of(spec.files[0]));
  KeyChunks chunks(wanted.forms, /*of_query=*/false, spec.recipe.byte_strings);
  for (const std::string& file : spec.files) read_file(file, wanted, chunks);
  FileValues values;
  values.notes = note_of_nulls(chunks.nulls(), chunks.rows());
  if (chunks.rows() == chunks.nulls()) {
    throw Error(chunks.rows() == 0 ? where + ": holds no keys"
                                   : fmt::format("{}: holds no keys: all {} rows are NULL", where, chunks.rows()));
  }
  values.packed = pack_columns(std::move(chunks).finish(), wanted.columns,
                               {.where = where, .byte_strings = spec.recipe.byte_strings});
  std::ranges::move(values.packed.notes, std::back_inserter(values.notes));
  return values;
}

}  // namespace omenbench::datasets
