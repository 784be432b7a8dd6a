// The adaptive radix tree over byte strings of any content and length: Leis, Kemper and Neumann, "The adaptive radix
// tree", ICDE 2013, with path compression (the hybrid of section III.E: a prefix is kept up to ten bytes and skipped
// beyond, the leaf proves the key) and lazy expansion: a key that shares its path with no other is one leaf.
//
// Deviations from the paper: those in bytes_art_node.h; bulk loading builds each node in its final size, leaves in key
// order; nodes shrink with room to spare (at 3, 12 and 37 children); ended nodes are used again, the texts of erased
// keys stay in memory until the tree dies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/key_kind.h"
#include "indexes/text_arena.h"
#include "indexes/trees/bytes_art_node.h"

namespace omenbench::bytes_art {

/// Trees that share their memory. All keys of a tree begin with the same `depth` bytes, as do those that it is asked
/// for: they are not looked at.
class Forest {
 public:
  TextArena& arena() { return arena_; }
  std::uint64_t size_bytes() const { return arena_.size_bytes(); }

  /// `Entries` has size(), key(i) and leaf(i), the leaf of an entry. Without recursion: keys that are prefixes of each
  /// other make paths as long as the longest of them.
  template <class Entries>
  Ref build(const Entries& entries, std::size_t from_depth) {
    struct Range {
      std::size_t begin, end, depth;
      Ref* slot;
    };
    Ref root;
    std::vector<Range> left;
    if (entries.size() > 0) left.push_back({0, entries.size(), from_depth, &root});
    std::vector<Range> children;
    while (!left.empty()) {
      auto [begin, end, depth, slot] = left.back();
      left.pop_back();
      const Bytes first = entries.key(begin);
      if (end - begin == 1) {
        *slot = {Kind::kLeaf, entries.leaf(begin)};
        continue;
      }
      const std::size_t shared = depth + common_from(first, entries.key(end - 1), depth);
      const bool ends = first.size() == shared;
      children.clear();
      for (std::size_t at = begin + ends; at < end;) {
        const std::size_t next = end_of_run(entries, at, end, shared);
        children.push_back({at, next, shared + 1, nullptr});
        at = next;
      }
      *slot = new_node(kind_for(children.size()));
      Node& node = *slot->node();
      node.set_prefix(first.data() + depth, shared - depth);
      if (ends) node.end = {Kind::kLeaf, entries.leaf(begin)};
      const Ref filled = *slot;
      visit(filled, [&](auto& inner) {
        for (const Range& child : children) inner.add(byte_of(entries.key(child.begin), shared), reserved());
        for (Range& child : children) child.slot = inner.find(byte_of(entries.key(child.begin), shared));
      });
      left.insert(left.end(), children.rbegin(), children.rend());  // the lowest next, so that leaves lie in order
    }
    return root;
  }

  /// Null where the key is absent.
  Leaf* find(Ref root, Bytes key, std::size_t depth) const {
    for (Ref ref = root; !ref.empty();) {
      if (ref.is_leaf()) return ref.leaf()->key() == key ? ref.leaf() : nullptr;
      const Node& node = *ref.node();
      if (!may_share(node, key, depth)) return nullptr;
      depth += node.prefix_size;
      if (key.size() == depth) {
        ref = node.end;
        continue;
      }
      const Ref* const child = visit(ref, [&](auto& inner) { return inner.find(byte_of(key, depth)); });
      if (child == nullptr) return nullptr;
      ref = *child;
      ++depth;
    }
    return nullptr;
  }

  /// Gives the nodes of a tree back; its leaves stay.
  void drop(Ref root) {
    std::vector<Ref> nodes;
    if (!root.empty() && !root.is_leaf()) nodes.push_back(root);
    while (!nodes.empty()) {
      const Ref ref = nodes.back();
      nodes.pop_back();
      unsigned byte = 0;
      for (unsigned from = 0;; from = byte + 1) {
        const Ref child = visit(ref, [&](auto& node) { return node.next(from, byte); });
        if (child.empty()) break;
        if (!child.is_leaf()) nodes.push_back(child);
      }
      free_node(ref);
    }
  }

  /// Hands the entries from the first not below `from` to `emit(leaf)` in their order, until it returns false.
  template <class Emit>
  void scan(Ref root, Bytes from, std::size_t depth, Emit emit) const {
    Path path;
    const Leaf* const first = descend_to(root, from, depth, path);
    if (first == nullptr || emit(first)) walk(path, emit);
  }

