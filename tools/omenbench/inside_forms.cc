// See the header.
#include "tools/omenbench/inside_forms.h"

#include <fmt/format.h>

namespace omenbench {
namespace {

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

/// `method`: "brin (%) WITH (pages_per_range = 16)", where % is the column.
InsideForm postgres_form(const std::string& name, const std::string& method, bool by_bitmap = false) {
  const auto using_method = [&](const std::string& index, const std::string& table, const std::string& column) {
    std::string text = fmt::format("CREATE INDEX {}ON {} USING {}", index, table, method);
    replace_all(text, "%", column);
    return text;
  };
  InsideForm form;
  form.name = name;
  form.statement = using_method("", "$TABLE", "$COLUMN");
  form.create = "CREATE TABLE $TABLE (k bigint NOT NULL, v bigint NOT NULL) WITH (autovacuum_enabled = off)";
  form.index = using_method("$TABLE_k ", "$TABLE", "k");
  form.build = using_method("$TABLE_t ", "$TABLE", "k");
  form.unbuild = "DROP INDEX $TABLE_t";
  form.settings = by_bitmap ? "SET enable_bitmapscan = on" : "SET enable_bitmapscan = off";
  return form;
}

constexpr const char* kMakeExtension = "CREATE EXTENSION IF NOT EXISTS omenbench_learned; ";

InsideForm learned(InsideForm form) {
  form.needs = "SELECT name FROM pg_available_extensions WHERE name = 'omenbench_learned'";
  form.without = "not built: scripts/setup --with-postgres-extension";
  form.statement.insert(0, kMakeExtension);
  form.create.insert(0, kMakeExtension);
  return form;
}

InsideForm sqlite_form(const std::string& name, const std::string& statement, const std::string& columns,
                       const std::string& index) {
  InsideForm form;
  form.name = name;
  form.statement = statement;
  form.create = "CREATE TABLE $TABLE " + columns;
  form.build = "CREATE TABLE $TABLE_t " + columns + "; INSERT INTO $TABLE_t SELECT k, v FROM omb_rows ORDER BY rowid";
  form.unbuild = "DROP TABLE $TABLE_t";
  if (!index.empty()) {
    form.index = "CREATE INDEX $TABLE_k ON $TABLE " + index;
    form.build += "; CREATE INDEX $TABLE_i ON $TABLE_t " + index;
  } else {
    form.distinct = true;
  }
  return form;
}

}  // namespace

InsideDialect postgres_dialect() {
  InsideDialect dialect;
  dialect.version = "SELECT 'PostgreSQL ' || current_setting('server_version')";
  dialect.settings =
      "SET jit = off; SET max_parallel_workers_per_gather = 0; SET max_parallel_maintenance_workers = 0; "
      "SET synchronize_seqscans = off; SET enable_seqscan = off; SET enable_memoize = off";
  dialect.settle = "VACUUM (FREEZE, ANALYZE) $TABLE";
  dialect.clear = "TRUNCATE $TABLE";
  dialect.size = "SELECT pg_relation_size('$TABLE_k')";
  dialect.plan = "EXPLAIN (COSTS OFF) ";
  dialect.used = "$TABLE_k";
  dialect.yardstick = "B-tree";
  dialect.size_words = "size is that of the index";
  dialect.forms = {postgres_form("B-tree", "btree (%)"),
                   postgres_form("hash", "hash (%)"),
                   postgres_form("BRIN, 128 pages", "brin (%)", true),
                   postgres_form("BRIN, 16 pages", "brin (%) WITH (pages_per_range = 16)", true),
                   postgres_form("BRIN, 2 pages", "brin (%) WITH (pages_per_range = 2)", true),
                   learned(postgres_form("learned", "learned (%)")),
                   learned(postgres_form("learned_sparse", "learned_sparse (%)"))};
  dialect.forms[1].ranges = false;
  return dialect;
}

InsideDialect postgres_in_place_dialect() {
  InsideDialect dialect = postgres_dialect();
  dialect.settings += "; SET statement_timeout = 0; SET lock_timeout = '30s'";
  for (InsideForm& form : dialect.forms) {
    if (form.needs.empty()) continue;
    form.needs = "SELECT extname FROM pg_extension WHERE extname = 'omenbench_learned'";
    form.without = "its extension is not in this database: CREATE EXTENSION omenbench_learned";
    replace_all(form.create, kMakeExtension, "");
    replace_all(form.statement, kMakeExtension, "");
  }
  return dialect;
}

InsideDialect sqlite_dialect() {
  InsideDialect dialect;
  dialect.version = "SELECT 'SQLite ' || sqlite_version()";
  dialect.settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144";
  dialect.settle = "ANALYZE $TABLE";
  dialect.clear = "DELETE FROM $TABLE";
  dialect.size = "SELECT sum(pgsize) FROM dbstat WHERE name IN ('$TABLE', '$TABLE_k')";
  dialect.plan = "EXPLAIN QUERY PLAN ";
  dialect.used = "SEARCH t USING";
  dialect.yardstick = "index";
  dialect.size_words = "size is that of the table with its index, building is filling both";
  dialect.forms = {
      sqlite_form("index", "CREATE INDEX $TABLE_$COLUMN ON $TABLE ($COLUMN)", "(k INTEGER NOT NULL, v INTEGER)", "(k)"),
      sqlite_form("rowid", "CREATE TABLE $TABLE ($COLUMN INTEGER PRIMARY KEY, ...)",
                  "(k INTEGER PRIMARY KEY, v INTEGER)", ""),
      sqlite_form("WITHOUT ROWID", "CREATE TABLE $TABLE ($COLUMN INTEGER PRIMARY KEY, ...) WITHOUT ROWID",
                  "(k INTEGER PRIMARY KEY, v INTEGER) WITHOUT ROWID", "")};
  return dialect;
}

std::string with_names(std::string text, const std::string& table, const std::string& column) {
  replace_all(text, "$TABLE", table);
  replace_all(text, "$COLUMN", column);
  return text;
}

}  // namespace omenbench
