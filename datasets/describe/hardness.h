// How hard keys are for models: segments of the optimal piecewise linear approximation (core/piecewise_linear.h), the
// hardness of Wongkham et al. ("Are updatable learned indexes ready?", VLDB 2022, section 3: local at epsilon 32,
// global at 4,096), and what a two-layer recursive model index leaves to search (Kraska et al., SIGMOD 2018,
// section 3.2).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/types.h"

namespace omenbench::datasets {

inline constexpr std::int64_t kLocalEpsilon = 32;
inline constexpr std::int64_t kGlobalEpsilon = 4096;

/// Fewest lines that predict every position to within `epsilon`. REQUIRES: keys strictly ascending. O(n).
std::uint64_t count_segments(std::span<const Key> keys, std::int64_t epsilon);

struct SegmentCount {
  std::int64_t epsilon = 0;
  std::uint64_t segments = 0;
};

/// For epsilon 4, 8, ..., 4,096.
std::vector<SegmentCount> count_all_segments(std::span<const Key> keys);

struct RmiError {
  std::uint64_t leaves = 0;
  double log2_error = 0;  ///< log2(2 e + 1), e the largest error of a key's leaf: mean over the keys
};

/// A least-squares line over all keys chooses among one leaf per 1,024 keys (rounded down to a power of two), each a
/// least-squares line over its keys.
RmiError rmi_error(std::span<const Key> keys);

}  // namespace omenbench::datasets
