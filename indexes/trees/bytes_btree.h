// A B+tree over byte strings: Bayer and Unterauer, "Prefix B-trees", ACM TODS 2(1), 1977 (separators as short as they
// can be, prefixes cut off), in the form of Graefe, "Modern B-tree techniques", 2011, sections 3.3 and 3.4. A node
// knows the two separators between which all its keys lie, its fences; what they have in common every key has that
// comes down to it, and is neither kept nor compared. Of the rest a node keeps the next eight bytes of each key, the
// head, in an array that is counted with SIMD; only keys of equal heads are compared whole, and a key that is found is
// proved at its record, where its payload lies.
//
// Deviations: heads where the papers keep whole suffixes, so that entries have a fixed size and their texts never move;
// a node at the edge of the tree, which lacks a fence, cuts off what its own keys share, and compares it; nodes are
// built full, and split in halves (at the end of the tree: the new node gets the new key alone); nodes are not merged
// when entries are erased, and erased texts stay in memory until the tree dies.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/key_kind.h"
#include "indexes/static_bytes_index.h"
#include "indexes/text_arena.h"
#include "indexes/trees/count_kernels.h"

namespace omenbench::bytes_btree {

/// A separator as a fence; none at the edges of the tree.
struct Fence {
  const TextRecord* record = nullptr;
  Bytes key() const { return record->key(); }
};

/// What leaves and inner nodes have in common: up to kCapacity ascending keys, by head and record.
template <std::size_t kCapacity>
struct Keys {
  static_assert(kCapacity % kCountedKeys == 0);
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  std::uint32_t count = 0;
  std::uint32_t prefix = 0;  ///< bytes cut off
  bool fenced = false;       ///< the fences prove them
  Fence low, high;           ///< keys are not below `low` and below `high`
  alignas(64) std::uint64_t heads[kCapacity];
  TextRecord* records[kCapacity];

  Keys() { std::fill_n(heads, kCapacity, kNone); }

  Bytes key(std::size_t i) const { return records[i]->key(); }
  bool full() const { return count == kCapacity; }

  /// Anew what is cut off, and the heads.
  void refresh() {
    fenced = low.record != nullptr && high.record != nullptr;
    prefix = static_cast<std::uint32_t>(fenced       ? common_prefix(low.key(), high.key())
                                        : count == 0 ? 0
                                                     : common_prefix(key(0), key(count - 1)));
    for (std::size_t i = 0; i < count; ++i) heads[i] = head_of(key(i), prefix);
    std::fill(heads + count, heads + kCapacity, kNone);
  }

  /// How the key's first bytes compare with what is cut off.
  int compare_prefix(Bytes wanted) const {
    return fenced || prefix == 0 ? 0 : wanted.substr(0, prefix).compare(key(0).substr(0, prefix));
  }

  std::size_t count_below(std::uint64_t head) const {
    std::size_t below = 0;
    for (std::size_t i = 0; i < count; i += kCountedKeys) below += BestCountKernel::count_below(heads + i, head);
    return below;
  }

  /// Keys of this head: [first, last).
  struct Tie {
    std::size_t first, last;
  };
  Tie tie(std::uint64_t head) const {
    const std::size_t first = count_below(head);
    std::size_t last = first;
    while (last < count && heads[last] == head) ++last;
    return {first, last};
  }

  /// How many keys are below `wanted`, or, with `or_equal`, not above it.
  std::size_t rank(Bytes wanted, bool or_equal) const {
    if (const int order = compare_prefix(wanted); order != 0) return order < 0 ? 0 : count;
    auto [low_end, high_end] = tie(head_of(wanted, prefix));
    while (low_end < high_end) {
      const std::size_t middle = low_end + (high_end - low_end) / 2;
      const int order = key(middle).compare(wanted);
      if (order < 0 || (or_equal && order == 0)) {
        low_end = middle + 1;
      } else {
        high_end = middle;
      }
    }
    return low_end;
  }

  void add(std::size_t at, TextRecord* record) {
    const Bytes added = record->key();
    std::copy_backward(records + at, records + count, records + count + 1);
    records[at] = record;
    ++count;
    if (compare_prefix_of_new(added, at)) return refresh();
    std::copy_backward(heads + at, heads + count - 1, heads + count);
    heads[at] = head_of(added, prefix);
  }

