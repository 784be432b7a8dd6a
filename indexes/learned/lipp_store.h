// The trees below a slot of LIPP: building, releasing and reading them, and the sorted arrays that hold a few
// conflicting entries. Lipp (lipp.h) decides when; the functions here know how.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <vector>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "core/page_allocator.h"
#include "core/types.h"
#include "indexes/learned/lipp_fit.h"
#include "indexes/learned/lipp_node.h"
#include "indexes/learned/lipp_pool.h"

namespace omenbench::lipp {

/// The payload of `key` in a conflict array, or nullptr.
inline const Payload* find_in_array(ChildWord array, Key key) {
  const Entry* const entries = array.entries();
  const unsigned size = array.size();
#if defined(__AVX512F__)
  const __m512i probe = _mm512_set1_epi64(static_cast<long long>(key));
  for (unsigned i = 0; i < size; i += 4) {
    const unsigned lanes = (1U << (2 * std::min(size - i, 4U))) - 1;
    const __m512i quad = _mm512_maskz_loadu_epi64(static_cast<__mmask8>(lanes), entries + i);
    const unsigned equal = _mm512_cmpeq_epi64_mask(quad, probe) & lanes & 0x55U;
    if (equal != 0) return &entries[i + static_cast<unsigned>(__builtin_ctz(equal)) / 2].payload;
  }
  return nullptr;
#else
  for (unsigned i = 0; i < size; ++i) {
    if (entries[i].key == key) return &entries[i].payload;
  }
  return nullptr;
#endif
}

/// Copies up to `room` entries of an array from `from` on; returns how many.
template <bool kBounded>
std::size_t scan_array(ChildWord array, Key from, Entry* out, std::size_t room) {
  const Entry* begin = array.entries();
  std::size_t size = array.size();
  for (; kBounded && size > 0 && begin->key < from; --size) ++begin;
  size = std::min(size, room);
  std::copy_n(begin, size, out);
  return size;
}

/// As scan_slot, for the slots of a node from `i` on, all entries.
std::size_t scan_slots(const Node& node, std::uint64_t i, Entry* out, std::size_t room);

/// Copies up to `room` entries below `slot` to `out`, ascending; with kBounded, of those not below `from`. Returns how
/// many. The rest of `out` may be overwritten.
template <bool kBounded>
std::size_t scan_slot(const Slot& slot, Key from, Entry* out, std::size_t room) {
  if (room == 0 || slot.key == kNullKey) return 0;
  if (slot.key != kChildKey) {
    if (kBounded && slot.key < from) return 0;
    *out = slot;
    return 1;
  }
  const ChildWord child(slot.payload);
  if (!child.is_node()) return scan_array<kBounded>(child, from, out, room);
  const Node& node = *child.node();
  if (!kBounded) return scan_slots(node, 0, out, room);
  const std::uint64_t i = node.model.slot_of(from);
  const std::size_t count = scan_slot<true>(node.slots[i], from, out, room);
  return count + scan_slots(node, i + 1, out + count, room - count);
}

inline std::size_t scan_slots(const Node& node, std::uint64_t i, Entry* out, std::size_t room) {
  const Occupancy occupancy = node.occupancy();
  std::size_t count = 0;
  while (count < room && (i = occupancy.next(i)) <= node.model.last) {
    for (std::uint64_t bits = occupancy.word_from(i); bits != 0 && count < room; bits &= bits - 1) {
      const Slot& slot = node.slots[i + static_cast<std::uint64_t>(std::countr_zero(bits))];
      const bool holds_child = slot.key == kChildKey;
      const ChildWord child(slot.payload);
      const std::size_t size = holds_child ? child.size() : 1;
      if (size - 1 < kReadable && room - count >= kReadable) [[likely]] {
        // An entry or a short array: whether, and how long, decides no branch. What is too much is overwritten.
        std::memcpy(out + count, holds_child ? child.entries() : &slot, kReadable * sizeof(Entry));
        count += size;
      } else {
        count += scan_slot<false>(slot, 0, out + count, room - count);
      }
    }
    i = (i / 64 + 1) * 64;
  }
  return count;
}

/// Owns the memory of nodes and arrays.
class Tree {
 public:
  /// Fills an empty slot with a subtree of the entries; a node gets `room_beyond` times its slots in addition, for
  /// keys to come above its last. REQUIRES: ascending, no marks.
  void place(Slot& slot, std::span<const Entry> entries, unsigned room_beyond) {
    if (entries.empty()) {
      slot = {};
    } else if (entries.size() == 1) {
      slot = entries[0];
    } else if (entries.size() <= kLongestArray) {
      const unsigned size_class = class_for(entries.size());
      Entry* const array = pool_.allocate(size_class);
      std::copy(entries.begin(), entries.end(), array);
      slot = {kChildKey, ChildWord::of(array, entries.size(), size_class).word()};
    } else {
      slot = {kChildKey, ChildWord::of(build_node(entries, room_beyond)).word()};
    }
  }

  /// Empties a slot and frees what hung there.
  void release_child(Slot& slot) {
    if (slot.key == kChildKey) {
      const ChildWord child(slot.payload);
      if (child.is_node()) {
        release_node(child.node());
      } else {
        pool_.release(child.entries(), child.size_class());
      }
    }
    slot = {};
  }

