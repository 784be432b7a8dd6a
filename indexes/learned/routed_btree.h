// A B+tree whose inner levels are learned: an updatable index of our own for one writer. Leaves are those of the B+tree
// (btree.h), 30 sorted keys in 512 bytes counted by SIMD; what leads to them is an adaptive radix table over the
// boundaries between leaves (routed_directory.h), two table reads and one bucket whatever the number of keys. Only
// boundaries are modelled, one for some 20 keys, so that models are small, cheap to fit and changed by splits alone.
//
// What is ours and why is in docs/adr/0011-routed-btree.md. It owes to: adaptive radix tables (adaptive_radix.h);
// ALEX's inner nodes, whose models also choose children without a search (Ding et al., "ALEX: an updatable adaptive
// learned index", SIGMOD 2020, section 3.2); extendible hashing, whose directory also grows without moving what it
// points to (Fagin et al., TODS 1979); and B+trees with SIMD nodes, into which a bucket, or all of the directory, turns
// where no model fits.
//
// Bounds: a lookup reads two table entries, one bucket, where models do not pay the nodes of a B+tree of the boundaries
// of one bucket, and one leaf. A region of up to 256 buckets is planned anew when the boundaries in its trees have
// grown by half of all it had, the whole directory when boundaries have doubled or trees gained half of them: amortised
// a constant number of steps a split, and a split is seen by one insert in 15 or fewer. The tables take at most 96
// bytes a leaf.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/types.h"
#include "indexes/learned/routed_build.h"
#include "indexes/learned/routed_directory.h"
#include "indexes/learned/routed_leaf.h"
#include "indexes/trees/node_pool.h"

namespace omenbench {

class RoutedBTree {
 public:
  using Leaf = RoutedLeaf<NoLock>;
  using Directory = RoutedDirectory<Leaf>;

  void build(std::span<const Entry> entries) { build_routed_leaves(entries, leaves_, directory_); }

  bool find(Key key, Payload& payload) const {
    const Leaf* const leaf = directory_.find(key);
    leaf->prefetch_payloads();
    const std::size_t i = leaf->lower_bound(key);
    if (!leaf->holds(i, key)) return false;
    payload = leaf->payloads[i];
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    Directory::RoutedBucket* const bucket = directory_.bucket_of(from);
    const Leaf* leaf = bucket->find(from);
    if (out.size() > 1) {
      leaf->prefetch();
      const std::size_t wanted = out.size() / (Leaf::kSlots * 3 / 4) + 1;
      Directory::prefetch_behind(bucket, from, std::min(kScanAhead, wanted));
    }
    std::size_t copied = 0;
    for (std::size_t i = leaf->lower_bound(from);; i = 0) {
      const std::size_t count = i < leaf->count ? std::min(leaf->count - i, out.size() - copied) : 0;
      for (std::size_t j = 0; j < count; ++j) out[copied + j] = {leaf->keys[i + j], leaf->payloads[i + j]};
      copied += count;
      leaf = leaf->next;
      if (copied == out.size() || leaf == nullptr) return copied;
    }
  }

  bool update(Key key, Payload payload) {
    Leaf* const leaf = directory_.find(key);
    const std::size_t i = leaf->lower_bound(key);
    if (!leaf->holds(i, key)) return false;
    leaf->payloads[i] = payload;
    return true;
  }

  bool insert(Key key, Payload payload) {
    Leaf* const leaf = directory_.find(key);
    const std::size_t i = leaf->lower_bound(key);
    if (leaf->holds(i, key)) return false;
    if (leaf->full()) {
      split(leaf, i, key, payload);
    } else {
      leaf->insert_at(i, key, payload);
    }
    return true;
  }

  bool erase(Key key) {
    Leaf* const leaf = directory_.find(key);
    const std::size_t i = leaf->lower_bound(key);
    if (!leaf->holds(i, key)) return false;
    leaf->erase_at(i);
    if (leaf->count <= Leaf::kThin) take_in_right(leaf);
    return true;
  }

  /// All keys of a group go through each step together, so that their cache misses overlap.
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::size_t size = std::min(kGroup, keys.size() - begin);
      find_group(keys.subspan(begin, size), payloads.data() + begin, found.data() + begin);
    }
  }

  std::uint64_t size_bytes() const { return leaves_.size_bytes() + directory_.size_bytes(); }

  std::vector<Counter> counters() const { return routed_counters(directory_); }

  /// For tests.
  const Directory& directory() const { return directory_; }
  std::size_t leaf_count() const { return leaves_.in_use(); }

 private:
  static constexpr std::size_t kGroup = 32;
  static constexpr std::size_t kScanAhead = 8;

  /// Inserts into a full leaf, at slot `i`.
  void split(Leaf* leaf, std::size_t i, Key key, Payload payload) {
    Leaf* const right = leaves_.take();
    split_routed_leaf(*leaf, *right, i, key, payload);
    directory_.insert(leaf, {right->floor, right});
  }

  /// Merges a thin leaf with its right neighbour, if both fit into one: with room to spare unless one is empty.
  void take_in_right(Leaf* leaf) {
    Leaf* const right = leaf->next;
    if (right == nullptr) return;
    if (!leaf->takes_in(*right) || !directory_.remove(right->floor, leaf, right)) return;
    leaf->merge(*right);
    leaves_.give(right);
    directory_.shrink();
  }

  void find_group(std::span<const Key> keys, Payload* payloads, bool* found) const {
    const Directory::RoutedBucket* buckets[kGroup];
    const Leaf* leaves[kGroup];
    std::size_t slots[kGroup];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      buckets[i] = directory_.bucket_of(keys[i]);
      buckets[i]->prefetch();
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      leaves[i] = buckets[i]->find(keys[i]);
      leaves[i]->prefetch_keys();
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      slots[i] = leaves[i]->lower_bound(keys[i]);
      __builtin_prefetch(leaves[i]->payloads + slots[i]);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      found[i] = leaves[i]->holds(slots[i], keys[i]);
      if (found[i]) payloads[i] = leaves[i]->payloads[slots[i]];
    }
  }

  NodePool<Leaf, false, kPagesAhead> leaves_;
  Directory directory_;
};

}  // namespace omenbench
