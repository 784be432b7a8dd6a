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
#include "indexes/learned/alex_batch.h"
#include "indexes/learned/alex_counters.h"
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
    for (std::size_t begin = 0; begin < keys.size(); begin += kAlexGroup) {
      const std::size_t count = std::min(kAlexGroup, keys.size() - begin);
      AlexChild children[kAlexGroup];
      descend_together(tree_.root(), keys.subspan(begin, count), children);
      for (std::size_t i = begin; i < begin + count; ++i) {
        found[i] = children[i - begin].data()->find(keys[i], payloads[i]);
      }
    }
  }

  std::vector<Counter> counters() const { return alex_counters(tree_.root(), tree_.events()); }
  std::uint64_t size_bytes() const { return sizeof(*this) + alex_bytes(tree_.root()); }

  const AlexTree& tree() const { return tree_; }

 private:
  AlexTree tree_;
};

}  // namespace omenbench
