// A B+tree for keys that are integers, and payloads, for one thread (`NoLock`) or for many (`VersionLock`): Comer, "The
// ubiquitous B-tree", ACM Computing Surveys 11(2), 1979, with optimistic lock coupling as in node_lock.h's paper,
// section 3.
//
// What it is tuned for: nodes of eight cache lines, aligned to their size, so that a node lies in one page; keys apart
// from payloads and children; a search counts all keys of a node with SIMD and takes no branch on them; all leaves are
// equally deep, so that a batch of lookups goes down in lockstep; nodes of a level that were built together are
// neighbours in memory.
//
// Deviations from the textbook: inner nodes that are full (inserts) or thin (erases) are split or mended on the way
// down, before they have to be, so that no operation climbs back up; a change of structure is an operation of its own,
// after which the insert or erase starts again; nodes are mended when a quarter full, not half, so that a mixture of
// inserts and erases does not merge and split the same nodes in turns; a split caused by appending leaves the left node
// nearly full. Separators are the largest key of the left subtree at the time of the split.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/key_kind.h"
#include "core/types.h"
#include "indexes/trees/btree_node.h"
#include "indexes/trees/node_lock.h"
#include "indexes/trees/node_pool.h"

namespace omenbench {

/// The tree. With `VersionLock` every operation may run on any number of threads at once; a scan is then atomic leaf by
/// leaf, everything else as a whole.
template <class Lock, std::size_t kLeafBytes = 512, std::size_t kInnerBytes = 512, class K = Key>
class BTree {
 public:
  using KeyType = K;
  using EntryType = typename KeyTraits<K>::EntryType;
  using EntriesType = typename KeyTraits<K>::EntriesType;
  static constexpr bool kConcurrent = Lock::kShared;
  using Leaf = BTreeLeaf<Lock, kLeafBytes, K>;
  using Inner = BTreeInner<Lock, kInnerBytes, K>;
  static_assert(sizeof(Leaf) == kLeafBytes && sizeof(Inner) == kInnerBytes);
  static_assert(Inner::kSlots * 3 / 4 / 2 > Inner::kThin, "two nodes that do not fit one would stay thin for ever");

  void build(EntriesType entries) {
    std::vector<Subtree> level = build_leaves(entries);
    std::uint32_t height = 0;
    do {
      level = build_inner(level, ++height);
    } while (level.size() > 1);
    root_ = static_cast<Inner*>(level[0].node);
  }

  bool find(K key, Payload& payload) const {
    for (unsigned tries = 0;; retry(tries)) {
      Path path;
      if (!descend(key, path)) continue;
      const std::size_t i = path.leaf->lower_bound(key);
      if (path.leaf->holds(i, key)) {
        const Payload found = path.leaf->payload(i);
        if (!path.leaf->lock.unchanged(path.version)) continue;
        payload = found;
        return true;
      }
      if (path.leaf->lock.unchanged(path.version)) return false;
    }
  }

