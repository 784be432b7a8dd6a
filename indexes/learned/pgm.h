// Static PGM-index: the smallest number of linear segments that predict every position within epsilon, and the same
// again over the segments' first keys until few enough are left (Ferragina and Vinciguerra, "The PGM-index: a fully-
// dynamic compressed learned index with provable worst-case bounds", VLDB 2020, sections 2 and 3).
//
// Deviations from the paper: lines are integers with 64 fractional bits (slopes of distinct integer keys never need to
// exceed 1), which moves a prediction by at most two positions; recursion stops at 64 segments, which are counted with
// SIMD, instead of at one; windows are counted instead of searched where they are short.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "indexes/learned/linear_model.h"
#include "indexes/learned/piecewise_linear.h"
#include "indexes/static_index.h"

namespace omenbench {

/// Locator of StaticIndex. `kEpsilon` bounds the error over the keys, `kEpsilonInner` over the segments of each level.
template <std::int64_t kEpsilon, std::int64_t kEpsilonInner = 7>
class PgmLocator {
 public:
  void train(const SortedColumns& columns) {
    if (columns.size() >= std::size_t{1} << 40) throw std::length_error("pgm: more than 2^40 keys");
    if (columns.size() == 0) return;
    first_key_ = columns.keys()[0];
    levels_.push_back(train_level(columns.keys(), columns.size(), kEpsilon));
    while (levels_.back().size > kRoot) {
      levels_.push_back(train_level(levels_.back().keys.data(), levels_.back().size, kEpsilonInner));
    }
  }

  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    if (key <= first_key_ || levels_.empty()) return 0;
    std::size_t level = levels_.size() - 1;
    std::size_t segment = count_not_above<kRoot>(levels_[level].keys.data(), key);
    segment = std::min(segment, levels_[level].size) - 1;
    for (; level > 0; --level) {
      const std::size_t begin = window_begin(levels_[level], segment, key, kEpsilonInner);
      const Level& below = levels_[level - 1];
      segment = begin + count_not_above<kInnerWindow>(below.keys.data() + begin, key);
      segment = std::min(segment, below.size) - 1;
    }
    const std::size_t begin = window_begin(levels_[0], segment, key, kEpsilon);
    return begin + window_lower_bound<kWindow, kCounted>(columns.keys() + begin, key);
  }

  std::uint64_t size_bytes() const {
    std::uint64_t bytes = 0;
    for (const Level& level : levels_) {
      bytes += level.keys.size() * sizeof(Key) + level.lines.size() * sizeof(Line);
    }
    return bytes;
  }

  /// Segments over the keys; the optimum for kEpsilon.
  std::size_t segments() const { return levels_.empty() ? 0 : levels_[0].size; }
  std::size_t levels() const { return levels_.size(); }

 private:
  /// Predicts `intercept + slope * (key - first key of the segment)`.
  struct Line {
    std::uint64_t slope;  ///< times 2^-64
    std::int64_t intercept;
  };

  /// Segments, their first keys apart from their lines because a search touches keys only.
  struct Level {
    std::vector<Key> keys;    ///< size first keys, then kKeyPadding times 2^64-1
    std::vector<Line> lines;  ///< size lines, then one whose intercept is the number of points below
    std::size_t size = 0;
  };

  static constexpr std::size_t kRoot = 64;
  static constexpr std::uint64_t kFarthest = std::uint64_t{1} << 62;
  // A lower bound lies in [prediction - epsilon, prediction + epsilon + 2]: see train_level and window_begin.
  static constexpr std::size_t kWindow = 2 * kEpsilon + 2;
  static constexpr std::size_t kInnerWindow = (2 * kEpsilonInner + 2 + 7) / 8 * 8;
  static constexpr std::size_t kCounted = 40;
  static_assert(kWindow + 8 <= kKeyPadding && kInnerWindow <= kKeyPadding && kRoot <= kKeyPadding);

  static Level train_level(const Key* keys, std::size_t size, std::int64_t epsilon) {
    Level level;
    for_each_segment(keys, size, epsilon, [&](std::size_t begin, std::size_t end, const SlopeRange& slopes) {
      level.keys.push_back(keys[begin]);
      level.lines.push_back(fit(keys, begin, end, slopes, epsilon));
    });
    level.size = level.lines.size();
    level.keys.insert(level.keys.end(), kKeyPadding, ~Key{0});
    level.lines.push_back({0, static_cast<std::int64_t>(size)});
    level.keys.shrink_to_fit();
    level.lines.shrink_to_fit();
    return level;
  }

  /// A line through the middle of the range of slopes, its intercept centred by evaluating every point exactly as
  /// lookups do. A real line exists within epsilon; rounding the slope down moves it by less than 1 at any point, and
  /// rounding the product down by less than 1 again, so the residuals span at most 2 epsilon + 1: they fit in
  /// [-epsilon, epsilon + 1].
  static Line fit(const Key* keys, std::size_t begin, std::size_t end, const SlopeRange& slopes, std::int64_t epsilon) {
    const std::uint64_t low = fixed_point_slope(slopes.lowest_rise, slopes.lowest_run);
    const std::uint64_t high = fixed_point_slope(slopes.highest_rise, slopes.highest_run);
    const std::uint64_t slope = low + (high - low) / 2;
    auto lowest = static_cast<std::int64_t>(begin);
    auto highest = lowest;
    for (std::size_t i = begin; i < end; ++i) {
      const auto residual = static_cast<std::int64_t>(i - multiply_high(keys[i] - keys[begin], slope));
      lowest = std::min(lowest, residual);
      highest = std::max(highest, residual);
    }
    if (highest - lowest > 2 * epsilon + 1) throw std::logic_error("pgm: a segment's line misses its bound");
    return {slope, lowest + epsilon};
  }

  /// Where the window for `key` begins. Predictions do not pass the next segment's intercept, which is within epsilon +
  /// 1 of where that segment starts: keys in the gap between two segments are bounded like those inside.
  static std::size_t window_begin(const Level& level, std::size_t segment, Key key, std::int64_t epsilon) {
    const Line& line = level.lines[segment];
    const std::int64_t limit = level.lines[segment + 1].intercept;
    // Far beyond the segment's last key the rise may exceed any position, even 63 bits.
    const std::uint64_t rise = std::min(multiply_high(key - level.keys[segment], line.slope), kFarthest);
    const std::int64_t prediction = std::min(line.intercept + static_cast<std::int64_t>(rise), limit);
    return static_cast<std::size_t>(std::max<std::int64_t>(prediction - epsilon, 0));
  }

  std::vector<Level> levels_;  ///< from the keys upwards
  Key first_key_ = 0;
};

}  // namespace omenbench
