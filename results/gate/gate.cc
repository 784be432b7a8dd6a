// The decision. See the header.
#include "results/gate/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/statistics.h"
#include "results/two_samples.h"

namespace omenbench {
namespace {

/// What the lower end of the interval (rank 6 of 20) lies below the median, plus what chance takes from it once in ten
/// times, in standard deviations of a round: 0.57 + 1.28 * 0.30, for normal noise and 20 rounds.
constexpr double kDetectableDeviations = 0.95;
constexpr double kDetectableRounds = 20;
constexpr double kDeviationsPerMad = 1.4826;

double median_deviation(std::span<const double> values) {
  const double middle = median(values);
  std::vector<double> off;
  for (const double value : values) off.push_back(std::abs(value - middle));
  return kDeviationsPerMad * median(off);
}

/// Of a screen: in a second stage as noisy as it.
double detectable_change(std::span<const double> logs, const GateRules& rules) {
  const double rounds = static_cast<double>(std::max(logs.size(), rules.decide_rounds));
  const double deviations = kDetectableDeviations * std::sqrt(kDetectableRounds / rounds);
  return std::exp(std::log1p(rules.max_regression) + deviations * median_deviation(logs)) - 1;
}

/// One-sided, that the change exceeds what is tolerated.
double p_value_of(std::span<const double> logs, const GateRules& rules) {
  const double tolerated = std::log1p(rules.max_regression);
  const auto beyond = std::ranges::count_if(logs, [&](double d) { return d > tolerated; });
  return binomial_at_least(logs.size(), static_cast<std::size_t>(beyond));
}

/// Whether these rounds exclude the change that must be seen. Who has been looked at before must show more.
bool excludes(std::span<const double> logs, const GateRules& rules) {
  constexpr double kLaterAlpha = 0.02;
  const Estimate change = estimate(logs, logs.size() == rules.screen_rounds ? kAlpha : kLaterAlpha);
  return change.interval && change.interval->hi < std::log1p(rules.to_see());
}

/// Whether these rounds prove a regression, so clearly that it survives beside some dozens of other suspects.
bool proves(std::span<const double> logs, const GateRules& rules) {
  constexpr double kClearly = 0.001;
  const Estimate change = estimate(logs);
  return change.interval && change.interval->lo > std::log1p(rules.max_regression) &&
         p_value_of(logs, rules) <= kClearly;
}

void describe(GateCell& cell, const GateRules& rules) {
  const std::vector<double>& logs = cell.decision.empty() ? cell.screen : cell.decisive();
  const Estimate change = estimate(logs);
  cell.ratio = std::exp(change.median);
  if (change.interval) {
    cell.lo = std::exp(change.interval->lo);
    cell.hi = std::exp(change.interval->hi);
  }
  cell.detectable = detectable_change(logs, rules);
  if (!cell.decision.empty()) cell.p_value = p_value_of(cell.decisive(), rules);
  cell.excluded = excludes(logs, rules);
}

/// Red are those of the suspicious whose lower bound lies beyond what is tolerated and that survive Holm's correction;
/// too noisy those that are not, and that do not exclude what must be seen.
void condemn(std::vector<GateCell>& cells, const GateRules& rules) {
  std::vector<GateCell*> suspects;
  std::vector<double> p_values;
  for (GateCell& cell : cells) {
    if (!cell.suspicious) continue;
    suspects.push_back(&cell);
    p_values.push_back(cell.p_value);
  }
  const std::vector<bool> survives = holm(p_values);
  for (std::size_t i = 0; i < suspects.size(); ++i) {
    if (suspects[i]->lo <= 1 + rules.max_regression) continue;
    suspects[i]->alone = !survives[i];
    if (survives[i]) suspects[i]->word = GateWord::kRegression;
  }
  for (GateCell& cell : cells) {
    if (cell.word == GateWord::kPass && !cell.excluded) cell.word = GateWord::kTooNoisy;
  }
}

/// Engines are not gated: their speed is their vendor's.
bool left_out(const Measurement& measurement, std::vector<std::string>& notes) {
  if (measurement.tier == "in-process") return false;
  const std::string note =
      fmt::format("{} is an engine: a gate compares indexes inside the process", measurement.index);
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
  return true;
}

GateCell cell_of(const Measurement& m) {
  return {.dataset = m.dataset,
          .workload = m.workload,
          .index = m.index,
          .metric = m.metric,
          .keys = m.keys,
          .threads = m.threads};
}

/// head / base of bytes, which are the same in every block: they need no interval.
std::optional<double> exact_ratio(const Compared& compared) {
  if (compared.base.metric != "total_bytes") return std::nullopt;
  const auto same = [](const std::vector<double>& blocks) {
    return !blocks.empty() && blocks.front() > 0 &&
           std::ranges::all_of(blocks, [&](double value) { return value == blocks.front(); });
  };
  if (!same(compared.base.blocks) || !same(compared.head.blocks)) return std::nullopt;
  return compared.head.blocks.front() / compared.base.blocks.front();
}

}  // namespace

std::string_view to_string(GateWord word) {
  switch (word) {
    case GateWord::kPass:
      return "pass";
    case GateWord::kRegression:
      return "regression";
    case GateWord::kNewFailure:
      return "new_failure";
    case GateWord::kFailsOnBoth:
      return "fails_on_both";
    case GateWord::kOneSided:
      return "one_sided";
    case GateWord::kCutOff:
      return "not_measured";
    case GateWord::kUnresolved:
      return "unresolved";
    case GateWord::kTooNoisy:
      return "too_noisy";
  }
  __builtin_unreachable();
}

std::string_view to_string(GateBasis basis) {
  switch (basis) {
    case GateBasis::kRounds:
      return "rounds";
    case GateBasis::kSavedRuns:
      return "saved_runs";
    case GateBasis::kInstructions:
      return "instructions";
  }
  __builtin_unreachable();
}

std::string GateCell::name() const {
  if (workload.empty()) return fmt::format("{} {}", index, metric);
  return fmt::format("{}/{}/{}/threads:{}/{} {}", workload, dataset, keys, threads, index, metric);
}

const std::vector<double>& GateCell::decisive() const {
  const bool both = middle.size() == decision.size() && !middle.empty();
  return both && median_deviation(middle) < median_deviation(decision) ? middle : decision;
}

bool GateReport::decided() const {
  const auto tells = [](const GateCell& cell) {
    return cell.word == GateWord::kPass || cell.word == GateWord::kTooNoisy || !cell.base_failure.empty();
  };
  return red() || std::ranges::any_of(cells, tells);
}

std::string_view GateReport::verdict() const {
  if (red()) return "red";
  if (interrupted) return "interrupted";
  if (!decided()) return "undecided";
  if (count(GateWord::kFailsOnBoth) > 0) return "failed";
  return inconclusive() && !lenient ? "inconclusive" : "green";
}

bool GateReport::inconclusive() const {
  // What failed before is no regression, whatever it is now.
  return std::ranges::any_of(cells, [](const GateCell& cell) {
    const bool open = cell.word == GateWord::kUnresolved || cell.word == GateWord::kOneSided;
    return cell.word == GateWord::kTooNoisy || cell.word == GateWord::kCutOff || (open && cell.base_failure.empty());
  });
}

bool GateReport::red() const { return std::ranges::any_of(cells, &GateCell::red); }

std::size_t GateReport::count(GateWord word) const {
  return static_cast<std::size_t>(std::ranges::count(cells, word, &GateCell::word));
}

bool is_suspicious(std::span<const double> screen, const GateRules& rules) {
  return !screen.empty() && median(screen) > std::log1p(rules.max_regression / 2);
}

bool is_extra(const GateCell& cell, const GateRules& rules) {
  if (cell.screen.size() < rules.screen_rounds) return false;
  return !is_suspicious(cell.screen, rules) || cell.decision.size() >= rules.decide_rounds;
}

GateStep next_step(const GateCell& cell, const GateRules& rules) {
  if (!cell.decision.empty()) {
    const std::size_t rounds = cell.decision.size();
    if (rounds % rules.decide_rounds != 0) return GateStep::kDecide;
    const bool known = proves(cell.decisive(), rules) || excludes(cell.decisive(), rules);
    return known || rounds >= rules.most_decide_rounds ? GateStep::kDone : GateStep::kDecide;
  }
  const std::size_t rounds = cell.screen.size();
  if (rounds == 0 || rounds % rules.screen_rounds != 0) return GateStep::kScreen;
  if (is_suspicious(cell.screen, rules)) return GateStep::kDecide;
  if (excludes(cell.screen, rules)) return GateStep::kDone;
  return rounds < rules.most_screen_rounds ? GateStep::kScreen : GateStep::kDecide;
}

std::optional<GateWord> word_of_failures(const GateCell& cell) {
  if (cell.base_failure.empty() && cell.head_failure.empty()) return std::nullopt;
  if (cell.base_failure.empty()) return GateWord::kNewFailure;
  return cell.head_failure.empty() ? GateWord::kOneSided : GateWord::kFailsOnBoth;
}

void decide_gate(std::vector<GateCell>& cells, const GateRules& rules) {
  for (GateCell& cell : cells) {
    if (const std::optional<GateWord> failed = word_of_failures(cell)) {
      cell.word = *failed;
      continue;
    }
    if (cell.upper_bound || cell.screen.empty()) {
      cell.word = cell.upper_bound ? GateWord::kUnresolved : GateWord::kOneSided;
      continue;
    }
    cell.suspicious = !cell.decision.empty();
    describe(cell, rules);
    if (cell.lo == 0) cell.word = GateWord::kOneSided;  // no interval
  }
  condemn(cells, rules);
  for (GateCell& cell : cells) {
    if (!cell.cut_off.empty() && !cell.red()) cell.word = GateWord::kCutOff;
  }
}

std::vector<GateCell> gate_of_saved(const Comparison& comparison, const GateRules& rules,
                                    std::vector<std::string>& notes) {
  std::vector<GateCell> cells;
  for (const Compared& compared : comparison.cells) {
    const Measurement& m = compared.base;
    if (left_out(m, notes)) continue;
    GateCell cell = cell_of(m);
    if (const std::optional<double> exact = exact_ratio(compared); !compared.lo && exact) {
      cell.ratio = *exact;
      cell.excluded = true;
      cell.word = *exact > 1 + rules.max_regression ? GateWord::kRegression : GateWord::kPass;
      cells.push_back(std::move(cell));
      continue;
    }
    if (!compared.lo) {
      cell.upper_bound = compared.unresolved();
      cell.word = cell.upper_bound ? GateWord::kUnresolved : GateWord::kOneSided;
      cells.push_back(std::move(cell));
      continue;
    }
    cell.ratio = *compared.ratio;
    cell.lo = *compared.lo;
    cell.hi = *compared.hi;
    cell.excluded = cell.hi < 1 + rules.to_see();
    cell.suspicious = cell.ratio > 1 + rules.max_regression / 2;
    std::vector<double> tolerated;
    std::vector<double> head;
    for (const double value : compared.base.blocks) tolerated.push_back(std::log(value * (1 + rules.max_regression)));
    for (const double value : compared.head.blocks) head.push_back(std::log(value));
    const Shift beyond = shift_between(tolerated, head);
    cell.p_value = beyond.median > 0 ? beyond.p_value / 2 : 1 - beyond.p_value / 2;
    cell.detectable = std::exp(std::log1p(rules.max_regression) + std::log(cell.ratio / cell.lo)) - 1;
    cells.push_back(std::move(cell));
  }
  for (const Incomparable& one : comparison.incomparable) {
    if (left_out(one.base, notes)) continue;
    GateCell& cell = cells.emplace_back(cell_of(one.base));
    cell.word = GateWord::kOneSided;
    cell.head_failure = one.reason;
  }
  for (const Measurement& m : comparison.gone) {
    if (left_out(m, notes)) continue;
    GateCell cell = cell_of(m);
    cell.word = GateWord::kNewFailure;
    cell.head_failure = "it has no such measurement";
    cells.push_back(std::move(cell));
  }
  condemn(cells, rules);
  return cells;
}

}  // namespace omenbench
