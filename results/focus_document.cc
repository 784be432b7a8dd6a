// See the header.
#include "results/focus_document.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "results/table.h"
#include "results/text.h"

namespace omenbench {
namespace {

TableCell word_cell(const FocusPair& pair) {
  TableCell cell{.text = std::string(to_string(pair.word))};
  if (pair.survives == false) cell.text = "~" + cell.text;
  if (pair.survives == true) cell.tone = pair.word == VerdictWord::kWins ? Tone::kGood : Tone::kBad;
  return cell;
}

TableLine line_of(const FocusPair& pair) {
  TableLine line{.cells = {{.text = pair.opponent}, number_cell(three_digits(pair.opponent_ns), pair.opponent_ns)}};
  if (pair.compared()) {
    TableCell ratio = ratio_cell(pair.ratio, pair.lo, pair.hi);
    ratio.clear = pair.survives == true;  // significant after the correction
    line.cells.push_back(std::move(ratio));
    line.cells.push_back(word_cell(pair));
  } else {
    line.remark = pair.reason;
  }
  return line;
}

Table row_table(const Result& result, const Focus& focus, const FocusRow& row) {
  const Row& measured = result.rows[row.row];
  const char* time = measured.headline_metric() == Metric::kP50 ? "p50, ns" : "ns/op";
  Table table{
      .title = row_title(measured),
      .columns = {{.name = "index"}, number_column(time), number_column(focus.ratio(), "[95 %]"), {.name = "verdict"}}};
  if (row.ns == 0) {
    table.notes.push_back(fmt::format("{} has no result here: {}", focus.index, row.failure));
    return table;
  }
  table.lines.push_back({.cells = {{.text = focus.index}, number_cell(three_digits(row.ns), row.ns)}});
  for (const FocusPair& pair : row.pairs) table.lines.push_back(line_of(pair));
  mark_best(table, {1});
  if (row.of > 0 && !focus.baseline) {
    table.notes.push_back(fmt::format("{} is number {} of {} in memory.", focus.index, row.rank, row.of));
  }
  return table;
}

Table overall_table(const Focus& focus) {
  Table table{.title = fmt::format("Over {}", counted(focus.rows.size(), "row")),
              .columns = {{.name = "index"},
                          number_column("rows"),
                          number_column(focus.ratio()),
                          number_column("wins"),
                          number_column("loses"),
                          number_column("ties")}};
  const auto count = [](std::uint64_t number) { return number_cell(with_commas(number), static_cast<double>(number)); };
  for (const FocusOpponent& one : focus.opponents) {
    table.lines.push_back({.cells = {{.text = one.opponent},
                                     count(one.rows),
                                     number_cell(times(one.geometric_mean), one.geometric_mean),
                                     count(one.wins),
                                     count(one.loses),
                                     count(one.ties)}});
  }
  std::size_t ranks = 0, ranked = 0;
  for (const FocusRow& row : focus.rows) {
    ranks += row.rank;
    ranked += row.of > 0 && !focus.baseline;
  }
  table.notes.push_back("The ratio is the geometric mean." +
                        (ranked == 0
                             ? ""
                             : fmt::format(" Mean rank in memory: {}.",
                                           three_digits(static_cast<double>(ranks) / static_cast<double>(ranked)))));
  table.notes.emplace_back(
      "Wins and losses are those that survive the correction for all pairs of all rows (Benjamini and Hochberg).");
  return table;
}

}  // namespace

std::vector<Table> focus_tables(const Result& result, const Focus& focus) {
  std::vector<Table> tables;
  for (const FocusRow& row : focus.rows) tables.push_back(row_table(result, focus, row));
  if (!focus.opponents.empty()) tables.push_back(overall_table(focus));
  return tables;
}

void add_focus(Document& document, const Result& result) {
  for (const Focus& focus : foci_of(result)) {
    document.add(Heading{.text = focus.title(), .small = ""});
    for (Table& table : focus_tables(result, focus)) document.add(std::move(table));
  }
}

}  // namespace omenbench
