// LITS, a learned index for strings: Yang and Chen, "LITS: an optimized learned index for strings", PVLDB 17(11), 2024
// (extended: arXiv 2407.11556). One model of all keys, the hash-enhanced prefix table (prefix_table.h), says where
// among the keys that share a node's prefix a key lies; each node's linear model makes a slot of that. As in LIPP, keys
// whose slots collide go one node down and nothing is searched for; up to 16 of them are a compact leaf, sorted, with
// 16 bits of each key's hash beside the address of its entry; what a model does not tell apart is a radix tree
// (bytes_art.h). An insert makes of a slot an entry, a compact leaf, a node; a node that took as many entries as it was
// built of is built anew.
//
// Deviations from the paper: keys hold any bytes and may be prefixes of others, so that rows have 256 bytes and an end
// instead of 128 characters; places are integers, which keep the order whatever is rounded; rows are trained on the
// bytes by which keys differ from their neighbours and are fewer for few keys; reading a key ends when its place is
// known to a quarter of a slot; the local model is the line through the first and the last key; keys without a node's
// prefix have two slots of their own; a radix tree (the paper prefers HOT to ART) is chosen by counting steps, bytes
// and cache lines of both ways for the keys at hand (bytes_lits_costs.h), and where more than 7/8 of a node's keys
// share one slot, not by times measured beforehand (PMSS); the prefix table is trained anew with the root, so that an
// index that was built of nothing has one. Nodes are not merged when entries are erased, and texts of erased keys stay
// in memory until the index dies.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "core/key_kind.h"
#include "indexes/learned/bytes_lits_costs.h"
#include "indexes/learned/bytes_lits_node.h"
#include "indexes/static_bytes_index.h"
#include "indexes/trees/bytes_art.h"

namespace omenbench::bytes_lits {

class Index {
 public:
  using KeyType = Bytes;

  Index() = default;
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;
  ~Index() { drop(root_); }

  void build(const BytesEntries& entries) { build_all(FromEntries{entries, arena()}); }

  bool find(Bytes key, Payload& payload) const {
    const Record* const record = locate(key);
    if (record == nullptr) return false;
    payload = record->payload;
    return true;
  }

