// The series is read as it grew: after every new point, the last few places since the previous change are tried as the
// beginning of a new level, by a two-sample t test. So a step is judged by what lay before and after it, whatever comes
// later. The thresholds are far stricter than those of a single test, because a series is looked at again with every
// run.
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <optional>

#include "results/history/history.h"

namespace omenbench {
namespace {

constexpr double kMaxP = 1e-5;
constexpr double kMinSize = 0.03;
constexpr double kMinDeviations = 3;
/// Fewer points before a step do not tell how noisy the series is.
constexpr std::size_t kMinBefore = 8;
constexpr std::size_t kMinPoints = 3;
/// How many places are tried after each point.
constexpr std::size_t kRecent = 10;

struct Level {
  double mean = 0, squares = 0;  ///< sum of squared deviations
};

Level level_of(std::span<const double> logs) {
  Level level;
  for (const double log : logs) level.mean += log / static_cast<double>(logs.size());
  for (const double log : logs) level.squares += (log - level.mean) * (log - level.mean);
  return level;
}

struct Split {
  std::size_t position = 0;
  double step = 0, deviation = 0, p_value = 1;
  bool stands_out() const {
    return p_value < kMaxP && std::abs(std::expm1(step)) >= kMinSize && std::abs(step) >= kMinDeviations * deviation;
  }
};

Split split_at(std::span<const double> logs, std::size_t position) {
  const Level before = level_of(logs.first(position));
  const Level after = level_of(logs.subspan(position));
  const auto n = static_cast<double>(position);
  const auto m = static_cast<double>(logs.size() - position);
  Split split{.position = position, .step = after.mean - before.mean};
  split.deviation = std::sqrt((before.squares + after.squares) / (n + m - 2));
  // Values that are all alike would make any step infinitely significant: at least a tenth of a percent of noise.
  const double error = std::max(split.deviation, 1e-3) * std::sqrt(1 / n + 1 / m);
  const boost::math::students_t distribution(n + m - 2);
  split.p_value = 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(split.step) / error));
  return split;
}

/// At least three points lie nearer to the new level than to the old one: two outliers are no level.
bool has_settled(std::span<const double> logs, const Split& split) {
  const double border = level_of(logs.first(split.position)).mean + split.step / 2;
  const auto beyond = [&](double log) { return (log > border) == (split.step > 0); };
  return std::ranges::count_if(logs.subspan(split.position), beyond) >= static_cast<std::ptrdiff_t>(kMinPoints);
}

/// The best place for a step among the last few, if there is one.
std::optional<Split> recent_step(std::span<const double> logs) {
  if (logs.size() < kMinBefore + kMinPoints) return std::nullopt;
  const std::size_t last = logs.size() - kMinPoints;
  std::optional<Split> best;
  for (std::size_t position = std::max(kMinBefore, last - std::min(last, kRecent)); position <= last; ++position) {
    const Split split = split_at(logs, position);
    if (!split.stands_out() || !has_settled(logs, split)) continue;
    if (!best || split.p_value < best->p_value) best = split;
  }
  return best;
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> values) {
  std::vector<double> logs;
  for (const double value : values) logs.push_back(std::log(value));
  std::vector<ChangePoint> found;
  std::size_t begin = 0;
  for (std::size_t end = 1; end <= logs.size(); ++end) {
    const auto step = recent_step(std::span<const double>(logs).subspan(begin, end - begin));
    if (!step) continue;
    begin += step->position;
    found.push_back({begin, std::exp(step->step), step->p_value});
  }
  return found;
}

}  // namespace omenbench
