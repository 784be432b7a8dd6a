// The adaptive radix tree, for one thread (`NoLock`) or for many (`VersionLock`): Leis, Kemper and Neumann, "The
// adaptive radix tree", ICDE 2013, with path compression and lazy expansion (section III.E), and optimistic lock
// coupling as in Leis, Scheibner, Kemper and Neumann, "The ART of practical synchronization", DaMoN 2016, section 3.
// Bytes are taken from the highest down, so that byte order is key order.
//
// Deviations from the papers, besides those in art_node.h and node_lock.h: the root is always a node of 256 for the
// highest byte, so that every other node has a parent; lookups skip prefixes and compare the whole key at the leaf for
// every node size; bulk loading builds each node in its final size; nodes shrink with room to spare (at 3, 12 and 37
// children); no memory of an ended node is given back before the tree dies.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

#include "core/types.h"
#include "indexes/trees/art_node.h"
#include "indexes/trees/node_lock.h"
#include "indexes/trees/node_pool.h"

namespace omenbench {

/// The tree. With `VersionLock` every operation may run on any number of threads at once; a scan is then right node by
/// node, everything else as a whole.
template <class Lock>
class Art {
 public:
  static constexpr bool kConcurrent = Lock::kShared;

  void build(std::span<const Entry> entries) {
    leaves_.reserve(entries.size());
    Node256* const root = pool<Node256>().take();
    root_ = ArtRef(ArtKind::k256, 7, root);
    for (std::size_t begin = 0; begin < entries.size();) {
      const std::size_t end = end_of_run(entries, begin, 56);
      root->add(root_.byte_of(entries[begin].key), build_subtree(entries.subspan(begin, end - begin)));
      begin = end;
    }
  }

  bool find(Key key, Payload& payload) const {
    for (unsigned tries = 0;; retry(tries)) {
      Place at;
      if (!descend(key, at)) continue;
      if (at.child.empty()) return false;
      const auto [found, value] = load(at.child);
      if (!unchanged(at.node, at.version)) continue;
      if (found != key) return false;
      payload = value;
      return true;
    }
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    Walk walk{.from = from, .out = out};
    for (unsigned tries = 0; walk.copied < out.size(); retry(tries)) {
      walk.visits = 0;
      if (visit(root_, header(root_).lock.read(), true, walk)) return walk.copied;
      // A writer was in the way: go on behind the last entry that is known to be right.
      if (walk.copied == 0) continue;
      if (out[walk.copied - 1].key == ~Key{0}) break;
      walk.from = out[walk.copied - 1].key + 1;
    }
    return walk.copied;
  }

  bool update(Key key, Payload payload) {
    for (unsigned tries = 0;; retry(tries)) {
      Place at;
      if (!descend(key, at)) continue;
      const bool present = !at.child.empty() && load(at.child).key == key;
      if (!present) {
        if (unchanged(at.node, at.version)) return false;
      } else if (header(at.node).lock.lock_if(at.version)) {
        store_word<kShared>(at.child.template to<ArtLeaf>()->payload, payload);
        header(at.node).lock.unlock();
        return true;
      }
    }
  }

  bool insert(Key key, Payload payload) {
    for (unsigned tries = 0;; retry(tries)) {
      Place at;
      bool diverges = false;
      if (!descend_exactly(key, at, diverges)) continue;
      if (!at.child.empty() && at.child.is_leaf()) {
        const Key other = load(at.child).key;
        if (!unchanged(at.node, at.version)) continue;
        if (other == key) return false;
        if (insert_above(at, other, key, payload)) return true;
      } else if (diverges) {
        const Key other = load_word<kShared>(header(at.child).prefix);
        if (!unchanged(at.node, at.version)) continue;
        if (insert_above(at, other, key, payload)) return true;
      } else if (insert_into(at, key, payload)) {
        return true;
      }
    }
  }

  bool erase(Key key) {
    for (unsigned tries = 0;; retry(tries)) {
      Place at;
      if (!descend(key, at)) continue;
      const bool present = !at.child.empty() && load(at.child).key == key;
      if (!present) {
        if (unchanged(at.node, at.version)) return false;
      } else if (erase_from(at, key)) {
        leaves_.give(at.child.template to<ArtLeaf>());
        return true;
      }
    }
  }

