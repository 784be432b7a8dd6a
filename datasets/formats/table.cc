// See table.h.
#include "datasets/formats/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/numbers.h"
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
    const auto same = [&part](const Part& other) {
      return part.kind == KeyPart::Kind::kColumn && other.recipe.kind == part.kind &&
             other.recipe.columns == part.columns;
    };
    if (std::ranges::any_of(parts_, same)) {
      throw Error(
          fmt::format("column '{}' is named twice in the key: it says nothing the second time", part.columns.front()));
    }
    parts_.push_back({part, KeyColumn(part.form, composite), part_name(part)});
  }
}

void TableParser::choose_key(const TableLayout& layout, const Place& place) {
  const std::size_t column = guess_key_column(layout, place);
  std::string name = column < layout.names.size() ? layout.names[column] : std::to_string(column + 1);
  if (layout.columns > 1) guessed_ = name;
  parts_.push_back({{KeyPart::Kind::kColumn, {name}, {}}, KeyColumn({}, false), name});
}

/// A key of one column may be a byte string where no sampled cell looks like a number or a time: one of those among
/// texts is more likely a mistake.
void TableParser::allow_byte_strings(const TableLayout& layout) {
  if (!recipe_.byte_strings || parts_.size() != 1 || parts_[0].recipe.kind != KeyPart::Kind::kColumn) return;
  const std::size_t position = parts_[0].positions[0];
  const bool texts = std::ranges::none_of(layout.first_rows, [&](const std::vector<std::string>& row) {
    const std::string_view cell = position < row.size() ? trim(row[position]) : std::string_view();
    return parse_double(cell) || parse_timestamp(cell);
  });
  if (texts) parts_[0].values.take_byte_strings();
}

/// A column that was chosen by number must be the same one in every file.
void TableParser::compare_with_first(const TableLayout& layout, const Part& part, const Place& place) const {
  for (std::size_t i = 0; i < part.positions.size(); ++i) {
    const std::size_t position = part.positions[i];
    const auto name_in = [&](const std::vector<std::string>& names) {
      return position < names.size() ? names[position] : std::string();
    };
    if (name_in(layout.names) == part.recipe.columns[i]) continue;
    const std::string here = name_in(layout.names), there = name_in(first_->names);
    if (!here.empty() && !there.empty() && here != there) {
      throw Error(fmt::format("{}: its column {} is '{}', that of {} is '{}'; choose the column by its name",
                              place.text(), position + 1, here, first_->place, there));
    }
    if (layout.dialect.width != first_->width) {
      throw Error(fmt::format("{}: has {}, {} has {}: column {} need not be the same in both", place.text(),
                              counted(layout.dialect.width, "column"), first_->place, first_->width, position + 1));
    }
  }
}

