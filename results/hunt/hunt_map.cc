// A hunt as maps: a table per axis, and what is said about each line.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "results/hunt/hunt.h"
#include "results/text.h"

namespace omenbench {
namespace {

Table table_of(const HuntReport& report, const std::vector<HuntVerdict>& verdicts, const HuntPanel& panel) {
  Table table = plain_table("", {""});
  for (const double value : panel.columns) table.columns.push_back(number_column(hunt_value(panel.axis, value)));
  for (const HuntPanel::Row& row : panel.rows) {
    TableLine line = text_line({row.label});
    for (const std::optional<std::size_t>& point : row.points) {
      const HuntCellText text = point ? hunt_cell(report.points[*point], verdicts[*point]) : HuntCellText{" ", ""};
      TableCell cell{.text = text.number, .below = text.winner};
      if (point && report.points[*point].compared()) cell.value = verdicts[*point].log_ratio / std::log(2.0);
      line.cells.push_back(std::move(cell));
    }
    table.lines.push_back(std::move(line));
  }
  return table;
}

/// "osm-like 1M, read share: ...", the winner first, then the target.
std::vector<std::string> sentences(const HuntReport& report, const std::vector<HuntVerdict>& verdicts) {
  std::vector<std::string> lines;
  for (const HuntFrontier& frontier : hunt_frontiers(report, verdicts)) {
    const HuntLine& line = report.lines[frontier.line];
    const bool judged =
        std::ranges::any_of(line.points, [&](std::size_t point) { return verdicts[point].ratio.has_value(); });
    if (!judged) continue;
    // That 2x is missed everywhere is what every map begins with; said once, in the summary.
    if (frontier.of_target && frontier.changes.empty()) continue;
    lines.push_back(
        fmt::format("{}: {}", hunt_label(report.points[line.points.front()].place, line.axis), frontier.text));
  }
  return lines;
}

std::string loaded_text(const HuntReport& report) {
  if (report.loaded_share == 1) return "";
  return fmt::format("{:.0f} % of the keys are loaded before the operations start, inserts add others. ",
                     100 * report.loaded_share);
}

}  // namespace

std::vector<HuntPanel> hunt_panels(const HuntReport& report) {
  std::vector<HuntPanel> panels;
  for (const HuntAxis axis : kHuntAxes) {
    HuntPanel panel{.axis = axis, .columns = {}, .rows = {}};
    std::set<double> values;
    for (std::size_t line = 0; line < report.lines.size(); ++line) {
      if (report.lines[line].axis != axis) continue;
      const HuntPlace& place = report.points[report.lines[line].points.front()].place;
      panel.rows.push_back({.line = line, .label = hunt_label(place, axis), .points = {}});
      for (const std::size_t point : report.lines[line].points) {
        if (report.points[point].grid) values.insert(coordinate(report.points[point].place, axis));
      }
    }
    panel.columns.assign(values.begin(), values.end());
    for (HuntPanel::Row& row : panel.rows) {
      for (const double value : panel.columns) {
        const auto found = std::ranges::find_if(report.lines[row.line].points, [&](std::size_t point) {
          return report.points[point].grid && coordinate(report.points[point].place, axis) == value;
        });
        const bool present = found != report.lines[row.line].points.end();
        row.points.push_back(present ? std::optional(*found) : std::nullopt);
      }
    }
    if (!panel.rows.empty()) panels.push_back(std::move(panel));
  }
  return panels;
}

HuntCellText hunt_cell(const HuntPoint& point, const HuntVerdict& verdict) {
  if (!point.compared()) return {"-", ""};
  const std::string number = fmt::format("{:+.2f}", verdict.log_ratio / std::log(2.0));
  const std::string& ahead = verdict.log_ratio < 0 ? point.learned : point.baseline;
  switch (verdict.word) {
    case VerdictWord::kUnresolved:
      return {"(" + number + ")", ahead};
    case VerdictWord::kTie:
      return {number + "=", ahead};
    case VerdictWord::kInconclusive:
      return {number + "~", ahead};
    case VerdictWord::kWins:
    case VerdictWord::kLoses:
      break;
  }
  if (!verdict.survives) return {number + "~", ahead};
  return {number + (verdict.target == Side::kBelow ? "*" : ""), ahead};
}

std::vector<std::string> hunt_legend(double target) {
  return {"Below 0 the best learned index is faster than the best classical one; -1: 2x as fast, -2: 4x as fast.",
          fmt::format("* at least {:g}x as fast   ~ inconclusive   = tie, less than 5 % apart   (...) a first "
                      "impression of few rounds   - no comparison",
                      target)};
}

Document hunt_document(const HuntReport& report, Detail detail) {
  const std::vector<HuntVerdict> verdicts = hunt_verdicts(report);
  Document document;
  if (detail == Detail::kFull) document.add(Heading{.text = "omenbench hunt", .level = 1});
  for (const HuntPanel& panel : hunt_panels(report)) {
    document.add(
        Heading{.text = fmt::format("{}: log2(learned / classical), and who is ahead", hunt_axis_title(panel.axis))});
    document.add(table_of(report, verdicts, panel));
  }
  for (const std::string& line : hunt_legend(report.target)) document.add(Prose{line});
  if (auto found = sentences(report, verdicts); !found.empty()) document.add(Items{std::move(found)});
  document.add(Prose{hunt_region_text(report, verdicts) + " " + loaded_text(report) + hunt_effort_text(report) + "."});
  Items notes;
  for (const std::string& note : report.notes) notes.texts.push_back("note: " + note);
  if (!notes.texts.empty()) document.add(std::move(notes));
  return document;
}

}  // namespace omenbench