  bool lower_bound(K key, EntryType& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(K from, std::span<EntryType> out) const {
    std::size_t copied = 0;
    for (unsigned tries = 0; copied < out.size(); retry(tries)) {
      Path path;
      if (!descend(from, path)) continue;
      if (out.size() > 1) prefetch_neighbours(path, out.size());
      if (copy_run(path, from, out, copied)) return copied;
      // A writer was in the way: go on behind the last entry that is known to be right.
      if (copied == 0) continue;
      from = out[copied - 1].key;
      if (from++ == ~K{0}) return copied;
    }
    return copied;
  }

  bool update(K key, Payload payload) {
    for (unsigned tries = 0;; retry(tries)) {
      Path path;
      if (!descend(key, path)) continue;
      const std::size_t i = path.leaf->lower_bound(key);
      if (!path.leaf->holds(i, key)) {
        if (path.leaf->lock.unchanged(path.version)) return false;
        continue;
      }
      if (!path.leaf->lock.lock_if(path.version)) continue;
      store_word<kShared>(path.leaf->payloads[i], payload);
      path.leaf->lock.unlock();
      return true;
    }
  }

  bool insert(K key, Payload payload) {
    const auto make_room = [this](const Path& path, Inner* node, Version version) {
      if (!node->full()) return true;
      split_inner(path, node, version);
      return false;
    };
    for (unsigned tries = 0;; retry(tries)) {
      Path path;
      if (!descend(key, path, make_room)) continue;
      Leaf* const leaf = path.leaf;
      const std::size_t i = leaf->lower_bound(key);
      if (leaf->holds(i, key)) {
        if (leaf->lock.unchanged(path.version)) return false;
      } else if (leaf->size() == Leaf::kSlots) {
        split_leaf(path, i);
      } else if (leaf->lock.lock_if(path.version)) {
        leaf->insert_at(i, key, payload);
        leaf->lock.unlock();
        return true;
      }
    }
  }

  bool erase(K key) {
    const auto mend_thin = [this](const Path& path, Inner* node, Version version) {
      if (!node->thin() || (path.parent == nullptr && (node->size() > 0 || load_word<kShared>(node->level) == 1))) {
        return true;
      }
      mend_inner(path, node, version);
      return false;
    };
    for (unsigned tries = 0;; retry(tries)) {
      Path path;
      if (!descend(key, path, mend_thin)) continue;
      Leaf* const leaf = path.leaf;
      const std::size_t i = leaf->lower_bound(key);
      if (!leaf->holds(i, key)) {
        if (leaf->lock.unchanged(path.version)) return false;
      } else if (leaf->size() <= Leaf::kThin && path.parent->size() > 0) {
        mend_leaf(path);
      } else if (leaf->lock.lock_if(path.version)) {
        leaf->erase_at(i);
        leaf->lock.unlock();
        return true;
      }
    }
  }

  /// Goes down level by level with all keys of a group, each child being fetched while the others are searched.
  void find_batch(std::span<const K> keys, std::span<Payload> payloads, std::span<bool> found) const {
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::size_t size = std::min(kGroup, keys.size() - begin);
      find_group(keys.subspan(begin, size), payloads.data() + begin, found.data() + begin);
    }
  }

  std::uint64_t size_bytes() const { return leaves_.size_bytes() + inners_.size_bytes(); }

  /// For tests, when no operation runs: the root, and the nodes in use.
  const Inner* root() const { return root_; }
  std::size_t leaf_count() const { return leaves_.in_use(); }
  std::size_t inner_count() const { return inners_.in_use(); }

 private:
  static constexpr bool kShared = Lock::kShared;
  using Version = typename Lock::Version;
  static constexpr std::size_t kGroup = 32;
  // What a search reads of a node: its keys, and nearly all of what stands between them and the rest.
  static constexpr std::size_t kLeafKeyBytes = kLeafBytes * sizeof(K) / (sizeof(K) + sizeof(Payload));
  static constexpr std::size_t kInnerKeyBytes = kInnerBytes * sizeof(K) / (sizeof(K) + sizeof(void*));
  // Room for an insert or two, so that the first ones do not split every leaf.
  static constexpr std::size_t kLeafFill = Leaf::kSlots - Leaf::kSlots / 10;
  static constexpr std::size_t kInnerFill = Inner::kSlots - Inner::kSlots / 10 + 1;  // children

  struct Subtree {
    void* node;
    K largest;
  };

  /// Where a descent is: `slot` of `parent` leads to the node, later to `leaf`.
  struct Path {
    Inner* parent = nullptr;
    Version parent_version{};
    std::size_t slot = 0;
    Leaf* leaf = nullptr;
    Version version{};
  };

  struct VisitNothing {
    bool operator()(const Path&, Inner*, Version) const { return true; }
  };

  static void retry(unsigned& tries) {
    if constexpr (kShared) {
      if (++tries > 3) VersionLock::pause(tries);
    }
  }

