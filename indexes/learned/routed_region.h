// The bottom of the learned directory of routed_btree.h: buckets of two cache lines, each for an equally wide range of
// keys, and regions of consecutive buckets that share one model, a shift.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "core/types.h"
#include "indexes/learned/routed_boundary_tree.h"
#include "indexes/trees/btree_node.h"
#include "indexes/trees/node_search.h"

namespace omenbench {

inline constexpr std::size_t kBucketBytes = 128;

/// Boundaries of a bucket. Where others read while one writes, an address is a word of its own, and fewer fit.
template <class Leaf>
inline constexpr std::size_t kBucketSlots = kReadByOthers<Leaf> ? 7 : 8;

/// The addresses in a bucket, each of as many bytes as x86-64 and AArch64 use, and its place in its region.
template <std::size_t kCount, bool kShared>
class RoutedChildren {
 public:
  void restart(std::size_t number) {
    std::memset(bytes_, 0, sizeof(bytes_));
    const auto stored = static_cast<std::uint16_t>(number);
    std::memcpy(bytes_ + kNumberAt, &stored, sizeof(stored));
  }
  std::size_t number() const {
    std::uint16_t stored;
    std::memcpy(&stored, bytes_ + kNumberAt, sizeof(stored));
    return stored;
  }
  std::uintptr_t get(std::size_t i) const {
    std::uint64_t word;
    std::memcpy(&word, bytes_ + i * kAddressBytes, sizeof(word));
    return word & ((std::uint64_t{1} << (8 * kAddressBytes)) - 1);
  }
  void set(std::size_t i, std::uintptr_t value) { std::memcpy(bytes_ + i * kAddressBytes, &value, kAddressBytes); }

 private:
  static constexpr std::size_t kAddressBytes = 6;
  static constexpr std::size_t kNumberAt = kBucketBytes - (kCount - 1) * sizeof(Key) - 2;
  std::byte bytes_[kNumberAt + 2];
};

/// The same for several readers and one writer: what an address leads to was written before it.
template <std::size_t kCount>
class RoutedChildren<kCount, true> {
 public:
  void restart(std::size_t number) {
    std::fill_n(words_, kCount, 0);
    number_ = static_cast<std::uint16_t>(number);
  }
  std::size_t number() const { return number_; }
  std::uintptr_t get(std::size_t i) const { return __atomic_load_n(words_ + i, __ATOMIC_ACQUIRE); }
  void set(std::size_t i, std::uintptr_t value) { __atomic_store_n(words_ + i, value, __ATOMIC_RELEASE); }

 private:
  std::uintptr_t words_[kCount];
  std::uint16_t number_;
};

/// Up to eight boundaries between nine leaves, all counted by one or two instructions, or a tree of any number. What is
/// left of the first boundary is the leaf that covers the bucket's smallest key. What others find while it is changed
/// is a hint, as in BoundaryTrees.
template <class Leaf>
class alignas(64) RoutedBucket {
 public:
  using Boundary = omenbench::Boundary<Leaf>;
  using BoundaryTrees = omenbench::BoundaryTrees<Leaf>;
  static constexpr bool kShared = BoundaryTrees::kShared;
  static constexpr std::size_t kSlots = kBucketSlots<Leaf>;

  void restart(std::size_t number, Leaf* first) {
    std::fill_n(separators_, kSlots, kEmptySlot);
    children_.restart(number);
    set_child(0, reinterpret_cast<std::uintptr_t>(first));
  }

  /// Its place in its region.
  std::size_t number() const { return children_.number(); }

  /// Asks for its cache lines.
  void prefetch() const {
    __builtin_prefetch(this);
    __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + 64);
  }

  std::size_t slot_of(Key key) const { return slots_below<kShared, kSlots>(separators_, key); }

  Leaf* find(Key key) const {
    const std::uintptr_t found = child(slot_of(key));
    if ((found & kTree) == 0) return reinterpret_cast<Leaf*>(found);
    return BoundaryTrees::find(tree_of(found), key);
  }

