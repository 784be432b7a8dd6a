// The inner nodes of ALEX: a model that cuts a key range into a power of two of equal parts, and one child pointer per
// part, several of which may lead to the same child (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD
// 2020, section 3.2).
//
// Deviation from the paper: the model is a shift, so that lookup and insertion agree on every key and the keys at which
// one child ends are known exactly. A range is therefore as wide as the next power of two; the first and the last child
// also take the keys beside it. The pointers to one child are consecutive, but need not be a power of two.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/types.h"
#include "indexes/learned/alex_data_node.h"

namespace omenbench {

struct AlexInnerNode;

/// Either an inner node or a data node; the lowest bit tells which.
class AlexChild {
 public:
  AlexChild() = default;
  explicit AlexChild(AlexInnerNode* node) : word_(reinterpret_cast<std::uintptr_t>(node)) {}
  explicit AlexChild(AlexDataNode* node) : word_(reinterpret_cast<std::uintptr_t>(node) | 1U) {}

  bool is_data() const { return (word_ & 1U) != 0; }
  AlexDataNode* data() const { return reinterpret_cast<AlexDataNode*>(word_ - 1); }
  AlexInnerNode* inner() const { return reinterpret_cast<AlexInnerNode*>(word_); }
  const void* address() const { return reinterpret_cast<const void*>(word_ & ~std::uintptr_t{1}); }
  friend bool operator==(AlexChild, AlexChild) = default;

 private:
  std::uintptr_t word_ = 0;
};

/// Consecutive child slots, half open.
struct AlexRun {
  std::size_t begin;
  std::size_t end;
};

struct AlexInnerNode {
  Key base = 0;                ///< the first key of child slot 0's own range
  std::uint32_t shift = 0;     ///< a child slot's range holds 2^shift keys
  std::uint32_t last = 0;      ///< number of child slots - 1
  AlexChild* slots = nullptr;  ///< = children.data()
  std::vector<AlexChild> children;
  std::size_t child_count = 0;  ///< distinct children, roughly: only additions are counted

  AlexInnerNode(Key first, std::uint32_t slot_shift, std::vector<AlexChild> pointers) : base(first), shift(slot_shift) {
    assign(std::move(pointers));
  }

  void assign(std::vector<AlexChild> pointers) {
    children = std::move(pointers);
    slots = children.data();
    last = static_cast<std::uint32_t>(children.size() - 1);
  }

  std::size_t route(Key key) const {
    const std::uint64_t distance = key < base ? 0 : key - base;
    return std::min<std::uint64_t>(distance >> shift, last);
  }

  /// The first key that slot `i` of its own range would take; 2^64 and more where there is none.
  unsigned __int128 begin_of(std::size_t i) const { return base + (static_cast<unsigned __int128>(i) << shift); }

  /// All slots that lead to the child in slot `i`.
  AlexRun run_of(std::size_t i) const {
    AlexRun run{i, i + 1};
    while (run.begin > 0 && slots[run.begin - 1] == slots[i]) --run.begin;
    while (run.end <= last && slots[run.end] == slots[i]) ++run.end;
    return run;
  }

  void point(AlexRun run, AlexChild child) { std::fill(slots + run.begin, slots + run.end, child); }

  /// Twice as many slots for the same range. REQUIRES: shift > 0.
  void split_slots() {
    std::vector<AlexChild> wider;
    wider.reserve(children.size() * 2);
    for (const AlexChild child : children) wider.insert(wider.end(), 2, child);
    assign(std::move(wider));
    --shift;
  }

  std::uint64_t size_bytes() const { return sizeof(*this) + children.capacity() * sizeof(AlexChild); }
};

}  // namespace omenbench
