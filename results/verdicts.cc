// See the header.
#include "results/verdicts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "results/race.h"
#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Side = std::vector<const CellView*>;

constexpr std::string_view kTooFewRounds = "too few rounds";
constexpr std::string_view kBusyMachine = "busy machine";
constexpr double kNever = std::numeric_limits<double>::infinity();  ///< a floor that is not known

Metric headline_metric(const RowView& row) { return omenbench::headline_metric(row.plan->cold, row.plan->passes); }

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

/// Whether it left the race and one that has a result was ahead of it then: its median is of earlier rounds only.
bool was_beaten(const CellView& cell, const Side& side, Metric metric) {
  if (cell.rounds_without == 0 || !of_stream(metric)) return false;
  return std::ranges::any_of(
      side, [&](const CellView* other) { return other->ok() && other != &cell && is_ahead(*other, cell, metric); });
}

Side with_values(const Side& side, Metric metric) {
  Side usable;
  for (const CellView* cell : side) {
    const std::vector<double> values = cell->values(metric);
    const bool measured = std::ranges::any_of(values, [](double value) { return !std::isnan(value); });
    if (cell->ok() && measured && !was_beaten(*cell, side, metric)) usable.push_back(cell);
  }
  return usable;
}

double median_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values.empty() ? std::nan("") : median(values);
}

/// The engine's round trip as it weighs on this metric: passes count operations of all threads together.
double floor_of(const TrialRecord& trial, Metric metric, std::uint64_t threads) {
  const bool shared = metric == Metric::kThroughput || metric == Metric::kDependent;
  return trial.no_op_ns / static_cast<double>(shared ? threads : 1);
}

/// The members of one side with a value, and who of them leads.
struct Field {
  explicit Field(const Side& side, Metric metric) : cells(with_values(side, metric)) {
    SideValues values;
    for (const CellView* cell : cells) values.push_back(cell->values(metric));
    if (const auto found = leaders_of(values)) leaders = *found;
  }
  /// Null: none has a result.
  const CellView* champion() const { return cells.empty() ? nullptr : cells[leaders.best]; }

  Side cells;
  Leaders leaders;
};

/// The champions of a contest, and what comes of comparing them.
struct Pairing {
  Field learned, baseline;
  Verdict verdict;
};

/// Per member and round, over the operations that both sides ran; of each value `floor(cell, round)` is taken off.
template <class Floor>
SideValues compared_values(const Verdict& verdict, const Field& field, Floor floor) {
  SideValues values;
  for (const CellView* cell : field.cells) {
    const bool prefix = verdict.metric == Metric::kThroughput && verdict.operations != 0;
    values.push_back(prefix ? cell->throughput_over(verdict.operations) : cell->values(verdict.metric));
    for (std::size_t round = 0; round < values.back().size(); ++round) values.back()[round] -= floor(*cell, round);
  }
  return values;
}

SideValues compared_values(const Verdict& verdict, const Field& field) {
  return compared_values(verdict, field, [](const CellView&, std::size_t) { return 0.0; });
}

/// The ratio with the floor taken off; none when a round of the engine does not exceed its floor.
std::optional<NetRatio> net_ratio(const Pairing& pairing, std::uint64_t threads) {
  const Verdict& verdict = pairing.verdict;
  if (verdict.metric != Metric::kThroughput && verdict.metric != Metric::kDependent && verdict.metric != Metric::kP50) {
    return std::nullopt;
  }
  const SideValues theirs = compared_values(verdict, pairing.baseline, [&](const CellView& engine, std::size_t round) {
    const double floor = floor_of(*engine.trials[round], verdict.metric, threads);
    return floor > 0 ? floor : kNever;
  });
  const auto below_floor = [](double value) { return value <= 0; };
  if (std::ranges::any_of(theirs[pairing.baseline.leaders.best], below_floor)) return std::nullopt;
  const Contrast net = contrast(compared_values(verdict, pairing.learned), pairing.learned.leaders, theirs,
                                pairing.baseline.leaders, verdict.delta);
  if (!net.ratio) return std::nullopt;
  return NetRatio{seven_digits(net.ratio->median), seven_digits(net.ratio->lo), seven_digits(net.ratio->hi)};
}

/// Of the first side of which something is seen.
std::string lost_processor(const RowView& row, std::initializer_list<const CellView*> sides) {
  if (row.plan->mutates) return "";
  for (const CellView* side : sides) {
    if (!side->in_process()) continue;
    const double in_a_row = median_of(side->values(Metric::kThroughput)), p99 = median_of(side->values(Metric::kP99));
    if (std::string lost = omenbench::lost_processor(side->index->name, in_a_row, p99); !lost.empty()) return lost;
  }
  return "";
}

