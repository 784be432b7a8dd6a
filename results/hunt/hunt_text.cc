// A hunt in words: labels of places, and what is said about each line.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/hunt/hunt.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Change = HuntFrontier::Change;

/// The one wording of the target.
std::string as_fast(double target) { return fmt::format("at least {:g}x as fast", target); }

/// Whether the region of learned ends upwards, in the words of while_clause().
bool ends_above(HuntAxis axis, const Change& change) {
  return axis == HuntAxis::kReadShare ? !change.learned_first : change.learned_first;
}

/// Between two neighbouring whole numbers the bound is the one that lies outside the region.
double whole_bound(const Change& change) {
  const double rounded = std::round(change.estimate);
  return change.learned_first ? std::max(rounded, change.from + 1) : std::min(rounded, change.to - 1);
}

/// "inserts are below 38 % [31, 44]".
std::string while_clause(HuntAxis axis, const Change& change) {
  const bool low = change.learned_first;
  switch (axis) {
    case HuntAxis::kReadShare: {
      // People ask how much may be written, which runs against the axis.
      const double widest = 100 * (change.to - change.from);
      const int digits = widest < 2 ? 1 : 0;
      return fmt::format("inserts are {} {:.{}f} % [{:.{}f}, {:.{}f}]", low ? "above" : "below",
                         100 * (1 - change.estimate), digits, 100 * (1 - change.to), digits, 100 * (1 - change.from),
                         digits);
    }
    case HuntAxis::kSkew:
      return fmt::format("theta is {} {:.2f} [{:.2f}, {:.2f}]", low ? "below" : "above", change.estimate, change.from,
                         change.to);
    case HuntAxis::kScan:
      return fmt::format("scans are {} than {:.0f} {} [{:.0f}, {:.0f}]", low ? "shorter" : "longer",
                         whole_bound(change), whole_bound(change) == 1 ? "entry" : "entries", change.from, change.to);
    case HuntAxis::kSize:
      return fmt::format("there are {} than {} {} [{}, {}]", low ? "fewer" : "more", short_count(whole_bound(change)),
                         whole_bound(change) == 1 ? "key" : "keys", short_count(change.from), short_count(change.to));
  }
  __builtin_unreachable();
}

/// Where a point lies, as the condition of a jump: "with reads only", "with 2 % inserts".
std::string condition(HuntAxis axis, double value) {
  if (axis == HuntAxis::kReadShare) {
    return value == 1 ? "with reads only" : fmt::format("with {:.3g} % inserts", 100 * (1 - value));
  }
  if (axis == HuntAxis::kScan) return value == 0 ? "in lookups" : fmt::format("in scans of {:.0f}", value);
  return "at " + hunt_value(axis, value);
}

std::string why_jump(HuntAxis axis) {
  return axis == HuntAxis::kReadShare ? ", where static indexes cannot take part," : ", another operation,";
}

/// The champions on both sides of a change.
std::string change_text(const HuntReport& report, HuntAxis axis, bool of_target, const Change& change) {
  const HuntPoint& first = report.points[change.from_point];
  const HuntPoint& last = report.points[change.to_point];
  const HuntPoint& ahead = change.learned_first ? first : last;
  const HuntPoint& behind = change.learned_first ? last : first;
  const std::string wins = of_target
                               ? fmt::format("{} is {} as {}", ahead.learned, as_fast(report.target), ahead.baseline)
                               : fmt::format("{} beats {}", ahead.learned, ahead.baseline);
  const std::string loses =
      of_target ? fmt::format("{} is not {} as {}", behind.learned, as_fast(report.target), behind.baseline)
                : fmt::format("{} beats {}", behind.baseline, behind.learned);
  if (!change.jump) {
    return fmt::format("{} while {}; {} that, {}", wins, while_clause(axis, change),
                       ends_above(axis, change) ? "beyond" : "below", loses);
  }
  return fmt::format("{} {}; {}{} {}", wins, condition(axis, coordinate(ahead.place, axis)),
                     condition(axis, coordinate(behind.place, axis)), why_jump(axis), loses);
}

