// The adaptive radix table where it pays, else a SIMD search tree: keys that cluster at more scales than there are
// tables fall outside most windows, and each such lookup gallops. Whether they do is judged before the table is
// planned, by small tables over a sample: planning takes several times as long as building the tree. Own work; the
// figures are in docs/adr/0004-adaptive-radix.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/rng.h"
#include "indexes/learned/adaptive_radix.h"
#include "indexes/static_index.h"
#include "indexes/trees/simd_tree.h"

namespace omenbench {

/// Locator of StaticIndex.
class AdaptiveRadixOrTree {
 public:
  template <class Columns>
  void train(const Columns& columns) {
    by_tree_ = missed_share(columns) > kMostMissed;
    if (by_tree_) {
      tree_.train(columns);
    } else {
      tables_.train(columns);
    }
  }

  /// The same branch for all keys: always predicted.
  template <class Columns>
  std::size_t lower_bound(const Columns& columns, Key key) const {
    return by_tree_ ? tree_.lower_bound(columns, key) : tables_.lower_bound(columns, key);
  }

  template <class Columns>
  void locate_batch(const Columns& columns, std::span<const Key> keys, std::span<std::size_t> positions) const {
    if (by_tree_) {
      tree_.locate_batch(columns, keys, positions);
    } else {
      tables_.locate_batch(columns, keys, positions);
    }
  }

  /// What was chosen: tables that a lookup reads (0: the tree), and their entries.
  std::vector<Counter> counters() const {
    return {{"tables", by_tree_ ? 0 : tables_.depth()}, {"model_bytes", size_bytes()}};
  }

  std::uint64_t size_bytes() const { return by_tree_ ? tree_.size_bytes() : tables_.size_bytes(); }

  bool by_tree() const { return by_tree_; }

 private:
  /// Between real sets that the table serves as well as the tree (20 % missed) and word lists (64 %), where it takes
  /// twice the time.
  static constexpr double kMostMissed = 0.3;
  static constexpr std::size_t kBlocks = 16;
  static constexpr std::size_t kBlockKeys = 512;

  /// Share of the keys that miss their window in tables over blocks of neighbours; over all keys where they are few.
  /// Small tables have fewer scales to serve, so that they miss no more than one over everything.
  template <class Columns>
  static double missed_share(const Columns& columns) {
    const std::size_t size = columns.size();
    if (size == 0) return 0;
    const bool all = size <= kBlocks * kBlockKeys;
    const std::size_t blocks = all ? 1 : kBlocks;
    const std::size_t length = all ? size : kBlockKeys;
    SortedColumns block;
    block.resize(length);
    Rng rng(length);
    std::size_t missed = 0;
    for (std::size_t b = 0; b < blocks; ++b) {
      std::copy_n(columns.keys() + rng.below(size - length + 1), length, block.keys());
      AdaptiveRadixLocator tables;
      tables.train(block);
      for (std::size_t i = 0; i < length; ++i) missed += !tables.window_holds(block, block.keys()[i]);
    }
    return static_cast<double>(missed) / static_cast<double>(blocks * length);
  }

  AdaptiveRadixLocator tables_;
  SimdTreeLocator<BestCountKernel, true> tree_;
  bool by_tree_ = false;
};

}  // namespace omenbench
