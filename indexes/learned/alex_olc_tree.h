// The tree of ALEX for many threads: how its shape changes while others read and write (see alex_olc.h for the source,
// the deviations and why readers find their way).
//
// Locks. An operation that changes the shape owns one data node, frozen, and replaces it; inner nodes are locked only
// while their pointers are changed, from the root downwards, and nobody who holds one waits for a data node. So no two
// threads wait for each other.
//
// Invariants. (1) While a node is in the tree, the range of keys that leads to it never shrinks: data nodes that are
// cut are replaced by two, pointers of an empty one go to its neighbour. (2) A node is marked as retired before any
// pointer to what replaces it can be seen, and its pointers and entries stay as they are from then on.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "core/types.h"
#include "indexes/learned/alex_build.h"
#include "indexes/learned/alex_counters.h"
#include "indexes/learned/alex_decision.h"
#include "indexes/learned/limbo.h"

namespace omenbench {

class AlexOlcTree {
 public:
  using Leaf = BasicAlexDataNode<AlexShared>;
  using Inner = BasicAlexInnerNode<AlexShared>;
  using Child = BasicAlexChild<AlexShared>;

  AlexOlcTree() : head_(0, 0, {Child(make_alex_node<AlexShared>({}, AlexDensity::kBuilt))}) {}
  AlexOlcTree(const AlexOlcTree&) = delete;
  AlexOlcTree& operator=(const AlexOlcTree&) = delete;
  ~AlexOlcTree() { destroy_alex(head_.slots[0]); }

  /// Not to be called beside anything else.
  void build(std::span<const Entry> entries) {
    destroy_alex(head_.slots[0]);
    head_.slots[0] = AlexBuilder<AlexShared>().subtree(entries);
  }

  // All that follows is to be called inside an operation (epochs.h), unless it says otherwise.

  Child root() const { return head_.child(0); }

  /// The leaf that the key led to at some moment of the call. If it has not been retired since, the key still does.
  Leaf* leaf(Key key) const {
    Child child = root();
    while (!child.is_data()) {
      const Inner* const node = child.inner();
      child = node->child(node->route(key));
    }
    return child.data();
  }

  /// A leaf, and the first key that does not lead to it, or a smaller one that does; 2^64 when there is none.
  struct Reach {
    const Leaf* leaf;
    unsigned __int128 end;
  };
  Reach reach(Key key) const;

  /// Replaces a full leaf by what takes another entry, or at least comes nearer to it. REQUIRES: `leaf` is the leaf of
  /// `key` and frozen by the caller, who owns it no longer afterwards.
  void make_room(Leaf* leaf, Key key);
  /// Replaces a sparse leaf, or one that rewrote too much; takes an empty one out. REQUIRES: as for make_room().
  void shrink(Leaf* leaf, Key key);

  /// Frees what nobody can be reading any more. Outside of operations, too.
  void clean() { limbo_.clean(); }

  /// To be called when no operation runs.
  AlexEvents events() const;
  std::uint64_t limbo_bytes() const { return limbo_.size_bytes(); }

 private:
  /// An inner node on the way from `head_`, and the slot taken there.
  struct Step {
    Inner* node;
    std::size_t slot;
  };
  using Path = std::vector<Step>;

  Leaf* descend(Key key, Path& path);
  static std::vector<Entry> extract(const Leaf& leaf);
  static bool lock(const Step& step, Child child);
  static bool lock_with_parent(const Path& path, Leaf* leaf);

  void restructure(Leaf* leaf, Key key);
  void replace(Leaf* leaf, Key key, Child child);
  void split_sideways(Leaf* leaf, Key key, std::span<const Entry> entries, const AlexBorder& border);
  void double_slots(const Path& path, Leaf* leaf);
  bool widen(Leaf* leaf, Key key, std::span<const Entry> entries);
  void remove_empty(Leaf* leaf, Key key);
  bool take_out(Leaf* leaf, Key key);

  void discard(const Leaf* leaf);
  void discard(const Inner* node) { limbo_.add(node, node->size_bytes()); }

  using Count = std::atomic<std::uint64_t>;
  static void count(Count& events, std::uint64_t added = 1) { events.fetch_add(added, std::memory_order_relaxed); }

  Inner head_;  ///< its only child is the root
  Limbo limbo_;
  Count expansions_{0}, retrains_{0}, sideways_splits_{0}, downward_splits_{0}, widenings_{0}, contractions_{0};
  Count shifted_{0}, inserted_{0};
};

inline AlexOlcTree::Reach AlexOlcTree::reach(Key key) const {
  Reach reach{nullptr, static_cast<unsigned __int128>(1) << 64};
  Child child = root();
  while (!child.is_data()) {
    const Inner& node = *child.inner();
    const std::size_t slot = node.route(key);
    child = node.child(slot);
    // Every slot that is seen to lead to the child is in its range, and so are those between.
    std::size_t known = slot;
    std::size_t step = 1;
    for (; known + step <= node.last && node.child(known + step) == child; step *= 2) known += step;
    for (; step > 0; step /= 2) {
      if (known + step <= node.last && node.child(known + step) == child) known += step;
    }
    if (known < node.last) reach.end = std::min(reach.end, node.begin_of(known + 1));
  }
  reach.leaf = child.data();
  return reach;
}

inline AlexEvents AlexOlcTree::events() const {
  return {.expansions = expansions_,
          .retrains = retrains_,
          .sideways_splits = sideways_splits_,
          .downward_splits = downward_splits_,
          .widenings = widenings_,
          .contractions = contractions_,
          .shifted = shifted_,
          .inserted = inserted_};
}

}  // namespace omenbench