  /// Goes down to the leaf for `key`. `visit(path, node, version)` sees every inner node before its child is chosen; it
  /// returns false when it changed something. False: start again.
  template <class Visit = VisitNothing>
  bool descend(K key, Path& path, Visit visit = {}) const {
    Inner* node = load_root();
    Version version = node->lock.read();
    if (load_root() != node) return false;
    for (std::uint32_t level = load_word<kShared>(node->level);; --level) {
      if (!visit(path, node, version)) return false;
      path.parent = node;
      path.parent_version = version;
      path.slot = node->slot_of(key);
      void* const child = node->child(path.slot);
      if (!node->lock.unchanged(version)) return false;  // `child` may be anything
      if (level == 1) {
        path.leaf = static_cast<Leaf*>(child);
        path.version = path.leaf->lock.read();
        return node->lock.unchanged(version);  // else `child` may be no child any more
      }
      node = static_cast<Inner*>(child);
      version = node->lock.read();
      if (!path.parent->lock.unchanged(path.parent_version)) return false;
    }
  }

  Inner* load_root() const {
    if constexpr (kShared) {
      return __atomic_load_n(&root_, __ATOMIC_ACQUIRE);
    } else {
      return root_;
    }
  }
  void store_root(Inner* root) {
    if constexpr (kShared) {
      __atomic_store_n(&root_, root, __ATOMIC_RELEASE);
    } else {
      root_ = root;
    }
  }

  /// Copies entries from `path` on until `out` is full or the leaves end; false when a writer was in the way. Each leaf
  /// counts only when it did not change while it was read, and the next one only when it was still linked after its
  /// version had been taken: so one entry alone, wherever it is found, is the right answer at one moment.
  bool copy_run(const Path& path, K from, std::span<EntryType> out, std::size_t& copied) const {
    const Leaf* leaf = path.leaf;
    Version version = path.version;
    for (std::size_t i = leaf->lower_bound(from);; i = 0) {
      const std::size_t size = leaf->size();
      const std::size_t count = i < size ? std::min(size - i, out.size() - copied) : 0;
      for (std::size_t j = 0; j < count; ++j) out[copied + j] = {leaf->key(i + j), leaf->payload(i + j)};
      const Leaf* const next = leaf->right();
      if (!leaf->lock.unchanged(version)) return false;
      copied += count;
      if (copied == out.size() || next == nullptr) return true;
      const Version next_version = next->lock.read();
      if (!leaf->lock.unchanged(version)) return false;
      leaf = next;
      version = next_version;
    }
  }

  /// Fetches the leaves that a scan of `count` entries will pass, as far as the same parent knows them.
  static void prefetch_neighbours(const Path& path, std::size_t count) {
    prefetch(path.leaf, kLeafKeyBytes, kLeafBytes);
    const std::size_t wanted = std::min(path.slot + count / (Leaf::kSlots * 3 / 4) + 1, std::size_t{Inner::kSlots});
    const std::size_t last = std::min<std::size_t>(wanted, path.parent->size());
    for (std::size_t slot = path.slot + 1; slot <= last && slot <= path.slot + kScanAhead; ++slot) {
      prefetch(path.parent->child(slot), 0, kLeafBytes);
    }
  }

  /// Fetches the cache lines of `node` in [begin, end) bytes.
  static void prefetch(const void* node, std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; at += 64) __builtin_prefetch(static_cast<const char*>(node) + at);
  }

  /// One lookup of a batch on its way down; without a node it met a writer.
  struct Lookup {
    const void* node;
    Version version;
    const Inner* parent;
    Version parent_version;
    std::size_t slot;
  };

