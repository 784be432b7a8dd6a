// See the header.
#include "results/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Side = std::vector<const CellView*>;

/// What a row's headline is about: throughput, or p50 where caches are evicted between operations.
Metric headline_metric(const RowView& row) { return row.plan->cold ? Metric::kP50 : Metric::kThroughput; }

/// Learned indexes against the members of one class in one row.
struct Contest {
  OpponentClass opponents;
  std::string engine;
  Side learned, baselines;
};

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

/// The champions of a contest, and what comes of comparing them.
struct Pairing {
  const CellView* learned = nullptr;   ///< null: that side has no result
  const CellView* baseline = nullptr;  ///< likewise
  Verdict verdict;
};

/// Per round, over the operations that both sides ran.
std::vector<double> compared_values(const Verdict& verdict, const CellView& side) {
  if (verdict.metric == Metric::kThroughput && verdict.operations != 0) return side.throughput_over(verdict.operations);
  return side.values(verdict.metric);
}

/// The ratio with the floor taken off; none when a round of the engine does not exceed its floor.
std::optional<NetRatio> net_ratio(const Pairing& pairing, std::uint64_t threads) {
  const Verdict& verdict = pairing.verdict;
  if (verdict.metric != Metric::kThroughput && verdict.metric != Metric::kDependent && verdict.metric != Metric::kP50) {
    return std::nullopt;
  }
  const std::vector<double> ours = compared_values(verdict, *pairing.learned);
  const std::vector<double> theirs = compared_values(verdict, *pairing.baseline);
  std::vector<double> ratios;
  for (std::size_t i = verdict.champions_chosen_on; i < ours.size(); ++i) {
    const double floor = floor_of(*pairing.baseline->trials[i], verdict.metric, threads);
    const double ratio = ours[i] / (theirs[i] - floor);
    if (std::isnan(ours[i]) || std::isnan(theirs[i])) continue;
    if (!(floor > 0) || !std::isfinite(ratio) || ratio <= 0) return std::nullopt;
    ratios.push_back(ratio);
  }
  const std::optional<Ratio> net = ratio_of(ratios);
  if (!net) return std::nullopt;
  return NetRatio{seven_digits(net->median), seven_digits(net->lo), seven_digits(net->hi)};
}

bool of_stream(Metric metric) { return metric != Metric::kBytes && metric != Metric::kBuild; }

/// Why the two champions cannot be compared in this metric; empty: they can.
std::string obstacle(const Pairing& pairing, const RowView& row, double timer_cost_ns) {
  const Metric metric = pairing.verdict.metric;
  const std::uint64_t ours = pairing.learned->plan->operations, theirs = pairing.baseline->plan->operations;
  if (of_stream(metric) && row.plan->mutates && ours != theirs && metric != Metric::kThroughput) {
    return fmt::format("the stream writes and the latencies are of prefixes of different length ({} and {} operations)",
                       with_commas(ours), with_commas(theirs));
  }
  if (metric != Metric::kP50 && metric != Metric::kP99) return "";
  for (const CellView* side : {pairing.learned, pairing.baseline}) {
    if (!below_timer(median_of(side->values(metric)), timer_cost_ns)) continue;
    if (std::isnan(timer_cost_ns)) return "timer: its cost is not known";
    return fmt::format("timer: {} of {} is below 10 times the timer's cost of {:.1f} ns", to_string(metric),
                       side->index->name, timer_cost_ns);
  }
  return "";
}

/// The ratio of every round of the estimate in which both have a value.
std::vector<double> paired_ratios(const std::vector<double>& ours, const std::vector<double>& theirs,
                                  std::size_t skipped) {
  std::vector<double> ratios;
  for (std::size_t i = skipped; i < ours.size(); ++i) {
    const double ratio = ours[i] / theirs[i];
    if (std::isfinite(ratio) && ratio > 0) ratios.push_back(ratio);
  }
  return ratios;
}

std::string too_few_rounds(const Verdict& verdict, std::size_t needed, std::size_t all, std::size_t usable) {
  if (verdict.champions_chosen_on == 0) {
    return fmt::format("too few rounds: {} are needed, {} are complete", needed, usable);
  }
  return fmt::format("too few rounds: {} to choose the champions and {} to compare them are needed, {} are complete",
                     kSelectionRounds, needed, all);
}

/// Word, interval and p-values of the ratios.
void take_ratios(Verdict& verdict, std::vector<double> ratios) {
  const double band = std::log1p(verdict.delta);
  const Ratio ratio = *ratio_of(ratios);
  verdict.word = word_of(ratio, verdict.delta);
  verdict.ratio = seven_digits(ratio.median);
  verdict.lo = seven_digits(ratio.lo);
  verdict.hi = seven_digits(ratio.hi);
  verdict.coverage = seven_digits(ratio.coverage);
  const auto better = std::ranges::count_if(ratios, [&](double one) { return std::log(one) < -band; });
  const auto worse = std::ranges::count_if(ratios, [&](double one) { return std::log(one) > band; });
  verdict.p_better = binomial_at_least(ratios.size(), static_cast<std::size_t>(better));
  verdict.p_worse = binomial_at_least(ratios.size(), static_cast<std::size_t>(worse));
  verdict.p_value = seven_digits(ratio.median < 1 ? verdict.p_better : verdict.p_worse);
  verdict.rounds = ratios.size();
  for (const double one : ratios) verdict.ratios.push_back(seven_digits(one));
}

