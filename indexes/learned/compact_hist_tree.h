// Compact hist-tree: a radix tree over sorted keys whose bins end as soon as they hold few enough keys. Each node cuts
// its key range into 2^bits bins of equal width; a bin with at most `limit` keys says where they start, another points
// to a child (Crotty, "Hist-Tree: those who ignore it are doomed to learn", CIDR 2021, section 3; in the read-only,
// pointer- free form of Stoian et al., "Towards practical learned indexing", AIDB 2021, section 2.2). Adapts its depth
// to the density of the keys, where a flat radix table cannot.
//
// Deviations from the papers: the last step counts with SIMD; a tree that would exceed a number of entries is not
// built.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "indexes/learned/linear_segments.h"

namespace omenbench {

/// Root of SegmentedLocator, once `build` has succeeded.
class CompactHistTree {
 public:
  struct Shape {
    unsigned bits = 6;       ///< log2 of the bins of a node, 1 to 16
    std::size_t limit = 16;  ///< most segments in a bin that has no child, 1 to LinearSegments::kPadding
  };

  /// Replaces the tree; false, and empty, when it would need more than `most_entries`. The cost of a lookup is then in
  /// mean_depth(). O(segments * depth + entries). REQUIRES: 0 < segments < 2^31.
  bool build(const LinearSegments& segments, Shape shape, std::size_t most_entries) {
    shape_ = shape;
    lowest_ = segments.keys()[0];
    highest_ = segments.keys()[segments.size() - 1];
    const auto width = static_cast<unsigned>(std::bit_width(highest_ - lowest_));
    top_shift_ = width > shape.bits ? width - shape.bits : 0;
    entries_.clear();
    depth_sum_ = weight_ = 0;
    std::vector<Node> nodes{{0, segments.size(), top_shift_, 1}};
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if ((nodes.size() << shape.bits) > most_entries) {
        entries_.clear();
        return false;
      }
      append_node(segments, i, nodes);
    }
    entries_.shrink_to_fit();
    return true;
  }

  bool empty() const { return entries_.empty(); }
  Shape shape() const { return shape_; }

  /// Nodes that the lookup of a key visits, averaged over the keys that the segments cover.
  double mean_depth() const { return static_cast<double>(depth_sum_) / static_cast<double>(weight_); }

  /// A key is passed off as the last first key when it is above that; the segment is the same.
  std::size_t find(const LinearSegments& segments, Key key) const {
    const std::uint64_t x = std::min(key, highest_) - lowest_;
    unsigned shift = top_shift_;
    std::uint32_t entry = entries_[bin(x, shift)];
    while ((entry & kLeaf) == 0) {
      shift = child_shift(shift);
      entry = entries_[entry + bin(x, shift)];
    }
    return count(segments, entry & ~kLeaf, key);
  }

  void find_batch(const LinearSegments& segments, std::span<const Key> keys, std::size_t* found) const {
    std::uint64_t rests[kLocateBatch];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      rests[i] = std::min(keys[i], highest_) - lowest_;
      found[i] = bin(rests[i], top_shift_);
      __builtin_prefetch(entries_.data() + found[i]);
    }
    // All keys walk down together; those that have arrived keep the leaf they found.
    unsigned shift = top_shift_;
    for (bool inner = true; inner; shift = child_shift(shift)) {
      inner = false;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if ((found[i] & kArrived) != 0) continue;
        const std::uint32_t entry = entries_[found[i]];
        if ((entry & kLeaf) != 0) {
          found[i] = kArrived | (entry & ~kLeaf);
          __builtin_prefetch(segments.keys() + (entry & ~kLeaf));
        } else {
          found[i] = entry + bin(rests[i], child_shift(shift));
          __builtin_prefetch(entries_.data() + found[i]);
          inner = true;
        }
      }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = count(segments, found[i] & ~kArrived, keys[i]);
  }

  std::uint64_t size_bytes() const { return entries_.capacity() * sizeof(std::uint32_t); }

 private:
  /// Segments [begin, end) whose keys differ below bit `shift + bits` only.
  struct Node {
    std::size_t begin, end;
    unsigned shift, depth;
  };

  static constexpr std::uint32_t kLeaf = std::uint32_t{1} << 31;
  static constexpr std::size_t kArrived = std::size_t{1} << 63;
  static constexpr std::size_t kCounted = 8;

  /// Where the shift reaches 0 early, the highest bits of the bin repeat bits of the parent's: some bins stay unused.
  std::uint64_t bin(std::uint64_t x, unsigned shift) const {
    return (x >> shift) & ((std::uint64_t{1} << shape_.bits) - 1);
  }
  unsigned child_shift(unsigned shift) const { return shift > shape_.bits ? shift - shape_.bits : 0; }

  /// Appends the entries of nodes[at] and, behind the others, the children that it needs. Node i starts at entry
  /// i * 2^bits.
  void append_node(const LinearSegments& segments, std::size_t at, std::vector<Node>& nodes) {
    const Node node = nodes[at];
    std::size_t begin = node.begin;
    for (std::uint64_t b = 0; b < std::uint64_t{1} << shape_.bits; ++b) {
      std::size_t end = begin;
      while (end < node.end && bin(segments.keys()[end] - lowest_, node.shift) <= b) ++end;
      if (end - begin <= shape_.limit) {
        entries_.push_back(kLeaf | static_cast<std::uint32_t>(begin));
        const auto covered =
            static_cast<std::uint64_t>(std::max<std::int64_t>(segments.intercept(end) - segments.intercept(begin), 0));
        weight_ += covered;
        depth_sum_ += covered * node.depth;
      } else {
        entries_.push_back(static_cast<std::uint32_t>(nodes.size() << shape_.bits));
        nodes.push_back({begin, end, child_shift(node.shift), node.depth + 1});
      }
      begin = end;
    }
  }

  /// The last segment not above `key`, which lies in [begin - 1, begin + limit). The halvings are as many for every
  /// key.
  std::size_t count(const LinearSegments& segments, std::size_t begin, Key key) const {
    std::size_t length = shape_.limit;
    while (length > kCounted) {
      const std::size_t half = length / 2;
      begin += static_cast<std::size_t>(segments.keys()[begin + half - 1] <= key) * half;
      length -= half;
    }
    return std::min(begin + count_not_above<kCounted>(segments.keys() + begin, key), segments.size()) - 1;
  }

  std::vector<std::uint32_t> entries_;  ///< leaf: kLeaf and the number of segments before; else where the child starts
  Shape shape_;
  unsigned top_shift_ = 0;
  Key lowest_ = 0;
  Key highest_ = 0;
  std::uint64_t depth_sum_ = 0;
  std::uint64_t weight_ = 0;
};

}  // namespace omenbench
