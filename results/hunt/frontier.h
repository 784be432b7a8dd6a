// Where along an axis does the winner change? The pure part of `omenbench hunt`: what the rounds at one point say about
// a threshold, which point to look at next, and the interval that the crossing lies in. A crossing lies between the
// last point that is decided for one side and the first that is decided for the other; what is not decided between them
// widens the interval. A fitted curve would promise more than that (Robbins and Monro's stochastic approximation and
// its descendants converge faster, but to a point whose error rests on the slope there, which nobody knows here).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace omenbench {

/// Rounds after which a point is judged. The error of 5 % is shared between the looks, so that looking again does not
/// make false verdicts more frequent.
inline constexpr std::size_t kLooks[] = {12, 24, 48};

/// A ratio learned / classical that a hunt asks about, as logarithm, with the band around it that counts as neither.
struct Threshold {
  double log_ratio = 0;
  double band = 0;
};

enum class Side { kBelow, kAbove, kUndecided };

/// What is known at one place of an axis.
struct Judgement {
  double log_ratio = 0;   ///< median; of the rounds of the estimate where there are enough, else a first impression
  double lo = 0, hi = 0;  ///< interval of at least 95 %, all looks together; infinite without enough rounds
  Side side = Side::kUndecided;
  bool inside_band = false;  ///< the whole interval is
  /// One-sided sign tests on the band, times the number of looks; 1 without enough rounds.
  double p_below = 1, p_above = 1;
};

/// How many looks so many rounds have completed.
std::size_t looks_completed(std::size_t rounds);

/// Judges by the rounds of the last completed look. `impression` stands in where there is none.
Judgement judge(std::span<const double> log_ratios, double impression, const Threshold& threshold);

/// Rounds that the next look wants; none: it was the last, or more of them would not decide, because the median lies
/// within 5 % of the threshold.
std::optional<std::size_t> next_look(std::span<const double> log_ratios, double impression, const Threshold& threshold);

struct FrontierPoint {
  double position = 0;  ///< on the axis's own scale (logarithms where the axis is logarithmic), in units of its range
  double log_ratio = 0;
  Side side = Side::kUndecided;
  bool exhausted = false;  ///< more rounds cannot be had, or would not help
  std::size_t looks = 0;   ///< that it had already
  bool closed = false;     ///< nothing that could be tried lies between this point and the next one
  /// Points of different groups are not alike (other indexes take part, other operations run): nothing lies between.
  int group = 0;
};

/// What to measure next.
struct Probe {
  std::size_t point = 0;  ///< this point, or what lies between it and the next one
  bool between = false;   ///< the middle of the gap
  double urgency = 0;     ///< width of the gap that it narrows, less where looks decided nothing; else close to 0
};

/// The most urgent probe of a line; none when nothing more can be learned. REQUIRES: positions ascending. Gaps up to
/// `resolution` are not divided.
std::optional<Probe> next_probe(std::span<const FrontierPoint> line, const Threshold& threshold, double resolution);

/// From a point decided for one side to the next point decided for the other.
struct Crossing {
  std::size_t from = 0, to = 0;  ///< points of the line
  bool below_first = false;      ///< below the threshold before the crossing
  double position = 0;           ///< where a straight line through what was measured crosses; within the interval
  bool jump = false;             ///< the points belong to different groups
};
std::vector<Crossing> crossings(std::span<const FrontierPoint> line, const Threshold& threshold);

}  // namespace omenbench
