// What the two forms of the B+tree with learned inner levels share (routed_btree.h, routed_btree_olc.h): how their
// leaves are made, split and counted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/types.h"
#include "indexes/learned/routed_boundary_tree.h"

namespace omenbench {

/// Fills leaves and directory; returns the first leaf.
template <class Pool, class Directory>
auto* build_routed_leaves(std::span<const Entry> entries, Pool& leaves, Directory& directory) {
  using Leaf = typename Directory::Leaf;
  // As in btree.h: room for an insert or two, so that the first ones do not split every leaf.
  constexpr std::size_t kFill = Leaf::kSlots - Leaf::kSlots / 10;
  const std::size_t count = std::max<std::size_t>(1, (entries.size() + kFill - 1) / kFill);
  leaves.reserve(count);
  Leaf* const first = leaves.take();
  Leaf* leaf = first;
  std::vector<Boundary<Leaf>> boundaries;
  boundaries.reserve(count - 1);
  for (std::size_t i = 0;;) {
    const std::size_t begin = entries.size() * i / count;
    leaf->assign(entries.subspan(begin, entries.size() * (i + 1) / count - begin));
    if (++i == count) break;
    Leaf* const right = leaves.take();
    right->floor = leaf->keys[leaf->count - 1];
    leaf->next = right;
    boundaries.push_back({right->floor, right});
    leaf = right;
  }
  directory.build(first, boundaries);
  return first;
}

/// Inserts into a full leaf, at slot `i`, and moves what no longer fits to `right`, which is empty and becomes its
/// neighbour.
template <class Leaf>
void split_routed_leaf(Leaf& leaf, Leaf& right, std::size_t i, Key key, Payload payload) {
  const std::uint32_t kept = leaf.kept_by_split(i);
  leaf.split_to(right, kept);
  const bool goes_left = i <= kept && !leaf.full();
  if (goes_left) {
    leaf.insert_at(i, key, payload);
  } else {
    right.insert_at(i - kept, key, payload);
  }
  // The gap between both belongs to the leaf that this insert went to: there the next ones may fall.
  store_word<Leaf::kShared>(right.floor, goes_left ? right.keys[0] - 1 : leaf.keys[leaf.count - 1]);
}

template <class Directory>
std::vector<Counter> routed_counters(const Directory& directory) {
  return {{"directory_plans", directory.plans()},
          {"region_plans", directory.region_plans()},
          {"planned_boundaries", directory.planned_boundaries()}};
}

}  // namespace omenbench
