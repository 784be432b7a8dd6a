// See query.h.
#include "datasets/query/query.h"

#include <fmt/format.h>

#include "core/error.h"

namespace omenbench::datasets {

void QueryColumn::add(std::string_view text) {
  ++rows_;
  try {
    column_.add(text);
  } catch (const BadValue& bad) {
    fail(bad.message);
  }
}

void QueryColumn::add_null() {
  ++rows_;
  ++nulls_;
}

void QueryColumn::fail(const std::string& what) const {
  throw Error(fmt::format("{}, row {} of the query: {}", where_, rows_, what));
}

void QueryColumn::require_one_column(int columns) const {
  if (columns == 1) return;
  if (columns == 0)
    throw Error(fmt::format("{}: the query gives no rows; expected 'select COLUMN from TABLE'", where_));
  throw Error(
      fmt::format("{}: the query gives {} columns, expected one: that of the keys (combine several into one number)",
                  where_, columns));
}

OriginalValues QueryColumn::finish(const std::string& source) && {
  if (rows_ == nulls_) {
    throw Error(nulls_ == 0 ? fmt::format("{}: the query gives no rows", where_)
                            : fmt::format("{}: all {} rows of the query are NULL", where_, rows_));
  }
  OriginalValues original;
  EncodedColumn encoded = std::move(column_).finish();
  original.values = std::move(encoded.values);
  original.has_order = true;
  original.info.name = "query";
  original.info.kind = "real";
  original.info.source = source;
  original.info.key_type = std::move(encoded.type);
  original.info.rows = original.values.size();
  if (nulls_ > 0) {
    original.info.notes.push_back(fmt::format("{} of {} rows are NULL and were left out", nulls_, rows_));
  }
  return original;
}

std::string without_semicolon(std::string_view query) {
  const std::size_t last = query.find_last_not_of(" \t\r\n;");
  if (last == std::string_view::npos) throw Error("--query is empty; expected 'select COLUMN from TABLE'");
  return std::string(query.substr(0, last + 1));
}

}  // namespace omenbench::datasets
