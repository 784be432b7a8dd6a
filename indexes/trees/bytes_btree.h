// A B+tree over byte strings: Bayer and Unterauer, "Prefix B-trees", ACM TODS 2(1), 1977: separators are as short as
// they can be, nodes are cut where they are shortest, and what all keys of a node share is cut off; in the form of
// Graefe, "Modern B-tree techniques", 2011, sections 3.3 and 3.4: the two separators between which a node's keys lie,
// its fences, tell what they share, so that every key has it that comes down to the node, and it is not compared. Nodes
// are slotted pages (bytes_btree_node.h).
//
// Deviations: prefixes of fewer than 16 bytes stay, so that scans return what lies there instead of putting keys
// together; nodes are built full, and split near their middle (at the end of the tree: the new node gets the new key
// alone); nodes are not merged when entries are erased, and texts of more than 960 bytes stay in memory until the tree
// dies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/key_kind.h"
#include "indexes/read_texts.h"
#include "indexes/trees/bytes_btree_node.h"

namespace omenbench::bytes_btree {

/// Without anything above its inner nodes.
struct NoRouter {
  static constexpr bool kRoutes = false;
  static constexpr std::uint64_t size_bytes() { return 0; }
};

/// `Router`: leads to leaves past the inner nodes (bytes_router.h), or NoRouter.
template <class Router = NoRouter>
class Tree {
 public:
  using KeyType = Bytes;

