// See the header.
#include "results/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Side = std::vector<const CellView*>;

/// Learned indexes against the members of one class in one row.
struct Contest {
  OpponentClass opponents;
  std::string engine;
  Side learned, baselines;
};

bool is_engine_class(OpponentClass opponents) {
  return opponents == OpponentClass::kEmbedded || opponents == OpponentClass::kServer;
}

/// Whether the plan lets the cell take part at all; what it could not do is no result against anybody.
bool planned(const RowView& row, const CellView& cell) {
  return !cell.reference() && cell.status != TrialStatus::kUnsupported &&
         !(row.plan->reshapes && cell.index->is_static);
}

std::vector<Contest> contests_of(const RowView& row) {
  Side learned, ordered, hashes;
  std::vector<Contest> contests = {{OpponentClass::kOrdered, "", {}, {}}, {OpponentClass::kHash, "", {}, {}}};
  for (const CellView& cell : row.cells) {
    if (!planned(row, cell)) continue;
    const std::string& family = cell.index->family;
    if (cell.learned()) learned.push_back(&cell);
    if (cell.in_process() && (family == "tree" || family == "array")) contests[0].baselines.push_back(&cell);
    if (cell.in_process() && family == "hash" && !row.plan->ordered) contests[1].baselines.push_back(&cell);
    if (cell.in_process() || cell.learned()) continue;
    const auto opponents = cell.index->tier == "server" ? OpponentClass::kServer : OpponentClass::kEmbedded;
    contests.push_back({opponents, cell.index->name, {}, {&cell}});
  }
  std::erase_if(contests, [](const Contest& contest) { return contest.baselines.empty(); });
  std::ranges::stable_sort(contests, {}, &Contest::opponents);
  for (Contest& contest : contests) contest.learned = learned;
  return contests;
}

Side with_values(const Side& side, Metric metric) {
  Side usable;
  for (const CellView* cell : side) {
    const std::vector<double> values = cell->values(metric);
    if (cell->ok() && std::ranges::any_of(values, [](double value) { return !std::isnan(value); })) {
      usable.push_back(cell);
    }
  }
  return usable;
}

double median_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values.empty() ? std::nan("") : median(values);
}

/// Lowest median over the first `rounds` rounds.
const CellView* champion(const Side& side, Metric metric, std::size_t rounds) {
  const CellView* best = nullptr;
  double best_value = 0;
  for (const CellView* cell : side) {
    std::vector<double> values = cell->values(metric);
    values.resize(std::min(values.size(), rounds));
    const double value = median_of(std::move(values));
    if (std::isnan(value) || (best != nullptr && value >= best_value)) continue;
    best = cell;
    best_value = value;
  }
  return best;
}

/// "simd-tree is better than the chosen btree over all 12 rounds", by more than the smallest effect; else empty.
std::string caution_about(const Side& side, const CellView* chosen, Metric metric, std::size_t rounds) {
  const CellView* best = champion(side, metric, rounds);
  if (best == chosen || chosen == nullptr) return "";
  const double gain = median_of(chosen->values(metric)) / median_of(best->values(metric));
  if (!(gain > 1 + smallest_effect(metric))) return "";
  return fmt::format("{} is better than the chosen {} over all {} rounds", best->index->name, chosen->index->name,
                     rounds);
}

std::optional<Ratio> ratio_of(std::span<const double> ratios) {
  std::vector<double> logs;
  for (const double ratio : ratios) logs.push_back(std::log(ratio));
  if (logs.empty()) return std::nullopt;
  const Estimate result = estimate(logs);
  if (!result.interval) return std::nullopt;
  return Ratio{std::exp(result.median), std::exp(result.interval->lo), std::exp(result.interval->hi),
               result.interval->coverage};
}

/// The engine's round trip as it weighs on this metric: passes count operations of all threads together.
double floor_of(const TrialRecord& trial, Metric metric, std::uint64_t threads) {
  const bool shared = metric == Metric::kThroughput || metric == Metric::kDependent;
  return trial.no_op_ns / static_cast<double>(shared ? threads : 1);
}

/// Per round, over the operations that both sides ran.
std::vector<double> compared_values(const Verdict& verdict, const CellView& side) {
  if (verdict.metric == Metric::kThroughput && verdict.operations != 0) return side.throughput_over(verdict.operations);
  return side.values(verdict.metric);
}

