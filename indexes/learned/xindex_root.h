// The root of XIndex: a learned index over the groups' pivots. Each slot leads to a chain of groups, because a group
// that is split gets a neighbour without a slot until the root is trained anew (XIndex, PPoPP 2020, section 3.1).
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "core/types.h"
#include "indexes/learned/rmi.h"
#include "indexes/learned/rmi_piecewise.h"
#include "indexes/learned/xindex_group.h"

namespace omenbench::xindex {

class Root {
 public:
  /// A group and the slot it was reached by.
  struct Place {
    std::size_t slot;
    Group* group;
  };

  /// Takes groups by ascending pivots, the first of which is 0, and unchains them.
  explicit Root(std::span<Group* const> groups) : slots_(std::make_unique<std::atomic<Group*>[]>(groups.size())) {
    pivots_.resize(groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      pivots_.keys()[i] = groups[i]->pivot();
      slots_[i].store(groups[i], std::memory_order_relaxed);
    }
    locator_.train(pivots_);
  }

  std::size_t size() const { return pivots_.size(); }
  Group* head(std::size_t slot) const { return slots_[slot].load(std::memory_order_acquire); }
  void set_head(std::size_t slot, Group* group) { slots_[slot].store(group, std::memory_order_release); }

  std::size_t slot_of(Key key) const {
    const std::size_t i = locator_.lower_bound(pivots_, key);
    return i < size() && pivots_.keys()[i] == key ? i : i - 1;
  }

  /// The group that `key` belongs to.
  Place locate(Key key) const {
    const std::size_t slot = slot_of(key);
    Group* group = head(slot);
    for (Group* next = group->next(); next != nullptr && next->pivot() <= key; next = group->next()) group = next;
    return {slot, group};
  }

  /// The group after; nullptr after the last. A merged group may stand in several slots.
  Place next(Place place) const {
    const Key pivot = place.group->pivot();
    if (Group* const next = place.group->next(); next != nullptr) return {place.slot, next};
    while (++place.slot < size()) {
      Group* group = head(place.slot);
      while (group != nullptr && group->pivot() <= pivot) group = group->next();
      if (group != nullptr) return {place.slot, group};
    }
    return {place.slot, nullptr};
  }

 private:
  SortedColumns pivots_;  ///< the payloads are not used
  std::unique_ptr<std::atomic<Group*>[]> slots_;
  RmiLocator<PiecewiseRoot, 8> locator_;
};

}  // namespace omenbench::xindex