  /// Goes down step by step with all keys of a group, each node being fetched while the others are searched.
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::size_t size = std::min(kGroup, keys.size() - begin);
      find_group(keys.subspan(begin, size), payloads.data() + begin, found.data() + begin);
    }
  }

  std::uint64_t size_bytes() const {
    return leaves_.size_bytes() + std::apply([](const auto&... pool) { return (pool.size_bytes() + ...); }, pools_);
  }

  /// For tests, when no operation runs: the root, and nodes and leaves in use.
  ArtRef root() const { return root_; }
  std::size_t node_count() const {
    return std::apply([](const auto&... pool) { return (pool.in_use() + ...); }, pools_);
  }
  std::size_t leaf_count() const { return leaves_.in_use(); }

 private:
  static constexpr bool kShared = Lock::kShared;
  static constexpr std::size_t kGroup = 32;
  static constexpr std::size_t kAhead = 32;  // children that a scan fetches at once
  using Version = typename Lock::Version;
  using Header = ArtHeader<Lock>;
  using Node4 = ArtSmallNode<Lock, 4>;
  using Node16 = ArtSmallNode<Lock, 16>;
  using Node48 = ArtNode48<Lock>;
  using Node256 = ArtNode256<Lock>;

  /// Where a descent ended: `child` of `node`, which is empty, a leaf, or a node whose prefix is not the key's.
  struct Place {
    ArtRef parent;
    Version parent_version{};
    ArtRef node;
    Version version{};
    ArtRef child;
  };

  static void retry(unsigned& tries) {
    if constexpr (kShared) {
      if (++tries > 3) VersionLock::pause(tries);
    }
  }

  static Header& header(ArtRef ref) { return *ref.to<Header>(); }
  static bool unchanged(ArtRef ref, Version version) { return header(ref).lock.unchanged(version); }
  static Entry load(ArtRef leaf) {
    const ArtLeaf& from = *leaf.to<ArtLeaf>();
    return {load_word<kShared>(from.key), load_word<kShared>(from.payload)};
  }
  static ArtRef child_of(ArtRef node, unsigned byte) {
    return with_art_node<Lock>(node, [byte](const auto& n) { return n.find(byte); });
  }
  template <class Node>
  auto& pool() {
    return std::get<NodePool<Node, kShared>>(pools_);
  }

  /// Goes down by the key's bytes alone, to an empty place or a leaf. False: start again.
  bool descend(Key key, Place& at) const {
    at.node = root_;
    at.version = header(root_).lock.read();
    for (;;) {
      at.child = child_of(at.node, at.node.byte_of(key));
      if (!unchanged(at.node, at.version)) return false;
      if (at.child.empty() || at.child.is_leaf()) return true;
      if (!step(at)) return false;
    }
  }

  /// The same, but stops above a node whose prefix is not the key's.
  bool descend_exactly(Key key, Place& at, bool& diverges) const {
    at.node = root_;
    at.version = header(root_).lock.read();
    for (;;) {
      at.child = child_of(at.node, at.node.byte_of(key));
      if (!unchanged(at.node, at.version)) return false;
      if (at.child.empty() || at.child.is_leaf()) return true;
      const Key prefix = load_word<kShared>(header(at.child).prefix);
      diverges = ((prefix ^ key) >> at.child.shift() >> 8) != 0;
      if (diverges) return true;
      if (!step(at)) return false;
    }
  }

  /// On to the child, if it still is one after its version has been taken.
  static bool step(Place& at) {
    const Version version = header(at.child).lock.read();
    if (!unchanged(at.node, at.version)) return false;
    at.parent = at.node;
    at.parent_version = at.version;
    at.node = at.child;
    at.version = version;
    return true;
  }

  ArtRef new_leaf(Key key, Payload payload) {
    ArtLeaf* const leaf = leaves_.take();
    store_word<kShared>(leaf->key, key);
    store_word<kShared>(leaf->payload, payload);
    return ArtRef(ArtKind::kLeaf, 0, leaf);
  }

  template <class Node>
  ArtRef new_node(Key key, unsigned position) {
    Node* const node = pool<Node>().take();
    node->clear();
    store_word<kShared>(node->prefix, prefix_of(key, position));
    return ArtRef(Node::kKind, position, node);
  }

  void give_back(ArtRef ref) {
    with_art_node<Lock>(ref, [this](auto& node) { pool<std::remove_reference_t<decltype(node)>>().give(&node); });
  }

  static Key prefix_of(Key key, unsigned position) {
    return position == 7 ? 0 : key >> (8 * position + 8) << (8 * position + 8);
  }

  /// Puts a node of two children in the place of `at.child`, which it takes in beside a new leaf. They part at the
  /// first byte in which `other`, a key or prefix below that child, differs from `key`.
  bool insert_above(const Place& at, Key other, Key key, Payload payload) {
    const unsigned position = (63 - static_cast<unsigned>(std::countl_zero(other ^ key))) / 8;
    const ArtRef leaf = new_leaf(key, payload);
    const ArtRef above = new_node<Node4>(key, position);
    Node4& node = *above.to<Node4>();
    node.add(above.byte_of(other), at.child);
    node.add(above.byte_of(key), leaf);
    if (!header(at.node).lock.lock_if(at.version)) {
      give_back(above);
      leaves_.give(leaf.to<ArtLeaf>());
      return false;
    }
    with_art_node<Lock>(at.node, [&](auto& parent) { parent.replace(at.node.byte_of(key), above); });
    header(at.node).lock.unlock();
    return true;
  }

  /// Adds a leaf to `at.node`, where its byte is free; a full node is first replaced by a larger one.
  bool insert_into(const Place& at, Key key, Payload payload) {
    const ArtRef leaf = new_leaf(key, payload);
    const bool done = with_art_node<Lock>(at.node, [&](auto& node) {
      using Node = std::remove_reference_t<decltype(node)>;
      [[maybe_unused]] const bool full = load_word<kShared>(node.count) == Node::kCapacity;
      const auto with = [&](auto& to) { to.add(at.node.byte_of(key), leaf); };
      if constexpr (Node::kKind == ArtKind::k4) {
        if (full) return resize<Node16>(at, key, with);
      } else if constexpr (Node::kKind == ArtKind::k16) {
        if (full) return resize<Node48>(at, key, with);
      } else if constexpr (Node::kKind == ArtKind::k48) {
        if (full) return resize<Node256>(at, key, with);
      }
      if (!node.lock.lock_if(at.version)) return false;
      with(node);
      node.lock.unlock();
      return true;
    });
    if (!done) leaves_.give(leaf.to<ArtLeaf>());
    return done;
  }

  /// Takes the key's leaf out of `at.node`, which may become smaller or give way to its last child.
  bool erase_from(const Place& at, Key key) {
    const unsigned byte = at.node.byte_of(key);
    return with_art_node<Lock>(at.node, [&](auto& node) {
      using Node = std::remove_reference_t<decltype(node)>;
      const std::uint32_t count = load_word<kShared>(node.count);
      const auto without = [byte](auto& to) { to.remove(byte); };
      if constexpr (Node::kKind == ArtKind::k4) {
        if (count == 2) return collapse(at, node, key);
      } else if constexpr (Node::kKind == ArtKind::k16) {
        if (count == 4) return resize<Node4>(at, key, without);
      } else if constexpr (Node::kKind == ArtKind::k48) {
        if (count == 13) return resize<Node16>(at, key, without);
      } else {
        if (count == 38 && at.node != root_) return resize<Node48>(at, key, without);
      }
      if (!node.lock.lock_if(at.version)) return false;
      without(node);
      node.lock.unlock();
      return true;
    });
  }

  /// Locks `at.node` and its parent, or neither.
  static bool lock_both(const Place& at) {
    if (!header(at.parent).lock.lock_if(at.parent_version)) return false;
    if (header(at.node).lock.lock_if(at.version)) return true;
    header(at.parent).lock.unlock();
    return false;
  }

  /// Puts `ref` where the parent has `at.node`, lets both locks go, and the node with them.
  void substitute(const Place& at, Key key, ArtRef ref) {
    with_art_node<Lock>(at.parent, [&](auto& parent) { parent.replace(at.parent.byte_of(key), ref); });
    header(at.node).lock.unlock();
    header(at.parent).lock.unlock();
    give_back(at.node);
  }

  /// Replaces `at.node` by a node of another size with the same children, after `change` to it.
  template <class To, class Change>
  bool resize(const Place& at, Key key, Change change) {
    const ArtRef to = new_node<To>(key, at.node.position());
    if (!lock_both(at)) {
      give_back(to);
      return false;
    }
    To& node = *to.template to<To>();
    with_art_node<Lock>(at.node, [&](const auto& from) {
      ArtChild children[To::kCapacity + 1];  // one more than may stay
      const std::size_t count = from.collect(0, children);
      for (std::size_t i = 0; i < count; ++i) node.add(children[i].byte, children[i].ref);
    });
    change(node);
    substitute(at, key, to);
    return true;
  }

  /// A node of two children loses the key's one: the other one takes its place.
  bool collapse(const Place& at, Node4& node, Key key) {
    if (!lock_both(at)) return false;
    substitute(at, key, node.child(node.byte(0) == at.node.byte_of(key) ? 1 : 0));
    return true;
  }

  /// A walk in key order, and the nodes that were searched before the first entry was found.
  struct Walk {
    Key from;
    std::span<Entry> out;
    std::size_t copied = 0;
    std::array<std::pair<ArtRef, Version>, kShared ? 16 : 1> visited{};  ///< down to the border and down again
    std::size_t visits = 0;
  };

  /// Copies the entries below `node` that are not below `walk.from` (`bounded`: some may be). False: a writer was in
  /// the way. The first entry counts only when no node that was searched for it has changed meanwhile: so that one
  /// alone is the right answer at one moment.
  bool visit(ArtRef node, Version version, bool bounded, Walk& walk) const {
    if constexpr (kShared) {
      if (walk.copied == 0) {
        if (walk.visits == walk.visited.size()) return false;
        walk.visited[walk.visits++] = {node, version};
      }
    }
    return with_art_node<Lock>(node, [&](const auto& n) { return visit_children(n, node, version, bounded, walk); });
  }

  template <class Node>
  bool visit_children(const Node& node, ArtRef ref, Version version, bool bounded, Walk& walk) const {
    unsigned border = 0;  // smaller bytes lead below walk.from, equal ones may
    if (bounded) {
      const Key prefix = load_word<kShared>(node.prefix);
      const Key wanted = prefix_of(walk.from, ref.position());
      if (wanted > prefix) return node.lock.unchanged(version);
      bounded = wanted == prefix;
      if (bounded) border = ref.byte_of(walk.from);
    }
    ArtChild children[kAhead];
    for (;;) {
      // Each child holds an entry to copy, save the one on the border.
      const std::size_t wanted = std::min(kAhead, walk.out.size() - walk.copied + 1);
      const std::size_t count = node.collect(border, std::span(children, wanted));
      if (!node.lock.unchanged(version)) return false;
      for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(children[i].ref.template to<char>());
      for (std::size_t i = 0; i < count; ++i) {
        if (!visit_child(node, version, children[i].ref, bounded && children[i].byte == border, walk)) return false;
        if (walk.copied == walk.out.size()) return true;
      }
      if (count < wanted || children[count - 1].byte == 255) return true;
      border = children[count - 1].byte + 1;
      bounded = false;
    }
  }

  template <class Node>
  bool visit_child(const Node& node, Version version, ArtRef child, bool bounded, Walk& walk) const {
    if (!child.is_leaf()) {
      const Version child_version = header(child).lock.read();
      return node.lock.unchanged(version) && visit(child, child_version, bounded, walk);
    }
    const Entry entry = load(child);
    if (!node.lock.unchanged(version)) return false;
    if (entry.key < walk.from) return true;
    if (walk.copied == 0 && !all_unchanged(walk)) return false;
    walk.out[walk.copied++] = entry;
    return true;
  }

  static bool all_unchanged(const Walk& walk) {
    for (std::size_t i = 0; i < walk.visits; ++i) {
      if (!unchanged(walk.visited[i].first, walk.visited[i].second)) return false;
    }
    return true;
  }

  /// Fetches what a search of this node, or the comparison with this leaf, reads.
  static void prefetch(ArtRef ref, Key key) {
    const char* const begin = ref.to<const char>();
    if (kShared || ref.kind() != ArtKind::k256) __builtin_prefetch(begin);
    if (ref.kind() == ArtKind::k256) __builtin_prefetch(&ref.to<const Node256>()->children[ref.byte_of(key)]);
    if (ref.kind() == ArtKind::k48) __builtin_prefetch(&ref.to<const Node48>()->places[ref.byte_of(key) / 8]);
    if (ref.kind() == ArtKind::k16) {
      __builtin_prefetch(begin + 64);
      __builtin_prefetch(begin + 128);
    }
  }

  /// One lookup of a batch on its way down.
  struct Lookup {
    Place at;
    enum { kDown, kArrived, kConflict } state;
  };

  void find_group(std::span<const Key> keys, Payload* payloads, bool* found) const {
    Lookup lookups[kGroup];
    const Version version = header(root_).lock.read();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      lookups[i].at.child = root_;
      lookups[i].at.node = root_;
      lookups[i].at.version = version;
      lookups[i].state = Lookup::kDown;
    }
    for (std::size_t left = keys.size(); left > 0;) {
      left = 0;
      for (std::size_t i = 0; i < keys.size(); ++i) left += step_down(lookups[i], keys[i]);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Place& at = lookups[i].at;
      if (lookups[i].state == Lookup::kArrived) {
        const Entry entry = at.child.empty() ? Entry{~keys[i], 0} : load(at.child);
        found[i] = entry.key == keys[i];
        if (found[i]) payloads[i] = entry.payload;
        if (unchanged(at.node, at.version)) continue;
      }
      found[i] = find(keys[i], payloads[i]);
    }
  }

  /// Searches the node that was fetched for this lookup, and fetches the next; true when there is one.
  bool step_down(Lookup& lookup, Key key) const {
    if (lookup.state != Lookup::kDown) return false;
    Place& at = lookup.at;
    lookup.state = Lookup::kConflict;
    if (at.child != root_ && !step(at)) return false;
    at.child = child_of(at.node, at.node.byte_of(key));
    if (!unchanged(at.node, at.version)) return false;
    lookup.state = at.child.empty() || at.child.is_leaf() ? Lookup::kArrived : Lookup::kDown;
    if (!at.child.empty()) prefetch(at.child, key);
    return lookup.state == Lookup::kDown;
  }

  /// End of the run of entries from `begin` on that agree in the byte at `shift` and all above.
  static std::size_t end_of_run(std::span<const Entry> entries, std::size_t begin, unsigned shift) {
    const Key last = entries[begin].key | (shift == 0 ? 0 : (Key{1} << shift) - 1);
    // Runs double in length before they are halved, so that short ones cost little.
    std::size_t step = 1;
    while (begin + step < entries.size() && entries[begin + step].key <= last) step *= 2;
    const auto from = entries.begin() + static_cast<std::ptrdiff_t>(begin + step / 2);
    const auto to = entries.begin() + static_cast<std::ptrdiff_t>(std::min(begin + step, entries.size()));
    const auto end = std::upper_bound(from, to, last, [](Key key, const Entry& entry) { return key < entry.key; });
    return static_cast<std::size_t>(end - entries.begin());
  }

  /// The subtree of at least one entry: a leaf, or a node at the first byte in which the entries differ.
  ArtRef build_subtree(std::span<const Entry> entries) {
    if (entries.size() == 1) return new_leaf(entries[0].key, entries[0].payload);
    const Key differs = entries.front().key ^ entries.back().key;
    const unsigned position = (63 - static_cast<unsigned>(std::countl_zero(differs))) / 8;
    std::array<ArtChild, 256> children;
    std::size_t count = 0;
    for (std::size_t begin = 0; begin < entries.size();) {
      const std::size_t end = end_of_run(entries, begin, 8 * position);
      const auto byte = static_cast<unsigned>(entries[begin].key >> (8 * position) & 255);
      children[count++] = {byte, build_subtree(entries.subspan(begin, end - begin))};
      begin = end;
    }
    const auto fill = [&]<class Node>(Node*) {
      const ArtRef ref = new_node<Node>(entries[0].key, position);
      for (std::size_t i = 0; i < count; ++i) ref.to<Node>()->add(children[i].byte, children[i].ref);
      return ref;
    };
    if (count <= 4) return fill(static_cast<Node4*>(nullptr));
    if (count <= 16) return fill(static_cast<Node16*>(nullptr));
    if (count <= 48) return fill(static_cast<Node48*>(nullptr));
    return fill(static_cast<Node256*>(nullptr));
  }

  NodePool<ArtLeaf, kShared> leaves_;
  std::tuple<NodePool<Node4, kShared>, NodePool<Node16, kShared>, NodePool<Node48, kShared>, NodePool<Node256, kShared>>
      pools_;
  ArtRef root_;
};

}  // namespace omenbench
