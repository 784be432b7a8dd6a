// Recursive model index that chooses its root model and its number of leaves for the keys at hand, within a byte budget
// (after the optimiser of Marcus, Zhang and Kraska, "CDFShop: Exploring and optimizing learned index structures",
// SIGMOD 2020 demonstration).
//
// Deviations from the paper: nothing is measured while building. Each root is trained once for as many leaves as the
// budget allows; its leaves are fitted at a few hundred sampled keys, and again with 2, 4, 8, ... neighbouring leaves
// merged. The expected cost of a lookup is estimated from the lengths of their windows, a price per root and a price
// per doubling of the table; the cheapest wins. Same keys, same choice.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "core/index.h"
#include "indexes/learned/rmi.h"
#include "indexes/learned/rmi_layers.h"
#include "indexes/learned/rmi_piecewise.h"

namespace omenbench {

/// What a root and a number of leaves are expected to cost.
struct RmiChoice {
  std::size_t root = 0;      ///< position in AutoRoot's list of roots
  std::uint64_t leaves = 1;  ///< asked for
  double cost_ns = std::numeric_limits<double>::infinity();
};

namespace detail {

/// Estimates, in ns of an idle core with its data in the caches. Only their proportions matter.
inline constexpr double kHalvingNs = 5;
inline constexpr double kSecondVectorNs = 2;
inline constexpr double kUnpredictableNs = 9;
/// A table twice as large misses one level of the caches somewhat more often.
inline constexpr double kTableDoublingNs = 0.7;

/// Expected cost of the last mile in a window.
inline double window_cost(double length) {
  if (length <= kCountedWindow / 2) return 0;
  if (length <= kCountedWindow) return kSecondVectorNs;
  return kUnpredictableNs + kHalvingNs * std::log2(length / kCountedWindow);
}

/// Half-open range of the keys around `position` that share its leaf. `leaf_of` is monotone.
template <class LeafOf>
std::pair<std::size_t, std::size_t> keys_of_leaf(const Key* keys, std::size_t size, std::size_t position,
                                                 LeafOf leaf_of) {
  const std::uint64_t leaf = leaf_of(keys[position]);
  // Doubling, then halving, to the left and to the right.
  std::size_t inside = position;
  std::size_t step = 1;
  while (inside >= step && leaf_of(keys[inside - step]) == leaf) {
    inside -= step;
    step *= 2;
  }
  const std::size_t left = inside - std::min(inside, step);
  const auto begin = std::partition_point(keys + left, keys + inside, [&](Key key) { return leaf_of(key) < leaf; });
  inside = position;
  step = 1;
  while (size - inside > step && leaf_of(keys[inside + step]) == leaf) {
    inside += step;
    step *= 2;
  }
  const std::size_t right = inside + std::min(size - inside, step);
  const auto end = std::partition_point(keys + inside, keys + right, [&](Key key) { return leaf_of(key) <= leaf; });
  return {static_cast<std::size_t>(begin - keys), static_cast<std::size_t>(end - keys)};
}

/// Length of the window of a leaf for keys[begin, end); of a large leaf from the line through its first and last key
/// and a few hundred keys between.
inline double estimated_window(const Key* keys, std::size_t begin, std::size_t end) {
  constexpr std::size_t kMost = 256;
  if (end - begin <= kMost) return static_cast<double>(RmiLeaf::fit(keys, begin, end).length());
  const double rise = static_cast<double>(end - 1 - begin);
  const double slope = rise / static_cast<double>(keys[end - 1] - keys[begin]);
  double lowest = 0;
  double highest = 0;
  for (std::size_t i = 0; i < kMost; ++i) {
    const std::size_t offset = (end - 1 - begin) * i / (kMost - 1);
    const double residual =
        static_cast<double>(offset) - static_cast<double>(keys[begin + offset] - keys[begin]) * slope;
    lowest = std::min(lowest, residual);
    highest = std::max(highest, residual);
  }
  return highest - lowest;
}

/// Mean cost of the last mile over evenly spaced keys when leaves are merged 2^merged at a time.
template <class Root>
double mean_window_cost(const Root& root, const Key* keys, std::size_t size, unsigned merged) {
  const std::size_t probes = std::min<std::size_t>(size, 384);
  double sum = 0;
  for (std::size_t i = 0; i < probes; ++i) {
    const auto [begin, end] =
        keys_of_leaf(keys, size, size * i / probes, [&](Key key) { return root.leaf(key) >> merged; });
    sum += window_cost(estimated_window(keys, begin, end));
  }
  return sum / static_cast<double>(probes);
}

}  // namespace detail

/// One of the other roots, whichever promises the cheapest lookups.
class AutoRoot {
 public:
  using Any = std::variant<RadixRoot, LinearSplineRoot, LinearRoot, CubicRoot, PiecewiseRoot, LognormalRoot,
                           LayeredRoot<PiecewiseRoot>>;

