// Interpolation search that cannot be led astray: each step guesses by the line through the ends of what is left, and a
// step that leaves more than an eighth is followed by a halving one, so that the worst case stays logarithmic. The last
// keys are counted (Van Sandt, Chronis and Patel, "Efficiently searching in-memory sorted arrays: revenge of the
// interpolation search?", SIGMOD 2019, section 3: guarded steps and a sequential finish).
//
// Deviations: the guard is a bisection in place of their three-point interpolation, the finish a SIMD count of a window
// around the guess that proves itself or narrows the search.
#pragma once

#include <algorithm>
#include <cstdint>

#include "indexes/static_index.h"

namespace omenbench {

/// O(log log n) steps on keys close to linear, O(log n) on any.
struct InterpolationSearch {
  void train(const SortedColumns&) {}

  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    const Key* const keys = columns.keys();
    const std::size_t size = columns.size();
    if (size == 0 || key <= keys[0]) return 0;
    if (key > keys[size - 1]) return size;
    // Invariant: keys[low] < key <= keys[high].
    std::size_t low = 0;
    std::size_t high = size - 1;
    while (high - low > kWindow) {
      const std::size_t before = high - low;
      interpolate(keys, key, low, high);
      if (high - low > before / 8 && high - low > kWindow) halve(keys, key, low, high);
    }
    return low + 1 + count_below<kWindow>(keys + low + 1, key);
  }

  std::uint64_t size_bytes() const { return 0; }

 private:
  static constexpr std::size_t kWindow = 16;

  /// Narrows to one side of a window around the guess, or to the window.
  static void interpolate(const Key* keys, Key key, std::size_t& low, std::size_t& high) {
    const double share = static_cast<double>(key - keys[low]) / static_cast<double>(keys[high] - keys[low]);
    const auto step = static_cast<std::size_t>(share * static_cast<double>(high - low));
    const std::size_t centre = low + std::min(step, high - low);
    const std::size_t left = std::max(centre, low + kWindow / 2 + 1) - kWindow / 2;
    const std::size_t right = std::min(left + kWindow - 1, high - 1);
    if (keys[left] >= key) {
      high = left;
    } else if (keys[right] < key) {
      low = right;
    } else {
      low = left;
      high = right;
    }
  }

  static void halve(const Key* keys, Key key, std::size_t& low, std::size_t& high) {
    const std::size_t middle = low + (high - low) / 2;
    (keys[middle] < key ? low : high) = middle;
  }
};

}  // namespace omenbench