/// Fills in ratio, word and p-values of a verdict whose champions stand.
void judge(Pairing& pairing, const RowView& row, double timer_cost_ns) {
  Verdict& verdict = pairing.verdict;
  verdict.reason = obstacle(pairing, row, timer_cost_ns);
  if (!verdict.reason.empty()) return;
  if (row.plan->mutates && of_stream(verdict.metric)) {
    verdict.operations = std::min(pairing.learned->plan->operations, pairing.baseline->plan->operations);
  }
  const std::vector<double> ours = compared_values(verdict, *pairing.learned);
  const std::vector<double> theirs = compared_values(verdict, *pairing.baseline);
  std::vector<double> ratios = paired_ratios(ours, theirs, verdict.champions_chosen_on);
  const std::size_t needed = verdict.champions_chosen_on > 0 ? kEstimationRounds : kMinBlocks;
  if (ratios.empty() && std::isnan(median_of(ours)) && verdict.operations != 0) {
    verdict.reason =
        fmt::format("{} noted no time at operation {}, where the stream of {} ends", pairing.learned->index->name,
                    with_commas(verdict.operations), pairing.baseline->index->name);
  } else if (ratios.size() < needed) {
    verdict.reason = too_few_rounds(verdict, needed, ours.size(), ratios.size());
  } else {
    take_ratios(verdict, std::move(ratios));
    if (is_engine_class(verdict.opponents)) verdict.net = net_ratio(pairing, row.plan->threads);
  }
}

/// The engine's floor over all rounds; 0: not known.
double median_floor(const CellView& engine, Metric metric, std::uint64_t threads) {
  std::vector<double> floors;
  for (const TrialRecord* trial : engine.trials) {
    const double floor = floor_of(*trial, metric, threads);
    if (std::isfinite(floor) && floor > 0) floors.push_back(floor);
  }
  return floors.empty() ? 0 : seven_digits(median(floors));
}

void name_sides(Pairing& pairing, const Contest& contest) {
  Verdict& verdict = pairing.verdict;
  if (pairing.learned != nullptr) {
    verdict.learned = pairing.learned->index->name;
    verdict.learned_display = pairing.learned->index->display;
    verdict.learned_static = pairing.learned->index->is_static;
  }
  verdict.baseline = contest.engine;
  if (pairing.baseline != nullptr) {
    verdict.baseline = pairing.baseline->index->name;
    verdict.baseline_display = pairing.baseline->index->display;
  }
}

std::string missing_side(const Pairing& pairing, const Contest& contest) {
  if (pairing.learned == nullptr) return "no learned index has a result";
  if (is_engine_class(contest.opponents)) return contest.engine + " has no result";
  return fmt::format("no opponent of the class '{}' has a result", to_string(contest.opponents));
}

std::optional<Verdict> decide(const Contest& contest, const RowView& row, Metric metric, double timer_cost_ns) {
  Pairing pairing;
  Verdict& verdict = pairing.verdict;
  verdict.opponents = contest.opponents;
  verdict.metric = metric;
  verdict.headline = metric == headline_metric(row);
  verdict.delta = smallest_effect(metric);
  const Side learned = with_values(contest.learned, metric), baselines = with_values(contest.baselines, metric);
  const bool choice = learned.size() > 1 || baselines.size() > 1;
  verdict.champions_chosen_on = choice ? kSelectionRounds : 0;
  const std::size_t shown = choice ? kSelectionRounds : row.rounds.size();
  pairing.learned = champion(learned, metric, shown);
  pairing.baseline = champion(baselines, metric, shown);
  name_sides(pairing, contest);
  if (pairing.baseline != nullptr && is_engine_class(contest.opponents)) {
    verdict.floor_ns = median_floor(*pairing.baseline, metric, row.plan->threads);
  }
  if (pairing.learned == nullptr || pairing.baseline == nullptr) {
    if (!verdict.headline) return std::nullopt;  // said once, in the headline
    verdict.reason = missing_side(pairing, contest);
    return verdict;
  }
  judge(pairing, row, timer_cost_ns);
  if (!verdict.compared() || !choice) return verdict;
  for (const auto& [side, chosen] : {std::pair(&learned, pairing.learned), std::pair(&baselines, pairing.baseline)}) {
    const std::string caution = caution_about(*side, chosen, metric, row.rounds.size());
    if (!caution.empty()) verdict.caution += (verdict.caution.empty() ? "" : "; ") + caution;
  }
  return verdict;
}

}  // namespace

VerdictWord word_of(const Ratio& ratio, double delta) {
  if (ratio.hi < 1 / (1 + delta)) return VerdictWord::kWins;
  if (ratio.lo > 1 + delta) return VerdictWord::kLoses;
  if (ratio.lo >= 1 / (1 + delta) && ratio.hi <= 1 + delta) return VerdictWord::kTie;
  return VerdictWord::kInconclusive;
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
      if (verdict.compared()) families[{verdict.opponents, verdict.engine(), verdict.metric}].push_back(&verdict);
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
