// See query.h.
#include "datasets/query/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "datasets/composite.h"

namespace omenbench::datasets {

namespace {

/// What sixty-four bits can be shared by, generously.
constexpr std::size_t kMostColumns = 16;

/// In the order of QueryValue.
constexpr std::array kOne = {"NULL", "an integer", "a real number", "a text", "bytes"};
constexpr std::array kMany = {"NULLs", "integers", "real numbers", "texts", "bytes"};

/// Of columns that share a name, each with its number: "x (1)", "x (2)".
std::vector<std::string> told_apart(const std::vector<std::string>& names) {
  std::vector<std::string> result = names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::count(names, names[i]) > 1) result[i] = fmt::format("{} ({})", names[i], i + 1);
  }
  return result;
}

}  // namespace

void QueryRows::check_columns(std::size_t columns, const std::string& where) {
  if (columns == 0) throw Error(fmt::format("{}: the query gives no rows; expected 'select COLUMN from TABLE'", where));
  if (columns > kMostColumns) {
    throw Error(fmt::format("{}: the query gives {} columns, expected that of the keys, or up to {} that make one key",
                            where, columns, kMostColumns));
  }
}

QueryRows::QueryRows(std::string where, std::vector<Column> columns)
    : where_(std::move(where)), columns_(std::move(columns)) {
  check_columns(columns_.size(), where_);
  values_.assign(columns_.size(), KeyColumn({}, columns_.size() > 1));
  kinds_.resize(columns_.size());
  if (columns_.size() == 1 && columns_[0].texts) values_[0].take_byte_strings();
}

void QueryRows::add(std::span<const QueryValue> row) {
  ++rows_;
  for (const QueryValue& value : row) {
    if (!std::holds_alternative<std::monostate>(value)) continue;
    ++nulls_;
    return;
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    try {
      add(i, row[i]);
    } catch (const BadValue& bad) {
      fail(i, bad.message);
    }
  }
}

void QueryRows::add(std::size_t column, const QueryValue& value) {
  const bool bytes = std::holds_alternative<Blob>(value);
  const bool other = kinds_[column] != 0 && kinds_[column] != value.index();
  if (other && !std::holds_alternative<BadValue>(value) && (bytes || values_[column].holds_byte_strings())) {
    throw BadValue{fmt::format("{} among {}", kOne[value.index()], kMany[kinds_[column]])};
  }
  kinds_[column] = value.index();
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    values_[column].add(fmt::format_int(*integer).c_str());
  } else if (const auto* real = std::get_if<double>(&value)) {
    if (!std::isfinite(*real)) throw unexpected("a finite number", fmt::format("{}", *real));
    values_[column].add(*real);
  } else if (const auto* bad = std::get_if<BadValue>(&value)) {
    throw *bad;
  } else if (bytes) {
    values_[column].add_bytes(std::get<Blob>(value).bytes, std::get<Blob>(value).type);
  } else {
    values_[column].add(std::get<std::string_view>(value));
  }
}

void QueryRows::fail(std::size_t column, const std::string& what) const {
  std::vector<std::string> names;
  for (const Column& one : columns_) names.push_back(one.name);
  const std::string name = columns_.size() > 1 ? fmt::format(", column '{}'", told_apart(names)[column]) : "";
  const std::string& hint = columns_[column].hint;
  throw Error(
      fmt::format("{}, row {} of the query{}: {}{}{}", where_, rows_, name, what, hint.empty() ? "" : "; ", hint));
}

OriginalValues QueryRows::finish(const std::string& source) && {
  QueryColumns read{{}, {}, rows_, nulls_};
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    read.columns.push_back(std::move(values_[i]).finish());
    read.names.push_back(columns_[i].name);
  }
  return original_of(std::move(read), where_, source);
}

std::vector<std::string> note_of_nulls(std::uint64_t nulls, std::uint64_t rows) {
  if (nulls == 0) return {};
  return {fmt::format("{} of {} rows are NULL and were left out", nulls, rows)};
}

OriginalValues original_of(QueryColumns read, const std::string& where, const std::string& source) {
  if (read.rows == read.nulls) {
    throw Error(read.rows == 0 ? fmt::format("{}: the query gives no rows", where)
                               : fmt::format("{}: all {} rows of the query are NULL", where, read.rows));
  }
  PackedKeys packed =
      pack_columns(std::move(read.columns), told_apart(read.names), {.where = where, .byte_strings = true});
  OriginalValues original;
  original.values = std::move(packed.keys);
  original.has_order = true;
  original.info.name = "query";
  original.info.kind = "real";
  original.info.source = source;
  original.info.key_type = std::move(packed.type);
  original.info.rows = original.values.size();
  original.info.notes = std::move(packed.notes);
  original.text = std::move(packed.text);
  for (std::string& note : note_of_nulls(read.nulls, read.rows)) original.info.notes.push_back(std::move(note));
  return original;
}

std::string without_semicolon(std::string_view query) {
  const std::size_t last = query.find_last_not_of(" \t\r\n;");
  if (last == std::string_view::npos) throw Error("--query is empty; expected 'select COLUMN from TABLE'");
  return std::string(query.substr(0, last + 1));
}

}  // namespace omenbench::datasets
