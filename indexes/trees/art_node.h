// The nodes of the adaptive radix tree in art.h: four sizes for up to 4, 16, 48 and 256 children, and leaves with one
// entry each (Leis, Kemper and Neumann, "The adaptive radix tree: ARTful indexing for main-memory databases", ICDE
// 2013, section III). Nothing here takes a lock; whoever changes a node holds its lock.
//
// A node tells its children apart by one byte of the key. Deviations from the paper: which byte that is, and the kind
// of the node, lie in the reference to it, so that a lookup in a node of 256 reads the child's slot and nothing else;
// a node keeps the whole key prefix above that byte instead of the bytes since its parent, so that putting a node above
// it, or taking one away, never touches it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/types.h"
#include "indexes/trees/bytes16.h"
#include "indexes/trees/node_lock.h"

namespace omenbench {

enum class ArtKind : std::uint8_t { kNone, kLeaf, k4, k16, k48, k256 };

/// A reference to a node or a leaf in one word: address, the node's byte position counted from the lowest, kind.
class ArtRef {
 public:
  ArtRef() = default;
  explicit ArtRef(std::uint64_t word) : word_(word) {}
  ArtRef(ArtKind kind, unsigned position, const void* node)
      : word_(reinterpret_cast<std::uintptr_t>(node) | position << 3 | static_cast<unsigned>(kind)) {}

  std::uint64_t word() const { return word_; }
  ArtKind kind() const { return static_cast<ArtKind>(word_ & 7); }
  bool empty() const { return word_ == 0; }
  bool is_leaf() const { return kind() == ArtKind::kLeaf; }
  unsigned shift() const { return word_ & 56; }
  unsigned position() const { return shift() / 8; }
  /// The byte by which this node tells its children apart.
  unsigned byte_of(Key key) const { return (key >> shift()) & 255; }
  template <class Node>
  Node* to() const {
    return reinterpret_cast<Node*>(word_ & ~std::uint64_t{is_leaf() ? 15U : 63U});
  }
  friend bool operator==(ArtRef, ArtRef) = default;

 private:
  std::uint64_t word_ = 0;
};

struct alignas(16) ArtLeaf {
  Key key;
  Payload payload;
};

/// What all nodes begin with.
template <class Lock>
struct ArtHeader {
  Lock lock;
  alignas(8) Key prefix = 0;  ///< the bytes above the node's own; the rest is 0
  std::uint32_t count = 0;
};

/// One child with its byte. `node.collect(begin, out)` copies the children from byte `begin` on, in order, as far as
/// `out` reaches, and returns how many.
struct ArtChild {
  unsigned byte;
  ArtRef ref;
};

/// Up to 4 or 16 children in the order of their bytes, which are packed into words.
template <class Lock, std::uint32_t kChildren>
struct alignas(64) ArtSmallNode : ArtHeader<Lock> {
  static constexpr bool kShared = Lock::kShared;
  static constexpr ArtKind kKind = kChildren == 4 ? ArtKind::k4 : ArtKind::k16;
  static constexpr std::uint32_t kCapacity = kChildren;
  static constexpr unsigned kWords = (kChildren + 7) / 8;

  std::uint64_t bytes[kWords] = {};
  std::uint64_t children[kChildren] = {};

  std::uint32_t size() const { return load_word<kShared>(this->count); }
  unsigned byte(std::uint32_t i) const { return (load_word<kShared>(bytes[i / 8]) >> (i % 8 * 8)) & 255; }
  ArtRef child(std::uint32_t i) const { return ArtRef(load_word<kShared>(children[i])); }

  /// Position of `wanted` among the bytes, or kCapacity.
  std::uint32_t slot_of(unsigned wanted) const {
    if constexpr (kWords == 1) {
      constexpr std::uint32_t kOnes = 0x01010101;
      const std::uint32_t differs = static_cast<std::uint32_t>(load_word<kShared>(bytes[0])) ^ (kOnes * wanted);
      const std::uint32_t equal = (differs - kOnes) & ~differs & (kOnes << 7);  // right up to the first equal byte
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(equal)) / 8;
      return slot < size() ? slot : kCapacity;
    } else {
      const Bytes16 all(load_word<kShared>(bytes[0]), load_word<kShared>(bytes[1]));
      const std::uint32_t equal = all.equal_to(static_cast<unsigned char>(wanted));
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(equal | std::uint32_t{1} << kCapacity));
      return slot < size() ? slot : kCapacity;
    }
  }

  ArtRef find(unsigned wanted) const {
    const std::uint32_t slot = slot_of(wanted);
    return slot < kCapacity ? child(slot) : ArtRef();
  }

  std::size_t collect(unsigned begin, std::span<ArtChild> out) const {
    std::size_t copied = 0;
    const std::uint32_t all = size();
    for (std::uint32_t i = 0; i < all && copied < out.size(); ++i) {
      if (byte(i) >= begin) out[copied++] = {byte(i), child(i)};
    }
    return copied;
  }

  void add(unsigned new_byte, ArtRef ref) {
    std::uint32_t i = 0;
    while (i < this->count && byte(i) < new_byte) ++i;
    move_words<kShared>(children + i, this->count - i, 1);
    store_word<kShared>(children[i], ref.word());
    for (std::uint32_t j = this->count; j > i; --j) set_byte(j, byte(j - 1));
    set_byte(i, new_byte);
    store_word<kShared>(this->count, this->count + 1);
  }

  void replace(unsigned old_byte, ArtRef ref) { store_word<kShared>(children[slot_of(old_byte)], ref.word()); }

  void remove(unsigned old_byte) {
    const std::uint32_t i = slot_of(old_byte);
    move_words<kShared>(children + i + 1, this->count - i - 1, -1);
    for (std::uint32_t j = i; j + 1 < this->count; ++j) set_byte(j, byte(j + 1));
    store_word<kShared>(this->count, this->count - 1);
  }

  void clear() { store_word<kShared>(this->count, 0U); }

 private:
  void set_byte(std::uint32_t i, unsigned value) {
    const unsigned at = i % 8 * 8;
    const std::uint64_t word = bytes[i / 8] & ~(std::uint64_t{255} << at);
    store_word<kShared>(bytes[i / 8], word | std::uint64_t{value} << at);
  }
};