/// Why the two champions cannot be compared in this metric; empty: they can.
std::string obstacle(const Pairing& pairing, const RowView& row, double timer_cost_ns) {
  const Metric metric = pairing.verdict.metric;
  const CellView &champion = *pairing.learned.champion(), &baseline = *pairing.baseline.champion();
  const std::uint64_t ours = champion.plan->operations, theirs = baseline.plan->operations;
  if (of_stream(metric) && row.plan->mutates && ours != theirs && metric != Metric::kThroughput) {
    return fmt::format("the stream writes and the latencies are of prefixes of different length ({} and {} operations)",
                       with_commas(ours), with_commas(theirs));
  }
  if (metric == Metric::kThroughput) return lost_processor(row, {&champion, &baseline});
  if (metric != Metric::kP50 && metric != Metric::kP99) return "";
  for (const CellView* side : {&champion, &baseline}) {
    if (!below_timer(median_of(side->values(metric)), timer_cost_ns)) continue;
    if (std::isnan(timer_cost_ns)) return "timer: its cost is not known";
    return fmt::format("timer: {} of {} is below 10 times the timer's cost of {:.1f} ns", to_string(metric),
                       side->index->name, timer_cost_ns);
  }
  return "";
}

/// Rounds in which both have a value.
std::size_t common_rounds(const std::vector<double>& first, const std::vector<double>& second) {
  std::size_t common = 0;
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    common += !std::isnan(first[i]) && !std::isnan(second[i]);
  }
  return common;
}

std::string too_few_rounds(std::size_t learned, std::size_t baselines, std::size_t usable) {
  const std::string close =
      learned + baselines > 2
          ? fmt::format(" while {} learned and {} other indexes are too close to tell which is best", learned,
                        baselines)
          : "";
  return fmt::format("{}: {} are needed{}, {} are complete", kTooFewRounds, rounds_needed(learned, baselines), close,
                     usable);
}

/// Word, interval and p-values of what was compared.
void take_ratios(Verdict& verdict, const Contrast& found) {
  const Ratio& ratio = *found.ratio;
  verdict.word = word_of(ratio, verdict.delta);
  verdict.ratio = seven_digits(ratio.median);
  verdict.lo = seven_digits(ratio.lo);
  verdict.hi = seven_digits(ratio.hi);
  verdict.coverage = seven_digits(ratio.coverage);
  verdict.p_better = found.p_better;
  verdict.p_worse = found.p_worse;
  verdict.p_value = seven_digits(ratio.median < 1 ? verdict.p_better : verdict.p_worse);
  verdict.rounds = found.ratios.size();
  for (const double one : found.ratios) verdict.ratios.push_back(seven_digits(one));
}

/// Rivals that did not note a time where the two champions are compared have no part in it.
void drop_unmeasured(Leaders& leaders, const SideValues& values) {
  std::erase_if(leaders.rivals, [&](std::size_t rival) { return std::isnan(median_of(values[rival])); });
}

std::vector<std::string> names_of(const Field& field) {
  std::vector<std::string> names;
  for (const std::size_t rival : field.leaders.rivals) names.push_back(field.cells[rival]->index->name);
  return names;
}

