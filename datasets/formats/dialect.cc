// See dialect.h. The delimiter is the one that splits every sampled row into equally many cells, more than one, or,
// where none does, most rows: tab before semicolon, bar and comma, as the rarer one is the less likely to do so by
// chance. Blanks come last, and only where they leave values: "2014-05-01 12:30" is one value, "new york" two words of
// one.
#include "datasets/formats/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include "base/numbers.h"
#include "core/error.h"
#include "core/suggest.h"
#include "datasets/key_parsing.h"
#include "datasets/value_hints.h"

namespace omenbench::datasets {
namespace {

constexpr std::size_t kRowsLookedAt = 100;
constexpr std::size_t kColumnsListed = 40;
constexpr std::size_t kAllColumns = std::numeric_limits<std::size_t>::max();

/// The sample as bytes to read.
class SampleSource : public ByteSource {
 public:
  explicit SampleSource(std::string_view text) : text_(text) {}
  std::size_t read(std::span<char> out) override {
    const std::size_t n = std::min(out.size(), text_.size());
    std::memcpy(out.data(), text_.data(), n);
    text_.remove_prefix(n);
    return n;
  }

 private:
  std::string_view text_;
};

using Rows = std::vector<std::vector<std::string>>;

/// The first rows as `dialect` reads them; fewer where the sample cuts a quoted cell in two.
Rows read_rows(std::string_view sample, const Dialect& dialect) {
  SampleSource source(sample);
  RowReader reader(source, {});
  reader.set_dialect(dialect);
  Rows rows;
  try {
    while (rows.size() <= kRowsLookedAt && reader.next(kAllColumns)) {
      rows.emplace_back(reader.cells().begin(), reader.cells().end());
    }
  } catch (const Error&) {
    // The reader of the whole file will say what is wrong, with the right line.
  }
  return rows;
}

enum class Look : std::uint8_t { kText, kNumber, kInteger, kTimestamp };

Look look_of(std::string_view cell) {
  cell = trim(cell);
  if (parse_integer(cell)) return Look::kInteger;
  if (parse_timestamp(cell)) return Look::kTimestamp;
  return parse_double(cell) ? Look::kNumber : Look::kText;
}

bool any_value(const std::vector<std::string>& row) {
  return std::any_of(row.begin(), row.end(), [](const std::string& cell) { return look_of(cell) != Look::kText; });
}

/// The number of cells, more than one, that most rows have, and how many rows; {1, 0} when there is none.
std::pair<std::size_t, std::size_t> common_width(const Rows& rows) {
  std::map<std::size_t, std::size_t> counts;
  for (const auto& row : rows) ++counts[row.size()];
  std::pair<std::size_t, std::size_t> best{1, 0};
  for (const auto& [width, count] : counts) {
    if (width > 1 && count > best.second) best = {width, count};
  }
  return best;
}

/// Rows of one blank between values: no row is a value as a whole, and each has one in some cell.
bool splits_into_values(std::string_view sample, Dialect dialect, const Rows& rows) {
  dialect.delimiter = '\0';
  const Rows lines = read_rows(sample, dialect);
  const bool whole = std::ranges::any_of(lines, [](const auto& line) { return look_of(line[0]) != Look::kText; });
  const std::size_t first = rows.size() > 1 ? 1 : 0;  // the first may be a header
  return !whole && std::all_of(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end(), any_value);
}

char guess_delimiter(std::string_view sample, Dialect dialect) {
  char most = '\0';
  std::size_t most_rows = 0;
  for (const char delimiter : {'\t', ';', '|', ',', ' '}) {
    dialect.delimiter = delimiter;
    const Rows rows = read_rows(sample, dialect);
    const std::size_t alike = common_width(rows).second;
    if (alike == 0 || (delimiter == ' ' && !splits_into_values(sample, dialect, rows))) continue;
    if (alike == rows.size()) return delimiter;
    if (2 * alike < rows.size() || alike <= most_rows) continue;
    most = delimiter;
    most_rows = alike;
  }
  return most;
}

/// "12x4" or "-": a value that went wrong rather than the name of a column.
bool begins_like_a_number(std::string_view cell) {
  cell = trim(cell);
  if (!cell.empty() && (cell[0] == '-' || cell[0] == '+' || cell[0] == '.')) cell.remove_prefix(1);
  return !cell.empty() && cell[0] >= '0' && cell[0] <= '9';
}

/// A value of another kind: a UUID, an address, a hexadecimal number, ...
bool is_other_value(const std::string& cell) {
  const std::string_view text = trim(cell);
  return text.find_first_of("0123456789") != text.npos && !hint_for(text).empty();
}

/// "?", "$5", "nan", "NULL": nothing that anybody would call the only column of a file.
bool is_no_name(std::string_view cell) {
  constexpr std::array<std::string_view, 7> kWords = {"nan", "inf", "infinity", "null", "none", "na", "n/a"};
  std::string text(trim(cell));
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto begins = [&](unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c >= 0x80; };
  return text.empty() || !begins(static_cast<unsigned char>(text[0])) ||
         std::ranges::find(kWords, text) != kWords.end();
}

/// A first row of texts only, above rows with values.
bool looks_like_header(const Rows& rows) {
  if (rows.empty() || any_value(rows[0])) return false;
  const bool one_column = std::ranges::all_of(rows, [](const auto& row) { return row.size() == 1; });
  if (one_column && is_no_name(rows[0][0])) return false;
  if (std::ranges::any_of(rows[0], begins_like_a_number) || std::ranges::any_of(rows[0], is_other_value)) return false;
  return std::any_of(rows.begin() + 1, rows.end(), [](const std::vector<std::string>& row) {
    return any_value(row) || std::ranges::any_of(row, is_other_value);
  });
}

struct LeadingComments {
  std::size_t count = 0;
  std::vector<std::string> header;  ///< the cells of the last one, where it is a header; else empty
};

/// The lines before the first row that begin like comments, up to one that is a row of the table itself: as wide, with
/// a value in it, and no blank after what begins a comment.
LeadingComments leading_comments(std::string_view sample, const Dialect& dialect, std::size_t width) {
  LeadingComments leading;
  Dialect plain = dialect;
  plain.comment.clear();
  while (!dialect.comment.empty() && !sample.empty()) {
    std::string_view line = sample.substr(0, sample.find('\n'));
    sample.remove_prefix(std::min(line.size() + 1, sample.size()));
    if (trim(line).empty() || line == "\r") continue;
    if (!line.starts_with(dialect.comment)) break;
    line.remove_prefix(dialect.comment.size());
    Rows rows = read_rows(line, plain);
    const bool alike = rows.size() == 1 && rows[0].size() == width;
    if (alike && any_value(rows[0]) && !line.starts_with(' ') && !dialect.always_comment) break;
    ++leading.count;
    const bool header = alike && width > 1 && !any_value(rows[0]);
    leading.header = header ? std::move(rows[0]) : std::vector<std::string>();
  }
  return leading;
}

void trim_all(std::vector<std::string>& names) {
  for (std::string& name : names) name = trim(name);
}

/// What all sampled cells of a column have in common; integers count as numbers beside decimals.
Look look_of_column(const TableLayout& layout, std::size_t column) {
  std::optional<Look> common;
  for (const auto& row : layout.first_rows) {
    if (column >= row.size() || trim(row[column]).empty()) continue;
    const Look look = look_of(row[column]);
    if (!common || *common == look) {
      common = look;
    } else if (*common == Look::kTimestamp || look == Look::kTimestamp || look == Look::kText) {
      return Look::kText;
    } else {
      common = std::min(*common, look);
    }
  }
  return common.value_or(Look::kText);
}

std::string shown_name(const TableLayout& layout, std::size_t column) {
  return column < layout.names.size() ? fmt::format("{} '{}'", column + 1, layout.names[column])
                                      : fmt::format("{}", column + 1);
}

}  // namespace

bool names_key_column(const std::vector<std::string>& row, const Recipe& recipe) {
  for (const KeyPart& part : recipe.key) {
    for (const std::string& column : part.columns) {
      if (parse_integer(column)) continue;
      for (const std::string& cell : row) {
        if (trim(cell) == column) return true;
      }
    }
  }
  return false;
}

TableLayout guess_layout(std::string_view sample, const Recipe& recipe, const Place& place) {
  TableLayout layout;
  layout.dialect.comment = recipe.comment.value_or("#");
  layout.dialect.always_comment = recipe.comment.has_value();
  if (recipe.format == Recipe::Format::kText) {
    layout.dialect.delimiter = '\0';
    layout.dialect.drops_last_word = recipe.drops_last_word;
    layout.dialect.quotes = false;
  } else {
    layout.dialect.delimiter = recipe.delimiter ? *recipe.delimiter : guess_delimiter(sample, layout.dialect);
  }
  layout.dialect.width = common_width(read_rows(sample, layout.dialect)).first;
  const LeadingComments leading = leading_comments(sample, layout.dialect, layout.dialect.width);
  layout.dialect.leading_comments = leading.count;
  Rows rows = read_rows(sample, layout.dialect);
  if (rows.empty()) {
    // A first row longer than the sample still has to be read; it is then taken as data.
    layout.columns = std::max<std::size_t>(1, recipe.columns.size());
    layout.names = recipe.columns;
    return layout;
  }
  const bool named = !recipe.columns.empty();
  layout.header = recipe.header.value_or(!named && (looks_like_header(rows) || names_key_column(rows[0], recipe)));
  layout.header_behind_comment = !recipe.header && !named && !layout.header && !leading.header.empty();
  if (layout.header && !named) {
    layout.names = std::move(rows[0]);
    rows.erase(rows.begin());
  } else {
    layout.names = layout.header_behind_comment ? leading.header : recipe.columns;
  }
  if (!named) trim_all(layout.names);
  layout.columns = layout.names.size();
  for (const auto& row : rows) layout.columns = std::max(layout.columns, row.size());
  if (layout.columns == 0) throw Error(place.text() + ": has no columns");
  if (!rows.empty()) layout.dialect.width = common_width(rows).first;
  layout.first_rows = std::move(rows);
  return layout;
}

std::string list_columns(const TableLayout& layout) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(layout.columns, kColumnsListed); ++i) shown.push_back(shown_name(layout, i));
  if (layout.columns > kColumnsListed) shown.push_back("...");
  return fmt::format("{}", fmt::join(shown, ", "));
}

