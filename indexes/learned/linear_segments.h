// Linear segments over a sorted array: first keys and lines, and the window of positions that a line gives a key. What
// the PGM-index, RadixSpline and PLEX share; they differ in how segments are made and in how a key's segment is found.
//
// Lines are evaluated in integers with 64 fractional bits (slopes of distinct integer keys never need to exceed 1), so
// that no key is rounded to a double. Rounding the slope down moves a line by less than 1 at any point, and rounding
// the product down by less than 1 again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "indexes/learned/linear_model.h"
#include "indexes/static_index.h"

namespace omenbench {

/// Predicts `intercept + slope * (key - first key of the segment)`.
struct Line {
  std::uint64_t slope;  ///< times 2^-64
  std::int64_t intercept;
};

/// Segments in ascending order, their first keys apart from their lines because a search touches keys only. Used in
/// the order `append`..., `finish`, then the rest.
class LinearSegments {
 public:
  void append(Key first, Line line) {
    keys_.push_back(first);
    lines_.push_back(line);
  }

  /// REQUIRES: at least one segment; `points` is the number of points that they cover together.
  void finish(std::size_t points) {
    size_ = lines_.size();
    lines_.push_back({0, static_cast<std::int64_t>(points)});
    keys_.resize(size_ + kPadding, ~Key{0});
    keys_.shrink_to_fit();
    lines_.shrink_to_fit();
  }

  std::size_t size() const { return size_; }
  /// size() first keys, then kPadding times 2^64-1.
  const Key* keys() const { return keys_.data(); }
  const Line& line(std::size_t segment) const { return lines_[segment]; }
  /// Where the line of the segment starts: about the position of its first key; for `size()`, the number of points.
  std::int64_t intercept(std::size_t segment) const { return lines_[segment].intercept; }
  void prefetch_line(std::size_t segment) const { __builtin_prefetch(lines_.data() + segment); }

  /// Where the window for `key` begins: its lower bound is in [begin, begin + 2 epsilon + 2]. REQUIRES: `segment` is
  /// the last whose first key is not above `key`; its line errs by at most epsilon before rounding.
  ///
  /// Predictions do not pass the next segment's intercept, which is within epsilon + 1 of where that segment starts:
  /// keys in the gap between two segments are bounded like those inside.
  std::size_t window_begin(std::size_t segment, Key key, std::int64_t epsilon) const {
    const Line& line = lines_[segment];
    const std::int64_t limit = lines_[segment + 1].intercept;
    // Far beyond the segment's last key the rise may exceed any position, even 63 bits.
    const std::uint64_t rise = std::min(multiply_high(key - keys_[segment], line.slope), kFarthest);
    const std::int64_t prediction = std::min(line.intercept + static_cast<std::int64_t>(rise), limit);
    return static_cast<std::size_t>(std::max<std::int64_t>(prediction - epsilon, 0));
  }

  std::uint64_t size_bytes() const { return keys_.size() * sizeof(Key) + lines_.size() * sizeof(Line); }

  /// Searches may read this many keys past the last one.
  static constexpr std::size_t kPadding = 64;

 private:
  static constexpr std::uint64_t kFarthest = std::uint64_t{1} << 62;

  std::vector<Key> keys_;
  std::vector<Line> lines_;
  std::size_t size_ = 0;
};

}  // namespace omenbench
