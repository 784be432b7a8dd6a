// The best of each side of a contest, and what may be said of the two although they were chosen by what they showed.
// All rounds choose and all rounds judge: members that the rounds cannot tell from the best of their side stay in the
// race as its rivals, and the interval holds whichever of them is the best. The ratio of each round is that of the two
// which all other rounds choose, so that no round's luck counts as speed. Figures, and what else was tried, are in
// docs/adr/0009-champions.md.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "results/statistics.h"

namespace omenbench {

/// Learned / baseline; below 1 the learned index is better.
struct Ratio {
  double median = 0, lo = 0, hi = 0, coverage = 0;
};

/// The values of every member of a side in every round, the same rounds on both sides; NaN: none.
using SideValues = std::vector<std::vector<double>>;

/// Positions of the member with the least median, and of those that the rounds cannot tell from it: whose sign interval
/// of the ratio to it reaches 1.
struct Leaders {
  std::size_t best = 0;
  std::vector<std::size_t> rivals;
};
/// None when no member has a value.
std::optional<Leaders> leaders_of(const SideValues& side);

/// Fewest rounds that give an interval for so many leaders of the two sides.
std::size_t rounds_needed(std::size_t learned_leaders, std::size_t baseline_leaders);

/// Two sides compared.
struct Contrast {
  std::vector<double> ratios;  ///< per round in which both sides have a value, in round order
  std::optional<Ratio> ratio;  ///< best against best; none with too few rounds
  /// Sign tests on the band, whichever rivals are the best: better than 1 / (1 + delta), worse than 1 + delta.
  double p_better = 1, p_worse = 1;
};
/// The interval misses the truth with at most `alpha`. REQUIRES: the leaders are those of their side.
Contrast contrast(const SideValues& learned, const Leaders& learned_leaders, const SideValues& baselines,
                  const Leaders& baseline_leaders, double delta, double alpha = kAlpha);

}  // namespace omenbench
