// A comparison as text: rows and columns as the user chose them, the rest in titles. See compare.h.
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

std::string value_of(const Measurement& measurement) {
  return (measurement.upper_bound ? "<=" : "") + three_digits(measurement.median);
}

/// "~" when chance explains the difference, else the ratio with its interval.
std::string change_of(const Compared& cell) {
  if (cell.unresolved()) return "unresolved (timer)";
  if (!cell.ratio) return "-";
  if (!cell.lo) return fmt::format("{} (too few rounds)", times(*cell.ratio));
  if (!cell.differs()) return fmt::format("~ [{}, {}]", times(*cell.lo), times(*cell.hi));
  return fmt::format("{} [{}, {}]", times(*cell.ratio), times(*cell.lo), times(*cell.hi));
}

/// One table: lines of cells, the first of which is its head.
using Lines = std::vector<std::vector<std::string>>;

Lines lines_of(const std::vector<const Compared*>& cells, const ComparisonLayout& layout) {
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::map<std::pair<std::string, std::string>, const Compared*> at;
  const auto note = [](std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Compared* cell : cells) {
    const std::string row = label(cell->base, layout.rows);
    const std::string column = label(cell->base, layout.columns);
    note(rows, row);
    note(columns, column);
    at[{row, column}] = cell;
  }
  Lines lines = {{fmt::format("{}", fmt::join(layout.rows, " "))}};
  for (const std::string& column : columns) {
    for (const char* side : {" base", " head", " head/base"}) lines[0].push_back(column + side);
  }
  for (const std::string& row : rows) {
    lines.push_back({row});
    for (const std::string& column : columns) {
      const auto found = at.find({row, column});
      const bool has = found != at.end();
      lines.back().push_back(has ? value_of(found->second->base) : "");
      lines.back().push_back(has ? value_of(found->second->head) : "");
      lines.back().push_back(has ? change_of(*found->second) : "");
    }
  }
  return lines;
}

std::string plain(const Lines& lines) {
  std::vector<std::size_t> widths(lines[0].size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(printable(line[i])));
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text = "  ";
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string cell = printable(line[i]);
      text += i == 0 ? pad_right(cell, widths[i]) : "  " + pad_left(cell, widths[i]);
    }
    out += text + "\n";
  }
  return out;
}

std::string as_markdown(const Lines& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += "|";
    for (const std::string& cell : lines[i]) out += " " + markdown(cell) + " |";
    out += "\n";
    if (i > 0) continue;
    out += "|---|";
    for (std::size_t c = 1; c < lines[0].size(); ++c) out += "---:|";
    out += "\n";
  }
  return out;
}

}  // namespace

std::string render_comparison(const Comparison& comparison, const ComparisonLayout& layout, bool markdown_table) {
  std::vector<std::string> titles;
  std::map<std::string, std::vector<const Compared*>> tables;
  for (const Compared& cell : comparison.cells) {
    const std::string title = title_of(cell.base, layout);
    if (!tables.contains(title)) titles.push_back(title);
    tables[title].push_back(&cell);
  }
  std::string out;
  for (const std::string& title : titles) {
    const Lines lines = lines_of(tables[title], layout);
    out += markdown_table ? fmt::format("## {}\n\n{}\n", markdown(title), as_markdown(lines))
                          : fmt::format("{}\n{}\n", printable(title), plain(lines));
  }
  for (const std::string& warning : comparison.warnings) {
    out += fmt::format("{}warning: {}\n", markdown_table ? "- " : "", printable(warning));
  }
  out += markdown_table ? "\n" : "";
  if (std::ranges::any_of(comparison.cells, &Compared::unresolved)) {
    out += "<=, unresolved (timer): below 10 times what the timer costs, only an upper bound is known.\n";
  }
  out +=
      "head/base below 1x: head is better. ~: the 95 % interval holds 1x, chance explains the difference.\n"
      "Of a hundred measurements without a change about five differ by chance: look at them again before believing "
      "one.\n";
  return out;
}

}  // namespace omenbench
