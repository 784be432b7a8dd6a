// The tree of ALEX and everything that changes its shape: bulk loading, and what happens to a data node that is full or
// slower than expected (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD 2020, sections 4.2 to 4.6):
// expand, expand and retrain, split sideways, split downwards, widen the range of an inner node for keys beside it.
//
// Deviations from the paper: costs are measured on insertions alone, because lookups must not write. Any inner node can
// be widened, not the root alone: growth beside a narrow range inside the tree would otherwise cost one level per data
// node. A split sideways may cut between any two child slots. The pointers of a data node that lost its last entry go
// to a neighbour, so that no empty node but a lone root remains and no reader has to walk over any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/types.h"
#include "indexes/learned/alex_data_node.h"
#include "indexes/learned/alex_data_node_writes.h"
#include "indexes/learned/alex_fanout_tree.h"
#include "indexes/learned/alex_inner_node.h"

namespace omenbench {

/// What the tree did since it was built.
struct AlexEvents {
  std::uint64_t expansions = 0;
  std::uint64_t retrains = 0;
  std::uint64_t sideways_splits = 0;
  std::uint64_t downward_splits = 0;
  std::uint64_t widenings = 0;
  std::uint64_t contractions = 0;
  std::uint64_t shifted = 0;   ///< entries moved by insertions, in nodes that were rebuilt since
  std::uint64_t inserted = 0;  ///< the same for insertions
};

class AlexTree {
 public:
  AlexTree() : root_(make_node({}, AlexDensity::kBuilt)) {}
  AlexTree(const AlexTree&) = delete;
  AlexTree& operator=(const AlexTree&) = delete;
  ~AlexTree() { destroy(root_); }

  void build(std::span<const Entry> entries);

  AlexChild root() const { return root_; }
  const AlexEvents& events() const { return events_; }

  AlexDataNode* leaf(Key key) const {
    AlexChild child = root_;
    while (!child.is_data()) {
      const AlexInnerNode* const node = child.inner();
      child = node->slots[node->route(key)];
    }
    return child.data();
  }

  /// Changes the leaf of `key` until it takes another entry.
  void make_room(Key key);
  /// To be called with the leaf of `key` after an erasure that left it sparse or empty, or that asks for a rebuild.
  void shrink(AlexDataNode* leaf, Key key);

  /// Calls `on_inner` for every inner and `on_data` for every data node, once each.
  template <class OnInner, class OnData>
  void visit(OnInner on_inner, OnData on_data) const {
    visit(root_, on_inner, on_data);
  }

 private:
  /// An inner node on the way from the root, and the slot taken there.
  struct Step {
    AlexInnerNode* node;
    std::size_t slot;
  };
  using Path = std::vector<Step>;

  /// Where a data node can be cut in two: at the beginning of a child slot, which may have to be made first.
  struct Border {
    std::size_t slot;   ///< first child slot of the right half, counted after the split of slots
    std::size_t count;  ///< entries before it
    bool split_slots;
  };

  /// Fewest keys that a split is considered for.
  static constexpr std::size_t kSplitKeys = 64;
  /// Data nodes above this size are split when they rewrite too much.
  static constexpr std::size_t kBusyKeys = 1024;
  /// An inner node of more slots than that may have at most kSlotsPerChild per child.
  static constexpr std::size_t kFreeSlots = 64;
  static constexpr std::size_t kSlotsPerChild = 8;
  /// The same for widening, which children follow to fill.
  static constexpr std::size_t kWideSlotsPerChild = 64;
  static constexpr std::size_t kMaxSlots = std::size_t{1} << 20;
  static constexpr unsigned kSplitLevels = 4;

  static bool may_double(const AlexInnerNode& node, std::size_t slots_per_child) {
    const std::size_t slots = node.children.size() * 2;
    return slots <= kMaxSlots && (slots <= kFreeSlots || slots <= slots_per_child * node.child_count);
  }

  static AlexDataNode* make_node(std::span<const Entry> entries, double density) {
    const std::size_t capacity = AlexDataNode::capacity_for(entries.size(), density);
    return new AlexDataNode(entries, capacity, fit_alex(entries, capacity));
  }

  /// Whether free slots at the end are all that this node lacks, and would not leave it too sparse.
  static bool may_extend(const AlexDataNode& leaf) {
    return leaf.appends() &&
           static_cast<double>(leaf.size()) > AlexDensity::kExtended * static_cast<double>(extended_capacity(leaf));
  }
  static std::size_t extended_capacity(const AlexDataNode& leaf) {
    return std::max(AlexDataNode::capacity_for(leaf.size(), AlexDensity::kExpanded), leaf.end() + leaf.end() / 2);
  }

  template <class OnInner, class OnData>
  static void visit(AlexChild child, OnInner& on_inner, OnData& on_data) {
    if (child.is_data()) return on_data(*child.data());
    on_inner(*child.inner());
    const std::vector<AlexChild>& children = child.inner()->children;
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (i == 0 || children[i] != children[i - 1]) visit(children[i], on_inner, on_data);
    }
  }