/// Up to 48 children in any order; for each byte the child's place, counted from 1.
template <class Lock>
struct alignas(64) ArtNode48 : ArtHeader<Lock> {
  static constexpr bool kShared = Lock::kShared;
  static constexpr ArtKind kKind = ArtKind::k48;
  static constexpr std::uint32_t kCapacity = 48;

  std::uint64_t places[32] = {};  ///< 256 bytes in words, which can be read whole
  std::uint64_t children[kCapacity] = {};

  ArtRef find(unsigned wanted) const {
    const unsigned place = place_of(wanted);
    return place == 0 ? ArtRef() : ArtRef(load_word<kShared>(children[place - 1]));
  }

  std::size_t collect(unsigned begin, std::span<ArtChild> out) const {
    constexpr std::uint64_t kLow = 0x7f7f7f7f7f7f7f7f;
    std::size_t copied = 0;
    std::uint64_t from = ~std::uint64_t{0} << (begin % 8 * 8);
    for (unsigned w = begin / 8; w < 32; ++w, from = ~std::uint64_t{0}) {
      const std::uint64_t word = load_word<kShared>(places[w]);
      // The top bit of each byte that is not 0.
      std::uint64_t used = (((word & kLow) + kLow) | word) & ~kLow & from;
      for (; used != 0; used &= used - 1) {
        if (copied == out.size()) return copied;
        const auto bit = static_cast<unsigned>(std::countr_zero(used)) - 7;
        const std::uint64_t place = (word >> bit) & 255;
        out[copied++] = {w * 8 + bit / 8, ArtRef(load_word<kShared>(children[place - 1]))};
      }
    }
    return copied;
  }

  void add(unsigned byte, ArtRef ref) {
    unsigned free = 0;
    while (children[free] != 0) ++free;
    store_word<kShared>(children[free], ref.word());
    set_place(byte, free + 1);
    store_word<kShared>(this->count, this->count + 1);
  }

  void replace(unsigned byte, ArtRef ref) { store_word<kShared>(children[place_of(byte) - 1], ref.word()); }

  void remove(unsigned byte) {
    store_word<kShared>(children[place_of(byte) - 1], std::uint64_t{0});
    set_place(byte, 0);
    store_word<kShared>(this->count, this->count - 1);
  }

  void clear() {
    for (std::uint64_t& word : places) store_word<kShared>(word, std::uint64_t{0});
    for (std::uint64_t& child : children) store_word<kShared>(child, std::uint64_t{0});
    store_word<kShared>(this->count, 0U);
  }

 private:
  unsigned place_of(unsigned byte) const { return (load_word<kShared>(places[byte / 8]) >> (byte % 8 * 8)) & 255; }

  void set_place(unsigned byte, unsigned place) {
    const unsigned at = byte % 8 * 8;
    const std::uint64_t rest = places[byte / 8] & ~(std::uint64_t{255} << at);
    store_word<kShared>(places[byte / 8], rest | std::uint64_t{place} << at);
  }
};

/// A child for every byte.
template <class Lock>
struct alignas(64) ArtNode256 : ArtHeader<Lock> {
  static constexpr bool kShared = Lock::kShared;
  static constexpr ArtKind kKind = ArtKind::k256;
  static constexpr std::uint32_t kCapacity = 256;

  std::uint64_t children[kCapacity] = {};

  ArtRef find(unsigned wanted) const { return ArtRef(load_word<kShared>(children[wanted])); }

  std::size_t collect(unsigned begin, std::span<ArtChild> out) const {
    std::size_t copied = 0;
    for (unsigned byte = begin; byte < 256 && copied < out.size(); ++byte) {
      const ArtRef ref = find(byte);
      if (!ref.empty()) out[copied++] = {byte, ref};
    }
    return copied;
  }

  void add(unsigned byte, ArtRef ref) {
    store_word<kShared>(children[byte], ref.word());
    store_word<kShared>(this->count, this->count + 1);
  }
  void replace(unsigned byte, ArtRef ref) { store_word<kShared>(children[byte], ref.word()); }
  void remove(unsigned byte) {
    store_word<kShared>(children[byte], std::uint64_t{0});
    store_word<kShared>(this->count, this->count - 1);
  }
  void clear() {
    for (std::uint64_t& child : children) store_word<kShared>(child, std::uint64_t{0});
    store_word<kShared>(this->count, 0U);
  }
};

/// Calls `action(node)` with the node that `ref`, which is neither empty nor a leaf, leads to.
template <class Lock, class Action>
inline auto with_art_node(ArtRef ref, Action action) {
  switch (ref.kind()) {
    case ArtKind::k4:
      return action(*ref.to<ArtSmallNode<Lock, 4>>());
    case ArtKind::k16:
      return action(*ref.to<ArtSmallNode<Lock, 16>>());
    case ArtKind::k48:
      return action(*ref.to<ArtNode48<Lock>>());
    default:
      return action(*ref.to<ArtNode256<Lock>>());
  }
}

}  // namespace omenbench
