// ALEX: an adaptive tree of models over gapped arrays that takes insertions and erasures (Ding et al., "ALEX: an
// updatable adaptive learned index", SIGMOD 2020, sections 3 to 5). Inner nodes compute the child (alex_inner_node.h),
// data nodes predict the slot and search from it (alex_data_node.h), a cost model (alex_model.h) shapes the tree when
// it is loaded (alex_fanout_tree.h) and when it changes (alex_tree.h, alex_actions.h); the deviations are listed there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/types.h"
#include "indexes/learned/alex_actions.h"
#include "indexes/learned/alex_tree.h"

namespace omenbench {

class Alex {
 public:
  void build(std::span<const Entry> entries) { tree_.build(entries); }

  bool find(Key key, Payload& payload) const { return tree_.leaf(key)->find(key, payload); }
  bool update(Key key, Payload payload) { return tree_.leaf(key)->update(key, payload); }

  bool lower_bound(Key key, Entry& entry) const {
    const AlexDataNode* leaf = tree_.leaf(key);
    std::size_t at = leaf->first_from(key);
    // Only a lone root is ever empty, so that one step is enough.
    if (at == leaf->end()) {
      leaf = leaf->next;
      if (leaf == nullptr) return false;
      at = leaf->first_from(0);
    }
    entry = leaf->slot(at);
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const AlexDataNode* leaf = tree_.leaf(from);
    std::size_t count = leaf->copy(leaf->first_from(from), out);
    for (leaf = leaf->next; count < out.size() && leaf != nullptr; leaf = leaf->next) {
      count += leaf->copy(0, out.subspan(count));
    }
    return count;
  }

  bool insert(Key key, Payload payload) {
    AlexDataNode* leaf = tree_.leaf(key);
    if (leaf->needs_room()) [[unlikely]] {
      tree_.make_room(key);
      leaf = tree_.leaf(key);
    }
    return leaf->insert(key, payload) == AlexInsertion::kInserted;
  }

  bool erase(Key key) {
    AlexDataNode* const leaf = tree_.leaf(key);
    if (!leaf->erase(key)) return false;
    if (leaf->wants_to_shrink()) [[unlikely]]
      tree_.shrink(leaf, key);
    return true;
  }

  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::size_t count = std::min(kGroup, keys.size() - begin);
      find_group(keys.subspan(begin, count), payloads.subspan(begin, count), found.subspan(begin, count));
    }
  }

  std::vector<Counter> counters() const;
  std::uint64_t size_bytes() const;

  const AlexTree& tree() const { return tree_; }

 private:
  /// Lookups in flight at once.
  static constexpr std::size_t kGroup = 32;

  void find_group(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const;

  AlexTree tree_;
};

/// All lookups go down one level, then the next; what each will read is fetched while the others move.
inline void Alex::find_group(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
  AlexChild children[kGroup];
  std::fill_n(children, keys.size(), tree_.root());
  for (bool descending = !tree_.root().is_data(); descending;) {
    const AlexChild* slots[kGroup];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      slots[i] = &children[i];
      if (children[i].is_data()) continue;
      const AlexInnerNode* const node = children[i].inner();
      slots[i] = node->slots + node->route(keys[i]);
      __builtin_prefetch(slots[i]);
    }
    descending = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      children[i] = *slots[i];
      __builtin_prefetch(children[i].address());
      descending |= !children[i].is_data();
    }
  }
  for (std::size_t i = 0; i < keys.size(); ++i) children[i].data()->prefetch(keys[i]);
  for (std::size_t i = 0; i < keys.size(); ++i) found[i] = children[i].data()->find(keys[i], payloads[i]);
}

inline std::vector<Counter> Alex::counters() const {
  std::uint64_t inner_nodes = 0;
  std::uint64_t data_nodes = 0;
  const AlexEvents& events = tree_.events();
  std::uint64_t shifted = events.shifted;
  std::uint64_t inserted = events.inserted;
  tree_.visit([&](const AlexInnerNode&) { ++inner_nodes; },
              [&](const AlexDataNode& leaf) {
                ++data_nodes;
                shifted += leaf.shifted();
                inserted += leaf.inserted();
              });
  return {{"inner_nodes", inner_nodes},
          {"data_nodes", data_nodes},
          {"expansions", events.expansions},
          {"retrains", events.retrains},
          {"sideways_splits", events.sideways_splits},
          {"downward_splits", events.downward_splits},
          {"widenings", events.widenings},
          {"contractions", events.contractions},
          {"insertions", inserted},
          {"shifted_entries", shifted}};
}

inline std::uint64_t Alex::size_bytes() const {
  std::uint64_t bytes = sizeof(*this);
  tree_.visit([&](const AlexInnerNode& node) { bytes += node.size_bytes(); },
              [&](const AlexDataNode& leaf) { bytes += leaf.size_bytes(); });
  return bytes;
}

}  // namespace omenbench
