// A loadable extension of SQLite: every ordered index of omenbench as a virtual table, from the sqlite3 shell or any
// program that may load extensions. docs/engines.md shows how.
//
//   CREATE VIRTUAL TABLE temp.t USING omen(INDEX);                                   empty, to be written
//   CREATE VIRTUAL TABLE t USING omen(INDEX, source=TABLE, key=COLUMN);              a copy to read, v is the rowid
//   CREATE VIRTUAL TABLE t USING omen(INDEX, source=TABLE, key=COLUMN, value=COLUMN);
//
// The index lives in memory. One with a source is built from it when a connection first uses it, and shows what stood
// there then; it cannot be written, since nothing would bring that back. `SELECT omen_indexes()` names the indexes.
#define OMENBENCH_SQLITE_EXTENSION
#include "indexes/doors/sqlite_module.h"

SQLITE_EXTENSION_INIT1

#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "core/registry.h"

namespace omenbench {
namespace {

struct Freed {
  void operator()(char* text) const { sqlite3_free(text); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// An argument without the quotes that SQL allows around a name.
std::string unquoted(std::string_view given) {
  const std::string_view text = trimmed(given);
  if (text.size() < 2) return std::string(text);
  const char close = text.front() == '[' ? ']' : text.front();
  if (std::string_view("\"'`]").find(close) == std::string_view::npos || text.back() != close) return std::string(text);
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == close && i + 2 < text.size() && text[i + 1] == close) ++i;  // doubled inside
  }
  return name;
}

std::string index_names() {
  std::string names;
  for (const IndexInfo& info : registered_indexes()) {
    if (info.make != nullptr) names += (names.empty() ? "" : " ") + info.name;
  }
  return names;
}

struct Arguments {
  std::string schema, table, index, source, key, value = "rowid";
};

Arguments read(int count, const char* const* given) {
  if (count < 4) throw std::invalid_argument("omen: expected the name of an index, one of: " + index_names());
  Arguments arguments;
  arguments.schema = given[1];
  arguments.table = given[2];
  arguments.index = unquoted(given[3]);
  std::map<std::string_view, std::string*> options = {
      {"source", &arguments.source}, {"key", &arguments.key}, {"value", &arguments.value}};
  for (int i = 4; i < count; ++i) {
    const std::string_view argument = trimmed(given[i]);
    const std::size_t equals = argument.find('=');
    const auto option = options.find(trimmed(argument.substr(0, equals)));
    if (equals == argument.npos || option == options.end()) {
      throw std::invalid_argument("omen: '" + std::string(argument) +
                                  "': expected source=TABLE, key=COLUMN or value=COLUMN, each once");
    }
    *option->second = unquoted(argument.substr(equals + 1));
    options.erase(option);
  }
  if (arguments.source.empty() != arguments.key.empty()) {
    throw std::invalid_argument("omen: source=TABLE and key=COLUMN go together");
  }
  if (arguments.source.empty() && arguments.schema != "temp") {
    throw std::invalid_argument("omen: a table without source lives in memory: create it as temp." + arguments.table);
  }
  return arguments;
}

/// The integer in a column of a row of the source.
std::int64_t integer(sqlite3_stmt* row, int column, const Arguments& arguments) {
  if (sqlite3_column_type(row, column) == SQLITE_INTEGER) return sqlite3_column_int64(row, column);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  throw std::invalid_argument("omen: " + arguments.source + "." + (column == 0 ? arguments.key : arguments.value) +
                              " holds " + (text == nullptr ? "NULL" : "'" + std::string(text) + "'") +
                              ", expected integers only");
}

std::vector<Entry> entries_of(sqlite3* database, const Arguments& arguments) {
  const std::unique_ptr<char, Freed> sql(
      // Bare, a quoted name that is no column would be a text.
      sqlite3_mprintf("SELECT s.\"%w\", s.\"%w\" FROM \"%w\".\"%w\" AS s ORDER BY 1", arguments.key.c_str(),
                      arguments.value.c_str(), arguments.schema.c_str(), arguments.source.c_str()));
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database, sql.get(), -1, &prepared, nullptr) != SQLITE_OK) {
    throw std::invalid_argument(std::string("omen: ") + sqlite3_errmsg(database));
  }
  const std::unique_ptr<sqlite3_stmt, Freed> rows(prepared);
  std::vector<Entry> entries;
  int code = sqlite3_step(prepared);
  for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
    const std::int64_t key = integer(prepared, 0, arguments);
    if (!entries.empty() && entries.back().key == key_of(key)) {
      throw std::invalid_argument("omen: " + arguments.source + "." + arguments.key + " holds " + std::to_string(key) +
                                  " twice, expected each key once");
    }
    entries.push_back({key_of(key), payload_of_sql(integer(prepared, 1, arguments))});
  }
  if (code != SQLITE_DONE) throw std::runtime_error(std::string("omen: ") + sqlite3_errmsg(database));
  return entries;
}

std::shared_ptr<ErasedIndex> index_of(sqlite3* database, const Arguments& arguments) {
  const IndexInfo* info = find_index(arguments.index);
  if (info == nullptr || info->make == nullptr) {
    throw std::invalid_argument("omen: no ordered index is named '" + arguments.index +
                                "', expected one of: " + index_names());
  }
  std::shared_ptr<ErasedIndex> index = info->make();
  index->build(arguments.source.empty() ? std::vector<Entry>() : entries_of(database, arguments));
  return index;
}

int connect(sqlite3* database, void*, int count, const char* const* given, sqlite3_vtab** table, char** message) {
  Arguments arguments;
  const int code = OmenTable::guarded(message, [&] {
    arguments = read(count, given);
    return SQLITE_OK;
  });
  if (code != SQLITE_OK) return code;
  const std::string why_not = arguments.source.empty() ? "" : "a copy of " + arguments.source + " cannot be written";
  return OmenTable::make(
      database, table, message, [&] { return index_of(database, arguments); }, why_not);
}

void name_indexes(sqlite3_context* context, int, sqlite3_value**) {
  sqlite3_result_text(context, index_names().c_str(), -1, SQLITE_TRANSIENT);
}

}  // namespace
}  // namespace omenbench

extern "C" [[gnu::visibility("default")]] int sqlite3_omen_init(sqlite3* database, char** message,
                                                                const sqlite3_api_routines* api);
extern "C" int sqlite3_omen_init(sqlite3* database, char**, const sqlite3_api_routines* api) {
  SQLITE_EXTENSION_INIT2(api)
  static const sqlite3_module module = omenbench::OmenTable::module(&omenbench::connect);
  const int code = sqlite3_create_function(database, "omen_indexes", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                           &omenbench::name_indexes, nullptr, nullptr);
  return code == SQLITE_OK ? sqlite3_create_module(database, "omen", &module, nullptr) : code;
}