  /// Adds an entry to a slot that holds another entry or an array; false when the key is there already.
  bool add_beside(Slot& slot, const Entry& entry) {
    if (slot.key == entry.key) return false;
    if (slot.key != kChildKey) {
      const Entry pair[2] = {std::min(slot, entry, by_key), std::max(slot, entry, by_key)};
      place(slot, pair, 0);
      return true;
    }
    const ChildWord array(slot.payload);
    Entry* const entries = array.entries();
    const unsigned size = array.size();
    unsigned rank = 0;
    while (rank < size && entries[rank].key < entry.key) ++rank;
    if (rank < size && entries[rank].key == entry.key) return false;
    if (size < kCapacities[array.size_class()]) {
      std::copy_backward(entries + rank, entries + size, entries + size + 1);
      entries[rank] = entry;
      slot.payload = ChildWord::of(entries, size + 1, array.size_class()).word();
      return true;
    }
    Entry more[kLongestArray + 1];
    std::copy_n(entries, rank, more);
    more[rank] = entry;
    std::copy(entries + rank, entries + size, more + rank + 1);
    pool_.release(entries, array.size_class());
    place(slot, {more, size + 1}, 0);
    return true;
  }

  /// Removes an entry from the array in `slot`; false when there is no such key.
  bool remove_from_array(Slot& slot, Key key) {
    const ChildWord array(slot.payload);
    Entry* const entries = array.entries();
    const unsigned size = array.size();
    Entry* const found = std::find_if(entries, entries + size, [key](const Entry& entry) { return entry.key == key; });
    if (found == entries + size) return false;
    std::copy(found + 1, entries + size, found);
    slot.payload = ChildWord::of(entries, size - 1, array.size_class()).word();
    if (size - 1 > 1 && 4 * (size - 1) >= kCapacities[array.size_class()]) return true;
    Entry fewer[kLongestArray];
    std::copy_n(entries, size - 1, fewer);
    pool_.release(entries, array.size_class());
    place(slot, {fewer, size - 1}, 0);
    return true;
  }

  std::uint64_t nodes() const { return nodes_; }
  std::uint64_t size_bytes() const { return pool_.size_bytes() + slot_bytes_; }

 private:
  /// Slots from here on (2 MiB) get pages of their own.
  static constexpr std::uint64_t kPagedSlots = std::uint64_t{1} << 17;
  static constexpr std::uint64_t kMallocHeader = 8;
  static constexpr unsigned kNodeClass = 1;
  static_assert(kCapacities[kNodeClass] * sizeof(Entry) == sizeof(Node));

  static bool by_key(const Entry& a, const Entry& b) { return a.key < b.key; }

  Node* build_node(std::span<const Entry> entries, unsigned room_beyond) {
    const Model model = NodeFitter::fit(entries, room_beyond);
    Node* const node = new (pool_.allocate(kNodeClass)) Node;
    node->model = model;
    node->entries = node->built = entries.size();
    node->slots = allocate_slots(model.slots());
    ++nodes_;
    Occupancy occupancy = node->occupancy();
    std::size_t begin = 0;
    std::uint64_t slot = model.slot_of(entries[0].key);
    for (std::size_t i = 1; i <= entries.size(); ++i) {
      const std::uint64_t next = i < entries.size() ? model.slot_of(entries[i].key) : model.slots();
      if (next == slot) continue;
      place(node->slots[slot], entries.subspan(begin, i - begin), slot == model.last ? room_beyond : 0);
      occupancy.set(slot);
      begin = i;
      slot = next;
    }
    return node;
  }

  void release_node(Node* node) {
    const Occupancy occupancy = node->occupancy();
    for (std::uint64_t i = occupancy.next(0); i <= node->model.last; i = occupancy.next(i + 1)) {
      if (node->slots[i].key == kChildKey) release_child(node->slots[i]);
    }
    release_slots(node->slots, node->model.slots());
    pool_.release(reinterpret_cast<Entry*>(node), kNodeClass);
    --nodes_;
  }

  /// Zeroed: empty slots, no occupancy.
  Slot* allocate_slots(std::uint64_t slots) {
    const std::uint64_t size = Node::slots_to_allocate(slots);
    Slot* memory = nullptr;
    if (size >= kPagedSlots) {
      pages_.emplace_back(size);
      memory = pages_.back().data();
    } else {
      memory = static_cast<Slot*>(std::calloc(size, sizeof(Slot)));
      if (memory == nullptr) throw std::bad_alloc();
    }
    slot_bytes_ += size * sizeof(Slot) + kMallocHeader;
    return memory;
  }

  void release_slots(Slot* memory, std::uint64_t slots) {
    const std::uint64_t size = Node::slots_to_allocate(slots);
    slot_bytes_ -= size * sizeof(Slot) + kMallocHeader;
    if (size >= kPagedSlots) {
      std::erase_if(pages_, [memory](const PageArray<Slot>& pages) { return pages.data() == memory; });
    } else {
      std::free(memory);
    }
  }

  BlockPool pool_;
  std::vector<PageArray<Slot>> pages_;
  std::uint64_t slot_bytes_ = 0;
  std::uint64_t nodes_ = 0;
};

}  // namespace omenbench::lipp
