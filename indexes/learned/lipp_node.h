// Slots and nodes of LIPP. A slot is 16 bytes, shaped like an entry; its key tells its type: an entry of its own, or
// one of two marks. Those two keys cannot be stored in slots; the index keeps their entries beside the tree.
//
// A mark costs nothing to test (the key is compared anyway) where type bits in a bitmap cost another cache line. A
// bitmap of the occupied slots exists too, but only ordered reads and the first use of a slot touch it; it has a
// summary bit per 64-bit word, recursively, so that no run of empty slots is walked slot by slot.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/types.h"
#include "indexes/learned/linear_model.h"
#include "indexes/learned/lipp_pool.h"

namespace omenbench::lipp {

/// Marks an empty slot. Zero, because fresh pages are.
inline constexpr Key kNullKey = 0;
/// Marks a slot whose payload is a ChildWord.
inline constexpr Key kChildKey = ~Key{0};

/// True for the two keys that serve as marks.
inline constexpr bool is_mark(Key key) { return key + 1 < 2; }

/// Bits of a set of slots, with summaries: words(0) has a bit per slot, words(i + 1) a bit per word of words(i), up to
/// a single word. A view; the words lie behind the node's slots.
class Occupancy {
 public:
  Occupancy(std::uint64_t* words, std::uint64_t slots) : words_(words), slots_(slots) {}

  /// Words that a node of that many slots needs.
  static std::uint64_t words_for(std::uint64_t slots) {
    std::uint64_t total = 0;
    do {
      slots = (slots + 63) / 64;
      total += slots;
    } while (slots > 1);
    return total;
  }

  void set(std::uint64_t i) {
    std::uint64_t* words = words_;
    for (std::uint64_t bits = slots_;; i /= 64) {
      const std::uint64_t before = words[i / 64];
      words[i / 64] = before | std::uint64_t{1} << (i % 64);
      bits = (bits + 63) / 64;
      if (before != 0 || bits == 1) return;
      words += bits;
    }
  }

  void clear(std::uint64_t i) {
    std::uint64_t* words = words_;
    for (std::uint64_t bits = slots_;; i /= 64) {
      words[i / 64] &= ~(std::uint64_t{1} << (i % 64));
      bits = (bits + 63) / 64;
      if (words[i / 64] != 0 || bits == 1) return;
      words += bits;
    }
  }

  /// Bits i, i + 1, ... up to the end of the word that `i` is in, from bit 0 on. REQUIRES: i is a slot.
  std::uint64_t word_from(std::uint64_t i) const { return words_[i / 64] >> (i % 64); }

  /// The first member at or after `i`, or the number of slots.
  std::uint64_t next(std::uint64_t i) const {
    if (i >= slots_) return slots_;
    const std::uint64_t word = word_from(i);
    return word != 0 ? i + static_cast<std::uint64_t>(std::countr_zero(word)) : next_word(i / 64 + 1);
  }

 private:
  static constexpr int kLevels = 11;

  /// The first member in words(0)[i] or later: up to the first summary with a later bit, and down again.
  std::uint64_t next_word(std::uint64_t i) const {
    const std::uint64_t* level[kLevels] = {words_};
    std::uint64_t bits = (slots_ + 63) / 64;
    for (int up = 1; i < bits; ++up) {
      level[up] = level[up - 1] + bits;
      const std::uint64_t word = level[up][i / 64] >> (i % 64);
      if (word != 0) {
        i += static_cast<std::uint64_t>(std::countr_zero(word));
        while (up-- > 0) i = i * 64 + static_cast<std::uint64_t>(std::countr_zero(level[up][i]));
        return i;
      }
      i = i / 64 + 1;
      bits = (bits + 63) / 64;
    }
    return slots_;
  }

  std::uint64_t* words_;
  std::uint64_t slots_;
};

/// A line from keys to slots in fixed point: exactly monotone, and the same integer whenever it is evaluated.
struct Model {
  Key base = 0;             ///< keys up to here are in slot 0
  std::uint64_t slope = 0;  ///< slots per key, times 2^64
  std::uint64_t last = 0;   ///< the last slot: all keys beyond it are there

  std::uint64_t slot_of(Key key) const { return std::min(multiply_high(key - std::min(key, base), slope), last); }
  std::uint64_t slots() const { return last + 1; }
};

using Slot = Entry;

/// Header of a node; one cache line, so that a lookup costs this line and the slot's.
struct alignas(64) Node {
  Model model;
  Slot* slots = nullptr;        ///< model.slots() of them, kReadable unused, then the words of their occupancy
  std::uint64_t entries = 0;    ///< in the whole subtree
  std::uint64_t built = 0;      ///< entries when the subtree was last built
  std::uint32_t inserts = 0;    ///< into the subtree since then
  std::uint32_t beyond = 0;     ///< of these, into the last slot
  std::uint64_t conflicts = 0;  ///< of these, into a slot that was taken

  Slot& slot_for(Key key) const { return slots[model.slot_of(key)]; }
  Occupancy occupancy() const {
    return {reinterpret_cast<std::uint64_t*>(slots + model.slots() + kReadable), model.slots()};
  }
  void occupy(const Slot* slot) { occupancy().set(static_cast<std::uint64_t>(slot - slots)); }
  void vacate(const Slot* slot) { occupancy().clear(static_cast<std::uint64_t>(slot - slots)); }

  void count_insert(const Slot* slot, bool conflict) {
    ++entries;
    ++inserts;
    beyond += slot == slots + model.last;
    conflicts += conflict;
  }

  /// Whether a rebuild pays: the subtree has tripled, uses its slots (some may wait for keys to come) and conflicts
  /// show, or it is another subtree by now. Until then arrays take what conflicts at a fraction of a rebuild's cost.
  bool outgrown() const {
    if (inserts / 4 >= built) return true;
    return inserts / 2 >= built && entries * 2 >= model.last && conflicts * 10 >= inserts;
  }
  bool dwindled() const { return entries < built / 4; }
  bool grows_at_its_end() const { return beyond > inserts / 2; }

  /// Size of the memory that `slots` points to, in slots.
  static std::uint64_t slots_to_allocate(std::uint64_t slots) {
    return slots + kReadable + (Occupancy::words_for(slots) + 1) / 2;
  }
};
static_assert(sizeof(Node) == 64);

/// What the payload of a child slot holds: a node, or a conflict array of up to 16 ascending entries with its size and
/// size class in the 16 bits that pointers leave free. The array's size thus costs no access to memory.
class ChildWord {
 public:
  explicit ChildWord(std::uint64_t word) : word_(word) {}
  static ChildWord of(Node* node) { return ChildWord(reinterpret_cast<std::uint64_t>(node)); }
  static ChildWord of(Entry* entries, std::size_t size, unsigned size_class) {
    return ChildWord(reinterpret_cast<std::uint64_t>(entries) | std::uint64_t{size_class} << 48 | size << 56);
  }

  std::uint64_t word() const { return word_; }
  bool is_node() const { return size() == 0; }
  Node* node() const { return reinterpret_cast<Node*>(word_); }
  Entry* entries() const { return reinterpret_cast<Entry*>(word_ & ((std::uint64_t{1} << 48) - 1)); }
  unsigned size() const { return static_cast<unsigned>(word_ >> 56); }
  unsigned size_class() const { return static_cast<unsigned>(word_ >> 48) & 0xff; }

 private:
  std::uint64_t word_;
};

}  // namespace omenbench::lipp
