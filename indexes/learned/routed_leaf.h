// The leaves of routed_btree.h and routed_btree_olc.h: entries in key order, as in the B+tree of btree_node.h, and what
// splitting needs to know about how the last inserts came.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "core/types.h"
#include "indexes/trees/btree_node.h"
#include "indexes/trees/node_lock.h"
#include "indexes/trees/node_search.h"

namespace omenbench {

/// Invariants: slots from count on hold kEmptySlot; all keys are above `floor` (the first leaf has none) and at most
/// the floor of `next`. A leaf is aligned to its size, so that it lies in one page. Nothing here takes the lock:
/// whoever changes a leaf that others read holds it.
template <class Lock>
struct alignas(64) RoutedLeaf {
  static constexpr bool kShared = Lock::kShared;
  static constexpr std::uint32_t kBytes = 512;
  static constexpr std::uint32_t kSlots = (kBytes - 32) / 16;
  /// A leaf with no more entries gives way to its right neighbour or takes it in.
  static constexpr std::uint32_t kThin = kSlots / 4;
  /// So many inserts in a row, each beside the last, foretell the next ones.
  static constexpr int kSteady = 12;

  Key keys[kSlots];
  [[no_unique_address]] Lock lock;
  std::uint16_t count = 0;
  std::uint8_t last = 0;  ///< where the last insert went
  std::int8_t run = 0;    ///< inserts in a row that went just above (below 0: just below) the one before
  RoutedLeaf* next = nullptr;
  Payload payloads[kSlots];
  Key floor = 0;

  RoutedLeaf() { std::fill_n(keys, kSlots, kEmptySlot); }

  std::size_t lower_bound(Key probe) const { return slots_below<kShared, kSlots>(keys, probe); }
  /// Whether `probe`, whose lower bound is `i`, is there.
  bool holds(std::size_t i, Key probe) const { return i < size() && key(i) == probe; }
  bool full() const { return size() == kSlots; }

  std::size_t size() const { return load_word<kShared>(count); }
  Key key(std::size_t i) const { return load_word<kShared>(keys[i]); }
  Payload payload(std::size_t i) const { return load_word<kShared>(payloads[i]); }
  RoutedLeaf* right() const { return load_word<kShared>(next); }

  void assign(std::span<const Entry> entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      keys[i] = entries[i].key;
      payloads[i] = entries[i].payload;
    }
    count = static_cast<std::uint16_t>(entries.size());
  }

  /// Asks for all its cache lines.
  void prefetch() const { prefetch(0, kBytes); }
  /// For those that a search reads, the count with them.
  void prefetch_keys() const { prefetch(0, kBytes / 2); }
  /// For the others, which so arrive beside the keys and not after them.
  void prefetch_payloads() const { prefetch(kBytes / 2, kBytes); }

  void insert_at(std::size_t i, Key key, Payload payload) {
    open_slot(keys, i, key);
    open_slot(payloads, i, payload);
    const int ascending = i == last + std::size_t{1} ? std::max<int>(run, 0) + 1 : 0;
    const int descending = i == last ? std::min<int>(run, 0) - 1 : 0;
    run = static_cast<std::int8_t>(std::clamp(ascending + descending, -kSteady, kSteady));
    last = static_cast<std::uint8_t>(i);
    set_size(count + std::size_t{1});
  }

  void erase_at(std::size_t i) {
    move_words<kShared>(keys + i + 1, count - i - 1, -1);
    move_words<kShared>(payloads + i + 1, count - i - 1, -1);
    truncate(count - std::size_t{1});
  }

  /// How many entries this full leaf keeps when it is split before an insert at `i`: half of them, unless the inserts
  /// come in order. Then those that will follow find room, and what they leave behind is full.
  std::uint32_t kept_by_split(std::size_t i) const {
    const bool steady = run >= kSteady ? i == last + std::size_t{1} : run <= -kSteady && i == last;
    if (steady) return static_cast<std::uint32_t>(i);
    const bool appending = next == nullptr && i == kSlots;
    return appending ? kSlots - kSlots / 10 : kSlots / 2;
  }

  /// Moves the entries from `begin` on to the empty leaf `to`, which becomes the right neighbour.
  void split_to(RoutedLeaf& to, std::uint32_t begin) {
    copy_words<kShared>(to.keys, keys + begin, count - begin);
    copy_words<kShared>(to.payloads, payloads + begin, count - begin);
    to.set_size(count - begin);
    store_word<kShared>(to.next, next);
    to.last = 0;
    to.run = 0;
    store_word<kShared>(next, &to);
    truncate(begin);
  }

  /// Whether it should be merged with its right neighbour.
  bool takes_in(const RoutedLeaf& right) const {
    return count == 0 || std::size_t{count} + right.count <= kSlots * 3 / 4;
  }

  /// Takes all entries of the right neighbour, which must fit.
  void merge(RoutedLeaf& from) {
    copy_words<kShared>(keys + count, from.keys, from.count);
    copy_words<kShared>(payloads + count, from.payloads, from.count);
    set_size(std::size_t{count} + from.count);
    store_word<kShared>(next, from.next);
    from.truncate(0);
  }

 private:
  void set_size(std::size_t size) { store_word<kShared>(count, static_cast<std::uint16_t>(size)); }
  void truncate(std::size_t size) {
    for (std::size_t i = size; i < count; ++i) store_word<kShared>(keys[i], kEmptySlot);
    set_size(size);
  }

  void prefetch(std::size_t begin, std::size_t end) const {
    for (std::size_t at = begin; at < end; at += 64) __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + at);
  }

  /// words[i, count) one slot up, and `word` into the slot that this opens. Where the processor allows it without a
  /// branch or an address that depends on `i`: so the next insert need not wait until this one knows where it goes.
  void open_slot(std::uint64_t* words, std::size_t i, std::uint64_t word) {
    if constexpr (kShared) {
      move_words<true>(words + i, count - i, 1);
      store_word<true>(words[i], word);
      return;
    }
#if defined(__AVX512F__)
    // Two words behind the slots are read and written back as they are, which have to be the leaf's own. (Without a
    // mask GCC 12 warns of its own header.)
    const std::uint32_t at = 1U << i;
    const std::uint32_t above = (0U - at - at) & ((1U << kSlots) - 1);
    const __m512i value = _mm512_set1_epi64(static_cast<long long>(word));
    __m512i before = value;
    for (unsigned block = 0; block < 4; ++block) {
      const __m512i here = _mm512_loadu_si512(words + 8 * block);
      const __m512i shifted = _mm512_maskz_alignr_epi64(0xff, here, before, 7);
      const __m512i moved = _mm512_mask_mov_epi64(here, static_cast<__mmask8>(above >> 8 * block), shifted);
      const __m512i done = _mm512_mask_mov_epi64(moved, static_cast<__mmask8>(at >> 8 * block), value);
      _mm512_storeu_si512(words + 8 * block, done);
      before = here;
    }
#else
    std::memmove(words + i + 1, words + i, (count - i) * sizeof(words[0]));
    words[i] = word;
#endif
  }
};
static_assert(sizeof(RoutedLeaf<NoLock>) == RoutedLeaf<NoLock>::kBytes);
static_assert(offsetof(RoutedLeaf<NoLock>, payloads) + 32 * sizeof(Payload) <= RoutedLeaf<NoLock>::kBytes,
              "open_slot writes to 32 words");
static_assert(sizeof(RoutedLeaf<VersionLock>) == RoutedLeaf<VersionLock>::kBytes);

}  // namespace omenbench
