// LIPP: an index without a last mile. A line predicts each key's slot exactly; keys that share a slot move into a child
// of that slot (Wu, Zhang, Chen, Chen, Wang and Xing, "Updatable Learned Index with Precise Positions", VLDB 2021;
// section 3 structure, section 4 model, section 5 adjustment).
//
// Deviations from the paper: (1) lines are integers with 64 fractional bits, so that any two keys are told apart and
// build and lookup agree; (2) up to 16 keys that share a slot form a sorted array instead of a node; (3) a node's
// number of slots is chosen by cost (lipp_fit.h); (4) slot types are two reserved keys, whose entries live beside the
// tree; (5) a line that would put more than three quarters of the keys into one slot gives way to one through the
// terciles, which puts at most two thirds there: depth is logarithmic; (6) a subtree is rebuilt when its inserts reach
// twice its size and a tenth of them conflicted, or reach four times its size anyway, or three quarters were erased,
// and gets free slots at its end when most inserts went there; (7) erase, which the paper leaves out, clears the slot.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/index.h"
#include "core/types.h"
#include "indexes/learned/lipp_fit.h"
#include "indexes/learned/lipp_node.h"
#include "indexes/learned/lipp_store.h"

namespace omenbench {

/// Not thread-safe for writes; any number of concurrent readers.
class Lipp {
 public:
  /// No path from the root has more nodes.
  static constexpr std::size_t kMaxDepth = 64;

  /// What a walk over the tree finds; for tests.
  struct Shape {
    std::uint64_t entries = 0;
    std::uint64_t nodes = 0;
    std::uint64_t arrays = 0;
    std::size_t depth = 0;  ///< most nodes on a path
    bool sound = true;      ///< every entry in its slot, ascending; counts and occupancy right
  };

  Lipp() = default;
  Lipp(const Lipp&) = delete;
  Lipp& operator=(const Lipp&) = delete;
  ~Lipp() { tree_.release_child(root_); }

  void build(std::span<const Entry> entries) {
    if (entries.size() >= std::size_t{1} << 31) throw std::length_error("lipp: more than 2^31 keys");
    if (!entries.empty() && entries.front().key == lipp::kNullKey) {
      lowest_ = {true, entries.front().payload};
      entries = entries.subspan(1);
    }
    if (!entries.empty() && entries.back().key == lipp::kChildKey) {
      highest_ = {true, entries.back().payload};
      entries = entries.first(entries.size() - 1);
    }
    tree_.place(root_, entries, 0);
  }

  bool find(Key key, Payload& payload) const {
    const Payload* const found = payload_of(key);
    if (found == nullptr) return false;
    payload = *found;
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    if (from == lipp::kNullKey && lowest_.present && !out.empty()) out[count++] = {lipp::kNullKey, lowest_.payload};
    count += lipp::scan_slot<true>(root_, from, out.data() + count, out.size() - count);
    if (count < out.size() && highest_.present) out[count++] = {lipp::kChildKey, highest_.payload};
    return count;
  }

  bool update(Key key, Payload payload) {
    auto* const found = const_cast<Payload*>(payload_of(key));
    if (found == nullptr) return false;
    *found = payload;
    return true;
  }

  bool insert(Key key, Payload payload) {
    if (lipp::is_mark(key)) [[unlikely]]
      return set_apart(key).add(payload);
    Path path;
    lipp::Slot* slot = descend(key, path);
    const bool conflict = slot->key != lipp::kNullKey;
    if (!conflict) {
      *slot = {key, payload};
      if (path.depth > 0) path.nodes[path.depth - 1]->occupy(slot);
    } else if (!tree_.add_beside(*slot, {key, payload})) {
      return false;
    }
    count_insert(path, slot, conflict);
    return true;
  }

  bool erase(Key key) {
    if (lipp::is_mark(key)) [[unlikely]]
      return set_apart(key).remove();
    Path path;
    lipp::Slot* slot = descend(key, path);
    if (slot->key == key) {
      *slot = {};
    } else if (slot->key != lipp::kChildKey || !tree_.remove_from_array(*slot, key)) {
      return false;
    }
    count_erase(path, slot);
    return true;
  }

