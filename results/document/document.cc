// Cells and columns that many tables share. See the header.
#include "results/document/document.h"

#include <algorithm>

#include "base/numbers.h"

namespace omenbench {

Table plain_table(std::string title, const std::vector<std::string>& columns) {
  Table table{.title = std::move(title)};
  for (const std::string& name : columns) table.columns.push_back({.name = name, .number = !table.columns.empty()});
  return table;
}

TableLine text_line(const std::vector<std::string>& texts) {
  TableLine line;
  for (const std::string& text : texts) line.cells.push_back({.text = text});
  return line;
}

TableColumn number_column(std::string name, std::string small) {
  return {.name = std::move(name), .small = std::move(small), .number = true, .prose = false};
}

TableCell estimate_cell(const BlockEstimate& estimate) {
  TableCell cell = number_cell(three_digits(estimate.median), estimate.median);
  if (!estimate.has_interval()) return cell;
  cell.lo = estimate.lo;
  cell.hi = estimate.hi;
  cell.small = interval_of(*estimate.lo, *estimate.hi, three_digits);
  return cell;
}

TableCell number_cell(std::string text, double value) {
  TableCell cell;
  cell.text = std::move(text);
  cell.value = value;
  return cell;
}

TableCell bound_cell(std::string text, double value) {
  TableCell cell = number_cell("<=" + text, value);
  cell.bound = true;
  return cell;
}

TableCell ratio_cell(double ratio, std::optional<double> lo, std::optional<double> hi) {
  TableCell cell = number_cell(times(ratio), ratio);
  if (!lo || !hi) return cell;
  cell.lo = lo;
  cell.hi = hi;
  cell.small = times_interval(*lo, *hi);
  cell.clear = *lo > 1 || *hi < 1;
  return cell;
}

void mark_best(Table& table, const std::vector<std::size_t>& columns) {
  for (const std::size_t column : columns) {
    TableCell* best = nullptr;
    for (TableLine& line : table.lines) {
      if (line.tone == Tone::kFaint || line.cells.size() <= column || !line.cells[column].value ||
          line.cells[column].bound) {
        continue;
      }
      if (best == nullptr || *line.cells[column].value < *best->value) best = &line.cells[column];
    }
    if (best != nullptr) best->best = true;
  }
}

void drop_empty_columns(Table& table) {
  for (std::size_t column = table.columns.size(); column-- > 1;) {
    const auto says = [column](const TableLine& line) {
      return line.cells.size() > column && !line.cells[column].text.empty();
    };
    if (std::ranges::any_of(table.lines, says)) continue;
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(column));
    for (TableLine& line : table.lines) {
      if (line.cells.size() > column) line.cells.erase(line.cells.begin() + static_cast<std::ptrdiff_t>(column));
    }
  }
}

}  // namespace omenbench
