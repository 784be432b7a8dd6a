// PLEX: an error-bounded spline below either a radix table or a compact hist-tree, whichever is expected to be faster;
// epsilon is the only parameter (Stoian et al., "Towards practical learned indexing", AIDB 2021, sections 2 and 3).
//
// Deviations from the paper: candidates are built and their exact mean costs compared, where the paper derives costs
// from a histogram of common prefixes; a node visit counts as two search steps, not one; candidates may be up to four
// times as large as the spline, because a spline of ours is small; spline and table deviate as in RadixSpline
// (radix_spline.h).
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/index.h"
#include "indexes/learned/compact_hist_tree.h"
#include "indexes/learned/greedy_spline.h"
#include "indexes/learned/radix_table.h"
#include "indexes/learned/segmented_locator.h"

namespace omenbench {

/// Root of SegmentedLocator: the better of the two.
class TunedRoot {
 public:
  TunedRoot() = default;

  /// REQUIRES: at least one segment. Uses at most 4 times the bytes of the segments, plus a small constant.
  explicit TunedRoot(const LinearSegments& segments) {
    const std::uint64_t entries = 4 * segments.size_bytes() / sizeof(std::uint32_t);
    radix_bits_ = std::min(static_cast<unsigned>(std::bit_width(entries)) - 1, 22U);
    table_ = RadixTable(segments, radix_bits_);
    const double table_cost = kVisit + table_.mean_halvings(segments);
    double least = table_cost;
    CompactHistTree candidate;
    for (const std::size_t limit : {8, 16, 32}) {
      for (const unsigned bits : {4U, 6U, 8U, 10U, 12U}) {
        if (!candidate.build(segments, {bits, limit}, entries)) continue;
        const double cost = kVisit * candidate.mean_depth() + std::log2(static_cast<double>(limit) / 8);
        if (cost >= least) continue;
        least = cost;
        std::swap(tree_, candidate);
      }
    }
    if (!tree_.empty() && least < table_cost) {
      table_ = RadixTable();
      radix_bits_ = 0;
    }
  }

  std::size_t find(const LinearSegments& segments, Key key) const {
    return tree_.empty() ? table_.find(segments, key) : tree_.find(segments, key);
  }

  void find_batch(const LinearSegments& segments, std::span<const Key> keys, std::size_t* found) const {
    if (tree_.empty()) {
      table_.find_batch(segments, keys, found);
    } else {
      tree_.find_batch(segments, keys, found);
    }
  }

  std::uint64_t size_bytes() const { return table_.size_bytes() + tree_.size_bytes(); }

  /// Empty when the radix table was chosen.
  const CompactHistTree& tree() const { return tree_; }
  /// 0 when the hist-tree was chosen.
  unsigned radix_bits() const { return radix_bits_; }

 private:
  static constexpr double kVisit = 2;

  RadixTable table_;
  CompactHistTree tree_;
  unsigned radix_bits_ = 0;
};

/// Locator of StaticIndex.
template <std::int64_t kEpsilon>
class PlexLocator : public SegmentedLocator<TunedRoot, FixedWindow<kEpsilon>> {
 public:
  void train(const SortedColumns& columns) {
    if (columns.size() == 0) return;
    LinearSegments segments = fit_spline(columns.keys(), columns.size(), kEpsilon);
    TunedRoot root(segments);
    this->adopt(columns.keys()[0], std::move(segments), std::move(root));
  }

  /// What was chosen.
  std::vector<Counter> counters() const {
    const CompactHistTree& tree = this->root().tree();
    return {{"segments", this->segments()},
            {"radix_bits", this->root().radix_bits()},
            {"hist_tree_bits", tree.empty() ? 0 : tree.shape().bits},
            {"hist_tree_bin_limit", tree.empty() ? 0 : tree.shape().limit},
            {"model_bytes", this->size_bytes()}};
  }
};

}  // namespace omenbench
