// The tree of ALEX for one thread and everything that changes its shape: bulk loading (alex_build.h), and what happens
// to a data node that is full or slower than expected (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD
// 2020, sections 4.2 to 4.6): expand, expand and retrain, split sideways, split downwards, widen the range of an inner
// node for keys beside it (decided in alex_decision.h, done in alex_actions.h).
//
// Deviations from the paper: costs are measured on insertions alone, because lookups must not write. Any inner node can
// be widened, not the root alone: growth beside a narrow range inside the tree would otherwise cost one level per data
// node. A split sideways may cut between any two child slots. The pointers of a data node that lost its last entry go
// to a neighbour, so that no empty node but a lone root remains and no reader has to walk over any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/types.h"
#include "indexes/learned/alex_build.h"
#include "indexes/learned/alex_counters.h"
#include "indexes/learned/alex_decision.h"

namespace omenbench {

class AlexTree {
 public:
  AlexTree() : root_(make_alex_node<AlexAlone>({}, AlexDensity::kBuilt)) {}
  AlexTree(const AlexTree&) = delete;
  AlexTree& operator=(const AlexTree&) = delete;
  ~AlexTree() { destroy_alex(root_); }

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

 private:
  /// An inner node on the way from the root, and the slot taken there.
  struct Step {
    AlexInnerNode* node;
    std::size_t slot;
  };
  using Path = std::vector<Step>;

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
  void split_sideways(AlexDataNode* leaf, const Step& step, std::span<const Entry> entries, const AlexBorder& border);
  void split_downwards(AlexDataNode* leaf, const Path& path, std::span<const Entry> entries, AlexFanoutTree& tree);
  bool widen(AlexDataNode* leaf, const Step& step, std::span<const Entry> entries);
  void cut_off(AlexDataNode* leaf, std::span<const Entry> kept, AlexDataNode* cut, bool behind);
  void remove_empty(AlexDataNode* leaf, Path& path);

  AlexChild root_;
  AlexEvents events_;
  std::vector<Entry> entries_;  ///< of the node that is being changed
};

inline void AlexTree::build(std::span<const Entry> entries) {
  destroy_alex(root_);
  root_ = AlexBuilder<AlexAlone>().subtree(entries);
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