/// The ratio with the floor taken off; none when a round of the engine does not exceed its floor.
std::optional<Ratio> net_ratio(const Verdict& verdict, std::uint64_t threads) {
  if (verdict.metric != Metric::kThroughput && verdict.metric != Metric::kDependent && verdict.metric != Metric::kP50) {
    return std::nullopt;
  }
  const std::vector<double> ours = compared_values(verdict, *verdict.learned);
  const std::vector<double> theirs = compared_values(verdict, *verdict.baseline);
  std::vector<double> ratios;
  for (std::size_t i = verdict.selection_rounds; i < ours.size(); ++i) {
    const double floor = floor_of(*verdict.baseline->trials[i], verdict.metric, threads);
    const double ratio = ours[i] / (theirs[i] - floor);
    if (std::isnan(ours[i]) || std::isnan(theirs[i])) continue;
    if (!(floor > 0) || !std::isfinite(ratio) || ratio <= 0) return std::nullopt;
    ratios.push_back(ratio);
  }
  return ratio_of(ratios);
}

/// Why the two champions cannot be compared in this metric; empty: they can.
std::string obstacle(const Verdict& verdict, const RowView& row, double timer_cost_ns) {
  const std::uint64_t ours = verdict.learned->plan->operations, theirs = verdict.baseline->plan->operations;
  const bool of_stream = verdict.metric != Metric::kBytes && verdict.metric != Metric::kBuild;
  if (of_stream && row.plan->mutates && ours != theirs && verdict.metric != Metric::kThroughput) {
    return fmt::format("the stream writes and the latencies are of prefixes of different length ({} and {} operations)",
                       with_commas(ours), with_commas(theirs));
  }
  if (verdict.metric != Metric::kP50 && verdict.metric != Metric::kP99) return "";
  for (const CellView* side : {verdict.learned, verdict.baseline}) {
    if (!below_timer(median_of(side->values(verdict.metric)), timer_cost_ns)) continue;
    if (std::isnan(timer_cost_ns)) return "timer: its cost is not known";
    return fmt::format("timer: {} of {} is below 10 times the timer's cost of {:.1f} ns", to_string(verdict.metric),
                       side->index->name, timer_cost_ns);
  }
  return "";
}

/// Fills in ratio, word and p-values of a verdict whose champions stand.
void judge(Verdict& verdict, const RowView& row, double timer_cost_ns) {
  verdict.reason = obstacle(verdict, row, timer_cost_ns);
  if (!verdict.reason.empty()) return;
  const bool of_stream = verdict.metric != Metric::kBytes && verdict.metric != Metric::kBuild;
  if (row.plan->mutates && of_stream) {
    verdict.operations = std::min(verdict.learned->plan->operations, verdict.baseline->plan->operations);
  }
  const std::vector<double> ours = compared_values(verdict, *verdict.learned);
  const std::vector<double> theirs = compared_values(verdict, *verdict.baseline);
  std::vector<double> ratios;
  for (std::size_t i = verdict.selection_rounds; i < ours.size(); ++i) {
    const double ratio = ours[i] / theirs[i];
    if (std::isfinite(ratio) && ratio > 0) ratios.push_back(ratio);
  }
  if (ratios.empty() && std::isnan(median_of(ours)) && verdict.operations != 0) {
    verdict.reason =
        fmt::format("{} noted no time at operation {}, where the stream of {} ends", verdict.learned->index->name,
                    with_commas(verdict.operations), verdict.baseline->index->name);
    return;
  }
  const std::size_t needed = verdict.selection_rounds > 0 ? kEstimationRounds : kMinBlocks;
  if (ratios.size() < needed) {
    verdict.reason = verdict.selection_rounds > 0
                         ? fmt::format(
                               "too few rounds: {} to choose the champions and {} to compare them are needed, "
                               "{} are complete",
                               kSelectionRounds, needed, ours.size())
                         : fmt::format("too few rounds: {} are needed, {} are complete", needed, ratios.size());
    return;
  }
  const double band = std::log1p(smallest_effect(verdict.metric));
  verdict.ratio = ratio_of(ratios);
  verdict.word = word_of(*verdict.ratio, smallest_effect(verdict.metric));
  const auto better = std::ranges::count_if(ratios, [&](double ratio) { return std::log(ratio) < -band; });
  const auto worse = std::ranges::count_if(ratios, [&](double ratio) { return std::log(ratio) > band; });
  verdict.p_better = binomial_at_least(ratios.size(), static_cast<std::size_t>(better));
  verdict.p_worse = binomial_at_least(ratios.size(), static_cast<std::size_t>(worse));
  verdict.ratios = std::move(ratios);
  if (is_engine_class(verdict.opponents)) verdict.net = net_ratio(verdict, row.plan->threads);
}

