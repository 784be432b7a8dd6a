// Nodes of our B+tree over byte strings (bytes_btree.h): slotted pages. A node has up to 64 keys in three arrays of
// slots, in the order of the keys:
//
//   tags     eight bits of each key's hash, so that a lookup compares the key it looks for and hardly another
//            (fingerprints: Oukid et al., "FPTree", SIGMOD 2016, section 4.2)
//   offsets  where in the node's heap the key's record lies: its value, its length and its text
//   heads    the next four or eight bytes of each key behind the prefix that all keys of the node share, counted with
//            SIMD
//
// A heap begins with what is cut off all of its texts. New records come in behind the others; when there is no room,
// all move to another heap, in the order of the keys.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/key_kind.h"
#include "indexes/static_bytes_index.h"
#include "indexes/text_arena.h"
#include "indexes/trees/bytes16.h"
#include "indexes/trees/count_kernels.h"

namespace omenbench::bytes_btree {

inline constexpr std::size_t kSlots = 64;
/// Longer texts lie elsewhere, so that the records of a full node are in reach of 16-bit offsets.
inline constexpr std::size_t kLongestInside = 960, kLargestHeap = 65536;
/// A prefix of at least so many bytes is cut off the texts of a node; with a shorter one, scans return texts as they
/// lie.
inline constexpr std::size_t kWorthCutting = 16;

/// Memory of heaps: those given back are taken again for others. What is built has the size that it needs; later ones
/// come in eight sizes a doubling, so that a heap that is given back soon fits another node.
class Heaps {
 public:
  static constexpr std::size_t kGrain = 16;
  static constexpr std::size_t rounded(std::size_t bytes) { return (bytes + kGrain - 1) / kGrain * kGrain; }

  void reserve(std::size_t bytes) { arena_.reserve(bytes); }
  /// Exactly `bytes`, rounded.
  char* take(std::size_t bytes) { return arena_.take(bytes); }
  /// At least `bytes`, which becomes what it has: a free heap of about that size, or a part of a larger one.
  char* take_grown(std::size_t& bytes) {
    const std::size_t first = class_above(bytes);
    std::size_t number = free_from(first, first + kNear);
    if (number == kNone) number = free_from(class_above(2 * bytes), free_.size());
    bytes = size_of(first);
    if (number == kNone) return arena_.take(bytes);
    char* const heap = free_[number].back();
    free_[number].pop_back();
    if (number < first + kNear) {
      bytes = size_of(number);
    } else {
      give(heap + bytes, size_of(number) - bytes);
    }
    return heap;
  }
  void give(char* heap, std::size_t bytes) {
    if (bytes == 0) return;
    const std::size_t below = class_above(bytes + 1) - 1;  // the largest that fits
    if (free_.size() <= below) free_.resize(below + 1);
    free_[below].push_back(heap);
  }
  /// A copy that lives as long as the tree.
  const char* keep(Bytes text) { return arena_.keep(text).data(); }
  std::uint64_t size_bytes() const { return arena_.size_bytes(); }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  /// A heap of so many classes, one the next, is taken as a whole.
  static constexpr std::size_t kNear = 4;
  static constexpr unsigned kSteps = 3;  // bits: sizes a doubling

  /// Class c holds heaps of grains (8 + c % 8) << (c / 8 - 1), below 8 grains c of them.
  static constexpr std::size_t size_of(std::size_t number) {
    constexpr std::size_t kEach = std::size_t{1} << kSteps;
    return kGrain * (number < kEach ? number : (kEach + number % kEach) << (number / kEach - 1));
  }
  /// The smallest whose heaps hold `bytes`.
  static constexpr std::size_t class_above(std::size_t bytes) {
    constexpr std::size_t kEach = std::size_t{1} << kSteps;
    const std::size_t grains = (bytes + kGrain - 1) / kGrain;
    if (grains < kEach) return grains;
    const unsigned shift = static_cast<unsigned>(std::bit_width(grains)) - 1 - kSteps;
    const std::size_t top = (grains + (std::size_t{1} << shift) - 1) >> shift;  // kEach to 2 * kEach
    return kEach * (shift + 1) + top - kEach;
  }