  bool update(Bytes key, Payload payload) {
    Record* const record = locate(key);
    if (record == nullptr) return false;
    record->payload = payload;
    return true;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const {
    std::size_t count = 0;
    const auto emit = [&](const Record* record) {
      out[count++] = {record->key(), record->payload};
      return count < out.size();
    };
    if (!out.empty()) scan_from(root_, from, 0, emit);
    return count;
  }

  bool insert(Bytes key, Payload payload) {
    const Place place = descend(key);
    Slot& slot = *place.slot;
    switch (slot.kind()) {
      case Slot::Kind::kNone:
        slot = Slot(arena().keep(key, payload));
        break;
      case Slot::Kind::kTree: {
        Ref tree = slot.tree();
        if (!trees_.insert(tree, key, place.known, payload)) return false;
        slot = Slot(tree);
        break;
      }
      default:
        if (!add(slot, place.known, key, payload)) return false;
    }
    grow();
    return true;
  }

  bool erase(Bytes key) {
    const Place place = descend(key);
    Slot& slot = *place.slot;
    if (slot.kind() == Slot::Kind::kTree) {
      Ref tree = slot.tree();
      const bool erased = trees_.erase(tree, key, place.known);
      slot = Slot(tree);
      return erased;
    }
    if (slot.kind() == Slot::Kind::kRecord) {
      if (slot.record()->key() != key) return false;
      slot = {};
      return true;
    }
    if (slot.kind() == Slot::Kind::kNone) return false;
    const std::span<Tagged> old = slot.compact();
    const std::size_t at = position(old, key);
    if (at == old.size()) return false;
    if (old.size() == 2) {
      slot = Slot(old[1 - at].record());
    } else {
      const std::span<Tagged> left = take(old.size() - 1);
      std::copy(old.begin() + at + 1, old.end(), std::copy_n(old.begin(), at, left.begin()));
      slot = Slot(left);
    }
    give(old);
    return true;
  }

  std::uint64_t size_bytes() const { return trees_.size_bytes() + table_.size_bytes() + model_bytes_; }

 private:
  /// Where a key belongs that is in no model node further down.
  struct Place {
    Slot* slot;
    std::size_t known;  ///< bytes that all keys of the slot share with it
  };

  /// What a part of the index is built of: ascending keys, and their entries, which are made in the order in which they
  /// are asked for, so that they lie beside the leaves that refer to them.
  struct FromEntries {
    const BytesEntries& entries;
    TextArena& arena;
    std::size_t size() const { return entries.size(); }
    Bytes key(std::size_t i) const { return entries.key(i); }
    Record* leaf(std::size_t i) const { return arena.keep(entries.key(i), entries[i].payload); }
  };
  struct FromRecords {
    std::span<Record* const> records;
    std::size_t size() const { return records.size(); }
    Bytes key(std::size_t i) const { return records[i]->key(); }
    Record* leaf(std::size_t i) const { return records[i]; }
  };

  static constexpr std::size_t kSlotsInside = 4096;  ///< more of a node have pages of their own
  /// A radix tree at the root is tried again as a model when it has grown so much.
  static constexpr std::uint64_t kTreeGrowth = 7, kSmallest = 64;

  TextArena& arena() { return trees_.arena(); }

  Record* locate(Bytes key) const {
    Slot slot = root_;
    for (std::size_t known = 0;;) {
      switch (slot.kind()) {
        case Slot::Kind::kNone:
          return nullptr;
        case Slot::Kind::kRecord:
          return slot.record()->key() == key ? slot.record() : nullptr;
        case Slot::Kind::kTree:
          return trees_.find(slot.tree(), key, known);
        case Slot::Kind::kCompact: {
          const std::span<Tagged> compact = slot.compact();
          const std::size_t at = position(compact, key);
          return at == compact.size() ? nullptr : compact[at].record();
        }
        case Slot::Kind::kModel: {
          const ModelNode& node = *slot.model();
          const std::size_t at = node.slot_of(key, known, table_);
          known = node.known_below(at, known);
          slot = node.slots[at];
        }
      }
    }
  }

  static std::size_t position(std::span<Tagged> compact, Bytes key) {
    for (unsigned left = with_tag(compact, Tagged::tag_of(key)); left != 0; left &= left - 1) {
      const auto at = static_cast<std::size_t>(std::countr_zero(left));
      if (compact[at].key() == key) return at;
    }
    return compact.size();
  }

  /// Remembers the nodes on the way.
  Place descend(Bytes key) {
    path_.clear();
    Place place{&root_, 0};
    while (place.slot->kind() == Slot::Kind::kModel) {
      path_.push_back(place);
      const ModelNode& node = *place.slot->model();
      const std::size_t at = node.slot_of(key, place.known, table_);
      place = {node.slots + at, node.known_below(at, place.known)};
    }
    return place;
  }

  /// Into a slot with an entry or a compact leaf.
  bool add(Slot& slot, std::size_t known, Bytes key, Payload payload) {
    std::array<Tagged, kMostCompact + 1> all;
    std::span<Tagged> old;
    if (slot.kind() == Slot::Kind::kRecord) {
      all[0] = Tagged(slot.record());
      old = {all.data(), 1};
    } else {
      old = slot.compact();
    }
    if (position(old, key) != old.size()) return false;
    const auto at = std::ranges::partition_point(old, [&](Tagged entry) { return entry.key() < key; });
    std::copy_backward(at, old.end(), all.begin() + static_cast<std::ptrdiff_t>(old.size()) + 1);
    const auto place = std::copy(old.begin(), at, all.begin());
    *place = Tagged(arena().keep(key, payload));
    if (slot.kind() == Slot::Kind::kCompact) give(old);
    if (old.size() < kMostCompact) {
      const std::span<Tagged> compact = take(old.size() + 1);
      std::copy_n(all.begin(), compact.size(), compact.begin());
      slot = Slot(compact);
      return true;
    }
    std::array<Record*, kMostCompact + 1> records;
    std::ranges::transform(all, records.begin(), &Tagged::record);
    if (table_.trained()) {
      slot = make(FromRecords{records}, known);
    } else {
      build_all(FromRecords{records});  // the slot is the root
    }
    return true;
  }

  /// Counts an insert on the nodes of the way, and builds the uppermost that has doubled anew.
  void grow() {
    for (const Place& place : path_) ++place.slot->model()->added;
    if (++added_ > kSmallest && added_ > built_ * (root_.kind() == Slot::Kind::kModel ? 1 : kTreeGrowth)) {
      build_all(FromRecords{take_apart(root_)});
      return;
    }
    for (const Place& place : path_) {
      const ModelNode& node = *place.slot->model();
      if (node.added <= node.built) continue;
      const std::vector<Record*> records = take_apart(*place.slot);
      *place.slot = make(FromRecords{records}, place.known);
      return;
    }
  }

  std::vector<Record*> take_apart(Slot slot) {
    std::vector<Record*> records;
    scan_all(slot, [&](Record* record) {
      records.push_back(record);
      return true;
    });
    drop(slot);
    return records;
  }

  template <class Source>
  void build_all(const Source& source) {
    built_ = source.size();
    added_ = 0;
    if (source.size() > kMostCompact) {
      const std::size_t shared = common_prefix(source.key(0), source.key(source.size() - 1));
      table_.train(source.size(), shared, [&](std::size_t i) { return source.key(i); });
    }
    root_ = make(source, 0);
  }

  /// What holds all entries of a source, whose keys share `known` bytes.
  template <class Source>
  Slot make(const Source& source, std::size_t known) {
    if (source.size() <= kMostCompact) return make_few(source, 0, source.size());
    return Builder<Source>{*this, source, Costs(source, built_)}.make(0, source.size(), known);
  }

  template <class Source>
  Slot make_few(const Source& source, std::size_t begin, std::size_t end) {
    if (begin == end) return {};
    if (end - begin == 1) return Slot(source.leaf(begin));
    const std::span<Tagged> compact = take(end - begin);
    for (Tagged& entry : compact) entry = Tagged(source.leaf(begin++));
    return Slot(compact);
  }

  template <class Source>
  struct Part {
    const Source& source;
    std::size_t begin, end;
    std::size_t size() const { return end - begin; }
    Bytes key(std::size_t i) const { return source.key(begin + i); }
    Record* leaf(std::size_t i) const { return source.leaf(begin + i); }
  };

  template <class Source>
  struct Builder {
    Index& index;
    const Source& source;
    Costs costs;

    /// Of entries that share `known` bytes: a model where that followed by radix trees is cheaper than one at once.
    Slot make(std::size_t begin, std::size_t end, std::size_t known) {
      if (end - begin <= kMostCompact) return index.make_few(source, begin, end);
      ModelNode* const node = index.fitted(source.key(begin), source.key(end - 1), end - begin, known);
      const std::vector<Run> runs = spread(*node, begin, end);
      const auto largest = std::ranges::max(runs, {}, [](const Run& run) { return run.end - run.begin; });
      const bool spreads = largest.end - largest.begin <= std::max(kMostCompact, (end - begin) / 8 * 7);
      if (!spreads || costs.of_model(runs, read_) >= costs.of_tree(begin, end)) {
        index.destroy(node);
        return Slot(index.trees_.build(Part<Source>{source, begin, end}, known));
      }
      for (const Run& run : runs) node->slots[run.slot] = make(run.begin, run.end, node->depth);
      return Slot(node);
    }

    /// The entries that each slot of a node would get.
    std::vector<Run> spread(const ModelNode& node, std::size_t begin, std::size_t end) {
      std::vector<Run> runs;
      read_ = 0;
      for (std::size_t i = begin; i < end; ++i) {
        const PrefixTable::Place place = index.table_.place(source.key(i), node.depth, node.hash, node.enough);
        const std::size_t slot = node.inner_slot(place.low);
        if (runs.empty() || runs.back().slot != slot) runs.push_back({slot, i, i});
        ++runs.back().end;
        read_ += place.read;
      }
      return runs;
    }

    std::uint64_t read_ = 0;  ///< bytes of keys, when they were last spread
  };

  /// An empty node with a model of `count` entries from the first to the last key.
  ModelNode* fitted(Bytes first, Bytes last, std::size_t count, std::size_t known) {
    const std::size_t depth = common_prefix(first, last), kept = depth - known;
    const std::size_t header = (sizeof(ModelNode) + kept + alignof(Slot) - 1) / alignof(Slot) * alignof(Slot);
    const bool far = count + 2 > kSlotsInside;
    const std::size_t bytes = header + (far ? 0 : (count + 2) * sizeof(Slot));
    char* const memory = static_cast<char*>(::operator new(bytes));
    auto* const node = new (memory) ModelNode{};
    node->depth = static_cast<std::uint32_t>(depth);
    node->hash = PrefixTable::hash_of(first.substr(0, depth));
    node->inner = count;
    node->built = count;
    std::memcpy(memory + sizeof(ModelNode), first.data() + known, kept);
    if (far) {
      node->far = PageArray<Slot>(count + 2);
      node->slots = node->far.data();
    } else {
      node->slots = new (memory + header) Slot[count + 2]{};
    }
    node->bytes = bytes + node->far.size() * sizeof(Slot);
    model_bytes_ += node->bytes;
    fit(*node, first, last);
    return node;
  }

  void fit(ModelNode& node, Bytes first, Bytes last) const {
    node.lowest = table_.place(first, node.depth, node.hash, 0).low;
    const std::uint64_t span = table_.place(last, node.depth, node.hash, 0).low - node.lowest;
    node.enough = span / node.inner / 4;
    const auto scale = (static_cast<unsigned __int128>(node.inner) << 64) / (static_cast<unsigned __int128>(span) + 1);
    node.scale = static_cast<std::uint64_t>(std::min(scale, static_cast<unsigned __int128>(~std::uint64_t{0})));
  }

  /// Gives back what holds the entries of a slot; they stay.
  void drop(Slot slot) {
    if (slot.kind() == Slot::Kind::kTree) trees_.drop(slot.tree());
    if (slot.kind() == Slot::Kind::kCompact) give(slot.compact());
    if (slot.kind() != Slot::Kind::kModel) return;
    for (const Slot below : slot.model()->all()) drop(below);
    destroy(slot.model());
  }

  void destroy(ModelNode* node) {
    model_bytes_ -= node->bytes;
    node->~ModelNode();
    ::operator delete(node);
  }

  std::span<Tagged> take(std::size_t size) {
    std::vector<Tagged*>& free = free_[size];
    if (free.empty()) return {reinterpret_cast<Tagged*>(arena().take(size * sizeof(Tagged), alignof(Tagged))), size};
    Tagged* const at = free.back();
    free.pop_back();
    return {at, size};
  }

  void give(std::span<Tagged> compact) { free_[compact.size()].push_back(compact.data()); }

  /// Hands the entries of a slot from the first not below `from` to `emit`; false when that wants no more.
  template <class Emit>
  bool scan_from(Slot slot, Bytes from, std::size_t known, Emit& emit) const {
    switch (slot.kind()) {
      case Slot::Kind::kNone:
        return true;
      case Slot::Kind::kRecord:
        return slot.record()->key() < from || emit(slot.record());
      case Slot::Kind::kTree: {
        bool more = true;
        trees_.scan(slot.tree(), from, known, [&](const Record* record) { return more = emit(record); });
        return more;
      }
      case Slot::Kind::kCompact: {
        const std::span<Tagged> compact = slot.compact();
        const auto at = std::ranges::partition_point(compact, [&](const Tagged& entry) { return entry.key() < from; });
        return std::all_of(at, compact.end(), [&](const Tagged& entry) { return emit(entry.record()); });
      }
      case Slot::Kind::kModel: {
        const ModelNode& node = *slot.model();
        const std::size_t at = node.slot_of(from, known, table_);
        if (!scan_from(node.slots[at], from, node.known_below(at, known), emit)) return false;
        return scan_slots(node.all().subspan(at + 1), emit);
      }
    }
    return true;
  }

  template <class Emit>
  bool scan_slots(std::span<const Slot> slots, Emit& emit) const {
    return std::ranges::all_of(slots, [&](Slot slot) { return scan_all(slot, emit); });
  }

  template <class Emit>
  bool scan_all(Slot slot, Emit&& emit) const {
    switch (slot.kind()) {
      case Slot::Kind::kNone:
        return true;
      case Slot::Kind::kRecord:
        return emit(slot.record());
      case Slot::Kind::kTree: {
        bool more = true;
        trees_.scan(slot.tree(), [&](Record* record) { return more = emit(record); });
        return more;
      }
      case Slot::Kind::kCompact:
        return std::ranges::all_of(slot.compact(), [&](const Tagged& entry) { return emit(entry.record()); });
      case Slot::Kind::kModel:
        return scan_slots(slot.model()->all(), emit);
    }
    return true;
  }

  bytes_art::Forest trees_;  ///< and the arena of all that is small
  PrefixTable table_;
  Slot root_;
  std::vector<Place> path_;
  std::array<std::vector<Tagged*>, kMostCompact + 1> free_;  ///< compact leaves, by size
  std::uint64_t built_ = 0, added_ = 0;                      ///< entries of the last build of all, and inserts since
  std::uint64_t model_bytes_ = 0;
};

}  // namespace omenbench::bytes_lits