  void find_group(std::span<const K> keys, Payload* payloads, bool* found) const {
    Lookup lookups[kGroup];
    const Inner* const root = load_root();
    const Version version = root->lock.read();
    const bool valid = load_root() == root;
    for (std::size_t i = 0; i < keys.size(); ++i) lookups[i] = {valid ? root : nullptr, version, nullptr, version, 0};
    const std::uint32_t height = load_word<kShared>(root->level);
    for (std::uint32_t level = valid ? height : 0; level > 0; --level) {
      for (std::size_t i = 0; i < keys.size(); ++i) step_down(lookups[i], keys[i], level == 1);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      Lookup& at = lookups[i];
      if (!enter<Leaf>(at)) continue;
      at.slot = static_cast<const Leaf*>(at.node)->lower_bound(keys[i]);
      __builtin_prefetch(static_cast<const Leaf*>(at.node)->payloads + at.slot);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Leaf* const leaf = static_cast<const Leaf*>(lookups[i].node);
      if (leaf != nullptr) {
        found[i] = leaf->holds(lookups[i].slot, keys[i]);
        if (found[i]) payloads[i] = leaf->payload(lookups[i].slot);
        if (leaf->lock.unchanged(lookups[i].version)) continue;
      }
      found[i] = find(keys[i], payloads[i]);
    }
  }

  /// Takes the version of the node that `at` arrived at, which must still be its parent's child.
  template <class Node>
  static bool enter(Lookup& at) {
    if constexpr (kShared) {
      if (at.node == nullptr) return false;
      if (at.parent == nullptr) return true;  // the root: its version has been taken
      at.version = static_cast<const Node*>(at.node)->lock.read();
      if (at.parent->lock.unchanged(at.parent_version)) return true;
      at.node = nullptr;
      return false;
    } else {
      return true;
    }
  }

  static void step_down(Lookup& at, K key, bool to_leaf) {
    if (!enter<Inner>(at)) return;
    const Inner* const node = static_cast<const Inner*>(at.node);
    const void* const child = node->child(node->slot_of(key));
    at.node = node->lock.unchanged(at.version) ? child : nullptr;
    at.parent = node;
    at.parent_version = at.version;
    // Whatever a search reads: the keys and the line with the lock and the counts behind them.
    prefetch(at.node, 0, to_leaf ? kLeafKeyBytes : kInnerKeyBytes);
  }

  /// Locks a node and its parent, or neither.
  template <class Node>
  static bool lock_both(Inner* parent, Version parent_version, Node* node, Version version) {
    if (!parent->lock.lock_if(parent_version)) return false;
    if (node->lock.lock_if(version)) return true;
    parent->lock.unlock();
    return false;
  }

  /// Splits the full leaf of `path`, whose parent has room, before an insert at slot `i`.
  void split_leaf(const Path& path, std::size_t i) {
    Leaf* const right = leaves_.take();
    if (!lock_both(path.parent, path.parent_version, path.leaf, path.version)) return leaves_.give(right);
    const bool appending = i == Leaf::kSlots && path.leaf->next == nullptr;
    const K separator = path.leaf->split_to(*right, appending ? kLeafFill : Leaf::kSlots / 2);
    path.parent->insert_child(path.slot, separator, right);
    path.leaf->lock.unlock();
    path.parent->lock.unlock();
  }

  /// Splits the full inner `node`, whose parent (of `path`) has room; the root gets a new parent.
  void split_inner(const Path& path, Inner* node, Version version) {
    Inner* const right = inners_.take();
    Inner* const parent = path.parent != nullptr ? path.parent : inners_.take();
    const bool locked =
        path.parent != nullptr ? lock_both(parent, path.parent_version, node, version) : node->lock.lock_if(version);
    if (!locked) {
      inners_.give(right);
      if (path.parent == nullptr) inners_.give(parent);
      return;
    }
    const K separator = node->split_to(*right, Inner::kSlots / 2 + 1);
    if (path.parent == nullptr) parent->restart(node->level + 1, node);
    parent->insert_child(path.slot, separator, right);
    if (path.parent == nullptr) {
      store_root(parent);
    } else {
      parent->lock.unlock();
    }
    node->lock.unlock();
  }

  /// Fills up the thin leaf of `path` from a neighbour, or merges the two.
  void mend_leaf(const Path& path) {
    Leaf* const retired = mend<Leaf>(
        path, [](Leaf& left, Leaf& right) { return left.count + right.count <= Leaf::kSlots * 3 / 4; },
        [](Leaf& left, Leaf& right, K) { left.merge(right); },
        [](Leaf& left, Leaf& right, K) { return left.balance(right); });
    if (retired != nullptr) leaves_.give(retired);
  }