  /// The first class of [begin, end) with a free heap, or kNone.
  std::size_t free_from(std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < std::min(end, free_.size()); ++i) {
      if (!free_[i].empty()) return i;
    }
    return kNone;
  }

  TextArena arena_;
  std::vector<std::vector<char*>> free_;
};

/// A value and a text as bytes: the value; then, by the length of the text, one byte that is it, kTwoBytes and two
/// bytes, or kElsewhere, four bytes and the text's address.
namespace record {
inline constexpr unsigned char kTwoBytes = 254, kElsewhere = 255;
inline constexpr std::size_t kValue = sizeof(Payload);

inline std::size_t bytes_for(std::size_t size) {
  if (size < kTwoBytes) return kValue + 1 + size;
  return size <= kLongestInside ? kValue + 3 + size : kValue + 5 + sizeof(char*);
}

inline Bytes text(const char* at) {
  const auto first = static_cast<unsigned char>(at[kValue]);
  if (first < kTwoBytes) [[likely]]
    return {at + kValue + 1, first};
  if (first == kTwoBytes) {
    std::uint16_t size;
    std::memcpy(&size, at + kValue + 1, sizeof size);
    return {at + kValue + 3, size};
  }
  std::uint32_t size;
  const char* text;
  std::memcpy(&size, at + kValue + 1, sizeof size);
  std::memcpy(&text, at + kValue + 5, sizeof text);
  return {text, size};
}

inline Payload value(const char* at) { return load_word(at); }
inline void set_value(char* at, Payload value) { std::memcpy(at, &value, sizeof value); }

/// A text that is too long to lie inside has to outlive the record.
inline void write(char* at, Bytes text, Payload value) {
  set_value(at, value);
  char* to = at + kValue + 1;
  if (text.size() < kTwoBytes) {
    at[kValue] = static_cast<char>(text.size());
  } else if (text.size() <= kLongestInside) {
    const auto size = static_cast<std::uint16_t>(text.size());
    at[kValue] = static_cast<char>(kTwoBytes);
    std::memcpy(to, &size, sizeof size);
    to += sizeof size;
  } else {
    const auto size = static_cast<std::uint32_t>(text.size());
    const char* const elsewhere = text.data();
    at[kValue] = static_cast<char>(kElsewhere);
    std::memcpy(to, &size, sizeof size);
    std::memcpy(to + sizeof size, &elsewhere, sizeof elsewhere);
    return;
  }
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
}
}  // namespace record

inline std::uint8_t tag_of(Bytes text) { return static_cast<std::uint8_t>(word_of(text) >> 56); }

/// `Head`: unsigned, of 32 or 64 bits.
template <class Head>
struct alignas(64) Node {
  static constexpr Head kNone = ~Head{0};

  std::uint32_t count = 0;
  std::uint32_t prefix = 0;  ///< bytes that all keys between the node's fences share
  std::uint32_t cut = 0;     ///< bytes of the prefix that the texts lack; the heap begins with them
  std::uint32_t used = 0;    ///< of the heap
  std::uint32_t room = 0;    ///< in the heap
  std::uint32_t gone = 0;    ///< of what is used: records that were removed
  char* heap = nullptr;
  Node* next = nullptr;  ///< leaves: the one to the right
  /// Leaves below a router (bytes_router.h): the words of the separators on both sides.
  Key floor = 0, ceiling = ~Key{0};
  alignas(64) std::uint8_t tags[kSlots];
  std::uint16_t offsets[kSlots];
  Head heads[kSlots];

  Node() { std::fill_n(heads, kSlots, kNone); }

  static std::size_t cut_of(std::size_t prefix) {
    return prefix < kWorthCutting ? 0 : std::min(prefix, kLongestInside);
  }

