// Adjudication. See the header.
#include "results/claims/claims.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>

#include "results/statistics.h"
#include "results/text.h"
#include "results/two_samples.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

constexpr std::size_t kSelection = 3;  ///< rounds on which the fastest of several is chosen

/// One index in one row: its value per round.
struct Series {
  std::string index;
  const Row* row = nullptr;
  std::vector<double> values;  ///< per round; a single one where `exact`
  bool exact = false;          ///< a size: the same whenever it is looked at, so one value says all
};

bool is_exact(const std::string& metric) {
  return metric == "bytes" || metric == "index_bytes" || metric == "bytes_per_key" || metric == "disk_bytes" ||
         metric == "inner_bytes";
}

bool matches(const std::string& glob, const std::string& name) { return fnmatch(glob.c_str(), name.c_str(), 0) == 0; }

std::vector<double> blocks_of(const BlockEstimate* estimate) {
  return estimate == nullptr ? std::vector<double>{} : estimate->blocks;
}

std::vector<double> one_value(double value) { return value > 0 ? std::vector{value} : std::vector<double>{}; }

/// A percentile by its name in kLatencyNames; null: not measured, or the metric is none.
const Percentile* percentile_of(const Cell& cell, const std::string& metric) {
  const auto name =
      std::ranges::find(kLatencyNames, std::string_view(metric), [](const char* n) { return std::string_view(n); });
  if (name == kLatencyNames.end()) return nullptr;
  return cell.latency(static_cast<std::size_t>(name - kLatencyNames.begin()));
}

std::vector<double> values_of(const Cell& cell, const Row& row, const std::string& metric) {
  const auto total_bytes = static_cast<double>(cell.total_bytes);
  if (metric == "throughput") return blocks_of(cell.throughput());
  if (metric == "dependent") return blocks_of(cell.dependent());
  if (metric == "net") {
    std::vector<double> values = blocks_of(cell.throughput());
    for (double& value : values) value -= cell.no_op_ns;
    return values;
  }
  if (metric == "build") return blocks_of(cell.build_ns ? &*cell.build_ns : nullptr);
  if (metric == "bytes") return one_value(total_bytes);
  if (metric == "index_bytes") return one_value(static_cast<double>(cell.index_bytes.value_or(0)));
  if (metric == "bytes_per_key") return one_value(total_bytes / static_cast<double>(row.loaded_keys));
  if (metric == "disk_bytes") return one_value(static_cast<double>(cell.disk_bytes));
  if (metric == "reads")
    return blocks_of(cell.pages && cell.pages->reads_per_op ? &*cell.pages->reads_per_op : nullptr);
  if (metric == "inner_bytes" && cell.pages) {
    return one_value(static_cast<double>(cell.pages->model_bytes + cell.pages->inner_bytes));
  }
  return blocks_of(percentile_of(cell, metric));
}

/// What one side has in one row of the result.
struct SideRow {
  const Row* row = nullptr;
  std::vector<Series> candidates;
  bool lost = false;   ///< nothing, although something was to be measured
  std::string reason;  ///< why a candidate is missing
};

/// As verdicts have it: on a busy machine times in a row say nothing.
std::string lost_in_reads(const Cell& cell, const Row& row, const std::string& metric) {
  const Percentile* p99 = cell.latency(kLatencyP99);
  const bool in_a_row = metric == "throughput" || metric == "net";
  if (!in_a_row || row.mutates || !cell.in_process() || p99 == nullptr || cell.throughput() == nullptr) return "";
  return lost_processor(cell.index, cell.throughput()->median, p99->median);
}

