// What distinct sorted keys look like: their range, the gaps between them, and the information in each of their bytes.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/types.h"

namespace omenbench::datasets {

/// Distances between neighbouring keys. Quantiles come from a histogram and are right to 1.6 %.
struct GapStatistics {
  Key smallest = 0, median = 0, p90 = 0, p99 = 0, largest = 0;
  double mean = 0;
  double cv = 0;                 ///< standard deviation over mean: evenly spaced 0, random 1, clustered more
  double consecutive_share = 0;  ///< of gaps that are 1
  double burst_share = 0;        ///< of gaps below a hundredth of the mean; of random keys 1 %
};

struct KeyStatistics {
  Key first = 0, last = 0;
  double outlier_span = 0;  ///< share of the range outside of the 99.9 % of keys in the middle; of uniform keys 0.1 %
  double deviation = 0;     ///< of rank from a straight line over those 99.9 %, as a share of the keys: 0 to 1
  GapStatistics gaps;
  std::array<double, 8> byte_entropy{};  ///< bits, of each byte by itself, the most significant first
};

/// REQUIRES: keys strictly ascending, at least one.
KeyStatistics key_statistics(std::span<const Key> keys);

/// The positions [begin, end) of the keys without 0.05 % at both ends.
struct Middle {
  std::size_t begin = 0, end = 0;
};
Middle middle_of(std::span<const Key> keys);

}  // namespace omenbench::datasets