std::optional<Verdict> decide(const Contest& contest, const RowView& row, Metric metric, double timer_cost_ns) {
  Verdict verdict{.opponents = contest.opponents,
                  .metric = metric,
                  .engine = contest.engine,
                  .reason = {},
                  .ratio = {},
                  .net = {},
                  .ratios = {},
                  .caution = {},
                  .survives = {}};
  const Side learned = with_values(contest.learned, metric), baselines = with_values(contest.baselines, metric);
  const bool choice = learned.size() > 1 || baselines.size() > 1;
  verdict.selection_rounds = choice ? kSelectionRounds : 0;
  const std::size_t shown = choice ? kSelectionRounds : row.rounds.size();
  verdict.learned = champion(learned, metric, shown);
  verdict.baseline = champion(baselines, metric, shown);
  if (verdict.baseline != nullptr && is_engine_class(contest.opponents)) {
    std::vector<double> floors;
    for (const TrialRecord* trial : verdict.baseline->trials) {
      const double floor = floor_of(*trial, metric, row.plan->threads);
      if (std::isfinite(floor) && floor > 0) floors.push_back(floor);
    }
    verdict.floor_ns = floors.empty() ? 0 : median(floors);
  }
  if (verdict.learned != nullptr && verdict.baseline != nullptr) {
    judge(verdict, row, timer_cost_ns);
    if (!verdict.ratio || !choice) return verdict;
    for (const auto& [side, chosen] : {std::pair(&learned, verdict.learned), std::pair(&baselines, verdict.baseline)}) {
      const std::string caution = caution_about(*side, chosen, metric, row.rounds.size());
      if (!caution.empty()) verdict.caution += (verdict.caution.empty() ? "" : "; ") + caution;
    }
    return verdict;
  }
  if (metric != headline_metric(row)) return std::nullopt;  // said once, in the headline
  verdict.reason = verdict.learned == nullptr ? "no learned index has a result"
                   : is_engine_class(contest.opponents)
                       ? fmt::format("{} has no result", contest.engine)
                       : fmt::format("no opponent of the class '{}' has a result", to_string(contest.opponents));
  return verdict;
}

}  // namespace

VerdictWord word_of(const Ratio& ratio, double delta) {
  if (ratio.hi < 1 / (1 + delta)) return VerdictWord::kWins;
  if (ratio.lo > 1 + delta) return VerdictWord::kLoses;
  if (ratio.lo >= 1 / (1 + delta) && ratio.hi <= 1 + delta) return VerdictWord::kTie;
  return VerdictWord::kInconclusive;
}

std::string_view to_string(OpponentClass opponents) {
  constexpr std::array<std::string_view, 4> kNames = {"ordered", "hash", "embedded", "server"};
  return kNames[static_cast<std::size_t>(opponents)];
}

std::string_view to_string(VerdictWord word) {
  constexpr std::array<std::string_view, 5> kNames = {"wins", "loses", "tie", "inconclusive", "unresolved"};
  return kNames[static_cast<std::size_t>(word)];
}

double smallest_effect(Metric metric) { return metric == Metric::kP99 || metric == Metric::kBuild ? 0.10 : 0.05; }

Metric headline_metric(const RowView& row) { return row.plan->cold ? Metric::kP50 : Metric::kThroughput; }

bool below_timer(double ns, double timer_cost_ns) { return !(ns >= 10 * timer_cost_ns); }

std::optional<double> Verdict::p_value() const {
  if (!ratio) return std::nullopt;
  return ratio->median < 1 ? p_better : p_worse;
}

std::vector<Verdict> decide_row(const RowView& row, double timer_cost_ns) {
  std::vector<Verdict> verdicts;
  if (std::ranges::none_of(row.cells, &CellView::learned)) return verdicts;
  for (const Contest& contest : contests_of(row)) {
    for (const Metric metric : kMetrics) {
      // Engines hold their keys elsewhere and load them once: neither can be compared.
      const bool of_structure = metric == Metric::kBytes || metric == Metric::kBuild;
      if (of_structure && is_engine_class(contest.opponents)) continue;
      if (row.plan->cold && (metric == Metric::kThroughput || metric == Metric::kDependent)) continue;
      if (auto verdict = decide(contest, row, metric, timer_cost_ns)) verdicts.push_back(std::move(*verdict));
    }
  }
  return verdicts;
}

void correct_for_many_rows(std::vector<std::vector<Verdict>>& rows) {
  std::map<std::tuple<OpponentClass, std::string, Metric>, std::vector<Verdict*>> families;
  for (std::vector<Verdict>& row : rows) {
    for (Verdict& verdict : row) {
      if (verdict.ratio) families[{verdict.opponents, verdict.engine, verdict.metric}].push_back(&verdict);
    }
  }
  for (const auto& [family, verdicts] : families) {
    std::vector<double> p_values;  // two hypotheses per comparison: better, worse
    for (const Verdict* verdict : verdicts) p_values.insert(p_values.end(), {verdict->p_better, verdict->p_worse});
    const std::vector<bool> rejected = benjamini_hochberg(p_values);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      if (verdicts[i]->decided()) verdicts[i]->survives = rejected[2 * i + (verdicts[i]->word == VerdictWord::kLoses)];
    }
  }
}

}  // namespace omenbench
