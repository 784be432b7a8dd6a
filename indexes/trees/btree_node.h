// The nodes of the B+tree in btree.h: how keys, payloads and children lie in memory, and every change to a single node
// or to two neighbours. Nothing here takes a lock; whoever changes a node holds the locks of all nodes involved.
//
// Layout: the keys come first, then the lock and the counts, then payloads or children. So a search reads the key lines
// and what it must know beside them from one run of cache lines, and the other half of the node in one line only.
//
// Invariants. (1) Slots from count on hold the largest key, which is below no key: searches need not know the count.
// (2) All keys below children[i] are at most keys[i] and above keys[i - 1]. (3) No separator is the largest key.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/types.h"
#include "indexes/trees/node_lock.h"
#include "indexes/trees/node_search.h"
#include "indexes/trees/split_words.h"

namespace omenbench {

template <class K>
inline constexpr K kEmptySlotOf = ~K{0};
inline constexpr Key kEmptySlot = kEmptySlotOf<Key>;

/// Entries in key order and a link to the leaf with the next larger keys.
template <class Lock, std::size_t kBytes, class K = Key>
struct alignas(64) BTreeLeaf {
  static constexpr bool kShared = Lock::kShared;
  static constexpr std::uint32_t kSlots = (kBytes - 32) / (sizeof(K) + sizeof(Payload));
  /// A leaf with no more entries is mended before it loses one.
  static constexpr std::uint32_t kThin = kSlots / 4;

  NodeKeys<K, kSlots> keys;
  Lock lock;
  std::uint32_t count = 0;
  BTreeLeaf* next = nullptr;
  Payload payloads[kSlots];

  BTreeLeaf() {
    for (std::size_t i = 0; i < kSlots; ++i) keys[i] = kEmptySlotOf<K>;
  }

  std::uint32_t size() const { return load_word<kShared>(count); }
  K key(std::size_t i) const { return load_word<kShared>(keys[i]); }
  Payload payload(std::size_t i) const { return load_word<kShared>(payloads[i]); }
  BTreeLeaf* right() const { return load_word<kShared>(next); }

  std::size_t lower_bound(K probe) const { return slots_below<kShared, kSlots>(keys, probe); }
  /// Whether `probe`, whose lower bound is `i`, is there.
  bool holds(std::size_t i, K probe) const { return i < size() && key(i) == probe; }

  void insert_at(std::size_t i, K key, Payload payload) {
    move_words<kShared>(keys + i, count - i, 1);
    move_words<kShared>(payloads + i, count - i, 1);
    store_word<kShared>(keys[i], key);
    store_word<kShared>(payloads[i], payload);
    store_word<kShared>(count, count + 1);
  }

  void erase_at(std::size_t i) {
    move_words<kShared>(keys + i + 1, count - i - 1, -1);
    move_words<kShared>(payloads + i + 1, count - i - 1, -1);
    truncate(count - 1);
  }

  /// Moves the entries from `begin` on to the empty leaf `to`, which becomes the right neighbour; returns the
  /// separator.
  K split_to(BTreeLeaf& to, std::uint32_t begin) {
    copy_words<kShared>(to.keys, keys + begin, count - begin);
    copy_words<kShared>(to.payloads, payloads + begin, count - begin);
    store_word<kShared>(to.count, count - begin);
    store_word<kShared>(to.next, next);
    store_word<kShared>(next, &to);
    truncate(begin);
    return keys[begin - 1];
  }

  /// Takes all entries of the right neighbour, which must fit.
  void merge(BTreeLeaf& from) {
    copy_words<kShared>(keys + count, from.keys, from.count);
    copy_words<kShared>(payloads + count, from.payloads, from.count);
    store_word<kShared>(count, count + from.count);
    store_word<kShared>(next, from.next);
    from.truncate(0);
  }

  /// Makes this leaf and its right neighbour equally full; returns the new separator.
  K balance(BTreeLeaf& with) {
    const std::uint32_t half = (count + with.count) / 2;
    if (count < half) {
      const std::uint32_t moved = half - count;
      copy_words<kShared>(keys + count, with.keys, moved);
      copy_words<kShared>(payloads + count, with.payloads, moved);
      store_word<kShared>(count, half);
      move_words<kShared>(with.keys + moved, with.count - moved, -static_cast<std::ptrdiff_t>(moved));
      move_words<kShared>(with.payloads + moved, with.count - moved, -static_cast<std::ptrdiff_t>(moved));
      with.truncate(with.count - moved);
    } else if (count > half) {
      const std::uint32_t moved = count - half;
      move_words<kShared>(with.keys, with.count, moved);
      move_words<kShared>(with.payloads, with.count, moved);
      copy_words<kShared>(with.keys, keys + half, moved);
      copy_words<kShared>(with.payloads, payloads + half, moved);
      store_word<kShared>(with.count, with.count + moved);
      truncate(half);
    }
    return keys[count - 1];
  }

