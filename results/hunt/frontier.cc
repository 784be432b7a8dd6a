// See the header.
#include "results/hunt/frontier.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "results/statistics.h"

namespace omenbench {
namespace {

constexpr double kLookAlpha = kAlpha / static_cast<double>(std::size(kLooks));
/// Closer to the threshold than this, more rounds are better spent elsewhere.
const double kNear = std::log1p(0.05);
/// Beyond every gap's urgency: deciding what shows no change yet comes last.
constexpr double kIdle = 1e-6;

std::size_t rounds_looked_at(std::size_t rounds) {
  std::size_t looked = 0;
  for (const std::size_t look : kLooks) looked = rounds >= look ? look : looked;
  return looked;
}

/// Decided, or else by what it looks like.
Side apparent(const FrontierPoint& point, const Threshold& threshold) {
  if (point.side != Side::kUndecided) return point.side;
  return point.log_ratio < threshold.log_ratio ? Side::kBelow : Side::kAbove;
}

void keep_more_urgent(std::optional<Probe>& best, const Probe& candidate) {
  if (!best || candidate.urgency > best->urgency) best = candidate;
}

bool undecided(const FrontierPoint& point) { return point.side == Side::kUndecided; }

/// Neighbours that look different: both want to be decided before anything between them is tried.
void add_doubtful_ends(std::span<const FrontierPoint> line, const Threshold& threshold, std::optional<Probe>& best) {
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    if (apparent(line[i], threshold) == apparent(line[i + 1], threshold)) continue;
    for (const std::size_t end : {i, i + 1}) {
      if (!undecided(line[end]) || line[end].exhausted) continue;
      const double width = line[i + 1].position - line[i].position;
      // A hair more than dividing the gap; a further look costs more and decides less often than the first one.
      keep_more_urgent(best, {end, false, width * (1 + kIdle) / static_cast<double>(1 + line[end].looks)});
    }
  }
}

/// A crossing is narrowed from both of its ends: what is undecided in the middle stays there.
void add_gaps(std::span<const FrontierPoint> line, const Threshold& threshold, double resolution,
              std::optional<Probe>& best) {
  for (const Crossing& crossing : crossings(line, threshold)) {
    for (const std::size_t gap : {crossing.from, crossing.to - 1}) {
      const double width = line[gap + 1].position - line[gap].position;
      const bool open = !line[gap].closed && line[gap].group == line[gap + 1].group;
      if (open && width > resolution) keep_more_urgent(best, {gap, true, width});
    }
  }
}

/// Where the least squares line through the points of a crossing meets the threshold.
double crossing_position(std::span<const FrontierPoint> points, const Threshold& threshold) {
  double mean_x = 0;
  double mean_y = 0;
  for (const FrontierPoint& point : points) {
    mean_x += point.position / static_cast<double>(points.size());
    mean_y += (point.log_ratio - threshold.log_ratio) / static_cast<double>(points.size());
  }
  double covariance = 0;
  double variance = 0;
  for (const FrontierPoint& point : points) {
    covariance += (point.position - mean_x) * (point.log_ratio - threshold.log_ratio - mean_y);
    variance += (point.position - mean_x) * (point.position - mean_x);
  }
  const double first = points.front().position;
  const double last = points.back().position;
  if (covariance == 0) return (first + last) / 2;
  return std::clamp(mean_x - mean_y * variance / covariance, first, last);
}

}  // namespace

std::size_t looks_completed(std::size_t rounds) {
  return static_cast<std::size_t>(std::ranges::count_if(kLooks, [&](std::size_t look) { return rounds >= look; }));
}

Judgement judge(std::span<const double> log_ratios, double impression, const Threshold& threshold) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Judgement result{.log_ratio = impression, .lo = -kInfinity, .hi = kInfinity};
  const std::span<const double> rounds = log_ratios.first(rounds_looked_at(log_ratios.size()));
  if (rounds.empty()) return result;
  const Estimate estimated = estimate(rounds, kLookAlpha);
  assert(estimated.interval);
  result.log_ratio = estimated.median;
  result.lo = estimated.interval->lo;
  result.hi = estimated.interval->hi;
  const double low = threshold.log_ratio - threshold.band;
  const double high = threshold.log_ratio + threshold.band;
  if (result.hi < low) result.side = Side::kBelow;
  if (result.lo > high) result.side = Side::kAbove;
  result.inside_band = result.lo >= low && result.hi <= high;
  const auto p_value = [&](auto beyond) {
    const auto count = static_cast<std::size_t>(std::ranges::count_if(rounds, beyond));
    return std::min(1.0, static_cast<double>(std::size(kLooks)) * binomial_at_least(rounds.size(), count));
  };
  result.p_below = p_value([&](double log_ratio) { return log_ratio < low; });
  result.p_above = p_value([&](double log_ratio) { return log_ratio > high; });
  return result;
}

std::optional<std::size_t> next_look(std::span<const double> log_ratios, double impression,
                                     const Threshold& threshold) {
  const Judgement known = judge(log_ratios, impression, threshold);
  if (known.side != Side::kUndecided) return std::nullopt;
  const bool looked = rounds_looked_at(log_ratios.size()) > 0;
  if (looked && std::abs(known.log_ratio - threshold.log_ratio) < kNear) return std::nullopt;
  const auto* const next = std::ranges::upper_bound(kLooks, log_ratios.size());
  if (next == std::end(kLooks)) return std::nullopt;
  return *next;
}

std::optional<Probe> next_probe(std::span<const FrontierPoint> line, const Threshold& threshold, double resolution) {
  std::optional<Probe> best;
  add_doubtful_ends(line, threshold, best);
  add_gaps(line, threshold, resolution, best);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!undecided(line[i]) || line[i].exhausted) continue;
    keep_more_urgent(best, {i, false,
                            kIdle / (1 + std::abs(line[i].log_ratio - threshold.log_ratio)) /
                                static_cast<double>(1 + line[i].looks)});
  }
  return best;
}

std::vector<Crossing> crossings(std::span<const FrontierPoint> line, const Threshold& threshold) {
  std::vector<Crossing> found;
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (undecided(line[i])) continue;
    if (last && line[*last].side != line[i].side) {
      found.push_back({.from = *last,
                       .to = i,
                       .below_first = line[*last].side == Side::kBelow,
                       .position = crossing_position(line.subspan(*last, i - *last + 1), threshold),
                       .jump = line[*last].group != line[i].group});
    }
    last = i;
  }
  return found;
}

}  // namespace omenbench