  void remove(std::size_t at) {
    std::copy(records + at + 1, records + count, records + at);
    std::copy(heads + at + 1, heads + count, heads + at);
    heads[--count] = kNone;
    if (count == 0) prefix = fenced ? prefix : 0;
  }

 private:
  /// Whether a key that came in at `at` lacks what the others share; never where the fences prove it.
  bool compare_prefix_of_new(Bytes added, std::size_t at) const {
    if (fenced) return false;
    if (count == 1) return true;
    const Bytes other = key(at == 0 ? 1 : 0);
    return added.substr(0, prefix) != other.substr(0, prefix);
  }
};

inline constexpr std::size_t kLeafKeys = 32;
inline constexpr std::size_t kInnerKeys = 64;

struct Leaf : Keys<kLeafKeys> {
  Leaf* next = nullptr;
};

/// children[i] holds the keys from separator i - 1 up to separator i.
struct Inner : Keys<kInnerKeys> {
  void* children[kInnerKeys + 1];
};

class Tree {
 public:
  using KeyType = Bytes;

  void build(const BytesEntries& entries) {
    std::vector<Child> level;
    Leaf* leaf = first_;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (leaf->full()) {
        Leaf* const fresh = new_node<Leaf>();
        level.push_back({leaf, leaf->low});
        leaf->high = fresh->low = separator(leaf->key(kLeafKeys - 1), entries.key(i));
        leaf->next = fresh;
        leaf->refresh();
        leaf = fresh;
      }
      const BytesEntry entry = entries[i];
      leaf->records[leaf->count++] = arena_.keep(entry.key, entry.payload);
    }
    leaf->refresh();
    level.push_back({leaf, leaf->low});
    root_ = leaf;
    while (level.size() > 1) level = build_level(level);
  }