namespace {

/// Rows of more cells than the header has names: a name would stand for the wrong cell.
void refuse_short_header(const TableLayout& layout, const std::string& column, const Place& place) {
  const std::size_t names = layout.names.size();
  const bool from_file = layout.header || layout.header_behind_comment;
  if (!from_file || layout.dialect.width <= names) return;
  const bool filled = std::ranges::any_of(layout.first_rows, [&](const auto& row) {
    return row.size() == layout.dialect.width && !trim(row.back()).empty();
  });
  if (!filled) return;  // each row only ends with a delimiter
  throw Error(fmt::format("{}: column '{}': its header names {}, its rows have {}; choose the column by number",
                          place.text(), column, counted(names, "column"), layout.dialect.width));
}

}  // namespace

std::size_t find_column(const TableLayout& layout, const std::string& column, const Place& place) {
  const auto found = std::ranges::find(layout.names, column);
  if (found != layout.names.end()) {
    const auto position = static_cast<std::size_t>(found - layout.names.begin());
    const auto again = std::find(found + 1, layout.names.end(), column);
    if (again != layout.names.end()) {
      throw Error(fmt::format("{}: columns {} and {} are both named '{}'; choose one by its number", place.text(),
                              position + 1, again - layout.names.begin() + 1, column));
    }
    refuse_short_header(layout, column, place);
    return position;
  }
  const auto number = parse_integer(column);
  if (number && !number->negative && number->magnitude > 0) {
    // Rows beyond the sample may be longer: the reader checks each row itself.
    if (layout.first_rows.empty() || number->magnitude <= layout.columns) return number->magnitude - 1;
  }
  if (layout.names.empty()) {
    const std::string first = layout.columns == 1 && !layout.first_rows.empty()
                                  ? fmt::format(" (line 1 is '{}')", layout.first_rows[0][0])
                                  : "";
    throw Error(fmt::format("{}: no column '{}': it has no header row{}, its columns are 1 to {}", place.text(), column,
                            first, layout.columns));
  }
  throw Error(fmt::format("{}: no column '{}' among {}{}", place.text(), column, list_columns(layout),
                          did_you_mean(column, layout.names)));
}

std::size_t guess_key_column(const TableLayout& layout, const Place& place) {
  if (layout.columns == 1) return 0;
  std::vector<Look> looks(layout.columns);
  for (std::size_t i = 0; i < looks.size(); ++i) looks[i] = look_of_column(layout, i);
  for (const Look wanted : {Look::kTimestamp, Look::kInteger, Look::kNumber}) {
    const auto count = std::count(looks.begin(), looks.end(), wanted);
    if (count == 1) return static_cast<std::size_t>(std::find(looks.begin(), looks.end(), wanted) - looks.begin());
    if (count > 1) break;
  }
  throw Error(
      fmt::format("{}: which column holds the keys? Name one as FILE:COLUMN: {}", place.text(), list_columns(layout)));
}

}  // namespace omenbench::datasets