  /// All of them.
  template <class Emit>
  void scan(Ref root, Emit emit) const {
    if (root.empty()) return;
    Path path;
    if (root.is_leaf()) {
      emit(root.leaf());
    } else {
      path.push({root, -1});
      walk(path, emit);
    }
  }

  bool insert(Ref& root, Bytes key, std::size_t depth, Payload payload) {
    for (Ref* slot = &root;;) {
      if (slot->empty()) {
        *slot = new_leaf(key, payload);
        return true;
      }
      if (slot->is_leaf()) return split_leaf(*slot, key, depth, payload);
      Node& node = *slot->node();
      const std::size_t same = same_prefix(*slot, key, depth);
      if (same < node.prefix_size) {
        split_prefix(*slot, key, depth, same, payload);
        return true;
      }
      depth += same;
      if (key.size() == depth) {
        if (!node.end.empty()) return false;
        node.end = new_leaf(key, payload);
        return true;
      }
      Ref* const child = visit(*slot, [&](auto& inner) { return inner.find(byte_of(key, depth)); });
      if (child == nullptr) {
        add_child(*slot, byte_of(key, depth), new_leaf(key, payload));
        return true;
      }
      slot = child;
      ++depth;
    }
  }

  bool erase(Ref& root, Bytes key, std::size_t depth) {
    Ref* slot = &root;
    Ref* parent = nullptr;
    std::size_t parent_depth = 0;  // of the parent's prefix
    while (!slot->empty()) {
      if (slot->is_leaf()) {
        if (slot->leaf()->key() != key) return false;
        remove(slot, parent, parent_depth, key);
        return true;
      }
      Node& node = *slot->node();
      if (!may_share(node, key, depth)) return false;
      parent = slot;
      parent_depth = depth;
      depth += node.prefix_size;
      slot =
          key.size() == depth ? &node.end : visit(*slot, [&](auto& inner) { return inner.find(byte_of(key, depth)); });
      if (slot == nullptr) return false;
      ++depth;
    }
    return false;
  }

 private:
  /// A node on the way, and what is next of it: its end (-1), or its first child not below a byte.
  struct Step {
    Ref ref;
    int from = 0;
  };

  /// A stack that allocates nothing as long as paths are of usual length.
  class Path {
   public:
    bool empty() const { return size_ == 0; }
    Step& back() { return size_ <= near_.size() ? near_[size_ - 1] : far_.back(); }
    void push(Step step) {
      if (size_++ < near_.size()) {
        near_[size_ - 1] = step;
      } else {
        far_.push_back(step);
      }
    }
    void pop() {
      if (size_-- > near_.size()) far_.pop_back();
    }

   private:
    std::array<Step, 48> near_;
    std::vector<Step> far_;
    std::size_t size_ = 0;
  };

  template <class Emit>
  static void walk(Path& path, Emit& emit) {
    while (!path.empty()) {
      Step& step = path.back();
      Ref child;
      if (step.from < 0) {
        step.from = 0;
        child = step.ref.node()->end;
        if (child.empty()) continue;
      } else {
        unsigned byte = 0;
        child = visit(step.ref, [&](auto& node) { return node.next(static_cast<unsigned>(step.from), byte); });
        if (child.empty()) {
          path.pop();
          continue;
        }
        step.from = static_cast<int>(byte) + 1;
      }
      if (child.is_leaf()) {
        if (!emit(child.leaf())) return;
      } else {
        path.push({child, -1});
      }
    }
  }

  static unsigned char byte_of(Bytes key, std::size_t at) { return static_cast<unsigned char>(key[at]); }

  static std::size_t common_from(Bytes a, Bytes b, std::size_t from) {
    const std::size_t limit = std::min(a.size(), b.size());
    std::size_t at = from;
    while (at < limit && a[at] == b[at]) ++at;
    return at - from;
  }

  /// End of the entries from `begin` that share the byte at `depth` with it; galloping, because runs are long above and
  /// short below.
  template <class Entries>
  static std::size_t end_of_run(const Entries& entries, std::size_t begin, std::size_t end, std::size_t depth) {
    const unsigned char byte = byte_of(entries.key(begin), depth);
    const auto within = [&](std::size_t i) { return byte_of(entries.key(i), depth) == byte; };
    std::size_t low = begin;  // within
    std::size_t step = 1;
    while (low + step < end && within(low + step)) {
      low += step;
      step *= 2;
    }
    std::size_t high = std::min(end, low + step);
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (within(middle) ? low : high) = middle;
    }
    return high;
  }

  /// False when the kept part of the prefix, or the key's length, rules the key out.
  static bool may_share(const Node& node, Bytes key, std::size_t depth) {
    if (key.size() - depth < node.prefix_size) return false;
    const std::size_t kept = std::min<std::size_t>(node.prefix_size, Node::kKept);
    return std::memcmp(node.prefix, key.data() + depth, kept) == 0;
  }

