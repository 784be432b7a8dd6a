// The nodes of the radix tree over byte strings in bytes_art.h: four sizes for up to 4, 16, 48 and 256 children, and
// leaves that hold a whole key (Leis, Kemper and Neumann, "The adaptive radix tree: ARTful indexing for main-memory
// databases", ICDE 2013, sections III.B to III.E).
//
// Deviations from the paper: a key may end at an inner node, whose `end` is then its leaf, so that keys may hold any
// bytes and be prefixes of others (the paper lets keys end with a byte that no key holds); references to nodes bear
// their kind, so that a node of 256 is not read before its slot is.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/key_kind.h"
#include "indexes/text_arena.h"
#include "indexes/trees/bytes16.h"

namespace omenbench::bytes_art {

enum class Kind : std::uint8_t { kNone, kLeaf, k4, k16, k48, k256 };

struct Node;

using Leaf = TextRecord;

/// A reference to a node or a leaf: the address and, in its low bits, the kind.
class Ref {
 public:
  Ref() = default;
  Ref(Kind kind, const void* at) : word_(reinterpret_cast<std::uintptr_t>(at) | static_cast<unsigned>(kind)) {}
  Kind kind() const { return static_cast<Kind>(word_ & 7); }
  bool empty() const { return word_ == 0; }
  bool is_leaf() const { return kind() == Kind::kLeaf; }
  Leaf* leaf() const { return reinterpret_cast<Leaf*>(word_ & ~std::uintptr_t{7}); }
  Node* node() const { return reinterpret_cast<Node*>(word_ & ~std::uintptr_t{7}); }

 private:
  std::uintptr_t word_ = 0;
};

/// What every node begins with. Of a prefix longer than `prefix` only the beginning is kept here: lookups skip the rest
/// and compare the whole key at the leaf; who must know it asks a leaf below.
struct Node {
  static constexpr std::size_t kKept = 10;
  Ref end;                        ///< leaf of the key that ends here
  std::uint32_t prefix_size = 0;  ///< bytes that all keys below share after those that lead here
  std::uint16_t count = 0;        ///< children
  char prefix[kKept];

  void set_prefix(const char* text, std::size_t size) {
    prefix_size = static_cast<std::uint32_t>(size);
    std::memcpy(prefix, text, std::min(size, kKept));
  }
};

/// Up to `kSize` children, sorted by their bytes.
template <std::size_t kSize>
struct SmallNode : Node {
  unsigned char bytes[kSize < 8 ? 8 : kSize];
  Ref children[kSize];

  std::size_t position(unsigned char byte) const {  ///< of the first child not below
    std::size_t i = 0;
    while (i < count && bytes[i] < byte) ++i;
    return i;
  }
  Ref* find(unsigned char byte) {
    if constexpr (kSize == 16) {
      const std::uint32_t mask = Bytes16::load(bytes).equal_to(byte) & ((1U << count) - 1);
      return mask == 0 ? nullptr : &children[std::countr_zero(mask)];
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (bytes[i] == byte) return &children[i];
    }
    return nullptr;
  }
  Ref next(unsigned from, unsigned& byte) const {
    const std::size_t i = from > 255 ? count : position(static_cast<unsigned char>(from));
    if (i == count) return {};
    byte = bytes[i];
    return children[i];
  }
  void add(unsigned char byte, Ref child) {
    const std::size_t i = position(byte);
    std::memmove(bytes + i + 1, bytes + i, count - i);
    std::memmove(static_cast<void*>(children + i + 1), children + i, (count - i) * sizeof(Ref));
    bytes[i] = byte;
    children[i] = child;
    ++count;
  }
  void remove(unsigned char byte) {
    const std::size_t i = position(byte);
    --count;
    std::memmove(bytes + i, bytes + i + 1, count - i);
    std::memmove(static_cast<void*>(children + i), children + i + 1, (count - i) * sizeof(Ref));
  }
};
using Node4 = SmallNode<4>;
using Node16 = SmallNode<16>;

/// A table of 256 bytes says which of 48 slots holds a child.
struct Node48 : Node {
  static constexpr unsigned char kFree = 255;
  unsigned char slots[256];
  Ref children[48];

  void clear() {
    std::memset(slots, kFree, sizeof slots);
    std::fill_n(children, 48, Ref{});
  }
  Ref* find(unsigned char byte) { return slots[byte] == kFree ? nullptr : &children[slots[byte]]; }
  Ref next(unsigned from, unsigned& byte) const {
    for (; from < 256; ++from) {
      if (slots[from] == kFree) continue;
      byte = from;
      return children[slots[from]];
    }
    return {};
  }
  void add(unsigned char byte, Ref child) {
    std::size_t slot = count;  // mostly free
    if (!children[slot].empty())
      slot = static_cast<std::size_t>(std::find_if(children, children + 48, [](Ref ref) { return ref.empty(); }) -
                                      children);
    children[slot] = child;
    slots[byte] = static_cast<unsigned char>(slot);
    ++count;
  }
  void remove(unsigned char byte) {
    children[slots[byte]] = {};
    slots[byte] = kFree;
    --count;
  }
};

struct Node256 : Node {
  Ref children[256];

  void clear() { std::fill_n(children, 256, Ref{}); }
  Ref* find(unsigned char byte) { return children[byte].empty() ? nullptr : &children[byte]; }
  Ref next(unsigned from, unsigned& byte) const {
    for (; from < 256; ++from) {
      if (children[from].empty()) continue;
      byte = from;
      return children[from];
    }
    return {};
  }
  void add(unsigned char byte, Ref child) {
    children[byte] = child;
    ++count;
  }
  void remove(unsigned char byte) {
    children[byte] = {};
    --count;
  }
};

/// Calls `body` with the node as what it is. REQUIRES: a node.
template <class Body>
decltype(auto) visit(Ref ref, Body body) {
  switch (ref.kind()) {
    case Kind::k4:
      return body(static_cast<Node4&>(*ref.node()));
    case Kind::k16:
      return body(static_cast<Node16&>(*ref.node()));
    case Kind::k48:
      return body(static_cast<Node48&>(*ref.node()));
    default:
      return body(static_cast<Node256&>(*ref.node()));
  }
}

}  // namespace omenbench::bytes_art