  bool find(Bytes key, Payload& payload) const {
    const Leaf& leaf = *leaf_of(key);
    if (leaf.compare_prefix(key) != 0) return false;
    const std::uint64_t head = head_of(key, leaf.prefix);
    for (std::size_t i = leaf.count_below(head); i < leaf.count && leaf.heads[i] == head; ++i) {
      const TextRecord& record = *leaf.records[i];
      if (record.key() != key) continue;
      payload = record.payload;
      return true;
    }
    return false;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const {
    const Leaf* leaf = leaf_of(from);
    std::size_t count = 0;
    for (std::size_t i = leaf->rank(from, false); leaf != nullptr; leaf = leaf->next, i = 0) {
      for (; i < leaf->count; ++i) {
        if (count == out.size()) return count;
        out[count++] = {leaf->key(i), leaf->records[i]->payload};
      }
    }
    return count;
  }

  bool update(Bytes key, Payload payload) {
    Leaf& leaf = *leaf_of(key);
    const std::size_t i = leaf.rank(key, false);
    if (i == leaf.count || leaf.key(i) != key) return false;
    leaf.records[i]->payload = payload;
    return true;
  }

  bool insert(Bytes key, Payload payload) {
    Added added = insert_below(root_, height_, key, payload);
    if (added.right == nullptr) return added.done;
    Inner* const root = new_node<Inner>();
    root->children[0] = root_;
    root->children[1] = added.right;
    root->add(0, added.separator);
    root_ = root;
    ++height_;
    return true;
  }

  bool erase(Bytes key) {
    Leaf& leaf = *leaf_of(key);
    const std::size_t i = leaf.rank(key, false);
    if (i == leaf.count || leaf.key(i) != key) return false;
    leaf.remove(i);
    return true;
  }

  std::uint64_t size_bytes() const { return arena_.size_bytes(); }

 private:
  struct Child {
    void* node;
    Fence low;
  };

  /// What an insert brings back up: whether the key was new, and the node that a split put to the right.
  struct Added {
    bool done = false;
    TextRecord* separator = nullptr;
    void* right = nullptr;
  };

  template <class Node>
  Node* new_node() {
    return new (arena_.take(sizeof(Node), alignof(Node))) Node;
  }

  /// The shortest text above `left` and not above `right`.
  Fence separator(Bytes left, Bytes right) { return {arena_.keep(right.substr(0, common_prefix(left, right) + 1), 0)}; }

  std::vector<Child> build_level(const std::vector<Child>& below) {
    std::vector<Child> level;
    for (std::size_t begin = 0; begin < below.size(); begin += kInnerKeys + 1) {
      // A last node of one child would have no separator: it takes one of its neighbour's.
      const bool lonely = begin + 1 == below.size();
      if (lonely) --static_cast<Inner*>(level.back().node)->count;
      const std::size_t first = lonely ? begin - 1 : begin;
      const std::size_t end = std::min(below.size(), begin + kInnerKeys + 1);
      Inner* const inner = new_node<Inner>();
      inner->low = below[first].low;
      if (!level.empty()) {
        auto* const left = static_cast<Inner*>(level.back().node);
        left->high = inner->low;
        left->refresh();
      }
      inner->children[0] = below[first].node;
      for (std::size_t i = first + 1; i < end; ++i) {
        inner->records[inner->count++] = const_cast<TextRecord*>(below[i].low.record);
        inner->children[inner->count] = below[i].node;
      }
      inner->refresh();
      level.push_back({inner, inner->low});
    }
    root_ = level.front().node;
    ++height_;
    return level;
  }

  Leaf* leaf_of(Bytes key) const {
    void* node = root_;
    for (unsigned level = height_; level > 0; --level) {
      const auto& inner = *static_cast<const Inner*>(node);
      node = inner.children[inner.rank(key, true)];
    }
    return static_cast<Leaf*>(node);
  }

  /// Depth of recursion: the height of the tree.
  Added insert_below(void* node, unsigned level, Bytes key, Payload payload) {
    if (level == 0) return insert_into_leaf(*static_cast<Leaf*>(node), key, payload);
    auto& inner = *static_cast<Inner*>(node);
    const std::size_t at = inner.rank(key, true);
    const Added below = insert_below(inner.children[at], level - 1, key, payload);
    if (below.right == nullptr) return below;
    if (!inner.full()) {
      put(inner, at, below);
      return {true};
    }
    Added up{true};
    Inner* const right = split_inner(inner, up.separator);
    up.right = right;
    const std::size_t middle = inner.count;
    if (at <= middle) {
      put(inner, at, below);
    } else {
      put(*right, at - middle - 1, below);
    }
    return up;
  }

  static void put(Inner& inner, std::size_t at, const Added& child) {
    std::copy_backward(inner.children + at + 1, inner.children + inner.count + 1, inner.children + inner.count + 2);
    inner.children[at + 1] = child.right;
    inner.add(at, child.separator);
  }

  /// The middle separator goes up and becomes a fence of both halves.
  Inner* split_inner(Inner& left, TextRecord*& separator) {
    Inner* const right = new_node<Inner>();
    const std::size_t middle = kInnerKeys / 2;
    separator = left.records[middle];
    right->count = static_cast<std::uint32_t>(left.count - middle - 1);
    std::copy(left.records + middle + 1, left.records + left.count, right->records);
    std::copy(left.children + middle + 1, left.children + left.count + 1, right->children);
    left.count = middle;
    right->high = left.high;
    left.high = right->low = {separator};
    left.refresh();
    right->refresh();
    return right;
  }

  Added insert_into_leaf(Leaf& leaf, Bytes key, Payload payload) {
    const std::size_t at = leaf.rank(key, false);
    if (at < leaf.count && leaf.key(at) == key) return {};
    TextRecord* const record = arena_.keep(key, payload);
    if (!leaf.full()) {
      leaf.add(at, record);
      return {true};
    }
    Leaf* const right = new_node<Leaf>();
    const bool appends = leaf.next == nullptr && at == leaf.count;
    const std::size_t kept = appends ? leaf.count : leaf.count / 2;
    std::copy(leaf.records + kept, leaf.records + leaf.count, right->records);
    right->count = static_cast<std::uint32_t>(leaf.count - kept);
    leaf.count = static_cast<std::uint32_t>(kept);
    Leaf& half = appends || at > kept ? *right : leaf;
    const std::size_t place = &half == right ? at - kept : at;
    std::copy_backward(half.records + place, half.records + half.count, half.records + half.count + 1);
    half.records[place] = record;
    ++half.count;
    right->next = leaf.next;
    leaf.next = right;
    right->high = leaf.high;
    const Fence between = separator(leaf.key(leaf.count - 1), right->key(0));
    leaf.high = right->low = between;
    leaf.refresh();
    right->refresh();
    return {true, const_cast<TextRecord*>(between.record), right};
  }

  TextArena arena_;
  Leaf* first_ = new_node<Leaf>();
  void* root_ = first_;
  unsigned height_ = 0;  ///< levels of inner nodes
};

}  // namespace omenbench::bytes_btree