  bool full() const { return count == kSlots; }
  const char* at(std::size_t i) const { return heap + offsets[i]; }
  /// Of the key i, without what is cut off.
  Bytes text(std::size_t i) const { return record::text(at(i)); }
  Bytes shared() const { return {heap, cut}; }
  std::string key(std::size_t i) const { return std::string(shared()).append(text(i)); }

  /// How many keys are below `wanted`, or, with `kOrEqual`, not above it. REQUIRES: `wanted` is between the fences.
  template <bool kOrEqual>
  std::size_t rank(Bytes wanted) const {
    const Head head = head_at(wanted, prefix);
    const std::size_t low = count_below(head);
    std::size_t high = low;
    while (high < count && heads[high] == head) ++high;
    return low == high ? low : rank_of_equal_heads<kOrEqual>(wanted.substr(prefix), low, high);
  }

  /// The slot of `wanted`, or kSlots. REQUIRES: as rank.
  std::size_t find(Bytes wanted) const {
    const Bytes rest = wanted.substr(cut);
    for (std::uint64_t left = tagged(tag_of(rest)); left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(left));
      if (text(i) == rest) return i;
    }
    return kSlots;
  }

  /// REQUIRES: not full, and `key` is between the fences.
  void add(std::size_t place, Bytes key, Payload value, Heaps& heaps) {
    const std::size_t bytes = record::bytes_for(key.size() - cut);
    if (used + bytes > room) make_room(bytes, heaps);
    Bytes rest = key.substr(cut);
    if (rest.size() > kLongestInside) rest = {heaps.keep(rest), rest.size()};
    std::copy_backward(tags + place, tags + count, tags + count + 1);
    std::copy_backward(offsets + place, offsets + count, offsets + count + 1);
    std::copy_backward(heads + place, heads + count, heads + count + 1);
    ++count;
    put(place, rest, value);
  }

  void remove(std::size_t place) {
    gone += static_cast<std::uint32_t>(record::bytes_for(text(place).size()));
    std::copy(tags + place + 1, tags + count, tags + place);
    std::copy(offsets + place + 1, offsets + count, offsets + place);
    std::copy(heads + place + 1, heads + count, heads + place);
    heads[--count] = kNone;
  }

  /// For a record of so many bytes and some more. A heap without much that is gone is copied as it lies.
  void make_room(std::size_t bytes, Heaps& heaps) {
    const std::size_t spare = bytes + used / 8;
    if (gone > used / 8 || used + spare > kLargestHeap) return take_over(*this, 0, count, spare, heaps);
    std::size_t size = used + spare;
    char* const larger = heaps.take_grown(size);
    if (used != 0) std::memcpy(larger, heap, used);
    heaps.give(heap, room);
    heap = larger;
    room = static_cast<std::uint32_t>(std::min(kLargestHeap, size));
  }

  /// What `take_over` needs for slots [begin, end) of `from` below this node's prefix.
  static std::size_t heap_bytes(const Node& from, std::size_t begin, std::size_t end, std::size_t cut) {
    std::size_t bytes = cut;
    for (std::size_t i = begin; i < end; ++i) bytes += record::bytes_for(from.text(i).size() + from.cut - cut);
    return bytes;
  }

  /// Slots [begin, end) of `from`, whose prefix is not longer than this node's, become the only ones of this node, in a
  /// heap of its own with `spare` bytes more. `from` may be this node.
  void take_over(const Node& from, std::size_t begin, std::size_t end, std::size_t spare, Heaps& heaps) {
    const std::size_t fresh_cut = begin == end ? 0 : std::max<std::size_t>(from.cut, cut_of(prefix));
    const std::size_t more = fresh_cut - std::min<std::size_t>(fresh_cut, from.cut);
    Node fresh;
    fresh.prefix = prefix;
    fresh.next = next;
    fresh.floor = floor;
    fresh.ceiling = ceiling;
    const std::string shared = begin == end ? "" : from.key(begin).substr(0, fresh_cut);
    fresh.open_grown(shared, heap_bytes(from, begin, end, fresh_cut) + spare, heaps);
    for (std::size_t i = begin; i < end; ++i) {
      fresh.put(fresh.count++, from.text(i).substr(more), record::value(from.at(i)));
    }
    heaps.give(heap, room);
    *this = fresh;
  }

  /// An empty node's heap, of so many bytes; grown: or more.
  void open(Bytes shared, std::size_t bytes, Heaps& heaps) {
    const std::size_t size = std::min(kLargestHeap, Heaps::rounded(bytes));
    begin_heap(shared, heaps.take(size), size);
  }
  void open_grown(Bytes shared, std::size_t bytes, Heaps& heaps) {
    std::size_t size = std::min(kLargestHeap, bytes);
    char* const memory = heaps.take_grown(size);
    begin_heap(shared, memory, std::min(kLargestHeap, size));
  }

  /// Writes a record for a slot that is there. REQUIRES: room.
  void put(std::size_t place, Bytes rest, Payload value) {
    record::write(heap + used, rest, value);
    offsets[place] = static_cast<std::uint16_t>(used);
    tags[place] = tag_of(rest);
    heads[place] = head_at(rest, prefix - cut);
    used += static_cast<std::uint32_t>(record::bytes_for(rest.size()));
  }

  /// Asks for what a search of this node reads first.
  void prefetch_heads() const {
    __builtin_prefetch(this);
    for (std::size_t i = 0; i < kSlots; i += 64 / sizeof(Head)) __builtin_prefetch(heads + i);
  }
  void prefetch() const { prefetch_tags(); }
  void prefetch_tags() const {
    __builtin_prefetch(this);
    __builtin_prefetch(tags);
    __builtin_prefetch(offsets);
    __builtin_prefetch(offsets + kSlots / 2);
  }

 private:
  void begin_heap(Bytes shared, char* memory, std::size_t size) {
    heap = memory;
    room = static_cast<std::uint32_t>(size);
    cut = used = static_cast<std::uint32_t>(shared.size());
    if (!shared.empty()) std::memcpy(heap, shared.data(), shared.size());
  }

  std::size_t count_below(Head head) const {
    std::size_t below = 0;
    if constexpr (sizeof(Head) == sizeof(Key)) {
      for (std::size_t i = 0; i < count; i += kCountedKeys) below += BestCountKernel::count_below(heads + i, head);
    } else {
      std::uint32_t sum = 0;
      for (std::size_t i = 0; i < kSlots; ++i) sum += heads[i] < head;
      below = sum;
    }
    return below;
  }

  static Head head_at(Bytes text, std::size_t from) {
    return static_cast<Head>(head_of(text, from) >> (64 - 8 * sizeof(Head)));
  }

  /// Which of the keys have this tag, one bit each.
  std::uint64_t tagged(std::uint8_t tag) const {
    std::uint64_t equal = 0;
    for (std::size_t i = 0; i < kSlots; i += 16) {
      equal |= std::uint64_t{Bytes16::load(tags + i).equal_to(tag)} << i;
    }
    return full() ? equal : equal & ((std::uint64_t{1} << count) - 1);
  }

  /// rank() among keys [low, high), whose heads are that of `rest`, what comes behind the prefix.
  template <bool kOrEqual>
  std::size_t rank_of_equal_heads(Bytes rest, std::size_t low, std::size_t high) const {
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      const int order = text(middle).substr(prefix - cut).compare(rest);
      if (order < 0 || (kOrEqual && order == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
};

/// Values are payloads.
using Leaf = Node<std::uint32_t>;
static_assert(sizeof(Leaf) == 512);

/// children[i] holds the keys from separator i - 1 up to separator i; values are not used.
struct Inner : Node<std::uint64_t> {
  void* children[kSlots + 1];
};

}  // namespace omenbench::bytes_btree
