// Many lookups in ALEX at once, on their way to the data nodes: all go down one level, then the next; what each will
// read is fetched while the others move. For one thread and for many.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "core/types.h"
#include "indexes/learned/alex_inner_node.h"

namespace omenbench {

/// Lookups in flight at once.
inline constexpr std::size_t kAlexGroup = 32;

/// children[i] becomes the data node of keys[i]; the slots where its entry is expected are fetched. REQUIRES: at most
/// kAlexGroup keys.
template <class Sharing>
void descend_together(BasicAlexChild<Sharing> root, std::span<const Key> keys, BasicAlexChild<Sharing>* children) {
  using Child = BasicAlexChild<Sharing>;
  std::fill_n(children, keys.size(), root);
  for (bool descending = !root.is_data(); descending;) {
    const Child* slots[kAlexGroup];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      slots[i] = &children[i];
      if (children[i].is_data()) continue;
      const BasicAlexInnerNode<Sharing>* const node = children[i].inner();
      slots[i] = node->slots + node->route(keys[i]);
      __builtin_prefetch(slots[i]);
    }
    descending = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      children[i] = Child::load(*slots[i]);
      __builtin_prefetch(children[i].address());
      descending |= !children[i].is_data();
    }
  }
  for (std::size_t i = 0; i < keys.size(); ++i) children[i].data()->prefetch(keys[i]);
}

}  // namespace omenbench