  /// Walks down for up to kGroup keys at once, a step each in turn, so that their cache misses overlap.
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::size_t count = std::min(kGroup, keys.size() - begin);
      find_group(keys.subspan(begin, count), payloads.subspan(begin, count), found.subspan(begin, count));
    }
  }

  std::uint64_t size_bytes() const { return sizeof(*this) + tree_.size_bytes(); }

  std::vector<Counter> counters() const {
    return {{"nodes", tree_.nodes()}, {"rebuilds", rebuilds_}, {"rebuilt_entries", rebuilt_entries_}};
  }

  Shape shape() const;

 private:
  static constexpr std::size_t kGroup = 32;

  /// One lookup of a batch: at `slot`, which is on its way.
  struct Descent {
    std::size_t index;
    const lipp::Slot* slot;
  };

  /// An entry whose key marks slots.
  struct Apart {
    bool present = false;
    Payload payload = 0;

    bool add(Payload value) {
      if (present) return false;
      *this = {true, value};
      return true;
    }
    bool remove() { return std::exchange(present, false); }
  };

  /// The nodes that lead to a slot, and the slots that lead to the nodes: slots[i] holds nodes[i].
  struct Path {
    std::array<lipp::Node*, kMaxDepth> nodes;
    std::array<lipp::Slot*, kMaxDepth> slots;
    std::size_t depth = 0;
  };

  Apart& set_apart(Key key) { return key == lipp::kNullKey ? lowest_ : highest_; }

  const Payload* payload_of(Key key) const {
    if (lipp::is_mark(key)) [[unlikely]] {
      const Apart& apart = key == lipp::kNullKey ? lowest_ : highest_;
      return apart.present ? &apart.payload : nullptr;
    }
    for (const lipp::Slot* slot = &root_;;) {
      if (slot->key == key) return &slot->payload;
      if (slot->key != lipp::kChildKey) return nullptr;
      const lipp::ChildWord child(slot->payload);
      if (!child.is_node()) return lipp::find_in_array(child, key);
      slot = &child.node()->slot_for(key);
    }
  }

  /// The slot for `key` that holds no node, and the path there.
  lipp::Slot* descend(Key key, Path& path) {
    lipp::Slot* slot = &root_;
    while (slot->key == lipp::kChildKey && lipp::ChildWord(slot->payload).is_node()) {
      lipp::Node* const node = lipp::ChildWord(slot->payload).node();
      path.nodes[path.depth] = node;
      path.slots[path.depth++] = slot;
      slot = &node->slot_for(key);
      if (path.depth == kMaxDepth) [[unlikely]] {
        rebuild(root_, 0);
        path.depth = 0;
        slot = &root_;
      }
    }
    return slot;
  }

  void count_insert(Path& path, const lipp::Slot* slot, bool conflict) {
    for (std::size_t i = path.depth; i-- > 0; slot = path.slots[i]) path.nodes[i]->count_insert(slot, conflict);
    for (std::size_t i = 0; i < path.depth; ++i) {
      const lipp::Node& node = *path.nodes[i];
      if (!node.outgrown()) continue;
      // Where keys arrive in order, room saves rebuilds; the smaller the subtree, the less it costs to be generous.
      const unsigned room = node.entries < path.nodes[0]->entries / 16 ? 3 : 1;
      rebuild(*path.slots[i], node.grows_at_its_end() ? room : 0);
      return;
    }
  }

  /// Empty subtrees disappear, and with them the need to look into them.
  void count_erase(Path& path, lipp::Slot* slot) {
    for (std::size_t i = path.depth; i-- > 0;) {
      lipp::Node& node = *path.nodes[i];
      --node.entries;
      if (slot->key == lipp::kNullKey) {
        node.vacate(slot);
        slot = path.slots[i];
        if (node.entries == 0) tree_.release_child(*slot);
      } else {
        slot = path.slots[i];
      }
    }
    for (std::size_t i = 0; i < path.depth && path.slots[i]->key == lipp::kChildKey; ++i) {
      if (!path.nodes[i]->dwindled()) continue;
      rebuild(*path.slots[i], 0);
      return;
    }
  }

  void rebuild(lipp::Slot& slot, unsigned room_beyond) {
    const std::uint64_t entries = lipp::ChildWord(slot.payload).node()->entries;
    const auto copy = std::make_unique_for_overwrite<Entry[]>(entries);
    lipp::scan_slot<false>(slot, 0, copy.get(), entries);
    tree_.release_child(slot);
    tree_.place(slot, {copy.get(), entries}, room_beyond);
    ++rebuilds_;
    rebuilt_entries_ += entries;
  }

  void find_group(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const;
  static void inspect(const lipp::Slot& slot, std::size_t depth, Shape& shape, Key& previous);

  lipp::Tree tree_;
  lipp::Slot root_{};  ///< the tree hangs on a slot like any subtree
  Apart lowest_;       ///< entry of kNullKey
  Apart highest_;      ///< entry of kChildKey
  std::uint64_t rebuilds_ = 0;
  std::uint64_t rebuilt_entries_ = 0;
};