/// Of a line without a change.
std::string flat_text(const HuntReport& report, const HuntLine& line, bool of_target,
                      const std::vector<FrontierPoint>& points) {
  const auto count = [&](Side side) { return std::ranges::count(points, side, &FrontierPoint::side); };
  const auto all = static_cast<std::ptrdiff_t>(points.size());
  const std::ptrdiff_t below = count(Side::kBelow);
  const std::ptrdiff_t above = count(Side::kAbove);
  const std::string axis = hunt_axis_title(line.axis);
  const std::string wins = of_target ? fmt::format("learned is {}", as_fast(report.target)) : "learned wins";
  const std::string loses = of_target ? fmt::format("learned is not {}", as_fast(report.target)) : "classical wins";
  const auto some = [&](const std::string& outcome, std::ptrdiff_t how_many) {
    return fmt::format("{} at {} of {} values of {} tried, the others are undecided: no change found", outcome,
                       how_many, all, axis);
  };
  if (all == 0) return "no comparison";
  const bool failed = std::ranges::any_of(line.points, [&](std::size_t point) {
    return report.points[point].attempted() && !report.points[point].compared();
  });
  const char* which = failed ? "that could be compared" : "tried";
  if (below == all) return fmt::format("{} at every {} {}", wins, axis, which);
  if (above == all) return fmt::format("{} at every {} {}", loses, axis, which);
  if (below > 0) return some(wins, below);
  if (above > 0) return some(loses, above);
  return fmt::format("undecided at every {} tried", axis);
}

/// Several changes are joined.
std::string frontier_text(const HuntReport& report, const HuntFrontier& frontier,
                          const std::vector<FrontierPoint>& points) {
  const HuntLine& line = report.lines[frontier.line];
  if (frontier.changes.empty()) return flat_text(report, line, frontier.of_target, points);
  std::string text;
  for (const Change& change : frontier.changes) {
    if (!text.empty()) text += "; and ";
    text += change_text(report, line.axis, frontier.of_target, change);
  }
  return text;
}

HuntFrontier frontier_of(const HuntReport& report, const std::vector<HuntVerdict>& verdicts, std::size_t which,
                         bool of_target) {
  const HuntLine& line = report.lines[which];
  const Threshold threshold = of_target ? target_threshold(report.target) : even_threshold();
  const std::vector<std::size_t> compared = compared_points(report, line);
  std::vector<FrontierPoint> points = frontier_points(report, line, threshold);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const HuntVerdict& verdict = verdicts[compared[i]];
    if (of_target) points[i].side = verdict.target;
    if (!of_target && !verdict.survives) points[i].side = Side::kUndecided;
  }
  HuntFrontier frontier{.line = which, .of_target = of_target, .changes = {}, .text = {}};
  for (const Crossing& crossing : crossings(points, threshold)) {
    const std::size_t from = compared[crossing.from];
    const std::size_t to = compared[crossing.to];
    frontier.changes.push_back({.from = coordinate(report.points[from].place, line.axis),
                                .to = coordinate(report.points[to].place, line.axis),
                                .estimate = value_at(line.axis, crossing.position),
                                .learned_first = crossing.below_first,
                                .jump = crossing.jump,
                                .from_point = from,
                                .to_point = to});
  }
  frontier.text = frontier_text(report, frontier, points);
  return frontier;
}

}  // namespace

std::string hunt_value(HuntAxis axis, double value) {
  switch (axis) {
    case HuntAxis::kReadShare:
      return fmt::format("{:.3g} %", 100 * value);
    case HuntAxis::kSkew:
      return value == 0 ? "uniform" : fmt::format("{:.3g}", value);
    case HuntAxis::kScan:
      return value == 0 ? "lookups" : fmt::format("{:.0f}", value);
    case HuntAxis::kSize:
      return short_count(value);
  }
  __builtin_unreachable();
}

std::string hunt_axis_title(HuntAxis axis) {
  switch (axis) {
    case HuntAxis::kReadShare:
      return "read share";
    case HuntAxis::kSkew:
      return "skew (zipf theta)";
    case HuntAxis::kScan:
      return "scan length";
    case HuntAxis::kSize:
      return "number of keys";
  }
  __builtin_unreachable();
}

