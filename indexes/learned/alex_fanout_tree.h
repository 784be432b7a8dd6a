// How ALEX decides into how many children a key range is cut, and which of their pointers are merged: the fanout tree
// of bulk loading (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD 2020, section 4.6 and its
// appendix). Level l cuts the range into 2^l equal parts, every part is priced as a data node; levels are added as long
// as they pay, then neighbouring parts are merged wherever one node is cheaper than two.
//
// Deviations from the paper: merging is optimal within the levels looked at (dynamic programming instead of a greedy
// walk). A part with more keys than a data node may hold is priced with one more level of traversal. Parts without keys
// get no node: their pointers lead to the neighbour's.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/types.h"
#include "indexes/learned/alex_data_node.h"
#include "indexes/learned/alex_model.h"

namespace omenbench {

/// The entries [begin, end) become one child, which takes child slots up to `slot_end` (exclusive).
struct AlexCut {
  std::size_t begin;
  std::size_t end;
  std::size_t slot_end;
};

class AlexFanoutTree {
 public:
  /// Largest data node that is built, in entries.
  static constexpr std::size_t kMaxKeys = 1 << 16;

  /// REQUIRES: at least two entries.
  explicit AlexFanoutTree(std::span<const Entry> entries, unsigned max_level = kMaxLevel) : entries_(entries) {
    const Key range = entries.back().key - entries.front().key;
    range_bits_ = static_cast<unsigned>(std::bit_width(range));
    levels_.push_back({{0, entries.size()}, {std::numeric_limits<double>::infinity()}});
    const unsigned deepest = std::min(max_level, range_bits_);
    unsigned worse = 0;
    cost_ = std::numeric_limits<double>::infinity();
    for (unsigned level = 1; level <= deepest && (level == 1 || worse < kPatience); ++level) {
      add_level();
      const double cost = merged_cost();
      worse = cost < cost_ ? 0 : worse + 1;
      if (cost < cost_) {
        cost_ = cost;
        best_level_ = level;
      }
    }
  }

  /// Nanoseconds per operation times entries, traversal of the new inner node included.
  double cost() const { return cost_; }
  /// The child slots of the inner node are 2^fanout_bits() ranges of 2^shift() keys.
  unsigned fanout_bits() const { return best_level_; }
  unsigned shift() const { return range_bits_ - best_level_; }

  /// The children, from left to right; at least two.
  std::vector<AlexCut> cuts() {
    levels_.resize(best_level_ + 1);
    merged_cost();
    std::vector<AlexCut> cuts;
    collect(0, 0, cuts);
    return cuts;
  }

  /// What a data node of these entries costs, in the unit of cost().
  static double data_node_cost(std::span<const Entry> entries, double per_key) {
    return static_cast<double>(entries.size()) * per_key + AlexCosts::kDataNode;
  }

 private:
  static constexpr unsigned kMaxLevel = 18;
  static constexpr unsigned kPatience = 6;

  struct Level {
    std::vector<std::size_t> begins;  ///< of each part, and the end of the last
    std::vector<double> costs;        ///< of each part as one node
    std::vector<double> merged{};     ///< of each part, cut or not
  };

  void add_level() {
    const std::size_t parts = std::size_t{1} << levels_.size();
    const unsigned shift = range_bits_ - static_cast<unsigned>(levels_.size());
    const Level& above = levels_.back();
    Level level;
    level.begins.resize(parts + 1);
    level.costs.resize(parts);
    const Key base = entries_.front().key;
    for (std::size_t i = 0; i < parts; i += 2) {
      const std::size_t begin = above.begins[i / 2];
      const std::size_t end = above.begins[i / 2 + 1];
      const std::uint64_t border = static_cast<std::uint64_t>(i + 1) << shift;
      const auto middle = std::partition_point(entries_.begin() + static_cast<std::ptrdiff_t>(begin),
                                               entries_.begin() + static_cast<std::ptrdiff_t>(end),
                                               [&](const Entry& entry) { return entry.key - base < border; });
      level.begins[i] = begin;
      level.begins[i + 1] = static_cast<std::size_t>(middle - entries_.begin());
    }
    level.begins[parts] = entries_.size();
    for (std::size_t i = 0; i < parts; ++i) {
      const std::size_t begin = level.begins[i];
      const std::size_t end = level.begins[i + 1];
      const bool as_above = begin == above.begins[i / 2] && end == above.begins[i / 2 + 1];
      level.costs[i] = as_above && levels_.size() > 1 ? above.costs[i / 2] : part_cost(begin, end);
    }
    levels_.push_back(std::move(level));
  }

  double part_cost(std::size_t begin, std::size_t end) const {
    const std::span<const Entry> part = entries_.subspan(begin, end - begin);
    if (part.empty()) return 0;
    const AlexFit fit = fit_alex(part, AlexDataNode::capacity_for(part.size(), AlexDensity::kBuilt));
    const double cost = data_node_cost(part, std::min(fit.cost(), AlexCosts::kCutFurther));
    const bool too_large = part.size() > kMaxKeys;
    return too_large ? cost + AlexCosts::kTraversal * static_cast<double>(part.size()) : cost;
  }

  /// Prices every part of the levels so far as one node or as the sum of its halves.
  double merged_cost() {
    levels_.back().merged = levels_.back().costs;
    for (std::size_t l = levels_.size() - 1; l-- > 0;) {
      const std::vector<double>& below = levels_[l + 1].merged;
      Level& level = levels_[l];
      level.merged = level.costs;
      for (std::size_t i = 0; i < level.costs.size(); ++i) {
        level.merged[i] = std::min(level.costs[i], below[2 * i] + below[2 * i + 1]);
      }
    }
    const auto slots = static_cast<double>(levels_.back().costs.size());
    return levels_[0].merged[0] + AlexCosts::kTraversal * static_cast<double>(entries_.size()) +
           AlexCosts::kChildSlot * slots;
  }

  void collect(std::size_t l, std::size_t part, std::vector<AlexCut>& cuts) const {
    const Level& level = levels_[l];
    if (level.merged[part] < level.costs[part]) {
      collect(l + 1, 2 * part, cuts);
      collect(l + 1, 2 * part + 1, cuts);
      return;
    }
    const std::size_t slot_end = (part + 1) << (levels_.size() - 1 - l);
    if (level.begins[part] == level.begins[part + 1] && !cuts.empty()) {
      cuts.back().slot_end = slot_end;
    } else {
      cuts.push_back({level.begins[part], level.begins[part + 1], slot_end});
    }
  }

  std::span<const Entry> entries_;
  unsigned range_bits_ = 0;
  std::vector<Level> levels_;
  unsigned best_level_ = 1;
  double cost_ = 0;
};

}  // namespace omenbench