/// The value of one cell, or why there is none.
void add_candidate(SideRow& side, const Cell& cell, const std::string& metric) {
  if (!cell.ok()) {
    side.lost = side.lost || cell.status != TrialStatus::kUnsupported;
    side.reason =
        fmt::format("{} on {} {}: {}", cell.index, side.row->dataset, side.row->workload, to_string(cell.status));
    return;
  }
  if (const Percentile* percentile = percentile_of(cell, metric);
      percentile != nullptr && percentile->unresolved_timer) {
    side.lost = true;
    side.reason = fmt::format("{}'s {} is too short for the timer", cell.index, metric);
    return;
  }
  if (std::string lost = lost_in_reads(cell, *side.row, metric); !lost.empty()) {
    side.lost = true;
    side.reason = std::move(lost);
    return;
  }
  std::vector<double> values = values_of(cell, *side.row, metric);
  const bool beyond_floor = std::ranges::all_of(values, [](double value) { return value > 0; });
  if (values.empty() || !beyond_floor) {
    side.lost = side.lost || !beyond_floor;
    side.reason = fmt::format("{} on {} {}: {}", cell.index, side.row->dataset, side.row->workload,
                              values.empty() ? "no " + metric + " that is above 0" : "not above its round trip");
    return;
  }
  side.candidates.push_back({cell.index, side.row, std::move(values), is_exact(metric)});
}

/// The rows that a side speaks of.
std::vector<SideRow> rows_of(const ClaimSide& side, const std::string& metric, const Result& result) {
  std::vector<SideRow> all;
  for (const Row& row : result.rows) {
    if (!matches(side.dataset, row.dataset) || !matches(side.workload, row.workload)) continue;
    if (side.keys > 0 && row.keys != side.keys) continue;
    SideRow found{.row = &row, .candidates = {}, .lost = false, .reason = {}};
    row.for_each_cell([&](const Cell& cell) {
      if (std::ranges::find(side.indexes, cell.index) != side.indexes.end()) add_candidate(found, cell, metric);
    });
    if (!found.candidates.empty() || !found.reason.empty()) all.push_back(std::move(found));
  }
  return all;
}

/// Whether two rows are the same but for what the sides of the part set apart.
bool belong_together(const Row& a, const Row& b, const ClaimPart& part) {
  return (part.numerator.dataset != part.denominator.dataset || a.dataset == b.dataset) &&
         (part.numerator.workload != part.denominator.workload || a.workload == b.workload) &&
         (part.numerator.keys != part.denominator.keys || a.keys == b.keys) && a.threads == b.threads;
}

/// The fastest by its first rounds, with only the later ones left; a single candidate keeps all.
Series champion(const std::vector<Series>& candidates, std::size_t& skipped) {
  skipped = 0;
  if (candidates.size() == 1) return candidates.front();
  const auto early = [](const Series& series) {
    return median(std::span(series.values).first(std::min(kSelection, series.values.size())));
  };
  const auto best = std::ranges::min_element(candidates, {}, early);
  Series chosen = *best;
  skipped = kSelection;
  return chosen;
}

/// ln of the value or ratio in one row (or pair of rows) with its interval.
struct Measured {
  double log = 0;
  std::optional<double> lo{}, hi{};
  std::vector<double> rounds{};                    ///< paired logs; empty for unpaired or constant values
  std::vector<double> numerator{}, denominator{};  ///< logs of two samples that are not paired
  std::string conditions;
};

std::vector<double> logs_of(std::span<const double> values) {
  std::vector<double> logs;
  for (const double value : values) logs.push_back(std::log(value));
  return logs;
}

std::string place_of(const Series& series) {
  const Row& row = *series.row;
  return fmt::format("{} on {} {} keys {}{}", series.index, row.dataset, with_commas(row.keys), row.workload,
                     row.threads > 1 ? fmt::format(" {} threads", row.threads) : "");
}

void take_estimate(Measured& measured) {
  const Estimate result = estimate(measured.rounds);
  measured.log = result.median;
  if (result.interval) {
    measured.lo = result.interval->lo;
    measured.hi = result.interval->hi;
  }
}

