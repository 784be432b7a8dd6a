// The bottom layer of every recursive model index: linear leaves with error bounds of their own (Kraska et al., "The
// case for learned index structures", SIGMOD 2018, section 3; bounds per leaf as in Marcus et al., "Benchmarking
// learned indexes", VLDB 2020, section 3.1), trained in one pass over the keys, and the last mile after them.
//
// Deviations from the papers: a leaf is two words in fixed point. Its line is evaluated modulo 2^40 positions, so that
// it needs no key of its own: intercept + slope * key is right for every key of the leaf, however large. It keeps the
// better of two lines, that of least squares and that through its first and last key. Bounds hold for trained keys;
// the lower bound of an absent key is verified, and galloped to where the window does not prove it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "indexes/learned/linear_model.h"
#include "indexes/static_index.h"

namespace omenbench {

/// Where a leaf looks for a key: the lower bound of a trained key lies in [begin, begin + length], both included.
struct LeafWindow {
  std::size_t begin;
  std::size_t length;
};

/// Two words, so that a lookup touches one cache line.
class RmiLeaf {
 public:
  /// Length of a window that does not fit its 24 bits: everything is searched.
  static constexpr std::uint64_t kUnbounded = (1U << 24) - 1;

  RmiLeaf() = default;

  /// For keys[begin, end), which may be empty.
  static RmiLeaf fit(const Key* keys, std::size_t begin, std::size_t end) {
    if (end - begin < 2) return RmiLeaf(begin, 0, 0);
    const Key run = keys[end - 1] - keys[begin];
    const RmiLeaf spline = through(keys, begin, end, static_cast<double>(end - 1 - begin) / static_cast<double>(run));
    if (spline.length() <= kGoodEnough) return spline;
    const RmiLeaf regression = through(keys, begin, end, regression_slope(keys, begin, end));
    return regression.length() < spline.length() ? regression : spline;
  }

  /// Includes a key at `position`, whether the line was fitted to it or not.
  void widen(Key key, std::size_t position) {
    if (length() == kUnbounded) return;
    const std::int64_t low = first(key);
    const auto at = static_cast<std::int64_t>(position);
    const std::int64_t lower = std::min<std::int64_t>(at - low, 0);
    const std::int64_t length = std::max(static_cast<std::int64_t>(this->length()), at - low) - lower;
    const auto intercept = static_cast<std::uint64_t>((static_cast<std::int64_t>(packed_) >> kLengthBits) + lower);
    *this = RmiLeaf(intercept, static_cast<std::uint64_t>(length), slope_);
  }

  LeafWindow window(Key key, std::size_t size) const {
    return {static_cast<std::size_t>(std::clamp<std::int64_t>(first(key), 0, static_cast<std::int64_t>(size))),
            length()};
  }

  std::uint64_t length() const { return packed_ & kUnbounded; }

 private:
  static constexpr int kLengthBits = 24;
  /// Windows that are one comparison of registers anyway.
  static constexpr std::uint64_t kGoodEnough = 4;

  RmiLeaf(std::uint64_t intercept, std::uint64_t length, std::uint64_t slope)
      : packed_(intercept << kLengthBits | std::min(length, kUnbounded)), slope_(slope) {}

  /// Begin of the window, unclamped: modulo 2^40, with its sign.
  std::int64_t first(Key key) const {
    return static_cast<std::int64_t>(packed_ + (multiply_high(key, slope_) << kLengthBits)) >> kLengthBits;
  }

  /// The line with this slope whose window is the shortest, evaluated exactly as lookups do.
  static RmiLeaf through(const Key* keys, std::size_t begin, std::size_t end, double positions_per_key) {
    const std::uint64_t slope = positions_per_key <= 0   ? 0
                                : positions_per_key >= 1 ? ~std::uint64_t{0}
                                                         : static_cast<std::uint64_t>(positions_per_key * 0x1.0p64);
    // Relative to the first key's residual: the product itself exceeds any position.
    const std::uint64_t origin = begin - multiply_high(keys[begin], slope);
    std::int64_t lowest = 0;
    std::int64_t highest = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const auto residual = static_cast<std::int64_t>(i - multiply_high(keys[i], slope) - origin);
      lowest = std::min(lowest, residual);
      highest = std::max(highest, residual);
    }
    return RmiLeaf(origin + static_cast<std::uint64_t>(lowest), static_cast<std::uint64_t>(highest - lowest), slope);
  }

  /// Positions per key of the least squares line.
  static double regression_slope(const Key* keys, std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += static_cast<double>(keys[i] - keys[begin]);
    const double count = static_cast<double>(end - begin);
    const double mean = sum / count;
    double xx = 0;
    double xy = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double x = static_cast<double>(keys[i] - keys[begin]) - mean;
      xx += x * x;
      xy += x * (static_cast<double>(i - begin) - (count - 1) / 2);
    }
    return xx > 0 ? xy / xx : 0;
  }

  std::uint64_t packed_ = 0;  ///< where the window begins for key 0 (modulo 2^40), and its length (24 bits)
  std::uint64_t slope_ = 0;   ///< positions per key, times 2^-64
};

/// All leaves of an index.
class RmiLeaves {
 public:
  /// One pass: `root.leaf(key)` gives each key its leaf, in [0, root.leaves()). It should not fall from one key to the
  /// next: a key that falls behind widens the window of the leaf it falls back to.
  /// `Columns` offers keys() and size().
  template <class Root, class Columns>
  void train(const Root& root, const Columns& columns) {
    const Key* const keys = columns.keys();
    const std::size_t size = columns.size();
    leaves_ = PageArray<RmiLeaf>(root.leaves());
    std::uint64_t open = 0;
    std::size_t begin = 0;
    std::size_t first_late = size;
    std::size_t last_late = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t leaf = root.leaf(keys[i]);
      if (leaf == open) continue;
      if (leaf < open) {
        first_late = std::min(first_late, i);
        last_late = i;
        continue;
      }
      leaves_[open] = RmiLeaf::fit(keys, begin, i);
      std::fill(leaves_.begin() + open + 1, leaves_.begin() + leaf, RmiLeaf::fit(keys, i, i));
      begin = i;
      open = leaf;
    }
    leaves_[open] = RmiLeaf::fit(keys, begin, size);
    std::fill(leaves_.begin() + open + 1, leaves_.end(), RmiLeaf::fit(keys, size, size));
    for (std::size_t i = first_late; i <= last_late && i < size; ++i) leaves_[root.leaf(keys[i])].widen(keys[i], i);
  }

  const RmiLeaf& operator[](std::uint64_t leaf) const { return leaves_[leaf]; }
  std::uint64_t size() const { return leaves_.size(); }
  std::uint64_t size_bytes() const { return leaves_.size() * sizeof(RmiLeaf); }

  void prefetch(std::uint64_t leaf) const { __builtin_prefetch(leaves_.data() + leaf); }

 private:
  PageArray<RmiLeaf> leaves_;
};

}  // namespace omenbench