  Tree() = default;
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  void build(const BytesEntries& entries) {
    if (entries.empty()) return;
    const std::vector<Part> parts = cut(entries);
    reserve(entries, parts);
    std::vector<Child> level;
    Leaf* leaf = &first_;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) leaf = leaf->next = new_node<Leaf>();
      fill(*leaf, entries, parts[i]);
      level.push_back({leaf, parts[i].low});
    }
    while (level.size() > 1) level = build_level(level);
    if constexpr (Router::kRoutes) plan();
  }

  bool find(Bytes key, Payload& payload) const {
    const Leaf& leaf = *leaf_of<false>(key);
    const std::size_t i = leaf.find(key);
    if (i == kSlots) return false;
    payload = record::value(leaf.at(i));
    return true;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const {
    thread_local ReadTexts read;  // keys that are put together
    read.clear();
    const Leaf* leaf = leaf_of<true>(from);
    std::size_t count = 0;
    for (std::size_t i = leaf->rank<false>(from); leaf != nullptr; leaf = leaf->next, i = 0) {
      if (leaf->next != nullptr) leaf->next->prefetch_tags();
      const std::size_t end = std::min<std::size_t>(leaf->count, i + out.size() - count);
      for (; i < end; ++i) {
        const char* const record = leaf->at(i);
        __builtin_prefetch(record + kAhead);  // heaps were built one after the other
        const Bytes text = record::text(record);
        out[count++] = {leaf->cut == 0 ? text : read.keep(leaf->shared(), text), record::value(record)};
      }
      if (count == out.size()) return count;
    }
    return count;
  }

  bool update(Bytes key, Payload payload) {
    Leaf& leaf = *leaf_of<false>(key);
    const std::size_t i = leaf.find(key);
    if (i == kSlots) return false;
    record::set_value(leaf.heap + leaf.offsets[i], payload);
    return true;
  }

  bool insert(Bytes key, Payload payload) {
    Path path;
    Leaf* found = nullptr;
    if constexpr (Router::kRoutes) found = router_.template find<true>(key);
    const bool routed = found != nullptr;
    if (!routed) found = &descend(key, path);
    Leaf& leaf = *found;
    if (leaf.find(key) != kSlots) return false;
    const std::size_t place = leaf.rank<false>(key);
    if (!leaf.full()) {
      leaf.add(place, key, payload, heaps_);
      return true;
    }
    if (routed) descend(key, path);
    const bool appends = leaf.next == nullptr && place == leaf.count;
    const std::size_t kept = appends ? leaf.count : shortest_cut(leaf);
    const std::string between = separator(leaf.key(kept - 1), appends ? key : leaf.key(kept));
    Leaf* const right = new_node<Leaf>();
    right->next = std::exchange(leaf.next, right);
    split(leaf, kept, *right, kept, fences(path, path.depth), between);
    Leaf& half = key < between ? leaf : *right;
    half.add(half.rank<false>(key), key, payload, heaps_);
    add_child(path, between, right);
    if constexpr (Router::kRoutes) {
      router_.split(leaf, *right, between);
      if (router_.outgrown()) plan();
    }
    return true;
  }

  bool erase(Bytes key) {
    Leaf& leaf = *leaf_of<false>(key);
    const std::size_t i = leaf.find(key);
    if (i == kSlots) return false;
    leaf.remove(i);
    return true;
  }

  std::uint64_t size_bytes() const { return nodes_.size_bytes() + heaps_.size_bytes() + router_.size_bytes(); }

  /// For tests.
  const Router& router() const { return router_; }

 private:
  static constexpr std::size_t kAhead = 512;
  static constexpr std::size_t kMostLevels = 16;  // of nodes that are at least halves
  /// Nodes are cut where the separator is shortest among so many places.
  static constexpr std::size_t kBuiltChoice = 4, kSplitChoice = 16;

  /// The separators on both sides of a node; none is the empty text.
  struct Fences {
    std::string low, high;
    std::size_t common() const { return common_prefix(low, high); }
  };

  /// The entries of a leaf that is built.
  struct Part : Fences {
    std::size_t begin = 0, end = 0;
  };

  struct Child {
    void* node;
    std::string low;
  };

  /// The inner nodes above a leaf, and which child was taken.
  struct Path {
    std::size_t depth = 0;
    std::array<Inner*, kMostLevels> nodes;
    std::array<std::size_t, kMostLevels> places;
  };

  template <class N>
  N* new_node() {
    return new (nodes_.take(sizeof(N), alignof(N))) N;
  }

  /// The shortest text above `left` and not above `right`.
  static std::string separator(Bytes left, Bytes right) {
    return std::string(right.substr(0, common_prefix(left, right) + 1));
  }

  /// The entries in parts of up to kSlots.
  static std::vector<Part> cut(const BytesEntries& entries) {
    std::vector<Part> parts(1);
    while (entries.size() - parts.back().begin > kSlots) {
      const std::size_t most = parts.back().begin + kSlots;
      std::size_t best = most, shortest = kMaxKeyBytes;
      for (std::size_t i = most; i > most - kBuiltChoice; --i) {
        const std::size_t shared = common_prefix(entries.key(i - 1), entries.key(i));
        if (shared >= shortest) continue;
        best = i;
        shortest = shared;
      }
      const std::string between = separator(entries.key(best - 1), entries.key(best));
      parts.back().end = best;
      parts.back().high = between;
      parts.push_back({{between, ""}, best, 0});
    }
    parts.back().end = entries.size();
    return parts;
  }

  static std::size_t heap_bytes(const BytesEntries& entries, const Part& part) {
    const std::size_t cut = Leaf::cut_of(part.common());
    std::size_t bytes = cut;
    for (std::size_t i = part.begin; i < part.end; ++i) bytes += record::bytes_for(entries.key(i).size() - cut);
    return bytes;
  }

  /// All that is built lies in two pieces of memory, of about its size.
  void reserve(const BytesEntries& entries, const std::vector<Part>& parts) {
    std::size_t bytes = 0, separators = 0;
    for (const Part& part : parts) {
      bytes += Heaps::rounded(heap_bytes(entries, part));
      separators += record::bytes_for(part.low.size());
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (const std::size_t size = entries.key(i).size(); size > kLongestInside) bytes += size;
    }
    const std::size_t inner = parts.size() / (kSlots - 1) + kMostLevels;
    heaps_.reserve(bytes + separators + separators / 32 + inner * Heaps::kGrain);
    nodes_.reserve(parts.size() * sizeof(Leaf) + inner * sizeof(Inner));
  }

  void fill(Leaf& leaf, const BytesEntries& entries, const Part& part) {
    leaf.prefix = static_cast<std::uint32_t>(part.common());
    leaf.open(entries.key(part.begin).substr(0, Leaf::cut_of(leaf.prefix)), heap_bytes(entries, part), heaps_);
    for (std::size_t i = part.begin; i < part.end; ++i) {
      const BytesEntry entry = entries[i];
      leaf.add(leaf.count, entry.key, entry.payload, heaps_);
    }
  }

  std::vector<Child> build_level(const std::vector<Child>& below) {
    std::vector<Child> level;
    for (std::size_t begin = 0; begin < below.size();) {
      std::size_t end = std::min(below.size(), begin + kSlots + 1);
      if (end + 1 == below.size()) --end;  // a last node of one child would have no separator
      Inner* const inner = new_node<Inner>();
      if (end < below.size()) {
        inner->prefix = static_cast<std::uint32_t>(common_prefix(below[begin].low, below[end].low));
      }
      const Bytes shared = Bytes(below[begin + 1].low).substr(0, Inner::cut_of(inner->prefix));
      std::size_t bytes = shared.size();
      for (std::size_t i = begin + 1; i < end; ++i) bytes += record::bytes_for(below[i].low.size() - shared.size());
      inner->open(shared, bytes, heaps_);
      inner->children[0] = below[begin].node;
      for (std::size_t i = begin + 1; i < end; ++i) {
        inner->children[i - begin] = below[i].node;
        inner->add(inner->count, below[i].low, 0, heaps_);
      }
      level.push_back({inner, below[begin].low});
      begin = end;
    }
    root_ = level.front().node;
    ++height_;
    return level;
  }

  /// With `kOrdered` for a search by order, else for one by tags.
  template <bool kOrdered>
  Leaf* leaf_of(Bytes key) const {
    if constexpr (Router::kRoutes) {
      if (Leaf* const leaf = router_.template find<kOrdered>(key)) return leaf;
    }
    void* node = root_;
    for (unsigned level = height_; level > 0; --level) {
      const auto& inner = *static_cast<const Inner*>(node);
      node = inner.children[inner.rank<true>(key)];
      prefetch<kOrdered>(node, level == 1);
    }
    return static_cast<Leaf*>(node);
  }

  /// Asks for what the next step reads of a node.
  template <bool kOrdered>
  static void prefetch(void* node, bool is_leaf) {
    if (!is_leaf) return static_cast<const Inner*>(node)->prefetch_heads();
    static_cast<const Leaf*>(node)->prefetch_tags();
    if (kOrdered) static_cast<const Leaf*>(node)->prefetch_heads();
  }

  Leaf& descend(Bytes key, Path& path) const {
    void* node = root_;
    while (path.depth < height_) {
      auto& inner = *static_cast<Inner*>(node);
      const std::size_t place = inner.rank<true>(key);
      path.nodes[path.depth] = &inner;
      path.places[path.depth++] = place;
      node = inner.children[place];
      prefetch<true>(node, path.depth == height_);
    }
    return *static_cast<Leaf*>(node);
  }

  void plan() {
    std::vector<typename Router::Part> parts;
    collect(root_, height_, "", parts);
    router_.plan(parts);
  }

  /// Appends the leaves below a node whose lowest separator is `low`.
  void collect(void* node, unsigned level, std::string low, auto& parts) const {
    if (level == 0) {
      parts.push_back({std::move(low), static_cast<Leaf*>(node)});
      return;
    }
    const auto& inner = *static_cast<const Inner*>(node);
    for (std::size_t i = 0; i <= inner.count; ++i) {
      collect(inner.children[i], level - 1, i == 0 ? low : inner.key(i - 1), parts);
    }
  }

  /// Of the node at a depth of the path: those of the lowest nodes above that have one.
  static Fences fences(const Path& path, std::size_t depth) {
    Fences fences;
    for (std::size_t above = 0; above < depth; ++above) {
      const Inner& inner = *path.nodes[above];
      const std::size_t place = path.places[above];
      if (place > 0) fences.low = inner.key(place - 1);
      if (place < inner.count) fences.high = inner.key(place);
    }
    return fences;
  }

  /// Where to cut a full leaf: near its middle, where the separator is shortest.
  static std::size_t shortest_cut(const Leaf& leaf) {
    std::size_t best = kSlots / 2, shortest = kMaxKeyBytes;
    for (std::size_t i = (kSlots - kSplitChoice) / 2; i < (kSlots + kSplitChoice) / 2; ++i) {
      const std::size_t shared = common_prefix(leaf.text(i - 1), leaf.text(i));
      if (shared >= shortest) continue;
      best = i;
      shortest = shared;
    }
    return best;
  }

  /// Keeps `kept` keys on the left and moves those from `first` on to the right.
  template <class N>
  void split(N& left, std::size_t kept, N& right, std::size_t first, const Fences& fences, Bytes between) {
    right.prefix = static_cast<std::uint32_t>(common_prefix(between, fences.high));
    left.prefix = static_cast<std::uint32_t>(common_prefix(fences.low, between));
    right.take_over(left, first, left.count, left.used / 8, heaps_);
    left.take_over(left, 0, kept, left.used / 8, heaps_);
  }

  /// Puts what a split made into the inner node above, and splits that as far as it must.
  void add_child(Path& path, std::string between, void* child) {
    while (path.depth > 0) {
      --path.depth;
      Inner& inner = *path.nodes[path.depth];
      const std::size_t place = path.places[path.depth];
      if (!inner.full()) return put(inner, place, between, child);
      Inner* const right = new_node<Inner>();
      const std::size_t middle = kSlots / 2;
      std::string up = inner.key(middle);
      std::copy(inner.children + middle + 1, inner.children + kSlots + 1, right->children);
      split(inner, middle, *right, middle + 1, fences(path, path.depth), up);
      if (place <= middle) {
        put(inner, place, between, child);
      } else {
        put(*right, place - middle - 1, between, child);
      }
      between = std::move(up);
      child = right;
    }
    Inner* const root = new_node<Inner>();
    root->children[0] = root_;
    put(*root, 0, between, child);
    root_ = root;
    ++height_;
  }

  void put(Inner& inner, std::size_t place, Bytes separator, void* child) {
    std::copy_backward(inner.children + place + 1, inner.children + inner.count + 1, inner.children + inner.count + 2);
    inner.children[place + 1] = child;
    inner.add(place, separator, 0, heaps_);
  }

  TextArena nodes_;
  Heaps heaps_;
  Leaf first_;
  void* root_ = &first_;
  unsigned height_ = 0;  ///< levels of inner nodes
  [[no_unique_address]] Router router_;
};

}  // namespace omenbench::bytes_btree