Measured measure_alone(const Series& series, std::size_t skip) {
  Measured measured{.conditions = place_of(series)};
  if (series.exact) {
    measured.log = std::log(series.values[0]);
    measured.lo = measured.hi = measured.log;
    return measured;
  }
  measured.rounds = logs_of(std::span(series.values).subspan(std::min(skip, series.values.size() - 1)));
  take_estimate(measured);
  return measured;
}

Measured measure_ratio(const Series& a, std::size_t skip_a, const Series& b, std::size_t skip_b) {
  Measured measured{.conditions = a.row == b.row ? fmt::format("{} / {}", a.index, place_of(b))
                                                 : fmt::format("{} / {}", place_of(a), place_of(b))};
  const std::size_t skip = std::max(skip_a, skip_b);
  if (a.exact && b.exact) {
    measured.log = std::log(a.values[0] / b.values[0]);
    measured.lo = measured.hi = measured.log;
  } else if (a.row == b.row && a.values.size() == b.values.size()) {
    for (std::size_t i = std::min(skip, a.values.size() - 1); i < a.values.size(); ++i) {
      measured.rounds.push_back(std::log(a.values[i] / b.values[i]));
    }
    take_estimate(measured);
  } else {
    measured.numerator = logs_of(std::span(a.values).subspan(std::min(skip_a, a.values.size() - 1)));
    measured.denominator = logs_of(std::span(b.values).subspan(std::min(skip_b, b.values.size() - 1)));
    const Shift shift = shift_between(measured.denominator, measured.numerator);
    measured.log = shift.median;
    if (shift.interval) {
      measured.lo = shift.interval->lo;
      measured.hi = shift.interval->hi;
    }
  }
  return measured;
}

/// What a part compares, and what of it is not there.
struct Comparisons {
  std::vector<Measured> rows;
  std::size_t missing = 0;
  std::string reason;
};

/// Numerators and denominators meet in the rows that belong together.
Comparisons measure(const ClaimPart& part, const Result& result) {
  Comparisons all;
  std::size_t skip_a = 0;
  std::size_t skip_b = 0;
  const auto there = [&](const SideRow& side) {
    if (!side.candidates.empty()) return true;
    all.missing += side.lost;
    all.reason = side.reason;
    return false;
  };
  const std::vector<SideRow> denominators = rows_of(part.denominator, part.metric, result);
  for (const SideRow& a : rows_of(part.numerator, part.metric, result)) {
    if (part.denominator.indexes.empty()) {
      if (!there(a)) continue;
      const Series one = champion(a.candidates, skip_a);
      all.rows.push_back(measure_alone(one, skip_a));
      continue;
    }
    for (const SideRow& b : denominators) {
      if (!belong_together(*a.row, *b.row, part) || !there(a) || !there(b)) continue;
      const Series one = champion(a.candidates, skip_a);
      const Series other = champion(b.candidates, skip_b);
      all.rows.push_back(measure_ratio(one, skip_a, other, skip_b));
    }
  }
  return all;
}

/// The rounds of a comparison. Two samples that are not paired are independent, so that taking them in order gives
/// independent differences: less narrow than comparing all with all, but it can be averaged over rows.
std::vector<double> rounds_of(const Measured& measured) {
  std::vector<double> rounds = measured.rounds;
  for (std::size_t i = 0; i < std::min(measured.numerator.size(), measured.denominator.size()); ++i) {
    rounds.push_back(measured.numerator[i] - measured.denominator[i]);
  }
  return rounds;
}

