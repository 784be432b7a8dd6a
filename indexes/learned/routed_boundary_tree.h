// Where models do not pay: a B+tree over boundaries between leaves, made of the inner nodes of btree_node.h. It hangs
// below a bucket of routed_region.h that has more boundaries than it can hold. Nodes are split on the way back up and
// never merged: whole trees are built anew when their region is (routed_directory.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "core/types.h"
#include "indexes/trees/btree_node.h"
#include "indexes/trees/node_lock.h"
#include "indexes/trees/node_pool.h"

namespace omenbench {

/// Keys up to `key` belong to the leaf on the left, larger ones to `right`.
template <class Leaf>
struct Boundary {
  Key key;
  Leaf* right;
};

/// Whether others read the directory while one thread changes it: `static constexpr bool kShared = true` in its leaves.
template <class Leaf>
inline constexpr bool kReadByOthers = requires {
  requires Leaf::kShared;
};

/// Functions over trees of one pool of nodes; a tree is named by its root. Where others read while it is changed, what
/// they find is a hint: a leaf of the index, though maybe not that of the key, or null where they look into a slot that
/// is being filled. (Every word they read was written whole; a node has one level, and its children one type, from when
/// it can be found until no reader can hold it.)
template <class Leaf>
class BoundaryTrees {
 public:
  static constexpr bool kShared = kReadByOthers<Leaf>;
  using Boundary = omenbench::Boundary<Leaf>;
  using Node = BTreeInner<std::conditional_t<kShared, VersionLock, NoLock>, 512>;  // the versions are not used

  /// The lowest node on the way to `key`; null as above.
  static const Node* bottom(const Node* node, Key key) {
    while (load_word<kShared>(node->level) > 1) {
      node = static_cast<const Node*>(node->child(node->slot_of(key)));
      if (kShared && node == nullptr) return nullptr;
    }
    return node;
  }

  static Leaf* find(const Node* node, Key key) {
    node = bottom(node, key);
    if (kShared && node == nullptr) return nullptr;
    return static_cast<Leaf*>(node->child(node->slot_of(key)));
  }

  /// The child that is left of all boundaries.
  static Leaf* first_leaf(const Node* node) {
    while (node->level > 1) node = static_cast<const Node*>(node->children[0]);
    return static_cast<Leaf*>(node->children[0]);
  }
  static void set_first_leaf(Node* node, Leaf* leaf) {
    while (node->level > 1) node = static_cast<Node*>(node->children[0]);
    store_word<kShared>(node->children[0], static_cast<void*>(leaf));
  }

  Node* build(Leaf* first, std::span<const Boundary> boundaries) {
    std::vector<Boundary> above;
    Node* node = start(1, first);
    Node* const leftmost = node;
    for (const Boundary& boundary : boundaries) {
      if (node->count == kFill) {
        node = start(1, boundary.right);
        above.push_back({boundary.key, reinterpret_cast<Leaf*>(node)});
      } else {
        node->insert_child(node->count, boundary.key, boundary.right);
      }
    }
    return above.empty() ? leftmost : raise(leftmost, above);
  }

  /// Adds a boundary; `root` may become another node. True if the boundary became the last.
  bool insert(Node*& root, const Boundary& boundary) {
    bool last = true;
    const Boundary split = insert_below(root, boundary, last);
    if (split.right == nullptr) return last;
    root = start(root->level + 1, root);
    root->insert_child(0, split.key, split.right);
    publish_words<kShared>();
    return last;
  }

  /// Removes the boundary between two leaves that are children of one node. False, and nothing done, if they are not.
  static bool remove(Node* node, Key key, const Leaf* right) {
    while (node->level > 1) node = static_cast<Node*>(node->children[node->slot_of(key)]);
    const std::size_t i = node->slot_of(key);
    if (i == node->count || node->keys[i] != key || node->children[i + 1] != right) return false;
    node->erase_child(i);
    return true;
  }

  /// Appends all boundaries in order.
  static void collect(const Node* node, std::vector<Boundary>& boundaries) {
    for (std::uint32_t i = 0; i <= node->count; ++i) {
      if (node->level > 1) {
        const auto* const child = static_cast<const Node*>(node->children[i]);
        if (i > 0) boundaries.push_back({node->keys[i - 1], first_leaf(child)});
        collect(child, boundaries);
      } else if (i > 0) {
        boundaries.push_back({node->keys[i - 1], static_cast<Leaf*>(node->children[i])});
      }
    }
  }

  /// Gives the nodes of a tree back.
  void dissolve(Node* node) {
    for (std::uint32_t i = 0; node->level > 1 && i <= node->count; ++i) dissolve(static_cast<Node*>(node->children[i]));
    node->truncate(0);
    nodes_.give(node);
  }

  std::uint64_t size_bytes() const { return nodes_.size_bytes(); }
  std::size_t node_count() const { return nodes_.in_use(); }

 private:
  static constexpr std::uint32_t kFill = Node::kSlots * 2 / 3;

  Node* start(std::uint32_t level, void* child) {
    Node* const node = nodes_.take();
    node->restart(level, child);
    return node;
  }

  /// The levels above: `above` holds nodes where leaves are meant.
  Node* raise(Node* leftmost, std::vector<Boundary> above) {
    for (std::uint32_t level = 2;; ++level) {
      std::vector<Boundary> next;
      Node* node = start(level, leftmost);
      leftmost = node;
      for (const Boundary& boundary : above) {
        if (node->count == kFill) {
          node = start(level, boundary.right);
          next.push_back({boundary.key, reinterpret_cast<Leaf*>(node)});
        } else {
          node->insert_child(node->count, boundary.key, boundary.right);
        }
      }
      if (next.empty()) return leftmost;
      above = std::move(next);
    }
  }

  /// Returns what the parent has to take up: a new right neighbour, or none.
  Boundary insert_below(Node* node, const Boundary& boundary, bool& last) {
    const std::size_t i = node->slot_of(boundary.key);
    last = last && i == node->count;
    Boundary child = boundary;
    if (node->level > 1) {
      child = insert_below(static_cast<Node*>(node->children[i]), boundary, last);
      if (child.right == nullptr) return child;
    }
    if (!node->full()) {
      node->insert_child(i, child.key, child.right);
      return {0, nullptr};
    }
    Node* const right = nodes_.take();
    const Key separator = node->split_to(*right, Node::kSlots / 2 + 1);
    Node* const target = child.key < separator ? node : right;
    target->insert_child(target->slot_of(child.key), child.key, child.right);
    publish_words<kShared>();
    return {separator, reinterpret_cast<Leaf*>(right)};
  }

  NodePool<Node, false> nodes_;
};

}  // namespace omenbench