  /// `leaves` is the most that the budget allows.
  void train(const RootSample& sample, const Key* keys, std::size_t size, std::uint64_t leaves) {
    consider_all(sample, keys, size, leaves, std::make_index_sequence<std::variant_size_v<Any>>());
    train_chosen(sample, keys, size, std::make_index_sequence<std::variant_size_v<Any>>());
  }

  std::uint64_t leaf(Key key) const {
    return std::visit([key](const auto& root) { return root.leaf(key); }, root_);
  }
  std::uint64_t leaves() const {
    return std::visit([](const auto& root) { return root.leaves(); }, root_);
  }
  std::uint64_t size_bytes() const {
    return std::visit([](const auto& root) { return root.size_bytes(); }, root_);
  }
  const RmiChoice& choice() const { return choice_; }

 private:
  /// Cost of evaluating each root of the list, ns.
  static constexpr double kRootNs[] = {0.5, 1, 1, 5, 8, 8, 14};

  template <std::size_t... kRoots>
  void consider_all(const RootSample& sample, const Key* keys, std::size_t size, std::uint64_t leaves,
                    std::index_sequence<kRoots...>) {
    (consider<kRoots>(sample, keys, size, leaves), ...);
  }

  template <std::size_t kRoot>
  void consider(const RootSample& sample, const Key* keys, std::size_t size, std::uint64_t leaves) {
    std::variant_alternative_t<kRoot, Any> root;
    root.train(sample, keys, size, leaves);
    // Radix rounds the number of leaves, up to a half more than the budget.
    for (unsigned merged = root.leaves() > leaves + leaves / 8; root.leaves() >> merged > 0; ++merged) {
      const std::uint64_t left = root.leaves() >> merged;
      const double fixed = kRootNs[kRoot] + detail::kTableDoublingNs * std::log2(static_cast<double>(left));
      if (fixed >= choice_.cost_ns) continue;
      const double window = detail::mean_window_cost(root, keys, size, merged);
      if (fixed + window < choice_.cost_ns) choice_ = {kRoot, left, fixed + window};
      // Merging more leaves lengthens windows: not even a table for nothing would help.
      if (kRootNs[kRoot] + window >= choice_.cost_ns) break;
    }
  }

  template <std::size_t... kRoots>
  void train_chosen(const RootSample& sample, const Key* keys, std::size_t size, std::index_sequence<kRoots...>) {
    ((choice_.root == kRoots ? root_.emplace<kRoots>().train(sample, keys, size, choice_.leaves) : void()), ...);
  }

  Any root_;
  RmiChoice choice_;
};

/// Locator of StaticIndex with at most one leaf of 16 bytes for `kKeysPerLeaf` keys.
template <std::size_t kKeysPerLeaf>
class RmiAuto : public RmiLocator<AutoRoot, kKeysPerLeaf> {
 public:
  void train(const SortedColumns& columns) {
    RmiLocator<AutoRoot, kKeysPerLeaf>::train(columns);
    const std::size_t probes = std::min<std::size_t>(columns.size(), 4096);
    double sum = 0;
    for (std::size_t i = 0; i < probes; ++i) {
      const std::size_t position = columns.size() * i / probes;
      const Key key = columns.keys()[position];
      const LeafWindow window = this->leaves()[this->root().leaf(key)].window(key, columns.size());
      sum += std::abs(static_cast<double>(window.begin) + static_cast<double>(window.length) / 2 -
                      static_cast<double>(position));
    }
    if (probes > 0) mean_error_ = sum / static_cast<double>(probes);
  }

  /// What was chosen: the root (0 radix, 1 linear spline, 2 linear, 3 cubic, 4 piecewise linear, 5 log-normal, 6 three
  /// layers), the leaves, and the mean distance between prediction and position.
  std::vector<Counter> counters() const {
    return {{"root_model_number", this->root().choice().root},
            {"leaves", this->leaves().size()},
            {"mean_error_millipositions", static_cast<std::uint64_t>(mean_error_ * 1000)}};
  }

 private:
  double mean_error_ = 0;
};

}  // namespace omenbench
