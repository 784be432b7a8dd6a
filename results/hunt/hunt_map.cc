// A hunt as maps in text: for terminals and as Markdown.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "results/hunt/hunt.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Texts = std::vector<HuntCellText>;

std::string title_of(const HuntPanel& panel) {
  return fmt::format("{}: log2(learned / classical), and who is ahead", hunt_axis_title(panel.axis));
}

/// The cells of a row, empty ones included.
Texts texts_of(const HuntReport& report, const std::vector<HuntVerdict>& verdicts, const HuntPanel::Row& row) {
  Texts texts;
  for (const std::optional<std::size_t>& point : row.points) {
    texts.push_back(point ? hunt_cell(report.points[*point], verdicts[*point]) : HuntCellText{});
  }
  return texts;
}

std::vector<std::string> headings(const HuntPanel& panel) {
  std::vector<std::string> texts;
  for (const double value : panel.columns) texts.push_back(hunt_value(panel.axis, value));
  return texts;
}

void add_panel(std::string& out, const HuntReport& report, const std::vector<HuntVerdict>& verdicts,
               const HuntPanel& panel) {
  const std::vector<std::string> heads = headings(panel);
  std::vector<Texts> cells;
  std::size_t label_width = 0;
  std::vector<std::size_t> widths(heads.size());
  for (std::size_t c = 0; c < heads.size(); ++c) widths[c] = width_of(heads[c]);
  for (const HuntPanel::Row& row : panel.rows) {
    label_width = std::max(label_width, width_of(printable(row.label)));
    cells.push_back(texts_of(report, verdicts, row));
    for (std::size_t c = 0; c < heads.size(); ++c) {
      widths[c] = std::max({widths[c], width_of(cells.back()[c].number), width_of(cells.back()[c].winner)});
    }
  }
  const auto add_line = [&](const std::string& label, const auto& text_of) {
    std::string line = "  " + pad_right(label, label_width);
    for (std::size_t c = 0; c < heads.size(); ++c) line += "  " + pad_left(text_of(c), widths[c]);
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  out += title_of(panel) + "\n";
  add_line("", [&](std::size_t c) { return heads[c]; });
  for (std::size_t r = 0; r < panel.rows.size(); ++r) {
    add_line(printable(panel.rows[r].label), [&](std::size_t c) { return cells[r][c].number; });
    add_line("", [&](std::size_t c) { return cells[r][c].winner; });
  }
  out += "\n";
}

void add_markdown_panel(std::string& out, const HuntReport& report, const std::vector<HuntVerdict>& verdicts,
                        const HuntPanel& panel) {
  out += fmt::format("\n## {}\n\n| |", title_of(panel));
  for (const std::string& head : headings(panel)) out += fmt::format(" {} |", head);
  out += "\n|---|";
  for (std::size_t c = 0; c < panel.columns.size(); ++c) out += "---:|";
  out += "\n";
  for (const HuntPanel::Row& row : panel.rows) {
    out += fmt::format("| {} |", markdown(row.label));
    for (const HuntCellText& text : texts_of(report, verdicts, row)) {
      out += fmt::format(" {} {} |", markdown(text.number), markdown(text.winner));
    }
    out += "\n";
  }
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

std::string render_hunt(const HuntReport& report) {
  const std::vector<HuntVerdict> verdicts = hunt_verdicts(report);
  std::string out;
  for (const HuntPanel& panel : hunt_panels(report)) add_panel(out, report, verdicts, panel);
  for (const std::string& line : hunt_legend(report.target)) out += line + "\n";
  out += "\n";
  for (const std::string& sentence : sentences(report, verdicts)) {
    for (const std::string& line : wrap(printable(sentence), 118)) out += line + "\n";
  }
  out += "\n";
  const std::string summary =
      hunt_region_text(report, verdicts) + " " + loaded_text(report) + hunt_effort_text(report) + ".";
  for (const std::string& line : wrap(printable(summary), 118)) out += line + "\n";
  for (const std::string& note : report.notes) out += "note: " + printable(note) + "\n";
  return out;
}

std::string render_hunt_markdown(const HuntReport& report) {
  const std::vector<HuntVerdict> verdicts = hunt_verdicts(report);
  std::string out = "# omenbench hunt\n";
  for (const HuntPanel& panel : hunt_panels(report)) add_markdown_panel(out, report, verdicts, panel);
  out += "\n";
  for (const std::string& line : hunt_legend(report.target)) out += markdown(line) + "\n";
  out += "\n";
  for (const std::string& sentence : sentences(report, verdicts)) out += "- " + markdown(sentence) + "\n";
  out += "\n" +
         markdown(hunt_region_text(report, verdicts) + " " + loaded_text(report) + hunt_effort_text(report) + ".") +
         "\n";
  for (const std::string& note : report.notes) out += "\nNote: " + markdown(note) + "\n";
  return out;
}

}  // namespace omenbench
