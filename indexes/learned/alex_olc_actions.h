// What the concurrent ALEX does about a data node that is full, slower than expected, sparse or empty. The members of
// AlexOlcTree (alex_olc_tree.h) that change the shape of a tree; the rules they keep are listed there, the decisions
// are those of ALEX (alex_decision.h). All of them own the frozen data node that they are called with: it is in the
// tree until they take it out, so that trying again from the root always finds it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "indexes/learned/alex_olc_tree.h"

namespace omenbench {

inline AlexOlcTree::Leaf* AlexOlcTree::descend(Key key, Path& path) {
  path.clear();
  path.push_back({&head_, 0});
  Child child = root();
  while (!child.is_data()) {
    Inner* const node = child.inner();
    path.push_back({node, node->route(key)});
    child = node->child(path.back().slot);
  }
  return child.data();
}

inline std::vector<Entry> AlexOlcTree::extract(const Leaf& leaf) {
  std::vector<Entry> entries(leaf.size());
  leaf.copy(0, entries);
  return entries;
}

/// Locks the node of `step`; false, and nothing done, when it does not lead to `child` (any more).
inline bool AlexOlcTree::lock(const Step& step, Child child) {
  if (!step.node->lock.lock()) return false;
  if (step.node->child(step.slot) == child) return true;
  step.node->lock.unlock_unchanged();
  return false;
}

/// Locks the last two nodes on the way to `leaf`, or none.
inline bool AlexOlcTree::lock_with_parent(const Path& path, Leaf* leaf) {
  const Step& step = path.back();
  const Step& above = path[path.size() - 2];
  if (!lock(above, Child(step.node))) return false;
  if (lock(step, Child(leaf))) return true;
  above.node->lock.unlock_unchanged();
  return false;
}

inline void AlexOlcTree::discard(const Leaf* leaf) {
  count(shifted_, leaf->shifted());
  count(inserted_, leaf->inserted());
  limbo_.add(leaf, leaf->size_bytes());
}

/// Lets all pointers to `leaf` lead to `child`.
inline void AlexOlcTree::replace(Leaf* leaf, Key key, Child child) {
  for (Path path;;) {
    descend(key, path);
    const Step& step = path.back();
    if (!lock(step, Child(leaf))) continue;
    leaf->lock.retire();
    step.node->point(step.node->run_of(step.slot), child);
    step.node->lock.unlock();
    return discard(leaf);
  }
}

/// The model keeps its line and is stretched; a node that keys come to at one end gets its free slots there.
inline void AlexOlcTree::make_room(Leaf* leaf, Key key) {
  if (!may_expand(*leaf)) return restructure(leaf, key);
  count(expansions_);
  if (may_extend(*leaf)) return replace(leaf, key, Child(new Leaf(*leaf, extended_capacity(*leaf))));
  const std::vector<Entry> entries = extract(*leaf);
  const std::size_t capacity = Leaf::capacity_for(entries.size(), AlexDensity::kExpanded);
  const AlexModel model = stretched_model(*leaf, capacity, entries.back().key);
  replace(leaf, key, Child(new Leaf(entries, capacity, model, leaf->expected_cost())));
}

/// Takes the cheapest way out by expected cost: retrain, split sideways, split downwards.
inline void AlexOlcTree::restructure(Leaf* leaf, Key key) {
  const std::vector<Entry> entries = extract(*leaf);
  const std::size_t capacity = Leaf::capacity_for(entries.size(), AlexDensity::kExpanded);
  const AlexFit fit = fit_alex(entries, capacity);
  AlexDecision decision;
  if (entries.size() >= kAlexSplitKeys) {
    Path path;
    descend(key, path);
    const bool is_root = path.size() == 1;
    if (!is_root && find_widening(*path.back().node, std::span(entries)) && widen(leaf, key, entries)) return;
    const Inner* const parent = is_root ? nullptr : path.back().node;
    decision = decide_alex(entries, fit, leaf->overworked(), parent, path.back().slot);
  }
  switch (decision.way) {
    case AlexWay::kRetrain:
      count(retrains_);
      return replace(leaf, key, Child(new Leaf(entries, capacity, fit)));
    case AlexWay::kSplitSideways:
      return split_sideways(leaf, key, entries, *decision.border);
    case AlexWay::kSplitDownwards:
      count(downward_splits_);
      return replace(leaf, key, Child(AlexBuilder<AlexShared>().inner(entries, *decision.tree)));
  }
}

/// The border was found without a lock. Whatever replaced the inner node since has a slot that begins there, or can
/// have one by cutting slots in halves, as the border wants it.
inline void AlexOlcTree::split_sideways(Leaf* leaf, Key key, std::span<const Entry> entries, const AlexBorder& border) {
  count(sideways_splits_);
  const Child left(make_alex_node<AlexShared>(entries.first(border.count), AlexDensity::kBuilt));
  const Child right(make_alex_node<AlexShared>(entries.subspan(border.count), AlexDensity::kBuilt));
  for (Path path;;) {
    descend(key, path);
    const Step& step = path.back();
    Inner& node = *step.node;
    if (((border.first - node.base) & ((Key{1} << node.shift) - 1)) != 0) {
      double_slots(path, leaf);
      continue;
    }
    if (!lock(step, Child(leaf))) continue;
    const AlexRun run = node.run_of(step.slot);
    const std::size_t cut = node.route(border.first);
    leaf->lock.retire();
    node.point({run.begin, cut}, left);
    node.point({cut, run.end}, right);
    node.count_child(1);
    node.lock.unlock();
    return discard(leaf);
  }
}

/// Replaces the last node on the way to `leaf` by one with twice as many slots for the same range; does nothing when
/// somebody else changed it first.
inline void AlexOlcTree::double_slots(const Path& path, Leaf* leaf) {
  if (!lock_with_parent(path, leaf)) return;
  const Step& above = path[path.size() - 2];
  Inner* const node = path.back().node;
  auto* const wider = new Inner(node->base, node->shift - 1, node->split_slots());
  wider->child_count = node->child_count;
  node->lock.retire();
  above.node->point(above.node->run_of(above.slot), Child(wider));
  above.node->lock.unlock();
  discard(node);
}

/// When most entries lie beside the range of the inner node, doubles its range towards them and gives them a node of
/// their own. False, and nothing done, when that does not apply.
inline bool AlexOlcTree::widen(Leaf* leaf, Key key, std::span<const Entry> entries) {
  Path path;
  do {
    descend(key, path);
  } while (!lock_with_parent(path, leaf));
  const Step& above = path[path.size() - 2];
  Inner& node = *path.back().node;
  const std::optional<AlexWidening> widening = find_widening(node, entries);
  if (!widening) {
    node.lock.unlock_unchanged();
    above.node->lock.unlock_unchanged();
    return false;
  }
  count(widenings_);
  const bool right = widening->right;
  std::span<const Entry> inside = entries.first(widening->cut);
  std::span<const Entry> outside = entries.subspan(widening->cut);
  if (!right) std::swap(inside, outside);
  std::vector<Child> children = node.children;
  Child first = children.front();
  Child last = children.back();
  const bool cut = !inside.empty();
  if (cut) {
    const Child kept(make_alex_node<AlexShared>(inside, AlexDensity::kBuilt));
    std::ranges::replace(children, Child(leaf), kept);
    (right ? last : first) = Child(make_alex_node<AlexShared>(outside, AlexDensity::kBuilt));
    // The pointers added at the other end must not lead to what is replaced.
    if (right ? first == Child(leaf) : last == Child(leaf)) (right ? first : last) = kept;
  }
  const std::size_t slots = 2 * children.size();
  children.insert(children.begin(), widening->added_left, first);
  children.resize(slots, last);
  const Key base = node.base - (static_cast<Key>(widening->added_left) << node.shift);
  auto* const wider = new Inner(base, node.shift, std::move(children));
  wider->child_count = node.child_count + (cut ? 1 : 0);
  if (cut) leaf->lock.retire();
  node.lock.retire();
  above.node->point(above.node->run_of(above.slot), Child(wider));
  above.node->lock.unlock();
  discard(&node);
  if (cut) {
    discard(leaf);
  } else {
    leaf->lock.thaw();
  }
  return true;
}

inline void AlexOlcTree::shrink(Leaf* leaf, Key key) {
  if (leaf->size() == 0) return remove_empty(leaf, key);
  count(contractions_);
  const std::vector<Entry> entries = extract(*leaf);
  const std::size_t capacity = Leaf::capacity_for(entries.size(), AlexDensity::kExpanded);
  replace(leaf, key, Child(new Leaf(entries, capacity, fit_alex(entries, capacity))));
}

inline void AlexOlcTree::remove_empty(Leaf* leaf, Key key) {
  while (!take_out(leaf, key)) {
  }
}

/// Lets the pointers to an empty node lead to its neighbour, and removes inner nodes that led to nothing else. False,
/// and nothing done, when others changed something on the way.
inline bool AlexOlcTree::take_out(Leaf* leaf, Key key) {
  Path path;
  descend(key, path);
  const auto leads_to_nothing_else = [](const Step& step) {
    const AlexRun run = step.node->run_of(step.slot);
    return run.end - run.begin == step.node->children.size();
  };
  std::size_t top = path.size() - 1;
  while (top > 0 && leads_to_nothing_else(path[top])) --top;
  std::size_t locked = top;
  bool as_seen = true;
  for (; locked < path.size() && as_seen; ++locked) {
    const Child child = locked + 1 < path.size() ? Child(path[locked + 1].node) : Child(leaf);
    as_seen = lock(path[locked], child);
    if (!as_seen) break;
    as_seen = leads_to_nothing_else(path[locked]) == (locked > top || top == 0);
  }
  if (!as_seen) {
    while (locked-- > top) path[locked].node->lock.unlock_unchanged();
    return false;
  }
  leaf->lock.retire();
  for (std::size_t i = top + 1; i < path.size(); ++i) path[i].node->lock.retire();
  Inner& node = *path[top].node;
  const AlexRun run = node.run_of(path[top].slot);
  if (top == 0) {  // nothing is left: an empty root
    node.point(run, Child(make_alex_node<AlexShared>({}, AlexDensity::kBuilt)));
  } else {
    node.point(run, run.begin > 0 ? node.child(run.begin - 1) : node.child(run.end));
    if (node.child_count > 1) node.count_child(-1);
  }
  node.lock.unlock();
  for (std::size_t i = top + 1; i < path.size(); ++i) discard(path[i].node);
  discard(leaf);
  return true;
}

}  // namespace omenbench
