// Error-bounded linear spline in one pass: knots lie on points of the sequence, and a segment grows as long as a
// corridor of slopes from its first knot still meets every point within epsilon (GreedySplineCorridor; Neumann and
// Michel, "Smooth interpolating histograms with error guarantees", BNCOD 2008, section 3). Constant work and memory per
// point; about twice the segments of the optimum (core/piecewise_linear.h), whose lines need not pass through points.
//
// Deviation from the paper: slopes are compared exactly, as products in 128 bits, so that no key is rounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "core/types.h"
#include "indexes/learned/linear_segments.h"

namespace omenbench {

/// The slopes between one knot and the points after it that still can end the segment.
class SplineCorridor {
 public:
  explicit SplineCorridor(std::int64_t epsilon) : epsilon_(epsilon) {}

  /// Starts at a knot with the point after it, `run` > 0 keys further and `rise` positions higher.
  void start(std::uint64_t run, std::int64_t rise = 1) {
    upper_ = {run, rise + epsilon_};
    lower_ = {run, rise - epsilon_};
  }

  /// Whether the line from the knot to this point passes all points between them within epsilon; if so, narrows the
  /// corridor to the lines that pass this point within epsilon too. REQUIRES: rise < 2^40, as run above all before.
  bool narrow(std::uint64_t run, std::int64_t rise) {
    const __int128 to_upper = product(upper_.rise, run);
    const __int128 to_lower = product(lower_.rise, run);
    const __int128 at_upper = product(rise, upper_.run);
    const __int128 at_lower = product(rise, lower_.run);
    if (at_upper > to_upper || at_lower < to_lower) return false;
    if (at_upper + product(epsilon_, upper_.run) < to_upper) upper_ = {run, rise + epsilon_};
    if (at_lower - product(epsilon_, lower_.run) > to_lower) lower_ = {run, rise - epsilon_};
    return true;
  }

 private:
  struct Slope {
    std::uint64_t run;
    std::int64_t rise;
  };

  static __int128 product(std::int64_t rise, std::uint64_t run) {
    return static_cast<__int128>(rise) * static_cast<__int128>(run);
  }

  std::int64_t epsilon_;
  Slope upper_{};
  Slope lower_{};
};

/// Calls `emit(position)` for each knot of the points (keys[i], i), ascending, the first and the last point among them.
/// O(size). REQUIRES: keys strictly ascending, size < 2^40, 0 <= epsilon < 2^40.
template <class Emit>
void for_each_knot(const Key* keys, std::size_t size, std::int64_t epsilon, Emit emit) {
  if (size == 0) return;
  emit(std::size_t{0});
  if (size == 1) return;
  SplineCorridor corridor(epsilon);
  std::size_t knot = 0;
  corridor.start(keys[1] - keys[0]);
  for (std::size_t i = 2; i < size; ++i) {
    if (corridor.narrow(keys[i] - keys[knot], static_cast<std::int64_t>(i - knot))) continue;
    knot = i - 1;
    emit(knot);
    corridor.start(keys[i] - keys[knot]);
  }
  emit(size - 1);
}

/// The spline's segments, one per knot: the last one is flat and catches the keys beyond. REQUIRES: size > 0.
inline LinearSegments fit_spline(const Key* keys, std::size_t size, std::int64_t epsilon) {
  if (size >= std::size_t{1} << 40) throw std::length_error("spline: more than 2^40 keys");
  LinearSegments segments;
  std::size_t last = 0;
  for_each_knot(keys, size, epsilon, [&](std::size_t knot) {
    if (knot > last) {
      const std::uint64_t slope = fixed_point_slope(static_cast<__int128>(knot - last), keys[knot] - keys[last]);
      segments.append(keys[last], {slope, static_cast<std::int64_t>(last)});
    }
    last = knot;
  });
  segments.append(keys[last], {0, static_cast<std::int64_t>(last)});
  segments.finish(size);
  return segments;
}

/// For AutoEpsilonLocator.
struct SplineFit {
  static LinearSegments segments(const Key* keys, std::size_t size, std::int64_t epsilon) {
    return fit_spline(keys, size, epsilon);
  }
  static std::size_t count(const Key* keys, std::size_t size, std::int64_t epsilon) {
    std::size_t knots = 0;
    for_each_knot(keys, size, epsilon, [&](std::size_t) { ++knots; });
    return knots;
  }
};

}  // namespace omenbench