std::string hunt_label(const HuntPlace& place, std::optional<HuntAxis> without) {
  // A file's folder is no news on a map; ":@" begins a recipe, which may lie in one of its own.
  const std::size_t slash = place.dataset.rfind('/', place.dataset.find(":@"));
  std::string label = slash == std::string::npos ? place.dataset : place.dataset.substr(slash + 1);
  if (without != HuntAxis::kSize) label += " " + short_count(static_cast<double>(place.keys));
  if (without != HuntAxis::kReadShare && place.read_share < 1) {
    label += place.read_share == 0 ? ", inserts only" : fmt::format(", {:.3g} % reads", 100 * place.read_share);
  }
  if (without != HuntAxis::kSkew && place.skew > 0) label += fmt::format(", zipf {:.3g}", place.skew);
  if (without != HuntAxis::kScan && place.scan > 0) label += fmt::format(", scans of {}", place.scan);
  return label;
}

std::vector<HuntFrontier> hunt_frontiers(const HuntReport& report, const std::vector<HuntVerdict>& verdicts) {
  std::vector<HuntFrontier> frontiers;
  for (std::size_t line = 0; line < report.lines.size(); ++line) {
    frontiers.push_back(frontier_of(report, verdicts, line, false));
    frontiers.push_back(frontier_of(report, verdicts, line, true));
  }
  return frontiers;
}

std::string hunt_region_text(const HuntReport& report, const std::vector<HuntVerdict>& verdicts) {
  std::size_t tried = 0, failed = 0, won = 0, lost = 0, ties = 0, few = 0, reached = 0, target_open = 0;
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    tried += report.points[i].attempted();
    failed += report.points[i].attempted() && !report.points[i].compared();
    if (!report.points[i].compared()) continue;
    const HuntVerdict& verdict = verdicts[i];
    const bool wins = verdict.word == VerdictWord::kWins && verdict.survives;
    won += wins;
    lost += verdict.word == VerdictWord::kLoses && verdict.survives;
    ties += verdict.word == VerdictWord::kTie;
    few += verdict.word == VerdictWord::kUnresolved;
    reached += verdict.target == Side::kBelow;
    target_open += verdict.target == Side::kUndecided;
    if (wins && (!best || verdict.log_ratio < verdicts[*best].log_ratio)) best = i;
  }
  std::string text =
      fmt::format("Of {} tried, learned wins at {} and classical at {}", counted(tried, "place"), won, lost);
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) text += fmt::format(", {} {}", count, what);
  };
  add(ties, ties == 1 ? "is a tie" : "are ties");
  add(few, few == 1 ? "has too few rounds" : "have too few rounds");
  const std::size_t open = tried - failed - won - lost - ties - few;
  add(open, open == 1 ? "is undecided" : "are undecided");
  add(failed, "could not be compared");
  text += fmt::format("; learned is {} as classical at {}", as_fast(report.target), reached);
  if (target_open > 0) text += fmt::format(" ({} undecided)", target_open);
  if (!best) return text + ".";
  const HuntPoint& point = report.points[*best];
  const Ratio& ratio = *verdicts[*best].ratio;
  return text + fmt::format(". Best of all: {}: {} / {} {}.", hunt_label(point.place, std::nullopt), point.learned,
                            point.baseline, times(ratio.median, ratio.lo, ratio.hi));
}

std::string hunt_setting_text(const HuntReport& report) {
  std::string text;
  if (!report.environment.cpu.empty()) text = report.environment.cpu + "; ";
  text += fmt::format("contenders: {}", fmt::join(report.indexes, ", "));
  if (report.operations > 0) text += fmt::format("; {} operations per trial", with_commas(report.operations));
  if (!report.tool.version.empty()) text += "; omenbench " + report.tool.version;
  return text + (report.started.empty() ? "." : "; " + report.started.substr(0, 10) + ".");
}

std::string hunt_effort_text(const HuntReport& report) {
  std::size_t grid = 0, seen = 0, between = 0;
  for (const HuntPoint& point : report.points) {
    grid += point.grid;
    seen += point.grid && point.attempted();
    between += !point.grid;
  }
  std::string text =
      seen < grid ? fmt::format("{} of {} places of the grid", seen, grid) : counted(grid, "place") + " of the grid";
  text += fmt::format(" and {} between them were tried in {:.0f} s; ", between, report.spent_s);
  if (report.interrupted) return text + "interrupted, this is what was known by then";
  return text + (report.finished ? "nothing is left to narrow" : "the budget ended it: more of it narrows more");
}

}  // namespace omenbench