/// Geometric mean over rows, round by round.
Measured geomean_of(const std::vector<Measured>& rows) {
  Measured mean{.conditions = fmt::format("geometric mean over {} rows", rows.size())};
  if (rows.size() == 1) return rows.front();
  std::vector<std::vector<double>> rounds;
  for (const Measured& row : rows) rounds.push_back(rounds_of(row));
  const std::size_t fewest = std::ranges::min(rounds, {}, &std::vector<double>::size).size();
  for (std::size_t i = 0; i < fewest; ++i) {
    double sum = 0;
    for (const std::vector<double>& row : rounds) sum += row[i];
    mean.rounds.push_back(sum / static_cast<double>(rows.size()));
  }
  if (fewest > 0) {
    take_estimate(mean);
    return mean;
  }
  for (const Measured& row : rows) mean.log += row.log / static_cast<double>(rows.size());
  const bool constant = std::ranges::all_of(rows, [](const Measured& row) { return row.lo && *row.lo == *row.hi; });
  if (constant) mean.lo = mean.hi = mean.log;
  return mean;
}

ClaimWord judge(const Measured& measured, const ClaimPart& part) {
  if (!measured.lo) return ClaimWord::kInconclusive;
  const double threshold = std::log(part.threshold);
  const bool at_least = part.relation == ClaimPart::Relation::kAtLeast;
  if (at_least ? *measured.lo >= threshold : *measured.hi <= threshold) return ClaimWord::kHolds;
  if (at_least ? *measured.hi < threshold : *measured.lo > threshold) return ClaimWord::kRefuted;
  return ClaimWord::kInconclusive;
}

/// How likely chance alone is to put the rounds this far to one side of the threshold; two-sided. Constants are exact.
double p_value_of(const Measured& measured, double threshold) {
  const double log_threshold = std::log(threshold);
  if (!measured.numerator.empty()) {
    std::vector<double> shifted = measured.numerator;
    for (double& value : shifted) value -= log_threshold;
    return shift_between(measured.denominator, shifted).p_value;
  }
  if (measured.rounds.empty()) return measured.lo && *measured.lo == *measured.hi ? 0 : 1;
  // A round that lies on the threshold speaks for neither side.
  const auto above = std::ranges::count_if(measured.rounds, [&](double log) { return log > log_threshold; });
  const auto below = std::ranges::count_if(measured.rounds, [&](double log) { return log < log_threshold; });
  const auto most = static_cast<std::size_t>(std::max(above, below));
  return std::min(1.0, 2 * binomial_at_least(measured.rounds.size(), most));
}

/// Rows among which the deciding one was free to be the luckiest: for `some` when it holds, for `every` when it does
/// not.
std::size_t picked_from(std::size_t rows, const ClaimPart& part, ClaimWord word) {
  const bool picked = (part.combine == ClaimPart::Combine::kSome && word == ClaimWord::kHolds) ||
                      (part.combine == ClaimPart::Combine::kEvery && word == ClaimWord::kRefuted);
  return picked ? rows : 1;
}

/// Of all rows the one that decides: for `every` the least favourable, for `some` the most favourable.
const Measured& decisive(const std::vector<Measured>& rows, const ClaimPart& part) {
  const bool largest = (part.combine == ClaimPart::Combine::kSome) == (part.relation == ClaimPart::Relation::kAtLeast);
  const auto [least, most] = std::ranges::minmax_element(rows, {}, &Measured::log);
  return largest ? *most : *least;
}

/// Whether the word speaks of all rows, and not of the one that was picked.
bool needs_all_rows(const ClaimPart& part, ClaimWord word) {
  if (part.combine == ClaimPart::Combine::kGeomean) return true;
  return word == (part.combine == ClaimPart::Combine::kEvery ? ClaimWord::kHolds : ClaimWord::kRefuted);
}

