// See table.h.
#include "datasets/formats/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "datasets/formats/json_rows.h"
#include "datasets/s2_cell.h"

namespace omenbench::datasets {
namespace {

std::string part_name(const KeyPart& part) {
  switch (part.kind) {
    case KeyPart::Kind::kColumn:
      return part.columns[0];
    case KeyPart::Kind::kDateColumns:
      return "date";
    case KeyPart::Kind::kTimestampColumns:
      return "time";
    case KeyPart::Kind::kS2Cell:
      return "cell";
    case KeyPart::Kind::kFileDate:
      return "time";
    case KeyPart::Kind::kFileName:
      return "file";
  }
  return "";
}

/// Digits of a civil date or time, as written in a column of their own: "3", "03", "2013".
int small_number(std::string_view cell) {
  const auto value = parse_integer(trim(cell));
  if (!value || value->negative || value->magnitude > 9999) throw unexpected("part of a date", cell);
  return static_cast<int>(value->magnitude);
}

Instant civil_instant(const std::vector<std::size_t>& positions, const std::vector<std::string_view>& cells) {
  int fields[6] = {1970, 1, 1, 0, 0, 0};
  for (std::size_t i = 0; i < positions.size(); ++i) fields[i] = small_number(cells[positions[i]]);
  const auto at = [&](int i) { return static_cast<unsigned>(fields[i]); };
  const auto seconds = civil_seconds(fields[0], at(1), at(2), at(3), at(4), at(5));
  if (!seconds) {
    throw BadValue{fmt::format("no such date: year {}, month {}, day {}, {}:{:02}:{:02}", fields[0], fields[1],
                               fields[2], fields[3], fields[4], fields[5])};
  }
  return {*seconds, 0, false};
}

/// A number of units since midnight, with a fraction down to nanoseconds.
Instant instant_after(std::int64_t midnight, std::string_view cell, int unit_digits) {
  const auto nanoseconds = parse_fixed_point(trim(cell), 9 - unit_digits);
  constexpr std::int64_t kBillion = 1'000'000'000;
  // A day and an hour: clocks are set back.
  if (!nanoseconds || *nanoseconds < 0 || *nanoseconds >= 90'000 * kBillion) {
    throw unexpected("time since midnight", cell);
  }
  return {midnight + *nanoseconds / kBillion, static_cast<std::uint32_t>(*nanoseconds % kBillion), false};
}

std::string joined(const std::vector<std::size_t>& positions, const std::vector<std::string_view>& cells) {
  std::string text;
  for (const std::size_t position : positions) {
    if (!text.empty()) text += ' ';
    text += trim(cells[position]);
  }
  return text;
}

std::uint64_t cell_of(std::string_view latitude, std::string_view longitude) {
  const auto lat = parse_double(trim(latitude)), lon = parse_double(trim(longitude));
  if (!lat || std::abs(*lat) > 90) throw unexpected("a latitude in degrees", latitude);
  if (!lon || std::abs(*lon) > 180) throw unexpected("a longitude in degrees", longitude);
  return s2_cell(*lat, *lon);
}

}  // namespace

std::int64_t date_in_name(const std::string& name, const Place& place) {
  // A member called "quotes.csv" may still lie in "20140501.zip".
  for (const std::string& path : {name, place.file}) {
    const std::string base = path.substr(path.rfind('/') + 1);
    const auto digit = [&](std::size_t i) { return i < base.size() && base[i] >= '0' && base[i] <= '9'; };
    for (const std::size_t length : {std::size_t{8}, std::size_t{10}}) {
      for (std::size_t at = 0; at + length <= base.size(); ++at) {
        if ((at > 0 && digit(at - 1)) || digit(at + length)) continue;  // part of a longer number
        const std::string text = base.substr(at, length);
        const auto instant = parse_timestamp(length == 8 ? text + "T00" : text);
        if (instant) return instant->seconds;
      }
    }
  }
  throw Error(fmt::format("{}: expected a date such as 20140501 in the name '{}'", place.text(), name));
}

TableParser::TableParser(const Recipe& recipe) : recipe_(recipe) {
  const bool composite = recipe_.key.size() > 1;
  for (const KeyPart& part : recipe_.key) {
    parts_.push_back({part, KeyColumn(part.form, composite), part_name(part)});
  }
}

void TableParser::choose_key(const TableLayout& layout, const Place& place) {
  const std::size_t column = guess_key_column(layout, place);
  std::string name = column < layout.names.size() ? layout.names[column] : std::to_string(column + 1);
  if (layout.columns > 1) guessed_ = name;
  parts_.push_back({{KeyPart::Kind::kColumn, {name}, {}}, KeyColumn({}, false), name});
}

void TableParser::resolve(const TableLayout& layout, const Place& place, const std::string& name) {
  columns_needed_ = 0;
  for (Part& part : parts_) {
    part.positions.clear();
    for (const std::string& column : part.recipe.columns) {
      part.positions.push_back(find_column(layout, column, place));
      columns_needed_ = std::max(columns_needed_, part.positions.back() + 1);
    }
    if (part.recipe.kind == KeyPart::Kind::kFileDate) part.midnight = date_in_name(name, place);
  }
}

void TableParser::add_value(Part& part, const std::vector<std::string_view>& cells, const std::string& name) {
  switch (part.recipe.kind) {
    case KeyPart::Kind::kColumn:
      return part.values.add(cells[part.positions[0]]);
    case KeyPart::Kind::kDateColumns:
      return part.values.add(civil_instant(part.positions, cells));
    case KeyPart::Kind::kTimestampColumns:
      return part.values.add(joined(part.positions, cells));
    case KeyPart::Kind::kS2Cell:
      return part.values.add(cell_of(cells[part.positions[0]], cells[part.positions[1]]));
    case KeyPart::Kind::kFileDate:
      return part.values.add(part.positions.empty()
                                 ? Instant{part.midnight, 0, false}
                                 : instant_after(part.midnight, cells[part.positions[0]], part.recipe.form.digits));
    case KeyPart::Kind::kFileName:
      return part.values.add(name);
  }
}

bool TableParser::is_missing(const std::vector<std::string_view>& cells) const {
  for (const Part& part : parts_) {
    for (const std::size_t position : part.positions) {
      const std::string_view cell = trim(cells[position]);
      if (std::find(recipe_.missing.begin(), recipe_.missing.end(), cell) != recipe_.missing.end()) return true;
    }
  }
  return false;
}

void TableParser::add_row(const std::vector<std::string_view>& cells, const std::string& name) {
  if (cells.size() < columns_needed_) {
    throw BadValue{fmt::format("the row has {} columns, the key is in column {}", cells.size(), columns_needed_)};
  }
  if (!recipe_.missing.empty() && is_missing(cells)) {
    ++skipped_;
    return;
  }
  for (Part& part : parts_) add_value(part, cells, name);
}

/// `{"a": ...` or `[1, ...`: read as a table it would fail at its first cell, with a message about that cell.
static bool looks_like_json(std::string_view sample) {
  const std::size_t first = sample.find_first_not_of(" \t\r\n");
  if (first == sample.npos || (sample[first] != '{' && sample[first] != '[')) return false;
  const std::size_t second = sample.find_first_not_of(" \t\r\n", first + 1);
  return second != sample.npos && (sample[second] == '"' || sample[second] == '{' || sample[second] == '[');
}

void TableParser::add(ByteSource& bytes, const Place& place, const std::string& name) {
  RowReader reader(bytes, place);
  if (recipe_.format == Recipe::Format::kAuto && looks_like_json(reader.sample())) {
    throw Error(
        fmt::format("{}: looks like JSON; say in a recipe which field holds the keys, {{\"format\": \"json\", \"key\": "
                    "\"FIELD\"}}, and name it after the file: FILE:@recipe.json (docs/recipes.md)",
                    place.text()));
  }
  const TableLayout layout = guess_layout(reader.sample(), recipe_, place);
  reader.set_dialect(layout.dialect);
  if (parts_.empty()) choose_key(layout, place);
  resolve(layout, place, name);
  if (layout.header) reader.next(columns_needed_);
  if (layout.header && !recipe_.header && layout.columns == 1 && recipe_.key.empty()) header_ = layout.names[0];
  try {
    while (reader.next(columns_needed_)) add_row(reader.cells(), name);
  } catch (const BadValue& bad) {
    reader.fail(bad.message);
  }
}

void TableParser::add_json(ByteSource& bytes, const Place& place, const std::string& name) {
  std::vector<std::string> fields;
  for (Part& part : parts_) {
    part.positions.clear();
    for (const std::string& field : part.recipe.columns) {
      part.positions.push_back(fields.size());
      fields.push_back(field);
    }
    if (part.recipe.kind == KeyPart::Kind::kFileDate) part.midnight = date_in_name(name, place);
  }
  columns_needed_ = fields.size();
  JsonRows rows(bytes, place, recipe_.prefix, std::move(fields));
  try {
    while (rows.next()) add_row(rows.cells(), name);
  } catch (const BadValue& bad) {
    rows.fail(bad.message);
  }
}

PackedKeys TableParser::finish(const std::string& where) && {
  std::vector<EncodedColumn> columns;
  std::vector<std::string> names;
  for (Part& part : parts_) {
    columns.push_back(std::move(part.values).finish());
    names.push_back(part.name);
  }
  if (columns.empty()) return {};
  return pack_columns(std::move(columns), names, where);
}

}  // namespace omenbench::datasets