  void truncate(std::uint32_t size) {
    for (std::uint32_t i = size; i < count; ++i) store_word<kShared>(keys[i], kEmptySlotOf<K>);
    store_word<kShared>(count, size);
  }
};

/// count separators between count + 1 children.
template <class Lock, std::size_t kBytes, class K = Key>
struct alignas(64) BTreeInner {
  static constexpr bool kShared = Lock::kShared;
  static constexpr std::uint32_t kSlots = (kBytes - 24) / (sizeof(K) + sizeof(void*));
  /// An inner node with no more separators is mended before something below it may be merged. At least 1, so that every
  /// child has a neighbour.
  static constexpr std::uint32_t kThin = std::max(kSlots / 4, std::uint32_t{1});

  NodeKeys<K, kSlots> keys;
  Lock lock;
  std::uint32_t count = 0;
  std::uint32_t level = 1;  ///< 1: the children are leaves
  void* children[kSlots + 1] = {};

  BTreeInner() {
    for (std::size_t i = 0; i < kSlots; ++i) keys[i] = kEmptySlotOf<K>;
  }

  std::uint32_t size() const { return load_word<kShared>(count); }
  bool full() const { return size() == kSlots; }
  bool thin() const { return size() <= kThin; }
  void* child(std::size_t i) const { return load_word<kShared>(children[i]); }
  std::size_t slot_of(K probe) const { return slots_below<kShared, kSlots>(keys, probe); }

  /// Makes this the parent of one child.
  void restart(std::uint32_t new_level, void* only) {
    truncate(0);
    store_word<kShared>(level, new_level);
    store_word<kShared>(children[0], only);
  }

  /// children[i] has been split: `right` holds what is above `separator`.
  void insert_child(std::size_t i, K separator, void* right) {
    move_words<kShared>(keys + i, count - i, 1);
    move_words<kShared>(children + i + 1, count - i, 1);
    store_word<kShared>(keys[i], separator);
    store_word<kShared>(children[i + 1], right);
    store_word<kShared>(count, count + 1);
  }

  /// children[i + 1] has been merged into children[i].
  void erase_child(std::size_t i) {
    move_words<kShared>(keys + i + 1, count - i - 1, -1);
    move_words<kShared>(children + i + 2, count - i - 1, -1);
    truncate(count - 1);
  }

  /// Moves the children from `begin` on to `to`; returns the separator between the two nodes.
  K split_to(BTreeInner& to, std::uint32_t begin) {
    const K separator = keys[begin - 1];
    to.truncate(0);
    store_word<kShared>(to.level, level);
    copy_words<kShared>(to.keys, keys + begin, count - begin);
    copy_words<kShared>(to.children, children + begin, count - begin + 1);
    store_word<kShared>(to.count, count - begin);
    truncate(begin - 1);
    return separator;
  }

  /// Takes all children of the right neighbour; `separator` lies between the two.
  void merge(BTreeInner& from, K separator) {
    store_word<kShared>(keys[count], separator);
    copy_words<kShared>(keys + count + 1, from.keys, from.count);
    copy_words<kShared>(children + count + 1, from.children, from.count + 1);
    store_word<kShared>(count, count + 1 + from.count);
  }

  /// Makes this node and its right neighbour about equally full; returns the new separator.
  K balance(BTreeInner& with, K separator) {
    K all_keys[2 * kSlots + 1];
    void* all_children[2 * kSlots + 2];
    for (std::size_t i = 0; i < count; ++i) all_keys[i] = keys[i];
    all_keys[count] = separator;
    for (std::size_t i = 0; i < with.count; ++i) all_keys[count + 1 + i] = with.keys[i];
    std::copy_n(children, count + 1, all_children);
    std::copy_n(with.children, with.count + 1, all_children + count + 1);
    const std::uint32_t total = count + 1 + with.count;
    const std::uint32_t half = total / 2;
    fill(std::span<const K>(all_keys, half), all_children);
    with.fill(std::span<const K>(all_keys + half + 1, total - half - 1), all_children + half + 1);
    return all_keys[half];
  }

  void truncate(std::uint32_t size) {
    for (std::uint32_t i = size; i < count; ++i) store_word<kShared>(keys[i], kEmptySlotOf<K>);
    store_word<kShared>(count, size);
  }

 private:
  void fill(std::span<const K> new_keys, void* const* new_children) {
    const auto size = static_cast<std::uint32_t>(new_keys.size());
    truncate(std::min(count, size));
    copy_words<kShared>(keys, new_keys.data(), size);
    copy_words<kShared>(children, new_children, size + std::size_t{1});
    store_word<kShared>(count, size);
  }
};

}  // namespace omenbench
