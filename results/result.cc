// See the header.
#include "results/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "base/numbers.h"
#include "base/units.h"
#include "results/statistics.h"
#include "results/verdicts.h"

namespace omenbench {

std::string_view to_string(OpponentClass opponents) {
  constexpr std::array<std::string_view, kEnumSize<OpponentClass>> kNames = {"ordered", "hash", "embedded", "server"};
  return kNames[static_cast<std::size_t>(opponents)];
}

std::string_view to_string(VerdictWord word) {
  constexpr std::array<std::string_view, kEnumSize<VerdictWord>> kNames = {"wins", "loses", "tie", "inconclusive",
                                                                           "unresolved"};
  return kNames[static_cast<std::size_t>(word)];
}

std::string_view to_string(BlockKind kind) { return kind == BlockKind::kProcess ? "process" : "reconnect"; }

const Cell* Row::find(std::string_view index) const {
  for (const std::vector<Cell>* list : {&cells, &reference}) {
    const auto found = std::ranges::find(*list, index, &Cell::index);
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

std::vector<std::string> Winner::too_close() const {
  if (!close.empty()) return close;
  const bool unnamed = !runner_up.empty() && clear == false;  // as earlier versions wrote it
  return unnamed ? std::vector<std::string>{runner_up} : std::vector<std::string>{};
}

namespace {

/// What rounding to seven digits may do to a number, or to one that is the mean of two others.
constexpr double kSevenDigits = 2e-6;

/// Whether one of the fields, all of which are optional, is there.
struct AnyField {
  bool any = false;
  template <class T>
  void field(std::string_view, const std::optional<T>& value, const FieldRule& = {}) {
    any |= value.has_value();
  }
};

}  // namespace

std::string why_invalid(const Cell& cell) {
  if (cell.ok()) {
    if (!cell.reason.empty()) return "a cell that is ok has a reason";
    if (cell.timeline && cell.timeline->windows.empty()) return "its time line has no windows";
    return cell.rounds == 0 ? "a cell that is ok rests on no round" : "";
  }
  if (cell.reason.empty()) return "a cell that is not ok gives no reason";
  AnyField passes;
  visit_fields(passes, cell.passes);
  const bool timed = passes.any || cell.build_ns;
  const bool counted = cell.operations + cell.rounds + cell.total_bytes + cell.self_reported_bytes +
                           cell.rss_delta_bytes + cell.peak_rss_bytes + cell.disk_bytes + cell.cache_bytes >
                       0;
  if (timed || counted || cell.index_bytes || cell.no_op_ns != 0 || cell.start_ms != 0 || !cell.counters.empty() ||
      cell.explained || cell.pages) {
    return "a cell that is not ok holds numbers";
  }
  return "";
}

const char* schema_rule(const Cell&) {
  return R"({
    "if": {"properties": {"status": {"const": "ok"}}},
    "then": {"properties": {"reason": {"type": "null"}, "rounds": {"type": "integer", "minimum": 1}}},
    "else": {"properties": {
      "reason": {"type": "string"},
      "operations": {"type": "null"}, "rounds": {"type": "null"}, "engine_settings": {"type": "null"},
      "build_ns": {"type": "null"}, "total_bytes": {"type": "null"}, "index_bytes": {"type": "null"},
      "self_reported_bytes": {"type": "null"}, "rss_delta_bytes": {"type": "null"}, "peak_rss_bytes": {"type": "null"},
      "disk_bytes": {"type": "null"}, "cache_bytes": {"type": "null"}, "no_op_ns": {"type": "null"},
      "start_ms": {"type": "null"}, "counters": {"maxProperties": 0},
      "passes": {"additionalProperties": {"type": "null"}}}}})";
}

std::string why_invalid(const Verdict& verdict) {
  if (verdict.word == VerdictWord::kUnresolved) {
    if (verdict.reason.empty()) return "an unresolved verdict gives no reason";
    const bool numbers = verdict.compared() || verdict.lo != 0 || verdict.hi != 0;
    return numbers || verdict.p_value || verdict.survives || verdict.net ? "an unresolved verdict holds numbers" : "";
  }
  if (!verdict.reason.empty()) return "a verdict has a reason to be unresolved";
  if (verdict.learned.empty() || verdict.baseline.empty()) return "a verdict names only one side";
  const bool interval =
      verdict.compared() && 0 < verdict.lo && verdict.lo <= verdict.ratio && verdict.ratio <= verdict.hi;
  if (!interval) return "a verdict has no ratio with an interval around it";
  if (verdict.rounds != verdict.ratios.size()) return "a verdict does not hold a ratio for each of its rounds";
  // Where medians and rounds disagree it is inconclusive, whatever the interval.
  const auto follows = [&](double slack) {
    return word_of({verdict.ratio, verdict.lo * (1 - slack), verdict.hi * (1 + slack), 0}, verdict.delta) ==
           verdict.word;
  };
  const bool same_word = verdict.word == VerdictWord::kInconclusive || follows(kSevenDigits) || follows(-kSevenDigits);
  return same_word ? "" : "a verdict's word is not that of its interval";
}

const char* schema_rule(const Verdict&) {
  return R"({
    "if": {"properties": {"verdict": {"const": "unresolved"}}},
    "then": {"properties": {
      "reason": {"type": "string"}, "ratio": {"type": "null"}, "lo": {"type": "null"}, "hi": {"type": "null"},
      "p_value": {"type": "null"}, "survives_correction": {"type": "null"}, "net": {"type": "null"}}},
    "else": {"properties": {
      "reason": {"type": "null"}, "ratio": {"type": "number"}, "lo": {"type": "number"}, "hi": {"type": "number"},
      "learned": {"type": "string"}, "baseline": {"type": "string"}}}})";
}

