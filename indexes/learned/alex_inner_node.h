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

template <class Sharing>
struct BasicAlexInnerNode;

/// Either an inner node or a data node; the lowest bit tells which.
template <class Sharing>
class BasicAlexChild {
 public:
  using Inner = BasicAlexInnerNode<Sharing>;
  using Data = BasicAlexDataNode<Sharing>;

  BasicAlexChild() = default;
  explicit BasicAlexChild(Inner* node) : word_(reinterpret_cast<std::uintptr_t>(node)) {}
  explicit BasicAlexChild(Data* node) : word_(reinterpret_cast<std::uintptr_t>(node) | 1U) {}

  bool is_data() const { return (word_ & 1U) != 0; }
  Data* data() const { return reinterpret_cast<Data*>(word_ - 1); }
  Inner* inner() const { return reinterpret_cast<Inner*>(word_); }
  const void* address() const { return reinterpret_cast<const void*>(word_ & ~std::uintptr_t{1}); }
  friend bool operator==(BasicAlexChild, BasicAlexChild) = default;

  /// From and to a place where other threads do the same, if they may; with the child comes what was written before.
  static BasicAlexChild load(const BasicAlexChild& from) {
    if constexpr (!Sharing::kShared) return from;
    BasicAlexChild child;
    child.word_ = __atomic_load_n(&from.word_, __ATOMIC_ACQUIRE);
    return child;
  }
  static void store(BasicAlexChild& to, BasicAlexChild child) {
    if constexpr (Sharing::kShared) {
      __atomic_store_n(&to.word_, child.word_, __ATOMIC_RELEASE);
    } else {
      to = child;
    }
  }

 private:
  std::uintptr_t word_ = 0;
};

/// Consecutive child slots, half open.
struct AlexRun {
  std::size_t begin;
  std::size_t end;
};

/// With `AlexShared` only the child pointers (and their count) change while others can see the node, by whoever has
/// its lock; for anything else it is replaced.
template <class Sharing>
struct BasicAlexInnerNode : Sharing::InnerHeader {
  using Child = BasicAlexChild<Sharing>;

  Key base = 0;             ///< the first key of child slot 0's own range
  std::uint32_t shift = 0;  ///< a child slot's range holds 2^shift keys
  std::uint32_t last = 0;   ///< number of child slots - 1
  Child* slots = nullptr;   ///< = children.data()
  std::vector<Child> children;
  std::size_t child_count = 0;  ///< distinct children, roughly: only additions are counted

  BasicAlexInnerNode(Key first, std::uint32_t slot_shift, std::vector<Child> pointers)
      : base(first), shift(slot_shift) {
    assign(std::move(pointers));
  }

  void assign(std::vector<Child> pointers) {
    children = std::move(pointers);
    slots = children.data();
    last = static_cast<std::uint32_t>(children.size() - 1);
  }

  std::size_t route(Key key) const {
    const std::uint64_t distance = key < base ? 0 : key - base;
    return std::min<std::uint64_t>(distance >> shift, last);
  }
  Child child(std::size_t i) const { return Child::load(slots[i]); }
  std::size_t distinct_children() const { return load_word<Sharing::kShared>(child_count); }

  /// The first key that slot `i` of its own range would take; 2^64 and more where there is none.
  unsigned __int128 begin_of(std::size_t i) const { return base + (static_cast<unsigned __int128>(i) << shift); }

  /// All slots that lead to the child in slot `i`.
  AlexRun run_of(std::size_t i) const {
    const Child same = child(i);
    AlexRun run{i, i + 1};
    while (run.begin > 0 && child(run.begin - 1) == same) --run.begin;
    while (run.end <= last && child(run.end) == same) ++run.end;
    return run;
  }

  void point(AlexRun run, Child child) {
    for (std::size_t i = run.begin; i < run.end; ++i) Child::store(slots[i], child);
  }
  void count_child(int added) {
    store_word<Sharing::kShared>(child_count, child_count + static_cast<std::size_t>(added));
  }

  /// The child pointers for slots of half the range. REQUIRES: shift > 0.
  std::vector<Child> split_slots() const {
    std::vector<Child> wider;
    wider.reserve(children.size() * 2);
    for (const Child child : children) wider.insert(wider.end(), 2, child);
    return wider;
  }

  std::uint64_t size_bytes() const { return sizeof(*this) + children.capacity() * sizeof(Child); }
};

using AlexInnerNode = BasicAlexInnerNode<AlexAlone>;
using AlexChild = BasicAlexChild<AlexAlone>;

}  // namespace omenbench
