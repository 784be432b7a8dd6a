// XIndex: a learned index for several writers (Tang, Wang, Dong, Hu, Wang, Wang, Hu and Chen, "XIndex: a scalable
// learned index for multicore data storage", PPoPP 2020). A root model finds the group of a key, the group's models its
// place in an immutable sorted array; what is not there is in the group's buffer. Payloads are changed in place under
// the record's lock, readers check versions, and a background thread merges buffers into new arrays without stopping
// anybody (xindex_compactor.h).
//
// Deviations from the paper:
// - Buffers are arrays of at most 256 entries that are compared with SIMD instead of concurrent B-trees. A writer that
//   finds one full waits for the background thread.
// - Compactions are requested by the write that makes a group due, instead of found by sweeping over all groups. A
// group
//   is split while it is compacted: its inserts go to two temporary buffers, which needs no logical groups in between.
// - Groups have at most 8 models of equal shares of the array, chosen at each compaction; the paper splits and merges
//   single models over time. The root is the two-layer index of rmi.h over the pivots.
// - Operations announce themselves (epochs.h) instead of reporting after each that they hold no pointers, because
//   nothing tells this index when a thread is done with it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/index.h"
#include "indexes/learned/xindex_compactor.h"

namespace omenbench {

class XIndex {
 public:
  static constexpr bool kConcurrent = true;

  void build(std::span<const Entry> entries) { compactor_ = std::make_unique<xindex::Compactor>(entries); }

  bool find(Key key, Payload& payload) const {
    return change(key, [&](const xindex::Record& record) { return record.read(payload); });
  }
  bool update(Key key, Payload payload) {
    return change(key, [&](xindex::Record& record) { return record.update(payload); });
  }
  bool erase(Key key) {
    return change(
        key, [](xindex::Record& record) { return record.remove(); }, true);
  }

  bool insert(Key key, Payload payload) {
    while (true) {
      switch (try_insert(key, payload)) {
        case Insertion::kDone:
          return true;
        case Insertion::kPresent:
          return false;
        default:
          compactor_->wait_for_room();
      }
    }
  }

  bool lower_bound(Key key, Entry& entry) const {
    Entry first;
    if (scan(key, std::span(&first, 1)) == 0) return false;
    entry = first;
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const RunningOperation operation;
    const xindex::Root& root = compactor_->root();
    std::size_t count = 0;
    xindex::Root::Place place = root.locate(from);
    while (count < out.size()) {
      const xindex::Root::Place next = root.next(place);
      const Key last = next.group == nullptr ? ~Key{0} : next.group->pivot() - 1;
      if (from <= last) scan_group(*place.group, from, last, out, count);
      if (next.group == nullptr) break;
      from = next.group->pivot();
      place = next;
    }
    return count;
  }

  std::vector<Counter> counters() const {
    const auto& counts = compactor_->counts();
    return {{"compactions", counts.compactions.load()},
            {"group_splits", counts.splits.load()},
            {"group_merges", counts.merges.load()},
            {"root_trainings", counts.root_trainings.load()}};
  }

 private:
  using Group = xindex::Group;
  using Record = xindex::Record;
  using Buffer = xindex::Buffer;
  using Presence = xindex::Presence;
  enum class Insertion : std::uint8_t { kDone, kPresent, kElsewhere, kFull };

  /// Applies `act` to the record of the key, if there is one; true if it was live. With `removal`, a group that lost
  /// much of its array is reported.
  template <class Act>
  bool change(Key key, Act act, bool removal = false) const {
    const RunningOperation operation;
    Group& group = *compactor_->root().locate(key).group;
    if (Record* const record = group.find_in_array(key)) {
      const Presence presence = act(*record);
      if (presence == Presence::kLive && removal && group.count_removal() == group.size() / 2 + 1) {
        compactor_->request(group.pivot());
      }
      if (presence != Presence::kGone) return presence == Presence::kLive;
    }
    if (Record* const record = group.buffer().find(key)) {
      const Presence presence = act(*record);
      if (presence != Presence::kGone) return presence == Presence::kLive;
    }
    if (!group.buffer().frozen()) return false;
    Record* const record = group.temporary(key).find(key);
    return record != nullptr && act(*record) == Presence::kLive;
  }