/// Fills in ratio, word and p-values of a verdict whose champions stand.
void judge(Pairing& pairing, const RowView& row, double timer_cost_ns, double alpha) {
  Verdict& verdict = pairing.verdict;
  verdict.reason = obstacle(pairing, row, timer_cost_ns);
  if (!verdict.reason.empty()) return;
  const CellView &champion = *pairing.learned.champion(), &baseline = *pairing.baseline.champion();
  if (row.plan->mutates && of_stream(verdict.metric)) {
    verdict.operations = std::min(champion.plan->operations, baseline.plan->operations);
  }
  const SideValues ours = compared_values(verdict, pairing.learned),
                   theirs = compared_values(verdict, pairing.baseline);
  Leaders &learned = pairing.learned.leaders, &others = pairing.baseline.leaders;
  drop_unmeasured(learned, ours);
  drop_unmeasured(others, theirs);
  const Contrast found = contrast(ours, learned, theirs, others, verdict.delta, alpha);
  if (std::isnan(median_of(ours[learned.best])) && verdict.operations != 0) {
    verdict.reason = fmt::format("{} noted no time at operation {}, where the stream of {} ends", champion.index->name,
                                 with_commas(verdict.operations), baseline.index->name);
  } else if (!found.ratio) {
    verdict.reason = too_few_rounds(1 + learned.rivals.size(), 1 + others.rivals.size(),
                                    common_rounds(ours[learned.best], theirs[others.best]));
  } else {
    take_ratios(verdict, found);
    verdict.learned_rivals = names_of(pairing.learned);
    verdict.baseline_rivals = names_of(pairing.baseline);
    // The medians name the fastest; rounds that say the opposite are no verdict against it.
    const bool ahead = median_of(ours[learned.best]) <= median_of(theirs[others.best]);
    if (verdict.word == (ahead ? VerdictWord::kLoses : VerdictWord::kWins)) verdict.word = VerdictWord::kInconclusive;
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
  if (const CellView* learned = pairing.learned.champion(); learned != nullptr) {
    verdict.learned = learned->index->name;
    verdict.learned_display = learned->index->display;
    verdict.learned_static = learned->index->is_static;
  }
  verdict.baseline = contest.engine;
  if (const CellView* baseline = pairing.baseline.champion(); baseline != nullptr) {
    verdict.baseline = baseline->index->name;
    verdict.baseline_display = baseline->index->display;
  }
}

std::string missing_side(const Pairing& pairing, const Contest& contest) {
  if (pairing.learned.champion() == nullptr) return "no learned index has a result";
  if (is_engine_class(contest.opponents)) return contest.engine + " has no result";
  return fmt::format("no opponent of the class '{}' has a result", to_string(contest.opponents));
}

std::optional<Verdict> decide(const Contest& contest, const RowView& row, Metric metric, double timer_cost_ns,
                              double alpha = kAlpha) {
  Pairing pairing{Field(contest.learned, metric), Field(contest.baselines, metric), {}};
  Verdict& verdict = pairing.verdict;
  verdict.opponents = contest.opponents;
  verdict.metric = metric;
  verdict.headline = metric == headline_metric(row);
  verdict.delta = smallest_effect(metric);
  name_sides(pairing, contest);
  const CellView* baseline = pairing.baseline.champion();
  if (baseline != nullptr && is_engine_class(contest.opponents)) {
    verdict.floor_ns = median_floor(*baseline, metric, row.plan->threads);
  }
  if (pairing.learned.champion() == nullptr || baseline == nullptr) {
    if (!verdict.headline) return std::nullopt;  // said once, in the headline
    verdict.reason = missing_side(pairing, contest);
    return verdict;
  }
  judge(pairing, row, timer_cost_ns, alpha);
  return verdict;
}

}  // namespace

VerdictWord word_of(const Ratio& ratio, double delta) {
  if (ratio.hi < 1 / (1 + delta)) return VerdictWord::kWins;
  if (ratio.lo > 1 + delta) return VerdictWord::kLoses;
  if (ratio.lo >= 1 / (1 + delta) && ratio.hi <= 1 + delta) return VerdictWord::kTie;
  return VerdictWord::kInconclusive;
}

std::string lost_processor(std::string_view index, double in_a_row_ns, double p99_ns) {
  if (!(in_a_row_ns > p99_ns)) return "";
  return fmt::format(
      "{}: {} takes {} ns an operation in a row, and at most {} ns in 99 of 100 alone: it lost the processor while it "
      "was measured",
      kBusyMachine, index, three_digits(in_a_row_ns), three_digits(p99_ns));
}

std::vector<std::vector<const CellView*>> sides_in_memory(const RowView& row) {
  std::vector<Side> sides;
  for (const Contest& contest : contests_of(row)) {
    if (sides.empty()) sides.push_back(contest.learned);
    if (!is_engine_class(contest.opponents)) sides.push_back(contest.baselines);
  }
  if (sides.empty() || sides.front().empty()) return {};
  for (Side& side : sides) std::erase_if(side, [](const CellView* cell) { return !cell->in_process(); });
  return sides;
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

std::optional<bool> row_is_decided(const RowView& row, double timer_cost_ns) {
  constexpr double kAlphaToStop = 0.01;
  constexpr double kNarrow = 0.01;  // half width, of what the band is five times
  if (std::ranges::none_of(row.cells, &CellView::learned)) return std::nullopt;
  std::optional<bool> decided;
  for (const Contest& contest : contests_of(row)) {
    const auto verdict = decide(contest, row, headline_metric(row), timer_cost_ns, kAlphaToStop);
    // More rounds may mend both: there are too few yet, or others were measured in a busy hour.
    const bool passes = verdict->reason.starts_with(kTooFewRounds) || verdict->reason.starts_with(kBusyMachine);
    const bool hopeless = !verdict->compared() && !passes;
    const bool narrow = verdict->compared() && (verdict->hi - verdict->lo) / 2 <= kNarrow * verdict->ratio;
    const bool stands = verdict->compared() && verdict->word != VerdictWord::kInconclusive;
    decided = decided.value_or(true) && (hopeless || narrow || stands);
  }
  return decided;
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