  static void destroy(AlexChild child) {
    if (child.is_data()) {
      delete child.data();
      return;
    }
    AlexInnerNode* const node = child.inner();
    for (std::size_t i = 0; i < node->children.size(); ++i) {
      if (i + 1 == node->children.size() || node->slots[i] != node->slots[i + 1]) destroy(node->slots[i]);
    }
    delete node;
  }

  /// Leaves are chained in key order: `append_leaf` extends a chain that `last` ends.
  static void append_leaf(AlexDataNode*& last, AlexDataNode* leaf) {
    leaf->previous = last;
    if (last != nullptr) last->next = leaf;
    last = leaf;
  }

  AlexChild build_subtree(std::span<const Entry> entries, AlexDataNode*& last);
  AlexInnerNode* build_inner(std::span<const Entry> entries, AlexFanoutTree& tree, AlexDataNode*& last);

  AlexDataNode* descend(Key key, Path& path) const;
  std::span<const Entry> extract(const AlexDataNode& leaf);
  /// Keeps what a node counted before it is rebuilt or deleted.
  void remember(const AlexDataNode& leaf) {
    events_.shifted += leaf.shifted();
    events_.inserted += leaf.inserted();
  }
  /// Lets all pointers to the last step's child (or the root) lead to `child`.
  void replace(const Path& path, AlexChild child);

  void expand(AlexDataNode* leaf);
  void restructure(AlexDataNode* leaf, Path& path);
  bool find_border(const Step& step, std::span<const Entry> entries, Border& border) const;
  void split_sideways(AlexDataNode* leaf, const Step& step, std::span<const Entry> entries, const Border& border);
  void split_downwards(AlexDataNode* leaf, const Path& path, std::span<const Entry> entries, AlexFanoutTree& tree);
  bool widen(AlexDataNode* leaf, const Step& step, std::span<const Entry> entries);
  void cut_off(AlexDataNode* leaf, std::span<const Entry> kept, AlexDataNode* cut, bool behind);
  void remove_empty(AlexDataNode* leaf, Path& path);

  AlexChild root_;
  AlexEvents events_;
  std::vector<Entry> entries_;  ///< of the node that is being changed
};

inline void AlexTree::build(std::span<const Entry> entries) {
  destroy(root_);
  AlexDataNode* last = nullptr;
  root_ = build_subtree(entries, last);
}

/// One data node, or an inner node over several when that is cheaper.
inline AlexChild AlexTree::build_subtree(std::span<const Entry> entries, AlexDataNode*& last) {
  const std::size_t capacity = AlexDataNode::capacity_for(entries.size(), AlexDensity::kBuilt);
  const bool fits = entries.size() <= AlexFanoutTree::kMaxKeys;
  AlexFit fit;
  if (fits) fit = fit_alex(entries, capacity);
  // An inner node costs a traversal at least.
  if (!fits || (entries.size() >= kSplitKeys && fit.cost() > AlexCosts::kTraversal)) {
    AlexFanoutTree tree(entries);
    if (!fits || tree.cost() < AlexFanoutTree::data_node_cost(entries, fit.cost())) {
      return AlexChild(build_inner(entries, tree, last));
    }
  }
  auto* const leaf = new AlexDataNode(entries, capacity, fit);
  append_leaf(last, leaf);
  return AlexChild(leaf);
}

inline AlexInnerNode* AlexTree::build_inner(std::span<const Entry> entries, AlexFanoutTree& tree, AlexDataNode*& last) {
  const std::vector<AlexCut> cuts = tree.cuts();
  std::vector<AlexChild> children;
  children.reserve(std::size_t{1} << tree.fanout_bits());
  for (const AlexCut& cut : cuts) {
    children.resize(cut.slot_end, build_subtree(entries.subspan(cut.begin, cut.end - cut.begin), last));
  }
  auto* const node = new AlexInnerNode(entries.front().key, tree.shift(), std::move(children));
  node->child_count = cuts.size();
  return node;
}

inline AlexDataNode* AlexTree::descend(Key key, Path& path) const {
  AlexChild child = root_;
  while (!child.is_data()) {
    AlexInnerNode* const node = child.inner();
    path.push_back({node, node->route(key)});
    child = node->slots[path.back().slot];
  }
  return child.data();
}

inline std::span<const Entry> AlexTree::extract(const AlexDataNode& leaf) {
  entries_.resize(std::max(entries_.size(), leaf.size()));
  const std::span<Entry> entries(entries_.data(), leaf.size());
  leaf.copy(0, entries);
  return entries;
}

inline void AlexTree::replace(const Path& path, AlexChild child) {
  if (path.empty()) {
    root_ = child;
  } else {
    path.back().node->point(path.back().node->run_of(path.back().slot), child);
  }
}

}  // namespace omenbench
