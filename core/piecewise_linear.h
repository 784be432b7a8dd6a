// Optimal piecewise linear approximation of a monotone point sequence in one pass: each segment is extended as long as
// any line stays within `epsilon` of every point, which gives the smallest possible number of segments.
//
// O'Rourke, "An on-line algorithm for fitting straight lines between data ranges", CACM 24(9), 1981, in the form with
// two convex hulls that Ferragina and Vinciguerra use ("The PGM-index", VLDB 2020, section 2.1). Everything is computed
// in integers: keys use all 64 bits, positions up to 40, so that every product of two differences fits in 128 bits and
// no key is rounded to a double.
//
// Lines must not predict positions below 0 either, as in the published segment counts ("hardness") of real key sets;
// that costs one segment on few sets (commit timestamps: 264 instead of 263).
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/types.h"

namespace omenbench {

/// The slopes of all lines that fit one segment, as the exact range [lowest, highest] of rise over run.
struct SlopeRange {
  __int128 lowest_rise = 0;
  __int128 highest_rise = 0;
  std::uint64_t lowest_run = 1;
  std::uint64_t highest_run = 1;
};

/// Grows one segment point by point. Memory: the two hulls.
class SegmentBuilder {
 public:
  /// REQUIRES: 0 <= epsilon < 2^40.
  explicit SegmentBuilder(std::int64_t epsilon) : epsilon_(epsilon) {}

  /// Adds the point if some line still passes all points in [y - epsilon, y + epsilon] and at 0 or above; otherwise
  /// leaves the segment as it is. REQUIRES: `x` is above the previous x; 0 <= y < 2^40.
  bool add(Key x, std::int64_t y) {
    const Point above{x, y + epsilon_};
    const Point below{x, std::max<std::int64_t>(y - epsilon_, 0)};
    if (points_ == 0) {
      reset(above, below);
    } else if (points_ == 1) {
      highest_ = {floors_[0], above};
      lowest_ = {ceilings_[0], below};
      ceilings_.push_back(above);
      floors_.push_back(below);
    } else {
      if (slope_compare(highest_.from, below, highest_) > 0) return false;
      if (slope_compare(lowest_.from, above, lowest_) < 0) return false;
      if (slope_compare(highest_.from, above, highest_) < 0) lower_the_highest(above);
      if (slope_compare(lowest_.from, below, lowest_) > 0) raise_the_lowest(below);
    }
    ++points_;
    return true;
  }

  /// Slopes of the lines that fit. REQUIRES: at least two points.
  SlopeRange slopes() const {
    assert(points_ >= 2);
    return {.lowest_rise = lowest_.to.y - lowest_.from.y,
            .highest_rise = highest_.to.y - highest_.from.y,
            .lowest_run = lowest_.to.x - lowest_.from.x,
            .highest_run = highest_.to.x - highest_.from.x};
  }

  std::size_t points() const { return points_; }
  void clear() { points_ = 0; }

 private:
  struct Point {
    Key x;
    std::int64_t y;
  };
  struct Line {
    Point from, to;
  };

  /// Sign of slope(from, to) - slope(line). REQUIRES: to.x > from.x.
  static int slope_compare(const Point& from, const Point& to, const Line& line) {
    const __int128 left = static_cast<__int128>(to.y - from.y) * (line.to.x - line.from.x);
    const __int128 right = static_cast<__int128>(line.to.y - line.from.y) * (to.x - from.x);
    return left < right ? -1 : left > right;
  }

  void reset(const Point& above, const Point& below) {
    ceilings_.assign(1, above);
    floors_.assign(1, below);
    first_ceiling_ = first_floor_ = 0;
  }

  /// A line must pass below `above`: the steepest now leads there from the floor point that is its tangent.
  void lower_the_highest(const Point& above) {
    while (first_floor_ + 1 < floors_.size() &&
           slope_compare(floors_[first_floor_ + 1], above, {floors_[first_floor_], above}) <= 0) {
      ++first_floor_;
    }
    highest_ = {floors_[first_floor_], above};
    // Keep the ceilings convex (seen from below).
    while (ceilings_.size() > first_ceiling_ + 1 &&
           slope_compare(ceilings_.back(), above, {ceilings_[ceilings_.size() - 2], ceilings_.back()}) <= 0) {
      ceilings_.pop_back();
    }
    ceilings_.push_back(above);
  }

  /// A line must pass above `below`: the flattest now leads there from the ceiling point that is its tangent.
  void raise_the_lowest(const Point& below) {
    while (first_ceiling_ + 1 < ceilings_.size() && ceilings_[first_ceiling_ + 1].x < below.x &&
           slope_compare(ceilings_[first_ceiling_ + 1], below, {ceilings_[first_ceiling_], below}) >= 0) {
      ++first_ceiling_;
    }
    lowest_ = {ceilings_[first_ceiling_], below};
    while (floors_.size() > first_floor_ + 1 &&
           slope_compare(floors_.back(), below, {floors_[floors_.size() - 2], floors_.back()}) >= 0) {
      floors_.pop_back();
    }
    floors_.push_back(below);
  }

  std::int64_t epsilon_;
  std::size_t points_ = 0;
  Line highest_{};               ///< steepest line that fits: from a floor point to a ceiling point
  Line lowest_{};                ///< flattest line that fits: from a ceiling point to a floor point
  std::vector<Point> ceilings_;  ///< lower convex hull of (x, y + epsilon) from first_ceiling_ on
  std::vector<Point> floors_;    ///< upper convex hull of (x, y - epsilon) from first_floor_ on
  std::size_t first_ceiling_ = 0;
  std::size_t first_floor_ = 0;
};

/// Splits the points (keys[i], i) into the fewest segments and calls `emit(begin, end, slopes)` for each, in order,
/// with the half-open range of its points; `slopes` is all zero for a segment of one point. O(size). REQUIRES: keys
/// strictly ascending, size < 2^40.
template <class Emit>
void for_each_segment(const Key* keys, std::size_t size, std::int64_t epsilon, Emit emit) {
  SegmentBuilder builder(epsilon);
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    emit(begin, end, builder.points() >= 2 ? builder.slopes() : SlopeRange{});
    builder.clear();
    begin = end;
  };
  for (std::size_t i = 0; i < size; ++i) {
    if (builder.add(keys[i], static_cast<std::int64_t>(i))) continue;
    close(i);
    builder.add(keys[i], static_cast<std::int64_t>(i));
  }
  if (size > 0) close(size);
}

}  // namespace omenbench
