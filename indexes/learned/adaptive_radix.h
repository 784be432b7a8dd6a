// Adaptive radix table: predicts the position of a key by at most three shifts and table reads, whose shifts were
// chosen for the keys at hand, and one interpolation. Own work (docs/adr/0004-adaptive-radix.md); its parts are known:
// radix tables over sorted keys (Kipf et al., "RadixSpline", aiDM 2020), tables that adapt to the distribution
// (Kraska et al., "The case for learned index structures", SIGMOD 2018, section 2), interpolation between table
// entries, and counting a window of keys with SIMD (Zhou and Ross, SIGMOD 2002).
//
// A lookup of offset y = key - smallest key, all tables dense arrays, all nodes {base, shift}:
//
//   node = table[y >> root shift];  node = nodes[(y >> node.shift) + node.base];  slot = (y >> node.shift) + node.base
//   window = interpolated between starts[slot] and starts[slot + 1], rounded down to a cache line
//   position = window + number of its 16 keys below the key, which is proven when that is 1 to 15
//
// Otherwise 64 keys beside the window are counted, and from there on the search gallops: O(log distance). No branch
// depends on the key but that one, so that the processor overlaps many lookups. The payload is fetched before the
// window's keys are counted.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "indexes/learned/adaptive_radix_plan.h"
#include "indexes/static_index.h"
#include "indexes/trees/count_kernels.h"

namespace omenbench {

/// Locator of StaticIndex.
class AdaptiveRadixLocator {
 public:
  template <class Columns>
  void train(const Columns& columns, adaptive_radix::Prices prices = {}) {
    if (columns.size() >= std::size_t{1} << 30) throw std::length_error("adaptive-radix: 2^30 keys or more");
    if (columns.size() == 0) {
      starts_ = PageArray<std::uint32_t>(2);
      return;
    }
    const Key* const keys = columns.keys();
    first_key_ = keys[0];
    range_ = keys[columns.size() - 1] - keys[0];
    const adaptive_radix::Plan plan(keys, columns.size(), prices);
    depth_ = plan.depth();
    root_shift_ = plan.root_shift();
    Tables tables{.keys = keys, .size = columns.size(), .range = range_};
    if (depth_ == 3) tables.add_nodes(plan, root_shift_);
    if (depth_ == 2) tables.add_slots_of(plan, root_shift_, 0, range_ >> root_shift_);
    if (depth_ == 1) tables.add_slots(root_shift_, 0, range_ >> root_shift_);
    tables.starts.push_back(adaptive_radix::stored_start(columns.size()));
    top_ = packed(tables.top);
    nodes_ = packed(tables.nodes);
    starts_ = packed(tables.starts);
  }

  template <class Columns>
  std::size_t lower_bound(const Columns& columns, Key key) const {
    const std::size_t begin = window_of(key);
    prefetch_beside<kWindow>(columns, begin);
    return search_window(columns, begin, key);
  }

  /// All keys read one table after the other together, the next one's entries being fetched meanwhile. Payloads can
  /// wait for the positions here, which saves the second line of each: in a batch, lines are what runs short.
  template <class Columns>
  void locate_batch(const Columns& columns, std::span<const Key> keys, std::span<std::size_t> positions) const {
    assert(keys.size() <= kLocateBatch);
    std::array<Node, kLocateBatch> nodes;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (depth_ == 3) {
        nodes[i] = top_[offset(keys[i]) >> root_shift_];
        __builtin_prefetch(&nodes_[child(nodes[i], offset(keys[i]))]);
      } else {
        nodes[i] = {0, root_shift_};
      }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (depth_ > 1) nodes[i] = nodes_[child(nodes[i], offset(keys[i]))];
      __builtin_prefetch(&starts_[child(nodes[i], offset(keys[i]))]);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      positions[i] = window_in_slot(nodes[i], offset(keys[i]));
      __builtin_prefetch(columns.keys() + positions[i]);
      __builtin_prefetch(columns.keys() + positions[i] + kKeysPerLine);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) positions[i] = search_window(columns, positions[i], keys[i]);
  }

  std::uint64_t size_bytes() const {
    return (top_.size() + nodes_.size()) * sizeof(Node) + starts_.size() * sizeof(std::uint32_t);
  }

  unsigned depth() const { return depth_; }
  std::size_t top_entries() const { return top_.size(); }
  std::size_t node_entries() const { return nodes_.size(); }
  std::size_t slots() const { return starts_.size() - 1; }
  /// Whether the window predicted for `key` proves its position; otherwise a search follows.
  template <class Columns>
  bool window_holds(const Columns& columns, Key key) const {
    return BestCountKernel::count_below(columns.keys() + window_of(key), key) - 1 < kWindow - 1;
  }

 private:
  /// Entry of a table: the entry below for offset y is (y >> shift) + base, modulo 2^32.
  struct Node {
    std::uint32_t base;
    std::uint32_t shift;
  };

  static constexpr std::size_t kWindow = adaptive_radix::kWindow;
  static constexpr std::size_t kKeysPerLine = 8;
  static_assert(kWindow == kCountedKeys && 6 * kWindow <= kKeyPadding);