  static const Leaf* any_leaf(Ref ref) {
    while (!ref.is_leaf()) {
      unsigned byte = 0;
      const Ref end = ref.node()->end;
      ref = end.empty() ? visit(ref, [&](auto& inner) { return inner.next(0, byte); }) : end;
    }
    return ref.leaf();
  }

  /// How many bytes of the node's prefix the key has from `depth` on.
  static std::size_t same_prefix(Ref ref, Bytes key, std::size_t depth) {
    const Node& node = *ref.node();
    const std::size_t kept = std::min<std::size_t>(node.prefix_size, Node::kKept);
    const Bytes rest = key.substr(depth);
    const std::size_t same = common_from({node.prefix, kept}, rest, 0);
    if (same < kept || kept == node.prefix_size) return same;
    return common_from(any_leaf(ref)->key().substr(depth, node.prefix_size), rest, kept) + kept;
  }

  /// Fills the path with what lies above `key`, in order from its back; the leaf of `key` itself, if any, is returned.
  static const Leaf* descend_to(Ref root, Bytes key, std::size_t depth, Path& path) {
    for (Ref ref = root; !ref.empty();) {
      if (ref.is_leaf()) return ref.leaf()->key() < key ? nullptr : ref.leaf();
      const Node& node = *ref.node();
      const std::size_t same = same_prefix(ref, key, depth);
      if (same < node.prefix_size) {
        const bool below =
            key.size() == depth + same || byte_of(key, depth + same) < byte_of(any_leaf(ref)->key(), depth + same);
        if (below) path.push({ref, -1});
        return nullptr;
      }
      depth += same;
      if (key.size() == depth) {
        path.push({ref, -1});
        return nullptr;
      }
      const unsigned char byte = byte_of(key, depth);
      path.push({ref, byte + 1});
      const Ref* const child = visit(ref, [&](auto& inner) { return inner.find(byte); });
      if (child == nullptr) return nullptr;
      ref = *child;
      ++depth;
    }
    return nullptr;
  }

  bool split_leaf(Ref& slot, Bytes key, std::size_t depth, Payload payload) {
    const Ref old = slot;
    const Bytes other = old.leaf()->key();
    if (other == key) return false;
    const std::size_t shared = depth + common_from(other, key, depth);
    const Ref inner = new_node(Kind::k4);
    inner.node()->set_prefix(key.data() + depth, shared - depth);
    put(inner, other, shared, old);
    put(inner, key, shared, new_leaf(key, payload));
    slot = inner;
    return true;
  }

  void split_prefix(Ref& slot, Bytes key, std::size_t depth, std::size_t same, Payload payload) {
    const Ref old = slot;
    const Bytes below = any_leaf(old)->key();
    const Ref inner = new_node(Kind::k4);
    inner.node()->set_prefix(key.data() + depth, same);
    Node& node = *old.node();
    node.set_prefix(below.data() + depth + same + 1, node.prefix_size - same - 1);
    put(inner, below, depth + same, old);
    put(inner, key, depth + same, new_leaf(key, payload));
    slot = inner;
  }

  /// Adds what holds `key`, of which the node's path has `depth` bytes. REQUIRES: room.
  static void put(Ref ref, Bytes key, std::size_t depth, Ref child) {
    if (key.size() == depth) {
      ref.node()->end = child;
    } else {
      visit(ref, [&](auto& node) { node.add(byte_of(key, depth), child); });
    }
  }

  void add_child(Ref& slot, unsigned char byte, Ref child) {
    constexpr std::size_t kRoom[] = {0, 0, 4, 16, 48, 256};
    if (slot.node()->count == kRoom[static_cast<int>(slot.kind())]) {
      resize(slot, static_cast<Kind>(static_cast<int>(slot.kind()) + 1));
    }
    visit(slot, [&](auto& node) { node.add(byte, child); });
  }

  /// Puts the same children into a node of another kind.
  void resize(Ref& slot, Kind kind) {
    const Ref old = slot;
    const Ref fresh = new_node(kind);
    Node& from = *old.node();
    Node& to = *fresh.node();
    to.end = from.end;
    to.prefix_size = from.prefix_size;
    std::memcpy(to.prefix, from.prefix, Node::kKept);
    unsigned byte = 0;
    for (unsigned at = 0;; at = byte + 1) {
      const Ref child = visit(old, [&](auto& node) { return node.next(at, byte); });
      if (child.empty()) break;
      visit(fresh, [&](auto& node) { node.add(static_cast<unsigned char>(byte), child); });
    }
    slot = fresh;
    free_node(old);
  }

