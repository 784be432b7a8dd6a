// Static PGM-index: the smallest number of linear segments that predict every position within epsilon, and the same
// again over the segments' first keys until few enough are left (Ferragina and Vinciguerra, "The PGM-index: a fully-
// dynamic compressed learned index with provable worst-case bounds", VLDB 2020, sections 2 and 3).
//
// Deviations from the paper: lines are integers with 64 fractional bits (linear_segments.h), which moves a prediction
// by at most two positions; recursion stops at 64 segments, which are counted with SIMD, instead of at one; windows are
// counted instead of searched where they are short.
#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/piecewise_linear.h"
#include "indexes/learned/segmented_locator.h"

namespace omenbench {

/// A line through the middle of the range of slopes, its intercept centred by evaluating every point exactly as lookups
/// do. A real line exists within epsilon; the two roundings spread the residuals over at most 2 epsilon + 1: they fit
/// in
/// [-epsilon, epsilon + 1].
inline Line fit_pgm_line(const Key* keys, std::size_t begin, std::size_t end, const SlopeRange& slopes,
                         std::int64_t epsilon) {
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

/// The optimal segments of keys[0, size) for `epsilon`, with their lines. REQUIRES: size > 0.
inline LinearSegments fit_pgm_segments(const Key* keys, std::size_t size, std::int64_t epsilon) {
  if (size >= std::size_t{1} << 40) throw std::length_error("pgm: more than 2^40 keys");
  LinearSegments segments;
  for_each_segment(keys, size, epsilon, [&](std::size_t begin, std::size_t end, const SlopeRange& slopes) {
    segments.append(keys[begin], fit_pgm_line(keys, begin, end, slopes, epsilon));
  });
  segments.finish(size);
  return segments;
}

/// For AutoEpsilonLocator.
struct PgmFit {
  static LinearSegments segments(const Key* keys, std::size_t size, std::int64_t epsilon) {
    return fit_pgm_segments(keys, size, epsilon);
  }
  static std::size_t count(const Key* keys, std::size_t size, std::int64_t epsilon) {
    std::size_t segments = 0;
    for_each_segment(keys, size, epsilon, [&](std::size_t, std::size_t, const SlopeRange&) { ++segments; });
    return segments;
  }
};

/// Root of SegmentedLocator: the paper's recursion. `kEpsilon` bounds the error over the segments of each level.
template <std::int64_t kEpsilon>
class RecursiveRoot {
 public:
  RecursiveRoot() = default;
  explicit RecursiveRoot(const LinearSegments& bottom) {
    for (const LinearSegments* below = &bottom; below->size() > kTop; below = &levels_.back()) {
      // No reference into levels_ may be alive while it grows.
      LinearSegments level = fit_pgm_segments(below->keys(), below->size(), kEpsilon);
      levels_.push_back(std::move(level));
    }
  }

  std::size_t find(const LinearSegments& bottom, Key key) const {
    std::size_t segment = find_top(bottom, key);
    for (std::size_t level = levels_.size(); level > 0; --level) {
      const LinearSegments& below = level > 1 ? levels_[level - 2] : bottom;
      segment = count_window(below, levels_[level - 1].window_begin(segment, key, kEpsilon), key);
    }
    return segment;
  }

  void find_batch(const LinearSegments& bottom, std::span<const Key> keys, std::size_t* found) const {
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = find_top(bottom, keys[i]);
    for (std::size_t level = levels_.size(); level > 0; --level) {
      const LinearSegments& above = levels_[level - 1];
      const LinearSegments& below = level > 1 ? levels_[level - 2] : bottom;
      for (std::size_t i = 0; i < keys.size(); ++i) above.prefetch_line(found[i]);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        found[i] = above.window_begin(found[i], keys[i], kEpsilon);
        __builtin_prefetch(below.keys() + found[i]);
        __builtin_prefetch(below.keys() + found[i] + kWindow - 1);
      }
      for (std::size_t i = 0; i < keys.size(); ++i) found[i] = count_window(below, found[i], keys[i]);
    }
  }

  std::uint64_t size_bytes() const {
    std::uint64_t bytes = 0;
    for (const LinearSegments& level : levels_) bytes += level.size_bytes();
    return bytes;
  }

 private:
  static constexpr std::size_t kTop = 64;
  static constexpr std::size_t kWindow = (2 * kEpsilon + 2 + 7) / 8 * 8;
  static_assert(kTop <= LinearSegments::kPadding && kWindow <= LinearSegments::kPadding);

  /// The padding holds 2^64-1, which a probe of 2^64-1 counts too: hence the minimum, here and below.
  std::size_t find_top(const LinearSegments& bottom, Key key) const {
    const LinearSegments& top = levels_.empty() ? bottom : levels_.back();
    return std::min(count_not_above<kTop>(top.keys(), key), top.size()) - 1;
  }

  static std::size_t count_window(const LinearSegments& segments, std::size_t begin, Key key) {
    return std::min(begin + count_not_above<kWindow>(segments.keys() + begin, key), segments.size()) - 1;
  }

  std::vector<LinearSegments> levels_;  ///< from the bottom upwards
};

/// Locator of StaticIndex. `kEpsilon` bounds the error over the keys, `kEpsilonInner` over the segments of each level.
template <std::int64_t kEpsilon, std::int64_t kEpsilonInner = 7>
class PgmLocator : public SegmentedLocator<RecursiveRoot<kEpsilonInner>, FixedWindow<kEpsilon>> {
 public:
  template <class Columns>
  void train(const Columns& columns) {
    if (columns.size() == 0) return;
    LinearSegments segments = fit_pgm_segments(columns.keys(), columns.size(), kEpsilon);
    RecursiveRoot<kEpsilonInner> root(segments);
    this->adopt(columns.keys()[0], std::move(segments), std::move(root));
  }
};

}  // namespace omenbench
