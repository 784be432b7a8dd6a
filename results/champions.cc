// See the header. With l learned and b baseline leaders, theta = min over l of max over b of (learned - baseline), in
// logarithms, lies below the same expression in upper ends of their intervals unless one of the l upper ends against
// the true best baseline fails; so upper ends miss with alpha / (2 l), lower ones with alpha / (2 b), and nothing is
// paid for the rest.
#include "results/champions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "results/statistics.h"

namespace omenbench {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Median of what is there, without round `left_out`; NaN: nothing is.
double median_without(const std::vector<double>& values, std::size_t left_out) {
  std::vector<double> known;
  for (std::size_t round = 0; round < values.size(); ++round) {
    if (round != left_out && !std::isnan(values[round])) known.push_back(values[round]);
  }
  return known.empty() ? std::nan("") : median(known);
}

double median_of_all(const std::vector<double>& values) { return median_without(values, values.size()); }

/// Logarithms of a / b in the rounds that have both, ascending.
std::vector<double> sorted_logs(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> logs;
  for (std::size_t round = 0; round < a.size(); ++round) {
    if (const double log = std::log(a[round] / b[round]); std::isfinite(log)) logs.push_back(log);
  }
  std::ranges::sort(logs);
  return logs;
}

/// Ranks from below of a lower end, and from above of an upper end; how often both hold.
struct Ends {
  std::size_t lower = 0, upper = 0;
  double coverage = 0;
};

/// None when so few rounds have no such interval.
std::optional<Ends> ends_of(std::size_t rounds, std::size_t learned, std::size_t baselines, double alpha) {
  const auto l = static_cast<double>(learned), b = static_cast<double>(baselines);
  const auto of_both = [&](std::size_t lower, std::size_t upper) {
    return Ends{lower, upper, 1 - l * binomial_below(rounds, upper) - b * binomial_below(rounds, lower)};
  };
  const auto upper = sign_ranks(rounds, alpha / l), lower = sign_ranks(rounds, alpha / b);
  if (upper && lower) return of_both(lower->lo, upper->lo);
  // What one end does not need is the other's.
  const auto either = sign_ranks(rounds, 2 * alpha / (l + b));
  return either ? std::optional(of_both(either->lo, either->lo)) : std::nullopt;
}

std::vector<std::size_t> all_of(const Leaders& leaders) {
  std::vector<std::size_t> all = {leaders.best};
  all.insert(all.end(), leaders.rivals.begin(), leaders.rivals.end());
  return all;
}

/// The leader with the least median over the other rounds, among those with a value in this one; NaN: none.
double chosen_by_others(const SideValues& side, const std::vector<std::size_t>& leaders, std::size_t round) {
  double chosen = std::nan(""), least = kInfinity;
  for (const std::size_t member : leaders) {
    const double value = median_without(side[member], round);
    if (std::isnan(side[member][round]) || !(value < least)) continue;
    least = value;
    chosen = side[member][round];
  }
  return chosen;
}

/// What the rounds say of one pair of leaders.
struct Pair {
  double lo = -kInfinity, hi = kInfinity, coverage = 1;
  double p_better = 1, p_worse = 1;
};

Pair pair_of(std::span<const double> logs, const std::optional<Ends>& ends, double band) {
  Pair pair;
  if (ends) {
    pair.lo = logs[ends->lower - 1];
    pair.hi = logs[logs.size() - ends->upper];
    pair.coverage = ends->coverage;
  }
  const auto better = std::ranges::count_if(logs, [&](double log) { return log < -band; });
  const auto worse = std::ranges::count_if(logs, [&](double log) { return log > band; });
  pair.p_better = binomial_at_least(logs.size(), static_cast<std::size_t>(better));
  pair.p_worse = binomial_at_least(logs.size(), static_cast<std::size_t>(worse));
  return pair;
}

/// The least over `ours` of the largest over `theirs`: of each of ours against the best of the others, whichever that
/// is.
Pair best_against_best(const SideValues& learned, const std::vector<std::size_t>& ours, const SideValues& baselines,
                       const std::vector<std::size_t>& theirs, double band, double alpha) {
  Pair whole{.lo = kInfinity, .hi = kInfinity, .p_worse = 0};
  for (const std::size_t one : ours) {
    Pair best{.hi = -kInfinity, .p_better = 0};
    for (const std::size_t other : theirs) {
      const std::vector<double> logs_of_both = sorted_logs(learned[one], baselines[other]);
      const Pair pair = pair_of(logs_of_both, ends_of(logs_of_both.size(), ours.size(), theirs.size(), alpha), band);
      best.lo = std::max(best.lo, pair.lo);
      best.hi = std::max(best.hi, pair.hi);
      best.p_better = std::max(best.p_better, pair.p_better);
      best.p_worse = std::min(best.p_worse, pair.p_worse);
      whole.coverage = std::min(whole.coverage, pair.coverage);
    }
    whole.lo = std::min(whole.lo, best.lo);
    whole.hi = std::min(whole.hi, best.hi);
    whole.p_better = std::min(whole.p_better, best.p_better);
    whole.p_worse = std::max(whole.p_worse, best.p_worse);
  }
  return whole;
}

}  // namespace

std::optional<Leaders> leaders_of(const SideValues& side) {
  std::optional<Leaders> leaders;
  double least = kInfinity;
  for (std::size_t member = 0; member < side.size(); ++member) {
    const double value = median_of_all(side[member]);
    if (!(value < least)) continue;
    least = value;
    leaders = Leaders{member, {}};
  }
  for (std::size_t member = 0; leaders && member < side.size(); ++member) {
    if (member == leaders->best) continue;
    const std::vector<double> logs = sorted_logs(side[member], side[leaders->best]);
    const auto ranks = sign_ranks(logs.size());
    if (ranks && logs[ranks->lo - 1] <= 0) leaders->rivals.push_back(member);
  }
  return leaders;
}

std::size_t rounds_needed(std::size_t learned_leaders, std::size_t baseline_leaders) {
  std::size_t rounds = kMinBlocks;
  while (!ends_of(rounds, learned_leaders, baseline_leaders, kAlpha)) ++rounds;
  return rounds;
}

Contrast contrast(const SideValues& learned, const Leaders& learned_leaders, const SideValues& baselines,
                  const Leaders& baseline_leaders, double delta, double alpha) {
  const std::vector<std::size_t> ours = all_of(learned_leaders), theirs = all_of(baseline_leaders);
  Contrast result;
  std::vector<double> logs;
  for (std::size_t round = 0; round < learned[learned_leaders.best].size(); ++round) {
    const double ratio = chosen_by_others(learned, ours, round) / chosen_by_others(baselines, theirs, round);
    if (!std::isfinite(ratio) || ratio <= 0) continue;
    result.ratios.push_back(ratio);
    logs.push_back(std::log(ratio));
  }
  const Pair whole = best_against_best(learned, ours, baselines, theirs, std::log1p(delta), alpha);
  result.p_better = std::min(1.0, whole.p_better * static_cast<double>(ours.size()));
  result.p_worse = std::min(1.0, whole.p_worse * static_cast<double>(theirs.size()));
  if (logs.empty() || !std::isfinite(whole.lo) || !std::isfinite(whole.hi)) return result;
  const double middle = median(logs);  // of other pairs than the ends where leaders are close
  result.ratio = Ratio{std::exp(middle), std::exp(std::min(whole.lo, middle)), std::exp(std::max(whole.hi, middle)),
                       whole.coverage};
  return result;
}

}  // namespace omenbench
