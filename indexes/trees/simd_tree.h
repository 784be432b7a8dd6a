// Static SIMD search tree over the sorted key column: nodes of 16 separators and 17 children, two AVX-512 registers
// each, counted without a branch. The internal levels lie one behind the other in breadth-first order, children by
// arithmetic instead of pointers (the CSS-tree of Rao and Ross, "Cache conscious indexing for decision-support in main
// memory", VLDB 1999, section 4, with the SIMD comparison of Zhou and Ross, SIGMOD 2002, and Kim et al., "FAST",
// SIGMOD 2010, section 4). The leaves are the key column itself, cut into blocks of 16.
//
// Deviations: a node is searched by counting all its keys instead of FAST's three-key register trees (a 16-key node is
// two comparisons); no page blocking (huge pages are the run's option); levels are complete up to the last node in use,
// the rest is padded with 2^64-1.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

#include "indexes/static_index.h"
#include "indexes/trees/count_kernels.h"

namespace omenbench {

/// Locator of StaticIndex and of StaticWordsIndex. With `kPrefetchPayloads` the payloads beside a leaf block are
/// fetched while its keys are. Invariants: 1. separator c of a node is the largest key below its child c, 2^64-1 if
/// that child is the last of its level or beyond. 2. A descent never leaves the nodes in use: no probe is above 2^64-1.
template <class Kernel, bool kPrefetchPayloads>
class SimdTreeLocator {
 public:
  template <class Columns>
  void train(const Columns& columns) {
    std::size_t nodes = std::max<std::size_t>(1, (columns.size() + kKeys - 1) / kKeys);
    std::vector<std::size_t> level_nodes;
    while (nodes > 1) {
      nodes = (nodes + kChildren - 1) / kChildren;
      level_nodes.push_back(nodes);
    }
    depth_ = level_nodes.size();
    std::size_t total = 0;
    for (const std::size_t count : level_nodes) total += count;
    separators_ = PageArray<Key>(total * kKeys);
    std::size_t first = 0;
    std::size_t span = 1;  // leaf blocks below a child
    for (std::size_t i = 1; i < depth_; ++i) span *= kChildren;
    for (std::size_t level = 0; level < depth_; ++level, span /= kChildren) {
      levels_[level] = first * kKeys;
      const std::size_t count = level_nodes[depth_ - 1 - level];
      fill_level(columns, separators_.data() + first * kKeys, count, span);
      first += count;
    }
  }

  template <class Columns>
  std::size_t lower_bound(const Columns& columns, Key key) const {
    std::size_t node = 0;
    for (std::size_t level = 0; level < depth_; ++level) {
      node = child(level, node, key);
    }
    if constexpr (kPrefetchPayloads) prefetch_beside<kKeys>(columns, node * kKeys);
    return in_leaf(columns, node, key);
  }

  /// All keys descend together, level by level: while one's node is on its way, the others are counted. Payloads are
  /// never fetched ahead: with the positions known one line each is enough, and lines are what runs short here.
  template <class Columns>
  void locate_batch(const Columns& columns, std::span<const Key> keys, std::span<std::size_t> positions) const {
    assert(keys.size() <= kLocateBatch);
    for (std::size_t& node : positions) node = 0;
    for (std::size_t level = 0; level < depth_; ++level) {
      const bool last = level + 1 == depth_;
      const Key* const below = last ? columns.keys() : separators_.data() + levels_[level + 1];
      for (std::size_t i = 0; i < keys.size(); ++i) {
        positions[i] = child(level, positions[i], keys[i]);
        prefetch_node(below + positions[i] * kKeys);
      }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) positions[i] = in_leaf(columns, positions[i], keys[i]);
  }

  std::uint64_t size_bytes() const { return separators_.size() * sizeof(Key); }
  /// Internal levels.
  std::size_t depth() const { return depth_; }

 private:
  static constexpr std::size_t kKeys = kCountedKeys;
  static constexpr std::size_t kChildren = kKeys + 1;
  static constexpr std::size_t kMostLevels = 16;  // 17^16 > 2^64
  static constexpr std::size_t kKeysPerLine = 8;
  static_assert(kKeys <= kKeyPadding);

  /// `span` leaf blocks lie below each child of the level's nodes.
  template <class Columns>
  static void fill_level(const Columns& columns, Key* separators, std::size_t nodes, std::size_t span) {
    const std::size_t keys_below = span * kKeys;
    for (std::size_t node = 0; node < nodes; ++node) {
      for (std::size_t c = 0; c < kKeys; ++c) {
        const std::size_t end = (node * kChildren + c + 1) * keys_below;
        separators[node * kKeys + c] = end < columns.size() ? columns.keys()[end - 1] : ~Key{0};
      }
    }
  }

  std::size_t child(std::size_t level, std::size_t node, Key key) const {
    return node * kChildren + Kernel::count_below(separators_.data() + levels_[level] + node * kKeys, key);
  }

  template <class Columns>
  static std::size_t in_leaf(const Columns& columns, std::size_t block, Key key) {
    return block * kKeys + Kernel::count_below(columns.keys() + block * kKeys, key);
  }

  static void prefetch_node(const Key* keys) {
    __builtin_prefetch(keys);
    __builtin_prefetch(keys + kKeysPerLine);
  }

  PageArray<Key> separators_;                      ///< all internal levels, the root first
  std::array<std::size_t, kMostLevels> levels_{};  ///< where each level begins in separators_
  std::size_t depth_ = 0;
};

}  // namespace omenbench
