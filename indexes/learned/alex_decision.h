// What ALEX decides about a data node that is full or slower than expected, and where it cuts it (Ding et al., "ALEX:
// an updatable adaptive learned index", SIGMOD 2020, sections 4.3 and 4.4): by expected cost, one of expanding,
// retraining, splitting sideways and splitting downwards; or widening the range of the inner node above. Nothing is
// changed here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "core/types.h"
#include "indexes/learned/alex_build.h"

namespace omenbench {

/// Bounds of what a tree of ALEX may look like.
struct AlexBounds {
  /// Data nodes above this size are split when they rewrite too much.
  static constexpr std::size_t kBusyKeys = 1024;
  /// An inner node of more slots than that may have at most kSlotsPerChild per child.
  static constexpr std::size_t kFreeSlots = 64;
  static constexpr std::size_t kSlotsPerChild = 8;
  /// The same for widening, which children follow to fill.
  static constexpr std::size_t kWideSlotsPerChild = 64;
  static constexpr std::size_t kMaxSlots = std::size_t{1} << 20;
  static constexpr unsigned kSplitLevels = 4;
};

template <class Sharing>
bool may_double(const BasicAlexInnerNode<Sharing>& node, std::size_t slots_per_child) {
  const std::size_t slots = node.children.size() * 2;
  return slots <= AlexBounds::kMaxSlots &&
         (slots <= AlexBounds::kFreeSlots || slots <= slots_per_child * node.distinct_children());
}

/// Slots of a node that gets free ones at one end alone.
template <class Sharing>
std::size_t extended_capacity(const BasicAlexDataNode<Sharing>& leaf) {
  const std::size_t kept = leaf.appends() ? leaf.end() : leaf.capacity();
  return std::max(AlexDataNode::capacity_for(leaf.size(), AlexDensity::kExpanded), kept + kept / 2);
}
/// Whether free slots at the end that keys come to are all that this node lacks, and would not leave it too sparse.
template <class Sharing>
bool may_extend(const BasicAlexDataNode<Sharing>& leaf) {
  return (leaf.appends() || leaf.prepends()) &&
         static_cast<double>(leaf.size()) > AlexDensity::kExtended * static_cast<double>(extended_capacity(leaf));
}
/// Whether more room is all that a full node needs.
template <class Sharing>
bool may_expand(const BasicAlexDataNode<Sharing>& leaf) {
  return leaf.size() <= AlexFanoutTree::kMaxKeys && (may_extend(leaf) || !leaf.deviates());
}

/// The line of `leaf`, stretched to `capacity` slots.
template <class Sharing>
AlexModel stretched_model(const BasicAlexDataNode<Sharing>& leaf, std::size_t capacity, Key highest) {
  AlexModel model = leaf.model();
  model.scale(capacity, leaf.capacity());
  model.reach(highest);
  return model;
}

/// Where a data node can be cut in two: at the beginning of a child slot, which may have to be made first.
struct AlexBorder {
  std::size_t slot;   ///< first child slot of the right half, counted after the split of slots
  Key first;          ///< first key of that slot
  std::size_t count;  ///< entries before it
  bool split_slots;
};

/// A border between two child slots with entries on both sides: the middle one, else one at the median entry. `slot` is
/// one that leads to the data node.
template <class Sharing>
std::optional<AlexBorder> find_border(const BasicAlexInnerNode<Sharing>& node, std::size_t slot,
                                      std::span<const Entry> entries) {
  AlexRun run = node.run_of(slot);
  const bool split_slots = run.end - run.begin == 1;
  if (split_slots && (node.shift == 0 || !may_double(node, AlexBounds::kSlotsPerChild))) return std::nullopt;
  const unsigned factor = split_slots ? 2 : 1;
  const unsigned shift = split_slots ? node.shift - 1 : node.shift;
  run = {run.begin * factor, run.end * factor};
  const auto try_slot = [&](std::size_t cut) -> std::optional<AlexBorder> {
    if (cut <= run.begin || cut >= run.end) return std::nullopt;
    const unsigned __int128 begin = node.base + (static_cast<unsigned __int128>(cut) << shift);
    const auto at = std::ranges::partition_point(entries, [&](const Entry& entry) { return entry.key < begin; });
    if (at == entries.begin() || at == entries.end()) return std::nullopt;
    return AlexBorder{cut, static_cast<Key>(begin), static_cast<std::size_t>(at - entries.begin()), split_slots};
  };
  const Key median = entries[entries.size() / 2].key;
  const std::size_t median_slot = median < node.base ? 0 : (median - node.base) >> shift;
  for (const std::size_t cut : {(run.begin + run.end) / 2, median_slot, median_slot + 1}) {
    if (const std::optional<AlexBorder> border = try_slot(cut)) return border;
  }
  return std::nullopt;
}

/// How the range of an inner node can be doubled towards the entries of a data node at its edge.
struct AlexWidening {
  bool right;
  std::size_t added_left;  ///< slots before the first, the others come behind the last
  std::size_t cut;         ///< entries before the border between inside and outside of the range so far
};

/// When most entries lie beside the range of the inner node.
template <class Sharing>
std::optional<AlexWidening> find_widening(const BasicAlexInnerNode<Sharing>& node, std::span<const Entry> entries) {
  if (!may_double(node, AlexBounds::kWideSlotsPerChild)) return std::nullopt;
  const std::size_t slots = node.children.size();
  const unsigned __int128 end = node.begin_of(slots);
  const auto at = [&](auto below) {
    return static_cast<std::size_t>(std::ranges::partition_point(entries, below) - entries.begin());
  };
  const std::size_t low = at([&](const Entry& entry) { return entry.key < node.base; });
  const std::size_t high = at([&](const Entry& entry) { return entry.key < end; });
  const bool right = entries.size() - high > entries.size() / 2;
  const std::size_t added_left = right ? 0 : static_cast<std::size_t>(std::min<Key>(node.base >> node.shift, slots));
  if (!right && (low <= entries.size() / 2 || added_left == 0)) return std::nullopt;
  return AlexWidening{right, added_left, right ? high : low};
}

enum class AlexWay : std::uint8_t { kRetrain, kSplitSideways, kSplitDownwards };

struct AlexDecision {
  AlexWay way = AlexWay::kRetrain;
  std::optional<AlexBorder> border{};    ///< for a split sideways
  std::optional<AlexFanoutTree> tree{};  ///< for a split downwards
};

/// The cheapest way out by expected cost. `fit` is for the expanded node; `parent` is null for a root.
template <class Sharing>
AlexDecision decide_alex(std::span<const Entry> entries, const AlexFit& fit, bool overworked,
                         const BasicAlexInnerNode<Sharing>* parent, std::size_t slot) {
  AlexDecision decision;
  // Shifting at a busy spot grows with the root of the node's size, whatever the model.
  const bool fits = entries.size() <= (overworked ? AlexBounds::kBusyKeys : AlexFanoutTree::kMaxKeys);
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const double retrained = fits ? AlexFanoutTree::data_node_cost(entries, fit.cost()) : kNever;
  double sideways = kNever;
  if (parent != nullptr) decision.border = find_border(*parent, slot, entries);
  if (decision.border) {
    const AlexBorder& border = *decision.border;
    sideways = border.split_slots ? AlexCosts::kChildSlot * static_cast<double>(parent->children.size()) : 0;
    for (const std::span<const Entry> half : {entries.first(border.count), entries.subspan(border.count)}) {
      const std::size_t capacity = AlexDataNode::capacity_for(half.size(), AlexDensity::kBuilt);
      sideways += AlexFanoutTree::data_node_cost(half, fit_alex(half, capacity).cost());
    }
  }
  if (retrained <= sideways && fit.cost() <= AlexCosts::kTraversal) return decision;
  AlexFanoutTree tree(entries, AlexBounds::kSplitLevels);
  if (retrained <= std::min(sideways, tree.cost())) return decision;
  if (sideways <= tree.cost()) {
    decision.way = AlexWay::kSplitSideways;
  } else {
    decision.way = AlexWay::kSplitDownwards;
    decision.tree = std::move(tree);
  }
  return decision;
}

}  // namespace omenbench
