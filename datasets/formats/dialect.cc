// See dialect.h. The delimiter is the one that splits every sampled row into equally many cells, more than one: tab
// before semicolon before comma, as the rarer one is the less likely to do so by chance.
#include "datasets/formats/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/suggest.h"
#include "datasets/key_parsing.h"

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

/// Cells a row, when it is the same in every row; 0 when not.
std::size_t common_width(const Rows& rows) {
  for (const auto& row : rows) {
    if (row.size() != rows.front().size()) return 0;
  }
  return rows.empty() ? 0 : rows.front().size();
}

char guess_delimiter(std::string_view sample, Dialect dialect) {
  for (const char delimiter : {'\t', ';', ','}) {
    dialect.delimiter = delimiter;
    if (common_width(read_rows(sample, dialect)) > 1) return delimiter;
  }
  // Ragged rows: commas, if they split at least the first two rows, so that messages speak of columns.
  dialect.delimiter = ',';
  const Rows rows = read_rows(sample, dialect);
  return rows.size() > 1 && rows[0].size() > 1 && rows[1].size() > 1 ? ',' : '\0';
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

/// "12x4" or "-": a value that went wrong rather than the name of a column.
bool begins_like_a_number(std::string_view cell) {
  cell = trim(cell);
  if (!cell.empty() && (cell[0] == '-' || cell[0] == '+' || cell[0] == '.')) cell.remove_prefix(1);
  return !cell.empty() && cell[0] >= '0' && cell[0] <= '9';
}

/// A first row of texts only, above rows with values.
bool looks_like_header(const Rows& rows) {
  if (rows.empty() || any_value(rows[0])) return false;
  if (std::any_of(rows[0].begin(), rows[0].end(), begins_like_a_number)) return false;
  return std::any_of(rows.begin() + 1, rows.end(), any_value);
}

/// A first row that holds the name of a key column, whatever the rows below look like.
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

/// What all sampled cells of a column have in common; integers count as numbers beside decimals.
Look look_of_column(const TableLayout& layout, std::size_t column) {
  std::optional<Look> common;
  for (const auto& row : layout.first_rows) {
    if (column >= row.size()) return Look::kText;
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

TableLayout guess_layout(std::string_view sample, const Recipe& recipe, const Place& place) {
  TableLayout layout;
  layout.dialect.comment = recipe.comment.value_or("#");
  if (recipe.format == Recipe::Format::kText) {
    layout.dialect.delimiter = '\0';
    layout.dialect.quotes = false;
  } else {
    layout.dialect.delimiter = recipe.delimiter ? *recipe.delimiter : guess_delimiter(sample, layout.dialect);
  }
  Rows rows = read_rows(sample, layout.dialect);
  if (rows.empty()) {
    // A first row longer than the sample still has to be read; it is then taken as data.
    layout.columns = std::max<std::size_t>(1, recipe.columns.size());
    layout.names = recipe.columns;
    return layout;
  }
  const bool named = !recipe.columns.empty();
  layout.header = recipe.header.value_or(!named && (looks_like_header(rows) || names_key_column(rows[0], recipe)));
  if (layout.header && !named) {
    layout.names = rows[0];
    for (std::string& name : layout.names) name = trim(name);
    rows.erase(rows.begin());
  } else {
    layout.names = recipe.columns;
  }
  layout.columns = layout.names.size();
  for (const auto& row : rows) layout.columns = std::max(layout.columns, row.size());
  if (layout.columns == 0) throw Error(place.text() + ": has no columns");
  layout.first_rows = std::move(rows);
  return layout;
}

std::string list_columns(const TableLayout& layout) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(layout.columns, kColumnsListed); ++i) shown.push_back(shown_name(layout, i));
  if (layout.columns > kColumnsListed) shown.push_back("...");
  return fmt::format("{}", fmt::join(shown, ", "));
}

std::size_t find_column(const TableLayout& layout, const std::string& column, const Place& place) {
  const auto found = std::find(layout.names.begin(), layout.names.end(), column);
  if (found != layout.names.end()) return static_cast<std::size_t>(found - layout.names.begin());
  const auto number = parse_integer(column);
  if (number && !number->negative && number->magnitude > 0) {
    // Rows beyond the sample may be longer: the reader checks each row itself.
    if (layout.first_rows.empty() || number->magnitude <= layout.columns) return number->magnitude - 1;
  }
  if (layout.names.empty()) {
    throw Error(fmt::format("{}: no column '{}': it has no header row, its columns are 1 to {}", place.text(), column,
                            layout.columns));
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