  /// The same for an inner node below `path`. A root with one child gives way to it.
  void mend_inner(const Path& path, Inner* node, Version version) {
    if (path.parent == nullptr) {
      if (!node->lock.lock_if(version)) return;
      store_root(static_cast<Inner*>(node->children[0]));
      node->lock.unlock();
      inners_.give(node);
      return;
    }
    Inner* const retired = mend<Inner>(
        path, [](Inner& left, Inner& right) { return left.count + right.count < Inner::kSlots * 3 / 4; },
        [](Inner& left, Inner& right, K separator) { left.merge(right, separator); },
        [](Inner& left, Inner& right, K separator) { return left.balance(right, separator); });
    if (retired != nullptr) inners_.give(retired);
  }

  /// Merges or balances the child that `path` leads to with a neighbour; returns the node that became free, or null.
  /// Locks are tried, not waited for: whoever waited here while holding one could wait for ever.
  template <class Node, class Fit, class Merge, class Balance>
  Node* mend(const Path& path, Fit fit, Merge merge, Balance balance) {
    Inner* const parent = path.parent;
    if (!parent->lock.lock_if(path.parent_version)) return nullptr;
    Node* retired = nullptr;
    const std::size_t i = path.slot > 0 ? path.slot - 1 : 0;
    Node* const left = static_cast<Node*>(parent->children[i]);
    Node* const right = static_cast<Node*>(parent->children[i + 1]);
    if (left->lock.try_lock()) {
      if (right->lock.try_lock()) {
        if (fit(*left, *right)) {
          merge(*left, *right, parent->keys[i]);
          parent->erase_child(i);
          retired = right;
        } else {
          store_word<kShared>(parent->keys[i], balance(*left, *right, parent->keys[i]));
        }
        right->lock.unlock();
      }
      left->lock.unlock();
    }
    parent->lock.unlock();
    return retired;
  }

  std::vector<Subtree> build_leaves(EntriesType entries) {
    const std::size_t count = std::max<std::size_t>(1, (entries.size() + kLeafFill - 1) / kLeafFill);
    leaves_.reserve(count);
    std::vector<Subtree> level;
    level.reserve(count);
    Leaf* previous = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
      Leaf* const leaf = leaves_.take();
      const std::size_t begin = entries.size() * i / count;
      const std::size_t size = entries.size() * (i + 1) / count - begin;
      for (std::size_t j = 0; j < size; ++j) {
        const EntryType entry = entries[begin + j];
        leaf->keys[j] = entry.key;
        leaf->payloads[j] = entry.payload;
      }
      leaf->count = static_cast<std::uint32_t>(size);
      if (previous != nullptr) previous->next = leaf;
      previous = leaf;
      level.push_back({leaf, size == 0 ? K{0} : leaf->keys[size - 1]});
    }
    return level;
  }

  /// The inner nodes above `below`, evenly filled: at least two children each unless there is only one.
  std::vector<Subtree> build_inner(const std::vector<Subtree>& below, std::uint32_t height) {
    const std::size_t count = (below.size() + kInnerFill - 1) / kInnerFill;
    inners_.reserve(count);
    std::vector<Subtree> level;
    level.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      Inner* const inner = inners_.take();
      const std::size_t begin = below.size() * i / count;
      const std::size_t end = below.size() * (i + 1) / count;
      for (std::size_t j = begin; j < end; ++j) {
        if (j > begin) inner->keys[j - begin - 1] = below[j - 1].largest;
        inner->children[j - begin] = below[j].node;
      }
      inner->count = static_cast<std::uint32_t>(end - begin - 1);
      inner->level = height;
      level.push_back({inner, below[end - 1].largest});
    }
    return level;
  }

  static constexpr std::size_t kScanAhead = 8;

  NodePool<Leaf, kShared, kPagesAhead> leaves_;
  NodePool<Inner, kShared> inners_;
  Inner* root_ = nullptr;
};

}  // namespace omenbench