  Leaf* first_leaf() const {
    const std::uintptr_t first = child(0);
    if ((first & kTree) == 0) return reinterpret_cast<Leaf*>(first);
    return BoundaryTrees::first_leaf(tree_of(first));
  }
  void set_first_leaf(Leaf* leaf) {
    const std::uintptr_t first = child(0);
    if ((first & kTree) == 0) return set_child(0, reinterpret_cast<std::uintptr_t>(leaf));
    BoundaryTrees::set_first_leaf(tree_of(first), leaf);
  }

  /// The tree's root, or null.
  typename BoundaryTrees::Node* tree() const {
    const std::uintptr_t first = child(0);
    return (first & kTree) == 0 ? nullptr : tree_of(first);
  }
  void set_tree(typename BoundaryTrees::Node* root) {
    for (Key& separator : separators_) store_word<kShared>(separator, kEmptySlot);
    set_child(0, reinterpret_cast<std::uintptr_t>(root) | kTree);
  }

  /// For a bucket without a tree.
  std::size_t size() const { return slot_of(kEmptySlot); }
  Boundary boundary(std::size_t i) const { return {separators_[i], reinterpret_cast<Leaf*>(child(i + 1))}; }
  Leaf* leaf(std::size_t i) const { return reinterpret_cast<Leaf*>(child(i)); }

  /// With room for one more. True if it became the last.
  bool insert(const Boundary& boundary) {
    const std::size_t i = slot_of(boundary.key);
    for (std::size_t j = kSlots - 1; j > i; --j) {
      set_child(j + 1, child(j));
      store_word<kShared>(separators_[j], separators_[j - 1]);
    }
    set_child(i + 1, reinterpret_cast<std::uintptr_t>(boundary.right));
    store_word<kShared>(separators_[i], boundary.key);
    return i + 1 == kSlots || separators_[i + 1] == kEmptySlot;
  }

  void remove(Key key) {
    for (std::size_t i = slot_of(key); i + 1 < kSlots; ++i) {
      store_word<kShared>(separators_[i], separators_[i + 1]);
      set_child(i + 1, child(i + 2));
    }
    store_word<kShared>(separators_[kSlots - 1], kEmptySlot);
  }

 private:
  static constexpr std::uintptr_t kTree = 1;

  std::uintptr_t child(std::size_t i) const { return children_.get(i); }
  void set_child(std::size_t i, std::uintptr_t value) { children_.set(i, value); }
  static typename BoundaryTrees::Node* tree_of(std::uintptr_t tagged) {
    return reinterpret_cast<typename BoundaryTrees::Node*>(tagged & ~kTree);
  }

  Key separators_[kSlots];
  RoutedChildren<kSlots + 1, kShared> children_;
};
static_assert(sizeof(RoutedBucket<void>) == kBucketBytes);

inline constexpr std::size_t kRegionBytes = 64;

/// What precedes the buckets of a region in memory. Positions are keys relative to the directory's smallest.
template <class Leaf>
struct alignas(64) RoutedRegion {
  using Bucket = RoutedBucket<Leaf>;

  Key low;   ///< smallest position
  Key high;  ///< largest position
  RoutedRegion* previous;
  RoutedRegion* next;
  std::uint32_t buckets;
  std::uint32_t entries_begin;  ///< who refers to it: [begin, end) in the directory's second table
  std::uint32_t entries_end;
  std::uint32_t boundaries;  ///< when it was planned
  std::uint32_t in_trees;    ///< boundaries in trees, now
  std::uint32_t limit;       ///< more of those, and the region is planned anew
  std::uint32_t trees;       ///< buckets that have one
  std::uint32_t shift;

  Bucket* bucket(std::size_t i) { return reinterpret_cast<Bucket*>(this + 1) + i; }
  static RoutedRegion* of(Bucket* bucket) { return reinterpret_cast<RoutedRegion*>(bucket - bucket->number()) - 1; }

  static std::size_t bytes_of(std::size_t buckets) { return kRegionBytes + buckets * kBucketBytes; }
  std::size_t size_bytes() const { return bytes_of(buckets); }
};
static_assert(sizeof(RoutedRegion<void>) == kRegionBytes);

}  // namespace omenbench
