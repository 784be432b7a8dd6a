// What ALEX does about a data node that is full, slower than expected, sparse or empty (Ding et al., "ALEX: an
// updatable adaptive learned index", SIGMOD 2020, sections 4.2 to 4.5). The members of AlexTree (alex_tree.h) that
// change the shape of a tree; the deviations are listed there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
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
    if (may_expand(*leaf)) {
      expand(leaf);
    } else {
      restructure(leaf, path);
    }
  }
}

/// The model keeps its line and is stretched; a node that keys come to at one end gets its free slots there.
inline void AlexTree::expand(AlexDataNode* leaf) {
  ++events_.expansions;
  remember(*leaf);
  const std::size_t capacity = AlexDataNode::capacity_for(leaf->size(), AlexDensity::kExpanded);
  if (may_extend(*leaf)) return leaf->extend(extended_capacity(*leaf));
  const std::span<const Entry> entries = extract(*leaf);
  leaf->rebuild(entries, capacity, stretched_model(*leaf, capacity, entries.back().key));
}

/// Takes the cheapest way out by expected cost: retrain, split sideways, split downwards.
inline void AlexTree::restructure(AlexDataNode* leaf, Path& path) {
  const std::span<const Entry> entries = extract(*leaf);
  const std::size_t size = entries.size();
  const std::size_t capacity = AlexDataNode::capacity_for(size, AlexDensity::kExpanded);
  const AlexFit fit = fit_alex(entries, capacity);
  AlexDecision decision;
  if (size >= kAlexSplitKeys) {
    if (!path.empty() && widen(leaf, path.back(), entries)) return;
    const bool is_root = path.empty();
    decision = decide_alex(entries, fit, leaf->overworked(), is_root ? nullptr : path.back().node,
                           is_root ? 0 : path.back().slot);
  }
  switch (decision.way) {
    case AlexWay::kRetrain:
      ++events_.retrains;
      remember(*leaf);
      return leaf->retrain(entries, capacity, fit);
    case AlexWay::kSplitSideways:
      return split_sideways(leaf, path.back(), entries, *decision.border);
    case AlexWay::kSplitDownwards:
      return split_downwards(leaf, path, entries, *decision.tree);
  }
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
                                     const AlexBorder& border) {
  ++events_.sideways_splits;
  AlexInnerNode& node = *step.node;
  std::size_t slot = step.slot;
  if (border.split_slots) {
    node.assign(node.split_slots());
    --node.shift;
    slot *= 2;
  }
  const AlexRun run = node.run_of(slot);
  AlexDataNode* const right = make_alex_node<AlexAlone>(entries.subspan(border.count), AlexDensity::kBuilt);
  cut_off(leaf, entries.first(border.count), right, true);
  node.point({border.slot, run.end}, AlexChild(right));
  ++node.child_count;
}

inline void AlexTree::split_downwards(AlexDataNode* leaf, const Path& path, std::span<const Entry> entries,
                                      AlexFanoutTree& tree) {
  ++events_.downward_splits;
  remember(*leaf);
  AlexDataNode* const after = leaf->next;
  AlexBuilder<AlexAlone> builder(leaf->previous);
  AlexInnerNode* const node = builder.inner(entries, tree);
  builder.last()->next = after;
  if (after != nullptr) after->previous = builder.last();
  replace(path, AlexChild(node));
  delete leaf;
}

/// When most entries lie beside the range of the inner node, doubles its range towards them and gives them a node of
/// their own. False when that does not apply.
inline bool AlexTree::widen(AlexDataNode* leaf, const Step& step, std::span<const Entry> entries) {
  AlexInnerNode& node = *step.node;
  const std::optional<AlexWidening> widening = find_widening(node, entries);
  if (!widening) return false;
  ++events_.widenings;
  const bool right = widening->right;
  const std::size_t slots = node.children.size();
  AlexChild first = node.children.front();
  AlexChild last = node.children.back();
  std::span<const Entry> inside = entries.first(widening->cut);
  std::span<const Entry> outside = entries.subspan(widening->cut);
  if (!right) std::swap(inside, outside);
  if (!inside.empty()) {
    AlexDataNode* const beside = make_alex_node<AlexAlone>(outside, AlexDensity::kBuilt);
    cut_off(leaf, inside, beside, right);
    (right ? last : first) = AlexChild(beside);
    ++node.child_count;
  }
  std::vector<AlexChild> wider(widening->added_left, first);
  wider.insert(wider.end(), node.children.begin(), node.children.end());
  wider.resize(2 * slots, last);
  node.base -= static_cast<Key>(widening->added_left) << node.shift;
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