  Insertion try_insert(Key key, Payload payload) {
    const RunningOperation operation;
    Group& group = *compactor_->root().locate(key).group;
    if (Record* const record = group.find_in_array(key)) {
      const Presence presence = record->revive(payload);
      if (presence == Presence::kLive) return Insertion::kPresent;
      if (presence == Presence::kRemoved) return Insertion::kDone;
    }
    const Insertion insertion = insert_into(group.buffer(), key, payload);
    if (insertion != Insertion::kElsewhere) return insertion;
    return insert_into(group.temporary(key), key, payload);
  }

  /// kElsewhere: the buffer is frozen, and the key is not in it.
  Insertion insert_into(Buffer& buffer, Key key, Payload payload) {
    while (true) {
      if (Record* const record = buffer.find(key)) {
        const Presence presence = record->revive(payload);
        return presence == Presence::kLive      ? Insertion::kPresent
               : presence == Presence::kRemoved ? Insertion::kDone
                                                : Insertion::kElsewhere;
      }
      switch (buffer.append(key, payload)) {
        case Buffer::Append::kDoneAndDue:
          compactor_->request(key);
          return Insertion::kDone;
        case Buffer::Append::kDone:
          return Insertion::kDone;
        case Buffer::Append::kFrozen:
          return Insertion::kElsewhere;
        case Buffer::Append::kFull:
          return Insertion::kFull;
        case Buffer::Append::kPresent:
          break;  // by another thread, just now
      }
    }
  }

  /// Appends live entries of the group with keys in [from, last] to `out`.
  static void scan_group(const Group& group, Key from, Key last, std::span<Entry> out, std::size_t& count) {
    constexpr std::size_t kLeast = 16;  // so that stretches of removed entries are passed quickly
    xindex::Reference added[3 * Buffer::kCapacity];
    while (true) {
      std::size_t i = group.lower_bound(from);
      const std::size_t end = std::min(group.size(), i + std::max(out.size() - count, kLeast));
      const Key border = end < group.size() ? std::min(last, group.key(end) - 1) : last;
      const std::size_t added_count = collect_added(group, from, border, added);
      std::size_t j = 0;
      while (count < out.size()) {
        const bool in_array = i < end && group.key(i) <= border;
        if (!in_array && j == added_count) break;
        if (j == added_count || (in_array && group.key(i) <= added[j].key)) {
          append_live(group.key(i), group.record(i), out, count);
          ++i;
        } else {
          append_live(added[j].key, *added[j].record, out, count);
          ++j;
        }
      }
      if (count == out.size() || border == last) return;
      from = border + 1;
    }
  }

  /// Entries of the buffers with keys in [from, border], ascending, the oldest first where keys are equal.
  static std::size_t collect_added(const Group& group, Key from, Key border, xindex::Reference* added) {
    std::size_t count = 0;
    group.for_each_buffer([&](Buffer& buffer) {
      const std::size_t size = buffer.size();
      for (std::size_t i = 0; i < size; ++i) {
        added[count] = {buffer.key(i), &buffer.record(i)};
        count += buffer.key(i) - from <= border - from;
      }
    });
    // Few: buffers hold a fraction of the keys of the array's stretch.
    if (count > 32) {
      std::stable_sort(added, added + count, [](const auto& a, const auto& b) { return a.key < b.key; });
    } else {
      for (std::size_t i = 1; i < count; ++i) {
        const xindex::Reference moved = added[i];
        std::size_t at = i;
        for (; at > 0 && added[at - 1].key > moved.key; --at) added[at] = added[at - 1];
        added[at] = moved;
      }
    }
    return count;
  }

  /// A key that is erased and inserted again meanwhile may be met twice.
  static void append_live(Key key, const Record& record, std::span<Entry> out, std::size_t& count) {
    Payload payload = 0;
    if (record.read(payload) != Presence::kLive) return;
    if (count > 0 && out[count - 1].key == key) return;
    out[count++] = {key, payload};
  }

  std::unique_ptr<xindex::Compactor> compactor_;
};

}  // namespace omenbench