PartVerdict judge_part(const ClaimPart& part, const Result& result) {
  PartVerdict verdict;
  const Comparisons all = measure(part, result);
  const std::vector<Measured>& rows = all.rows;
  if (rows.empty()) {
    verdict.word = ClaimWord::kNotTestable;
    verdict.reason = all.reason.empty() ? "nothing was measured that it compares" : all.reason;
    return verdict;
  }
  const Measured measured = part.combine == ClaimPart::Combine::kGeomean ? geomean_of(rows) : decisive(rows, part);
  verdict.word = judge(measured, part);
  verdict.p_value = std::min(
      1.0, p_value_of(measured, part.threshold) * static_cast<double>(picked_from(rows.size(), part, verdict.word)));
  verdict.value = std::exp(measured.log);
  if (measured.lo) {
    verdict.lo = std::exp(*measured.lo);
    verdict.hi = std::exp(*measured.hi);
  } else {
    verdict.reason = "too few rounds for an interval";
  }
  verdict.conditions = measured.conditions;
  const auto vague = static_cast<std::size_t>(std::ranges::count_if(rows, [](const Measured& row) { return !row.lo; }));
  if (all.missing + vague > 0 && verdict.word != ClaimWord::kInconclusive && needs_all_rows(part, verdict.word)) {
    verdict.word = ClaimWord::kInconclusive;
    verdict.reason = fmt::format("{} of {} rows without enough rounds{}", all.missing + vague,
                                 rows.size() + all.missing, all.reason.empty() ? "" : ": " + all.reason);
  }
  return verdict;
}

/// Whether the verdict is left when only the parts that survive count.
bool still_stands(const ClaimVerdict& verdict) {
  const auto counts = [&](const PartVerdict& part) { return part.survives && part.word == verdict.word; };
  return verdict.one_part_decides ? std::ranges::any_of(verdict.parts, counts)
                                  : !verdict.parts.empty() && std::ranges::all_of(verdict.parts, counts);
}

}  // namespace

const std::vector<std::string>& metric_names() {
  static const std::vector<std::string> kNames = {"throughput", "dependent",  "p50",   "p99",         "p99.9",
                                                  "max",        "build",      "bytes", "index_bytes", "bytes_per_key",
                                                  "net",        "disk_bytes", "reads", "inner_bytes"};
  return kNames;
}

std::string_view to_string(ClaimWord word) {
  switch (word) {
    case ClaimWord::kHolds:
      return "holds";
    case ClaimWord::kRefuted:
      return "refuted";
    case ClaimWord::kInconclusive:
      return "inconclusive";
    case ClaimWord::kNotTestable:
      return "not testable here";
  }
  __builtin_unreachable();
}

ClaimVerdict adjudicate(const Claim& claim, const Result& result) {
  ClaimVerdict verdict;
  if (!claim.untestable.empty()) {
    verdict.word = ClaimWord::kNotTestable;
    return verdict;
  }
  for (const ClaimPart& part : claim.parts) verdict.parts.push_back(judge_part(part, result));
  const auto any = [&](ClaimWord word) {
    return std::ranges::any_of(verdict.parts, [&](const PartVerdict& part) { return part.word == word; });
  };
  const ClaimWord decides = claim.any_part ? ClaimWord::kHolds : ClaimWord::kRefuted;
  const ClaimWord otherwise = claim.any_part ? ClaimWord::kRefuted : ClaimWord::kHolds;
  verdict.one_part_decides = any(decides);
  verdict.word = any(decides)                    ? decides
                 : any(ClaimWord::kInconclusive) ? ClaimWord::kInconclusive
                 : any(ClaimWord::kNotTestable)  ? ClaimWord::kNotTestable
                                                 : otherwise;
  return verdict;
}

std::size_t correct_claims(std::span<ClaimVerdict* const> verdicts) {
  std::vector<PartVerdict*> compared;
  std::vector<double> p_values;
  for (ClaimVerdict* verdict : verdicts) {
    for (PartVerdict& part : verdict->parts) {
      if (!part.value) continue;
      compared.push_back(&part);
      p_values.push_back(part.p_value);
    }
  }
  const std::vector<bool> rejected = holm(p_values);
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const bool decided = compared[i]->word == ClaimWord::kHolds || compared[i]->word == ClaimWord::kRefuted;
    compared[i]->survives = decided && rejected[i];
  }
  for (ClaimVerdict* verdict : verdicts) verdict->survives = still_stands(*verdict);
  return compared.size();
}

}  // namespace omenbench