namespace {

bool same(double a, double b) { return std::abs(a - b) <= kSevenDigits * std::max(std::abs(a), std::abs(b)); }

constexpr std::uint64_t kMostRounds = 10'000;  ///< what statistics.h computes is exact up to so many

bool ok(const Cell* cell) { return cell != nullptr && cell->ok(); }

/// What readers look at in a plan, which is no struct here.
std::string why_unreadable(const nlohmann::ordered_json& plan) {
  if (!plan.is_object()) return "its plan is no object";
  for (const auto& [name, value] : plan.items()) {
    const bool text = name == "name" || name == "focus" || name == "versus";
    if (text && !value.is_string()) return fmt::format("its plan's '{}' is no text", name);
    if (name == "huge_pages" && !value.is_boolean()) return "its plan's 'huge_pages' is neither true nor false";
  }
  return "";
}

/// The cell that a row holds twice; empty: none.
std::string cell_given_twice(const Row& row) {
  std::set<std::string> seen;
  std::string twice;
  row.for_each_cell([&](const Cell& cell) {
    if (!seen.insert(cell.index).second) twice = cell.index;
  });
  return twice;
}

}  // namespace

std::string why_invalid(const BlockEstimate& given) {
  if (given.blocks.empty()) return "it holds no block";
  if (given.blocks.size() > kMostRounds) return fmt::format("it holds more than {} blocks", kMostRounds);
  const Estimate known = estimate(given.blocks);
  if (!same(given.median, known.median)) return "its median is not that of its blocks";
  const bool both = known.interval ? given.lo && given.hi : !given.lo && !given.hi;
  const bool same_ends =
      both && (!known.interval || (same(*given.lo, known.interval->lo) && same(*given.hi, known.interval->hi)));
  return same_ends ? "" : "its interval is not that of its blocks";
}

std::string why_invalid(const Row& row) {
  if (const std::string twice = cell_given_twice(row); !twice.empty()) return fmt::format("it holds '{}' twice", twice);
  if (row.rounds > kMostRounds) return fmt::format("it holds more than {} rounds", kMostRounds);
  const auto beyond = std::ranges::find_if(row.cells, [&](const Cell& cell) { return cell.rounds > row.rounds; });
  if (beyond != row.cells.end()) return fmt::format("'{}' has more rounds than the row", beyond->index);
  std::set<std::tuple<OpponentClass, std::string, Metric>> seen;
  for (const Verdict& verdict : row.verdicts) {
    const std::string engine = verdict.engine();
    if (!seen.emplace(verdict.opponents, engine, verdict.metric).second) {
      return fmt::format("it holds two verdicts against {} by {}",
                         engine.empty() ? to_string(verdict.opponents) : engine, to_string(verdict.metric));
    }
    for (const std::string& side : {verdict.learned, verdict.baseline}) {
      if (!verdict.compared() || ok(row.find(side))) continue;
      return fmt::format("a verdict compares '{}', which has no result in it", side);
    }
  }
  return "";
}

std::string why_invalid(const Result& result) {
  if (const std::string problem = why_unreadable(result.plan); !problem.empty()) return problem;
  std::set<std::pair<std::string, std::uint64_t>> datasets;
  std::set<std::string> names;
  for (const DatasetFacts& dataset : result.datasets) {
    names.insert(dataset.name);
    if (datasets.emplace(dataset.name, dataset.n).second) continue;
    return fmt::format("the dataset {} with {} is listed twice", dataset.name, counted(dataset.n, "key"));
  }
  std::set<std::tuple<std::string, std::uint64_t, std::string, std::uint64_t, bool>> rows;
  for (const Row& row : result.rows) {
    if (row.machine > result.machines.size()) return "a row was measured on a machine that is not listed";
    if (!names.contains(row.dataset)) return fmt::format("a row is of dataset {}, which is not listed", row.dataset);
    if (rows.emplace(row.dataset, row.keys, row.workload, row.threads, row.cold).second) continue;
    return fmt::format("the row {}, {}, {}, {} is there twice", row.dataset, counted(row.keys, "key"), row.workload,
                       counted(row.threads, "thread"));
  }
  return "";
}

double seven_digits(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  return whole || !std::isfinite(value) ? value : read_real(fmt::format("{:.7g}", value)).value();
}

std::optional<BlockEstimate> estimate_blocks(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return std::nullopt;
  const Estimate known = estimate(values);
  BlockEstimate result{.median = seven_digits(known.median), .lo = {}, .hi = {}, .blocks = std::move(values)};
  if (known.interval) {
    result.lo = seven_digits(known.interval->lo);
    result.hi = seven_digits(known.interval->hi);
  }
  for (double& block : result.blocks) block = seven_digits(block);
  return result;
}

std::optional<Percentile> estimate_percentile(std::vector<double> values, double timer_cost_ns) {
  std::optional<BlockEstimate> known = estimate_blocks(std::move(values));
  if (!known) return std::nullopt;
  Percentile result{{std::move(*known)}, false};
  result.unresolved_timer = below_timer(result.median, timer_cost_ns);
  return result;
}

}  // namespace omenbench
