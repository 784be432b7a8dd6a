// The sorted keys as an implicit binary tree in breadth-first order, searched from the root without branches: the
// children of slot k are 2k and 2k+1, and the eight slots that lie three levels below a slot share a cache line, which
// is fetched while the search is still above it (Khuong and Morin, "Array layouts for comparison-based searching", JEA
// 2017, sections 3.3 and 3.4).
//
// Payloads lie in the same order, so that a lookup ends with one more access and not with a detour over a sorted copy;
// scans walk the tree in order, which the paper does not treat.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "core/page_allocator.h"
#include "core/types.h"

namespace omenbench {

/// Static: payloads can be overwritten, keys neither added nor removed. O(log n) lookups; 16 bytes a key.
class Eytzinger {
 public:
  void build(std::span<const Entry> entries) {
    size_ = entries.size();
    keys_ = PageArray<Key>(size_ + 1);
    payloads_ = PageArray<Payload>(size_ + 1);
    levels_ = static_cast<int>(std::bit_width(size_));
    std::size_t slot = first();
    for (const Entry& entry : entries) {
      keys_[slot] = entry.key;
      payloads_[slot] = entry.payload;
      slot = next(slot);
    }
  }

  bool find(Key key, Payload& payload) const {
    const std::size_t slot = search(key);
    if (slot == 0 || keys_[slot] != key) return false;
    payload = payloads_[slot];
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const {
    const std::size_t slot = search(key);
    if (slot == 0) return false;
    entry = {keys_[slot], payloads_[slot]};
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    for (std::size_t slot = search(from); slot != 0 && count < out.size(); slot = next(slot)) {
      out[count++] = {keys_[slot], payloads_[slot]};
    }
    return count;
  }

  bool update(Key key, Payload payload) {
    const std::size_t slot = search(key);
    if (slot == 0 || keys_[slot] != key) return false;
    payloads_[slot] = payload;
    return true;
  }

  /// All levels but the last are full, so that a group of keys goes down level by level together.
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    constexpr std::size_t kGroup = 32;
    std::size_t slots[kGroup];
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::span<const Key> group = keys.subspan(begin, std::min(kGroup, keys.size() - begin));
      descend(group, slots);
      for (std::size_t i = 0; i < group.size(); ++i) {
        const std::size_t slot = slots[i];
        found[begin + i] = slot != 0 && keys_[slot] == group[i];
        if (found[begin + i]) payloads[begin + i] = payloads_[slot];
      }
    }
  }

  std::uint64_t size_bytes() const { return keys_.size() * sizeof(Key) + payloads_.size() * sizeof(Payload); }

 protected:
  /// Slot of the first key not below `key`, or 0. The path turned left last at that slot: cutting the right turns after
  /// it (trailing ones) and the left turn itself (a zero) leads back there.
  std::size_t search(Key key) const {
    std::size_t slot = 1;
    while (slot <= size_) {
      __builtin_prefetch(keys_.data() + slot * 8);
      slot = 2 * slot + (keys_[slot] < key);
    }
    return cut(slot);
  }

  static std::size_t cut(std::size_t slot) { return slot >> (std::countr_one(slot) + 1); }

  void descend(std::span<const Key> keys, std::size_t* slots) const {
    for (std::size_t i = 0; i < keys.size(); ++i) slots[i] = 1;
    for (int level = 0; level + 1 < levels_; ++level) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        slots[i] = 2 * slots[i] + (keys_[slots[i]] < keys[i]);
        __builtin_prefetch(keys_.data() + slots[i]);
      }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (slots[i] <= size_) slots[i] = 2 * slots[i] + (keys_[slots[i]] < keys[i]);
      slots[i] = cut(slots[i]);
      __builtin_prefetch(payloads_.data() + slots[i]);
    }
  }

  /// Leftmost slot, or 0 when empty.
  std::size_t first() const { return std::bit_floor(size_); }

  /// In-order successor, or 0 after the last.
  std::size_t next(std::size_t slot) const {
    if (2 * slot + 1 > size_) return cut(slot);
    slot = 2 * slot + 1;
    while (2 * slot <= size_) slot *= 2;
    return slot;
  }

  PageArray<Key> keys_;  ///< slot 0 is unused
  PageArray<Payload> payloads_;
  std::size_t size_ = 0;
  int levels_ = 0;  ///< of the tree, the last one perhaps not full
};

}  // namespace omenbench