void TableParser::resolve(const TableLayout& layout, const Place& place, const std::string& name) {
  columns_needed_ = 0;
  width_ = layout.dialect.width;
  for (Part& part : parts_) {
    part.positions.clear();
    for (const std::string& column : part.recipe.columns) {
      part.positions.push_back(find_column(layout, column, place));
      columns_needed_ = std::max(columns_needed_, part.positions.back() + 1);
    }
    if (part.recipe.kind == KeyPart::Kind::kFileDate) part.midnight = date_in_name(name, place);
    if (first_) compare_with_first(layout, part, place);
  }
  if (!first_) first_ = FirstFile{place.text(), layout.names, layout.dialect.width};
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

/// An empty cell, or one that the recipe calls missing.
bool TableParser::lacks_value(const Part& part, const std::vector<std::string_view>& cells) const {
  for (const std::size_t position : part.positions) {
    std::string_view cell = cells[position];
    const bool plain = !cell.empty() && static_cast<unsigned char>(cell.front()) > ' ';  // nearly all cells
    if (plain && recipe_.missing.empty()) continue;
    cell = trim(cell);
    if (cell.empty() && !part.values.takes_empty()) return true;
    if (std::ranges::find(recipe_.missing, cell) != recipe_.missing.end()) return true;
  }
  return false;
}

/// Whether it has a key of several parts that may be too long for one.
bool TableParser::add_row(const std::vector<std::string_view>& cells, const std::string& name) {
  if (cells.size() < columns_needed_) {
    failing_ = parts_.size();
    throw BadValue{
        fmt::format("the row has {}, the key is in column {}", counted(cells.size(), "column"), columns_needed_)};
  }
  for (const Part& part : parts_) {
    if (!lacks_value(part, cells)) continue;
    ++skipped_;
    return false;
  }
  std::size_t size = 0;
  for (failing_ = 0; failing_ < parts_.size(); ++failing_) {
    add_value(parts_[failing_], cells, name);
    size += 2 * parts_[failing_].values.last_size() + 2;  // zero bytes are written as two, and an end follows
  }
  return parts_.size() > 1 && size > kMaxKeyBytes;
}

void TableParser::note_long_row(std::string place) {
  long_rows_.emplace(parts_[0].values.size() - 1, std::move(place));
}

/// ", column 'price'" where there are others to be told from.
std::string TableParser::column_of_failure() const {
  if (failing_ >= parts_.size() || (width_ < 2 && parts_.size() < 2)) return "";
  const Part& part = parts_[failing_];
  if (part.recipe.columns.empty()) return "";
  const bool number = parse_integer(part.recipe.columns[0]).has_value();
  if (part.recipe.columns.size() > 1) {
    return fmt::format(", columns {}", fmt::join(part.recipe.columns, ", "));
  }
  return number ? fmt::format(", column {}", part.recipe.columns[0])
                : fmt::format(", column '{}'", part.recipe.columns[0]);
}

void TableParser::count(const RowCounts& counts, const Place& place) {
  counts_.comments += counts.comments;
  counts_.blank += counts.blank;
  counts_.like_comments += counts.like_comments;
  if (counts_.odd_width == 0 && counts.odd_width > 0) {
    first_odd_ = fmt::format("{}, line {}", place.noted(), counts.first_odd_line);
  }
  counts_.odd_width += counts.odd_width;
}

std::vector<std::string> TableParser::notes() const {
  std::vector<std::string> notes;
  const auto note = [&](std::uint64_t n, const std::string& many, const std::string& one) {
    if (n > 0) notes.push_back(fmt::format("{} {}", n, n == 1 ? one : many));
  };
  const std::string mark = recipe_.comment.value_or("#");
  if (!guessed_.empty()) notes.push_back(fmt::format("keys are column '{}', the only plausible one", guessed_));
  if (!header_.empty()) notes.push_back(fmt::format("its first line, '{}', is taken for a header", header_));
  if (!comment_header_.empty()) {
    notes.push_back(fmt::format("its last line of comments, '{}', is taken for a header", comment_header_));
  }
  note(skipped_, "rows without a key skipped", "row without a key skipped");
  note(counts_.comments, fmt::format("lines that begin with '{}' passed over", mark),
       fmt::format("line that begins with '{}' passed over", mark));
  const std::string like = fmt::format("taken like the others; \"comment\": \"{}\" in a recipe passes over them", mark);
  note(counts_.like_comments, fmt::format("rows that begin with '{}' {}", mark, like),
       fmt::format("row that begins with '{}' {}", mark, like));
  note(counts_.blank, "blank lines passed over", "blank line passed over");
  const std::string behind = fmt::format("without an object behind '{}' passed over", recipe_.prefix);
  note(lines_without_object_, "lines " + behind, "line " + behind);
  const std::string odd = fmt::format("with more or fewer columns than the others, the first in {}", first_odd_);
  note(counts_.odd_width, "rows " + odd, "row " + odd);
  return notes;
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
  allow_byte_strings(layout);
  if (layout.header) reader.next(columns_needed_);
  if (layout.header && !recipe_.header && layout.columns == 1 && !names_key_column(layout.names, recipe_)) {
    header_ = layout.names[0];
  }
  if (layout.header_behind_comment) comment_header_ = fmt::format("{}", fmt::join(layout.names, ", "));
  try {
    while (reader.next(columns_needed_)) {
      if (add_row(reader.cells(), name)) note_long_row(fmt::format("{}, line {}", place.text(), reader.line()));
    }
  } catch (const BadValue& bad) {
    const bool commented = reader.begins_like_comment();
    const std::string hint =
        commented ? fmt::format("; \"comment\": \"{}\" in a recipe passes over such lines", layout.dialect.comment)
                  : bad.hint;
    reader.fail(bad.message + hint, column_of_failure());
  }
  count(reader.counts(), place);
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
  if (recipe_.byte_strings && parts_.size() == 1) parts_[0].values.take_byte_strings();
  width_ = 2;  // a field is always worth naming
  JsonRows rows(bytes, place, recipe_.prefix, std::move(fields));
  try {
    while (rows.next()) {
      if (add_row(rows.cells(), name)) note_long_row(fmt::format("{}, line {}", place.text(), rows.line()));
    }
  } catch (const BadValue& bad) {
    rows.fail(bad.message + bad.hint, column_of_failure());
  }
  rows.refuse_absent_fields();
  lines_without_object_ += rows.lines_without_object();
}

PackedKeys TableParser::finish(const std::string& where) && {
  std::vector<EncodedColumn> columns;
  std::vector<std::string> names;
  for (Part& part : parts_) {
    columns.push_back(std::move(part.values).finish());
    names.push_back(part.name);
  }
  if (columns.empty()) return {};
  const auto place_of_row = [this](std::size_t row) {
    const auto found = long_rows_.find(row);
    return found == long_rows_.end() ? std::string() : found->second;
  };
  return pack_columns(std::move(columns), names,
                      {.where = where, .byte_strings = recipe_.byte_strings, .place_of_row = place_of_row});
}

}  // namespace omenbench::datasets
