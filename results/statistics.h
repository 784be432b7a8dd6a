// The small statistics that every verdict rests on. All of them are distribution-free: blocks of a benchmark have heavy
// tails and few repetitions, so nothing here assumes a shape. The interval on a median is the classical one from the
// sign test (David and Nagaraja, "Order Statistics", 3rd ed., section 7.1); corrections are Holm's ("A simple
// sequentially rejective multiple test procedure", 1979) and Benjamini and Hochberg's ("Controlling the false discovery
// rate", 1995).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace omenbench {

inline constexpr double kAlpha = 0.05;
/// Fewer blocks have no 95 % interval.
inline constexpr std::size_t kMinBlocks = 6;

/// The nearest-rank order statistic: the smallest value that at least a share `p` of the values do not exceed.
/// REQUIRES: `sorted` ascending and not empty, 0 < p <= 1.
double order_statistic(std::span<const double> sorted, double p);

/// The middle value, or the mean of the two middle ones. REQUIRES: not empty, no NaN.
double median(std::span<const double> values);

/// P(Bin(n, 1/2) < k), exact up to rounding. REQUIRES: n <= 10,000.
double binomial_below(std::size_t n, std::size_t k);
/// P(Bin(n, 1/2) >= k): the p-value of a one-sided sign test with k successes of n.
double binomial_at_least(std::size_t n, std::size_t k);

/// Ranks from 1, both ends included, and how often [x(lo), x(hi)] covers the median.
struct SignRanks {
  std::size_t lo = 0, hi = 0;
  double coverage = 0;
};
/// The narrowest symmetric pair of ranks that covers the median with at least 1 - alpha; none below kMinBlocks
/// (at alpha = 0.05).
std::optional<SignRanks> sign_ranks(std::size_t blocks, double alpha = kAlpha);

/// Median of blocks with its sign interval.
struct Interval {
  double lo = 0, hi = 0, coverage = 0;
};
struct Estimate {
  double median = 0;
  std::optional<Interval> interval;  ///< none when there are too few blocks

  /// (hi - lo) / 2 relative to the median; none without an interval or when the median is 0.
  std::optional<double> relative_half_width() const;
};
/// REQUIRES: not empty, no NaN.
Estimate estimate(std::span<const double> blocks, double alpha = kAlpha);

/// Which hypotheses are rejected with a family-wise error of at most alpha.
std::vector<bool> holm(std::span<const double> p_values, double alpha = kAlpha);
/// Which hypotheses are rejected with a false discovery rate of at most alpha.
std::vector<bool> benjamini_hochberg(std::span<const double> p_values, double alpha = kAlpha);

/// REQUIRES: not empty, every value positive.
double geometric_mean(std::span<const double> values);

/// Fewest blocks with which one of `comparisons` two-sided sign tests can survive Holm's correction.
std::size_t minimum_blocks(std::size_t comparisons, double alpha = kAlpha);

}  // namespace omenbench
