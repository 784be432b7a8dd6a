// What ALEX does about a data node that is full, slower than expected, sparse or empty (Ding et al., "ALEX: an
// updatable adaptive learned index", SIGMOD 2020, sections 4.2 to 4.5). The members of AlexTree (alex_tree.h) that
// change the shape of a tree; the deviations are listed there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "indexes/learned/alex_tree.h"

namespace omenbench {

inline void AlexTree::make_room(Key key) {
  for (;;) {
    Path path;
    AlexDataNode* const leaf = descend(key, path);
    if (!leaf->needs_room()) return;
    if (leaf->size() <= AlexFanoutTree::kMaxKeys && (may_extend(*leaf) || !leaf->deviates())) {
      expand(leaf);
    } else {
      restructure(leaf, path);
    }
  }
}

/// The model keeps its line and is stretched; a node that keys are appended to keeps everything where it is.
inline void AlexTree::expand(AlexDataNode* leaf) {
  ++events_.expansions;
  remember(*leaf);
  const std::size_t capacity = AlexDataNode::capacity_for(leaf->size(), AlexDensity::kExpanded);
  if (may_extend(*leaf)) return leaf->extend(extended_capacity(*leaf));
  const std::span<const Entry> entries = extract(*leaf);
  AlexModel model = leaf->model();
  model.scale(capacity, leaf->capacity());
  model.reach(entries.back().key);
  leaf->rebuild(entries, capacity, model);
}

/// Takes the cheapest way out by expected cost: retrain, split sideways, split downwards.
inline void AlexTree::restructure(AlexDataNode* leaf, Path& path) {
  const std::span<const Entry> entries = extract(*leaf);
  const std::size_t size = entries.size();
  const std::size_t capacity = AlexDataNode::capacity_for(size, AlexDensity::kExpanded);
  const AlexFit fit = fit_alex(entries, capacity);
  const auto retrain = [&] {
    ++events_.retrains;
    remember(*leaf);
    leaf->retrain(entries, capacity, fit);
  };
  if (size < kSplitKeys) return retrain();
  if (!path.empty() && widen(leaf, path.back(), entries)) return;

  // Shifting at a busy spot grows with the root of the node's size, whatever the model.
  const bool fits = size <= (leaf->overworked() ? kBusyKeys : AlexFanoutTree::kMaxKeys);
  const double retrained =
      fits ? AlexFanoutTree::data_node_cost(entries, fit.cost()) : std::numeric_limits<double>::infinity();
  double sideways = std::numeric_limits<double>::infinity();
  Border border{};
  if (!path.empty() && find_border(path.back(), entries, border)) {
    sideways = border.split_slots ? AlexCosts::kChildSlot * static_cast<double>(path.back().node->children.size()) : 0;
    for (const std::span<const Entry> half : {entries.first(border.count), entries.subspan(border.count)}) {
      const std::size_t half_capacity = AlexDataNode::capacity_for(half.size(), AlexDensity::kBuilt);
      sideways += AlexFanoutTree::data_node_cost(half, fit_alex(half, half_capacity).cost());
    }
  }
  if (retrained <= sideways && fit.cost() <= AlexCosts::kTraversal) return retrain();
  AlexFanoutTree tree(entries, kSplitLevels);
  if (retrained <= std::min(sideways, tree.cost())) return retrain();
  if (sideways <= tree.cost()) return split_sideways(leaf, path.back(), entries, border);
  split_downwards(leaf, path, entries, tree);
}

/// A border between two child slots with entries on both sides: the middle one, else one at the median entry.
inline bool AlexTree::find_border(const Step& step, std::span<const Entry> entries, Border& border) const {
  const AlexInnerNode& node = *step.node;
  AlexRun run = node.run_of(step.slot);
  border.split_slots = run.end - run.begin == 1;
  if (border.split_slots && (node.shift == 0 || !may_double(node, kSlotsPerChild))) return false;
  const unsigned factor = border.split_slots ? 2 : 1;
  const unsigned shift = border.split_slots ? node.shift - 1 : node.shift;
  run = {run.begin * factor, run.end * factor};
  const auto try_slot = [&](std::size_t slot) {
    if (slot <= run.begin || slot >= run.end) return false;
    const unsigned __int128 begin = node.base + (static_cast<unsigned __int128>(slot) << shift);
    const auto at = std::ranges::partition_point(entries, [&](const Entry& entry) { return entry.key < begin; });
    border.slot = slot;
    border.count = static_cast<std::size_t>(at - entries.begin());
    return border.count > 0 && border.count < entries.size();
  };
  const Key median = entries[entries.size() / 2].key;
  const std::size_t median_slot = median < node.base ? 0 : (median - node.base) >> shift;
  return try_slot((run.begin + run.end) / 2) || try_slot(median_slot) || try_slot(median_slot + 1);
}

/// `leaf` keeps these entries, `cut` becomes its neighbour.
inline void AlexTree::cut_off(AlexDataNode* leaf, std::span<const Entry> kept, AlexDataNode* cut, bool behind) {
  remember(*leaf);
  const std::size_t capacity = AlexDataNode::capacity_for(kept.size(), AlexDensity::kBuilt);
  leaf->retrain(kept, capacity, fit_alex(kept, capacity));
  AlexDataNode* const before = behind ? leaf : leaf->previous;
  AlexDataNode* const after = behind ? leaf->next : leaf;
  cut->previous = before;
  cut->next = after;
  if (before != nullptr) before->next = cut;
  if (after != nullptr) after->previous = cut;
}

inline void AlexTree::split_sideways(AlexDataNode* leaf, const Step& step, std::span<const Entry> entries,
                                     const Border& border) {
  ++events_.sideways_splits;
  AlexInnerNode& node = *step.node;
  std::size_t slot = step.slot;
  if (border.split_slots) {
    node.split_slots();
    slot *= 2;
  }
  const AlexRun run = node.run_of(slot);
  AlexDataNode* const right = make_node(entries.subspan(border.count), AlexDensity::kBuilt);
  cut_off(leaf, entries.first(border.count), right, true);
  node.point({border.slot, run.end}, AlexChild(right));
  ++node.child_count;
}

inline void AlexTree::split_downwards(AlexDataNode* leaf, const Path& path, std::span<const Entry> entries,
                                      AlexFanoutTree& tree) {
  ++events_.downward_splits;
  remember(*leaf);
  AlexDataNode* last = leaf->previous;
  AlexDataNode* const after = leaf->next;
  AlexInnerNode* const node = build_inner(entries, tree, last);
  last->next = after;
  if (after != nullptr) after->previous = last;
  replace(path, AlexChild(node));
  delete leaf;
}

/// When most entries lie beside the range of the inner node, doubles its range towards them and gives them a node of
/// their own. False when that does not apply.
inline bool AlexTree::widen(AlexDataNode* leaf, const Step& step, std::span<const Entry> entries) {
  AlexInnerNode& node = *step.node;
  if (!may_double(node, kWideSlotsPerChild)) return false;
  const std::size_t slots = node.children.size();
  const unsigned __int128 end = node.begin_of(slots);
  const auto at = [&](auto below) {
    return static_cast<std::size_t>(std::ranges::partition_point(entries, below) - entries.begin());
  };
  const std::size_t low = at([&](const Entry& entry) { return entry.key < node.base; });
  const std::size_t high = at([&](const Entry& entry) { return entry.key < end; });
  const bool right = entries.size() - high > entries.size() / 2;
  const std::size_t added_left = right ? 0 : static_cast<std::size_t>(std::min<Key>(node.base >> node.shift, slots));
  if (!right && (low <= entries.size() / 2 || added_left == 0)) return false;

  ++events_.widenings;
  AlexChild first = node.children.front();
  AlexChild last = node.children.back();
  const Key base = node.base - (static_cast<Key>(added_left) << node.shift);
  const std::span<const Entry> outside = right ? entries.subspan(high) : entries.first(low);
  const std::span<const Entry> inside = right ? entries.first(high) : entries.subspan(low);
  if (!inside.empty()) {
    AlexDataNode* const beside = make_node(outside, AlexDensity::kBuilt);
    cut_off(leaf, inside, beside, right);
    (right ? last : first) = AlexChild(beside);
    ++node.child_count;
  }
  std::vector<AlexChild> wider(added_left, first);
  wider.insert(wider.end(), node.children.begin(), node.children.end());
  wider.resize(2 * slots, last);
  node.base = base;
  node.assign(std::move(wider));
  return true;
}

inline void AlexTree::shrink(AlexDataNode* leaf, Key key) {
  remember(*leaf);
  if (leaf->size() == 0) {
    Path path;
    descend(key, path);
    return remove_empty(leaf, path);
  }
  ++events_.contractions;
  const std::span<const Entry> entries = extract(*leaf);
  const std::size_t capacity = AlexDataNode::capacity_for(entries.size(), AlexDensity::kExpanded);
  leaf->retrain(entries, capacity, fit_alex(entries, capacity));
}

/// Lets the pointers to an empty node lead to its neighbour, and removes inner nodes that led to nothing else.
inline void AlexTree::remove_empty(AlexDataNode* leaf, Path& path) {
  while (!path.empty()) {
    const Step step = path.back();
    const AlexRun run = step.node->run_of(step.slot);
    if (run.end - run.begin < step.node->children.size()) {
      step.node->point(run, run.begin > 0 ? step.node->slots[run.begin - 1] : step.node->slots[run.end]);
      step.node->child_count -= step.node->child_count > 1;
      if (leaf->previous != nullptr) leaf->previous->next = leaf->next;
      if (leaf->next != nullptr) leaf->next->previous = leaf->previous;
      delete leaf;
      return;
    }
    delete step.node;
    path.pop_back();
  }
  root_ = AlexChild(leaf);
  leaf->retrain({}, AlexDataNode::kMinCapacity, {});
}

}  // namespace omenbench
