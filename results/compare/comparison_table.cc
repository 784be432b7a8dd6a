// A comparison as tables: rows and columns as the user chose them, the rest in titles. See compare.h.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "results/compare/compare.h"
#include "results/text.h"

namespace omenbench {
namespace {

const std::vector<std::string> kTitleFields = {"dataset", "keys", "workload", "threads", "index", "metric"};

std::string label(const Measurement& measurement, const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : " ") + field_of(measurement, field);
  return text;
}

std::string title_of(const Measurement& measurement, const ComparisonLayout& layout) {
  std::string title;
  for (const std::string& field : kTitleFields) {
    const bool placed = std::ranges::find(layout.rows, field) != layout.rows.end() ||
                        std::ranges::find(layout.columns, field) != layout.columns.end();
    if (placed) continue;
    const std::string value = field_of(measurement, field);
    title += (title.empty() ? "" : "  ") + (field == "keys"      ? with_commas(measurement.keys) + " keys"
                                            : field == "threads" ? value + (value == "1" ? " thread" : " threads")
                                                                 : value);
  }
  return title;
}

TableCell value_of(const Measurement& measurement) {
  return (measurement.upper_bound ? bound_cell : number_cell)(three_digits(measurement.median), measurement.median);
}

/// "~" when chance explains the difference, else the ratio with its interval.
TableCell change_of(const Compared& cell) {
  if (cell.unresolved()) return {.text = "unresolved (timer)"};
  if (!cell.ratio) return {};
  TableCell change = ratio_cell(*cell.ratio, cell.lo, cell.hi);
  if (!cell.lo) {
    if (!cell.no_interval().empty()) change.small = fmt::format("({})", cell.no_interval());
  } else if (!cell.differs()) {
    change.text = "~";
  } else {
    change.tone = *cell.ratio < 1 ? Tone::kGood : Tone::kBad;
  }
  return change;
}

Table table_of(const std::vector<const Compared*>& cells, const ComparisonLayout& layout) {
  std::vector<std::string> rows, columns;
  std::map<std::pair<std::string, std::string>, const Compared*> at;
  const auto note = [](std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Compared* cell : cells) {
    const std::string row = label(cell->base, layout.rows), column = label(cell->base, layout.columns);
    note(rows, row);
    note(columns, column);
    at[{row, column}] = cell;
  }
  Table table = plain_table("", {fmt::format("{}", fmt::join(layout.rows, " "))});
  for (const std::string& column : columns) {
    for (const char* side : {" base", " head", " head/base"}) table.columns.push_back(number_column(column + side));
  }
  for (const std::string& row : rows) {
    TableLine line = text_line({row});
    for (const std::string& column : columns) {
      const auto found = at.find({row, column});
      if (found == at.end()) {
        line.cells.resize(line.cells.size() + 3, {.text = " "});
      } else {
        const Compared& cell = *found->second;
        line.cells.insert(line.cells.end(), {value_of(cell.base), value_of(cell.head), change_of(cell)});
      }
    }
    table.lines.push_back(std::move(line));
  }
  return table;
}

}  // namespace

Document comparison_document(const Comparison& comparison, const ComparisonLayout& layout) {
  std::vector<std::string> titles;
  std::map<std::string, std::vector<const Compared*>> tables;
  for (const Compared& cell : comparison.cells) {
    const std::string title = title_of(cell.base, layout);
    if (!tables.contains(title)) titles.push_back(title);
    tables[title].push_back(&cell);
  }
  Document document;
  for (const std::string& title : titles) {
    document.add(Heading{.text = title});
    document.add(table_of(tables[title], layout));
  }
  Items warnings;
  for (const std::string& warning : comparison.warnings) warnings.texts.push_back("warning: " + warning);
  if (!warnings.texts.empty()) document.add(std::move(warnings));
  if (std::ranges::any_of(comparison.cells, &Compared::unresolved)) {
    document.add(Prose{"<=, unresolved (timer): below 10 times what the timer costs, only an upper bound is known."});
  }
  document.add(
      Prose{"head/base below 1x: head is better. ~: the 95 % interval holds 1x, chance explains the difference."});
  document.add(Prose{
      "Of a hundred measurements without a change about five differ by chance: look at them again before believing "
      "one."});
  return document;
}

}  // namespace omenbench