inline void Lipp::find_group(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
  Descent walks[kGroup];
  Descent at_arrays[kGroup];
  std::size_t walking = 0;
  std::size_t waiting = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Payload* payload = nullptr;
    if (lipp::is_mark(keys[i]) || root_.key != lipp::kChildKey || !lipp::ChildWord(root_.payload).is_node()) {
      payload = payload_of(keys[i]);
    } else {
      walks[walking++] = {.index = i, .slot = &root_};
    }
    found[i] = payload != nullptr;
    if (payload != nullptr) payloads[i] = *payload;
  }
  while (walking > 0) {
    for (std::size_t w = 0; w < walking; ++w) {
      walks[w].slot = &lipp::ChildWord(walks[w].slot->payload).node()->slot_for(keys[walks[w].index]);
      __builtin_prefetch(walks[w].slot);
    }
    const std::size_t walked = std::exchange(walking, 0);
    for (std::size_t w = 0; w < walked; ++w) {
      const Descent walk = walks[w];
      if (walk.slot->key == lipp::kChildKey) {
        const lipp::ChildWord child(walk.slot->payload);
        __builtin_prefetch(child.entries());
        if (child.size() > 4) __builtin_prefetch(child.entries() + 4);
        (child.is_node() ? walks[walking++] : at_arrays[waiting++]) = walk;
      } else if (walk.slot->key == keys[walk.index]) {
        found[walk.index] = true;
        payloads[walk.index] = walk.slot->payload;
      }
    }
  }
  for (std::size_t w = 0; w < waiting; ++w) {
    const std::size_t i = at_arrays[w].index;
    const Payload* const payload = lipp::find_in_array(lipp::ChildWord(at_arrays[w].slot->payload), keys[i]);
    found[i] = payload != nullptr;
    if (payload != nullptr) payloads[i] = *payload;
  }
}

inline Lipp::Shape Lipp::shape() const {
  Shape shape;
  Key previous = lipp::kNullKey;
  inspect(root_, 0, shape, previous);
  shape.entries += lowest_.present + highest_.present;
  return shape;
}

inline void Lipp::inspect(const lipp::Slot& slot, std::size_t depth, Shape& shape, Key& previous) {
  const lipp::ChildWord child(slot.payload);
  const bool node = slot.key == lipp::kChildKey && child.is_node();
  if (!node) {
    const std::size_t first = shape.entries;
    const bool array = slot.key == lipp::kChildKey;
    const std::span<const Entry> entries = array ? std::span<const Entry>(child.entries(), child.size())
                                                 : std::span<const Entry>(&slot, slot.key == lipp::kNullKey ? 0 : 1);
    shape.entries = first + entries.size();
    shape.arrays += array;
    for (const Entry& entry : entries) {
      shape.sound &= entry.key > previous && !lipp::is_mark(entry.key);
      previous = entry.key;
    }
    return;
  }
  ++shape.nodes;
  shape.depth = std::max(shape.depth, depth + 1);
  const std::uint64_t first = shape.entries;
  const lipp::Node& parent = *child.node();
  for (std::uint64_t i = 0; i <= parent.model.last; ++i) {
    const lipp::Slot& below = parent.slots[i];
    const bool empty = below.key == lipp::kNullKey;
    shape.sound &= (parent.occupancy().next(i) == i) != empty;
    if (empty) continue;
    Entry lowest;
    shape.sound &= lipp::scan_slot<false>(below, 0, &lowest, 1) == 1 && parent.model.slot_of(lowest.key) == i;
    inspect(below, depth + 1, shape, previous);
    // Lines are monotone: when the lowest and the highest key belong here, all between them do.
    shape.sound &= parent.model.slot_of(previous) == i;
  }
  shape.sound &= parent.entries == shape.entries - first;
}

}  // namespace omenbench