  /// Takes the leaf of `key` out of its parent, which shrinks, or makes way when one thing is left in it.
  void remove(Ref* slot, Ref* parent, std::size_t parent_depth, Bytes key) {
    if (parent == nullptr) {
      *slot = {};
      return;
    }
    Node& node = *parent->node();
    if (slot == &node.end) {
      node.end = {};
    } else {
      visit(*parent, [&](auto& inner) { inner.remove(byte_of(key, parent_depth + node.prefix_size)); });
    }
    const Ref old = *parent;
    if (node.count == 0) {
      *parent = node.end;
      free_node(old);
    } else if (node.count == 1 && node.end.empty()) {
      join(*parent, parent_depth);
    } else {
      constexpr std::size_t kThin[] = {0, 0, 0, 3, 12, 37};
      if (node.count == kThin[static_cast<int>(old.kind())]) {
        resize(*parent, static_cast<Kind>(static_cast<int>(old.kind()) - 1));
      }
    }
  }

  /// The only child takes the place of its parent, whose prefix starts at `depth`.
  void join(Ref& slot, std::size_t depth) {
    const Ref old = slot;
    unsigned byte = 0;
    const Ref child = visit(old, [&](auto& node) { return node.next(0, byte); });
    if (!child.is_leaf()) {
      const std::size_t size = old.node()->prefix_size + 1 + child.node()->prefix_size;
      child.node()->set_prefix(any_leaf(child)->text + depth, size);
    }
    slot = child;
    free_node(old);
  }

  static Kind kind_for(std::size_t children) {
    return children <= 4 ? Kind::k4 : children <= 16 ? Kind::k16 : children <= 48 ? Kind::k48 : Kind::k256;
  }

  /// Stands for a child until it is there: no node tells it from one.
  static Ref reserved() {
    static const std::uint64_t nothing = 0;
    return {Kind::kLeaf, &nothing};
  }

  Ref new_leaf(Bytes key, Payload payload) { return {Kind::kLeaf, arena_.keep(key, payload)}; }

  Ref new_node(Kind kind) {
    constexpr std::size_t kBytes[] = {0, 0, sizeof(Node4), sizeof(Node16), sizeof(Node48), sizeof(Node256)};
    const auto number = static_cast<std::size_t>(kind);
    void* at = nullptr;
    if (free_[number].empty()) {
      at = arena_.take(kBytes[number], 8);
    } else {
      at = free_[number].back().node();
      free_[number].pop_back();
    }
    const Ref ref(kind, at);
    Node& node = *ref.node();
    node.end = {};
    node.count = 0;
    if (kind == Kind::k48) static_cast<Node48&>(node).clear();
    if (kind == Kind::k256) static_cast<Node256&>(node).clear();
    return ref;
  }

  void free_node(Ref ref) { free_[static_cast<std::size_t>(ref.kind())].push_back(ref); }

  TextArena arena_;
  std::array<std::vector<Ref>, 6> free_;
};

/// One tree as an index.
class Tree {
 public:
  using KeyType = Bytes;

  void build(const BytesEntries& entries) { root_ = forest_.build(Source{entries, forest_.arena()}, 0); }

  bool find(Bytes key, Payload& payload) const {
    const Leaf* const leaf = forest_.find(root_, key, 0);
    if (leaf == nullptr) return false;
    payload = leaf->payload;
    return true;
  }

  bool update(Bytes key, Payload payload) {
    Leaf* const leaf = forest_.find(root_, key, 0);
    if (leaf == nullptr) return false;
    leaf->payload = payload;
    return true;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const {
    std::size_t count = 0;
    if (out.empty()) return 0;
    forest_.scan(root_, from, 0, [&](const Leaf* leaf) {
      out[count++] = {leaf->key(), leaf->payload};
      return count < out.size();
    });
    return count;
  }

  bool insert(Bytes key, Payload payload) { return forest_.insert(root_, key, 0, payload); }
  bool erase(Bytes key) { return forest_.erase(root_, key, 0); }
  std::uint64_t size_bytes() const { return forest_.size_bytes(); }

 private:
  struct Source {
    const BytesEntries& entries;
    TextArena& arena;
    std::size_t size() const { return entries.size(); }
    Bytes key(std::size_t i) const { return entries.key(i); }
    Leaf* leaf(std::size_t i) const { return arena.keep(entries.key(i), entries[i].payload); }
  };

  Forest forest_;
  Ref root_;
};

}  // namespace omenbench::bytes_art