  /// The tables while they grow.
  struct Tables {
    /// Slots of level `shift` for the cells [first, last] of that level, both included.
    void add_slots(unsigned shift, std::uint64_t first, std::uint64_t last) {
      for (std::uint64_t slot = first; slot <= last; ++slot) {
        const Key from = keys[0] + (slot << shift);
        while (position < size && keys[position] < from) ++position;
        starts.push_back(adaptive_radix::stored_start(position));
      }
    }

    /// Nodes of level `shift` for the cells [first, last], and the slots below them.
    void add_slots_of(const adaptive_radix::Plan& plan, unsigned shift, std::uint64_t first, std::uint64_t last) {
      for (std::uint64_t cell = first; cell <= last; ++cell) {
        const unsigned below = cursor(plan, shift).slots(cell);
        const auto [begin, end] = cells_below(cell, shift, below);
        nodes.push_back({static_cast<std::uint32_t>(starts.size() - begin), below});
        add_slots(below, begin, end);
      }
    }

    /// The first table, of nodes of level `shift`, and all below.
    void add_nodes(const adaptive_radix::Plan& plan, unsigned shift) {
      adaptive_radix::Plan::Cursor choices(plan, shift);
      for (std::uint64_t cell = 0; cell <= range >> shift; ++cell) {
        const unsigned below = choices.nodes(cell);
        const auto [begin, end] = cells_below(cell, shift, below);
        top.push_back({static_cast<std::uint32_t>(nodes.size() - begin), below});
        add_slots_of(plan, below, begin, end);
      }
    }

    /// First and last cell of level `below` inside a cell, as far as there are keys.
    std::pair<std::uint64_t, std::uint64_t> cells_below(std::uint64_t cell, unsigned level, unsigned below) const {
      const std::uint64_t last = std::min(range, (cell << level) + ((std::uint64_t{1} << level) - 1));
      return {(cell << level) >> below, last >> below};
    }

    adaptive_radix::Plan::Cursor& cursor(const adaptive_radix::Plan& plan, unsigned level) {
      while (cursors.size() <= level) cursors.emplace_back(plan, static_cast<unsigned>(cursors.size()));
      return cursors[level];
    }

    const Key* keys;
    std::size_t size;
    std::uint64_t range;
    std::size_t position = 0;
    std::vector<adaptive_radix::Plan::Cursor> cursors{};
    std::vector<Node> top{};
    std::vector<Node> nodes{};
    std::vector<std::uint32_t> starts{};
  };

  template <class T>
  static PageArray<T> packed(const std::vector<T>& from) {
    PageArray<T> array(from.size());
    std::copy(from.begin(), from.end(), array.begin());
    return array;
  }

  /// Keys below the smallest wrap around and end in the last slot; their window finds no key below and is corrected.
  std::uint64_t offset(Key key) const { return std::min(key - first_key_, range_); }
  static std::uint32_t child(Node node, std::uint64_t y) {
    return static_cast<std::uint32_t>(y >> node.shift) + node.base;
  }

  std::size_t window_in_slot(Node node, std::uint64_t y) const {
    const std::uint32_t* const bounds = starts_.data() + child(node, y);
    return adaptive_radix::window_begin(y, node.shift, bounds[0], bounds[1]);
  }

  /// The depth is the same for all keys: a branch that is always predicted.
  std::size_t window_of(Key key) const {
    const std::uint64_t y = offset(key);
    Node node{0, root_shift_};
    if (depth_ == 3) node = top_[y >> root_shift_];
    if (depth_ > 1) node = nodes_[child(node, y)];
    return window_in_slot(node, y);
  }

  template <class Columns>
  static std::size_t search_window(const Columns& columns, std::size_t begin, Key key) {
    const std::size_t count = BestCountKernel::count_below(columns.keys() + begin, key);
    if (count - 1 < kWindow - 1) [[likely]]
      return begin + count;
    return search_outside(columns, begin, count != 0, key);
  }

  /// The window does not prove the answer: counts the 64 keys on its near side, and gallops on if that is not enough.
  template <class Columns>
  [[gnu::noinline]] static std::size_t search_outside(const Columns& columns, std::size_t begin, bool above, Key key) {
    constexpr std::size_t kNear = 4 * kWindow;
    const Key* const keys = columns.keys();
    const std::size_t near = above ? begin + kWindow : begin - std::min(begin, kNear);
    std::size_t count = 0;
    for (std::size_t i = 0; i < kNear; i += kWindow) count += BestCountKernel::count_below(keys + near + i, key);
    // All keys before `near` are below if we came from there; otherwise a counted key proves it.
    if ((above && count < kNear) || (!above && (count > 0 || near == 0))) return near + count;
    return gallop_lower_bound(keys, columns.size(), std::min(near + count, columns.size()), key);
  }

  PageArray<Node> top_;              ///< only with three tables
  PageArray<Node> nodes_;            ///< only with two or three
  PageArray<std::uint32_t> starts_;  ///< one a slot and one behind; each slot's end is the next one's start
  Key first_key_ = 0;
  std::uint64_t range_ = 0;  ///< largest key - smallest key
  unsigned depth_ = 1;
  unsigned root_shift_ = 0;
};

}  // namespace omenbench
