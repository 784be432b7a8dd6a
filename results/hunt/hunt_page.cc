// A hunt as a page: the maps that figures/hunt.js draws, and the same in tables and sentences.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/hunt/hunt.h"
#include "results/report/page.h"
#include "results/text.h"

namespace omenbench {
namespace {

using report::Json;

double log2_of(const HuntVerdict& verdict) { return verdict.log_ratio / std::log(2.0); }

/// Where a value stands between the columns, counted in columns: straight between the two on its sides, on the axis's
/// scale.
double column_of(const HuntPanel& panel, double value) {
  const auto right = std::ranges::lower_bound(panel.columns, value);
  const auto at = static_cast<std::size_t>(right - panel.columns.begin());
  if (at >= panel.columns.size()) return static_cast<double>(panel.columns.size()) - 1;
  if (at == 0 || *right == value) return static_cast<double>(at);
  const double from = position_on(panel.axis, panel.columns[at - 1]);
  const double to = position_on(panel.axis, panel.columns[at]);
  return static_cast<double>(at - 1) + (position_on(panel.axis, value) - from) / (to - from);
}

bool decided(const HuntPoint& point, const HuntVerdict& verdict) {
  const bool clear = verdict.word == VerdictWord::kWins || verdict.word == VerdictWord::kLoses;
  return point.compared() && clear && verdict.survives;
}

/// What a reader is told who points at a place; the first is the heading.
Json lines_of(const HuntPoint& point, const HuntVerdict& verdict) {
  Json lines = Json::array({printable(hunt_label(point.place, std::nullopt))});
  if (!point.compared()) {
    lines.push_back(point.failure.empty() ? "not measured" : printable(point.failure));
    return lines;
  }
  lines.push_back(printable(point.learned + " / " + point.baseline));
  if (!verdict.ratio) {
    lines.push_back(times(std::exp(verdict.log_ratio)) + ", a first impression");
    return lines;
  }
  lines.push_back(fmt::format("{}, {}{}", times(verdict.ratio->median, verdict.ratio->lo, verdict.ratio->hi),
                              to_string(verdict.word), verdict.survives ? "" : " (does not survive the correction)"));
  lines.push_back(counted(point.learned_ns.size(), "round"));
  return lines;
}

/// A place, at `x` columns.
Json place_data(const HuntPoint& point, const HuntVerdict& verdict, double x) {
  const HuntCellText text = hunt_cell(point, verdict);
  Json out = {{"x", x},
              {"text", printable(text.number)},
              {"winner", printable(text.winner)},
              {"decided", decided(point, verdict)},
              {"lines", lines_of(point, verdict)}};
  if (point.compared()) out["log2"] = log2_of(verdict);
  if (verdict.target == Side::kBelow) out["target"] = true;
  return out;
}

Json row_data(const HuntReport& report, const std::vector<HuntVerdict>& verdicts,
              const std::vector<HuntFrontier>& frontiers, const HuntPanel& panel, const HuntPanel::Row& row) {
  Json out = {
      {"label", printable(row.label)}, {"cells", Json::array()}, {"probes", Json::array()}, {"changes", Json::array()}};
  for (std::size_t c = 0; c < row.points.size(); ++c) {
    if (!row.points[c]) continue;
    const std::size_t point = *row.points[c];
    out["cells"].push_back(place_data(report.points[point], verdicts[point], static_cast<double>(c)));
  }
  for (const std::size_t point : report.lines[row.line].points) {
    if (report.points[point].grid || !report.points[point].compared()) continue;
    const double x = column_of(panel, coordinate(report.points[point].place, panel.axis));
    out["probes"].push_back(place_data(report.points[point], verdicts[point], x));
  }
  for (const HuntFrontier& frontier : frontiers) {
    if (frontier.line != row.line) continue;
    for (const HuntFrontier::Change& change : frontier.changes) {
      out["changes"].push_back({{"from", column_of(panel, change.from)},
                                {"to", column_of(panel, change.to)},
                                {"estimate", column_of(panel, change.estimate)},
                                {"jump", change.jump},
                                {"target", frontier.of_target},
                                {"lines", Json::array({printable(row.label), printable(frontier.text)})}});
    }
  }
  return out;
}

}  // namespace

Json hunt_data(const HuntReport& report) {
  const std::vector<HuntVerdict> verdicts = hunt_verdicts(report);
  const std::vector<HuntFrontier> frontiers = hunt_frontiers(report, verdicts);
  Json axes = Json::array();
  for (const HuntPanel& panel : hunt_panels(report)) {
    Json one = {{"id", to_string(panel.axis)},
                {"title", hunt_axis_title(panel.axis)},
                {"columns", Json::array()},
                {"rows", Json::array()}};
    for (const double value : panel.columns) one["columns"].push_back(hunt_value(panel.axis, value));
    for (const HuntPanel::Row& row : panel.rows) {
      one["rows"].push_back(row_data(report, verdicts, frontiers, panel, row));
    }
    axes.push_back(std::move(one));
  }
  return {{"axes", std::move(axes)}};
}

std::string hunt_page(const HuntReport& report) {
  Document document = hunt_document(report, Detail::kBrief);
  document.blocks.insert(document.blocks.begin(), Prose{hunt_setting_text(report)});
  return report::page_of(document, "Where learned indexes start and stop winning", "hunt", hunt_data(report));
}

}  // namespace omenbench
