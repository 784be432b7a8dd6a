// SIndex, a learned index for strings: Wang, Tang, Wang and Chen, "SIndex: a scalable learned index for string keys",
// APSys 2020. Two layers as in XIndex: a root finds the group of a key, a group is a sorted array with a linear model
// and a buffer for what was inserted since, which is merged into the array when it is full (section 3). What is of its
// own is the partition: keys go into a group as long as the bytes by which they differ are few and its model errs
// little, in steps forward, then back (greedy grouping), so that models have short partial keys for
// variables. Models and arrays: bytes_sindex_segment.h. The root has the same segments over the groups' first keys.
//
// Deviations from the paper: one thread, which merges when a buffer is full, where the paper has threads in the
// background; partial keys are the eight bytes after the shared prefix, kept in the array in front of what refers to
// the key; groups that cannot be told apart by so few bytes are as small as a step backward, and equal words are told
// apart by whole keys; the search from the predicted position gallops instead of relying on the error bound, which
// holds for present keys only; a buffer is a sorted array, not a B-tree; the root's models are fitted anew when the
// groups are a quarter more than at the last time. Texts of erased keys stay in memory until the index dies.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/key_kind.h"
#include "indexes/learned/bytes_sindex_segment.h"
#include "indexes/static_bytes_index.h"
#include "indexes/text_arena.h"

namespace omenbench::bytes_sindex {

using Records = std::span<Record* const>;

class Index {
 public:
  using KeyType = Bytes;

  void build(const BytesEntries& entries) {
    std::vector<Record*> records;
    records.reserve(entries.size());
    for (const BytesEntry& entry : entries) records.push_back(arena_.keep(entry.key, entry.payload));
    build_root(groups_of(records, records.empty() ? arena_.keep({}, 0) : records.front()));
  }

  bool find(Bytes key, Payload& payload) const {
    const Record* const record = live(key);
    if (record == nullptr) return false;
    payload = record->payload;
    return true;
  }

  bool update(Bytes key, Payload payload) {
    Record* const record = live(key);
    if (record == nullptr) return false;
    record->payload = payload;
    return true;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const {
    Place place = place_of_group(from);
    std::size_t count = group_at(place).scan(from, out);
    while (count < out.size() && next(place)) count += group_at(place).scan({}, out.subspan(count));
    return count;
  }

  bool insert(Bytes key, Payload payload) {
    const Place place = place_of_group(key);
    Group& group = group_at(place);
    if (Item* const item = group.item(key); item != nullptr) {
      if (!item->erased()) return false;
      item->record()->payload = payload;
      item->set_erased(false);
      return true;
    }
    const auto at = group.in_buffer(key);
    if (at != group.buffer.end() && (*at)->key() == key) return false;
    group.buffer.insert(at, arena_.keep(key, payload));
    if (group.buffer.size() > std::max(kSmallestBuffer, group.array.size() / 4)) compact(place);
    return true;
  }

  bool erase(Bytes key) {
    Group& group = group_at(place_of_group(key));
    if (Item* const item = group.item(key); item != nullptr) {
      if (item->erased()) return false;
      item->set_erased(true);
      return true;
    }
    const auto at = group.in_buffer(key);
    if (at == group.buffer.end() || (*at)->key() != key) return false;
    group.buffer.erase(at);
    return true;
  }

  std::uint64_t size_bytes() const {
    std::uint64_t bytes = arena_.size_bytes();
    for (const Part& part : root_) {
      bytes += part.firsts.size_bytes() + sizeof(Part) + part.groups.capacity() * (sizeof(Group) + kAllocation);
      for (const auto& group : part.groups) {
        bytes += group->array.size_bytes() + group->buffer.capacity() * sizeof(Record*) + kAllocation;
      }
    }
    return bytes;
  }

 private:
  /// Limits of the greedy partition: the steps, the size and the error of a group.
  static constexpr std::size_t kForward = 512, kBackward = 64, kMostEntries = 2048;
  static constexpr double kMostError = 32;
  static constexpr std::size_t kSmallestBuffer = 64;
  static constexpr std::size_t kAllocation = 32;  ///< what allocations cost beside what they hold, about

  struct Group {
    Record* first;  ///< keys of the group are not below its key
    Segment array;
    std::vector<Record*> buffer;  ///< ascending, none of them in the array

    /// Of the key in the array, erased or not; null when it is not there.
    Item* item(Bytes key) {
      const std::size_t at = array.lower_bound(key);
      return at < array.size() && array[at].key() == key ? &array[at] : nullptr;
    }

    std::vector<Record*>::iterator in_buffer(Bytes key) {
      return std::ranges::partition_point(buffer, [&](const Record* record) { return record->key() < key; });
    }

    std::size_t scan(Bytes from, std::span<BytesEntry> out) {
      std::size_t count = 0, at = array.lower_bound(from);
      auto inserted = in_buffer(from);
      while (count < out.size()) {
        while (at < array.size() && array[at].erased()) ++at;
        const Record* record = nullptr;
        if (at < array.size()) record = array[at].record();
        if (inserted != buffer.end() && (record == nullptr || (*inserted)->key() < record->key())) {
          record = *inserted++;
        } else if (record != nullptr) {
          ++at;
        } else {
          break;
        }
        out[count++] = {record->key(), record->payload};
      }
      return count;
    }
  };
  using Groups = std::vector<std::unique_ptr<Group>>;

  /// A segment of the root, over the first keys of its groups but that of the first one.
  struct Part {
    Segment firsts;
    Groups groups;
  };

  struct Place {
    std::size_t part, group;
  };

  /// Cuts ascending records into parts that a model serves well: forward while it does, back until it does.
  template <class Take>
  static void partition(Records records, Take take) {
    while (!records.empty()) {
      const std::size_t most = std::min(records.size(), kMostEntries);
      std::size_t size = std::min(kForward, most);
      while (size < most && serves(records.first(size))) size = std::min(size + kForward, most);
      while (size > kBackward && !serves(records.first(size))) size -= std::min(size - kBackward, kBackward);
      take(records.first(size));
      records = records.subspan(size);
    }
  }

  /// Whether a partial key tells the records apart, and the model errs little on all of them.
  static bool serves(Records records) {
    const std::size_t shared = common_prefix(records.front()->key(), records.back()->key());
    std::vector<std::uint64_t> words;
    for (const Record* const record : records) {
      words.push_back(head_of(record->key(), shared));
      if (words.size() > 1 && words.back() == words[words.size() - 2]) return false;
    }
    Model model;
    model.fit(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (std::abs(model.position(words[i]) - static_cast<double>(i)) > kMostError) return false;
    }
    return true;
  }

  /// Groups of ascending records; the first one begins with the key of `first`, or below.
  static Groups groups_of(Records records, Record* first) {
    if (!records.empty() && records.front()->key() < first->key()) first = records.front();
    Groups groups;
    partition(records, [&](Records part) {
      groups.push_back(std::make_unique<Group>(Group{groups.empty() ? first : part.front(), {}, {}}));
      groups.back()->array.assign(part);
    });
    if (groups.empty()) groups.push_back(std::make_unique<Group>(Group{first, {}, {}}));
    return groups;
  }

  void build_root(Groups groups) {
    root_.clear();
    group_count_ = built_groups_ = groups.size();
    std::vector<Record*> firsts;
    for (const auto& group : groups) firsts.push_back(group->first);
    auto next = groups.begin();
    partition(firsts, [&](Records part) {
      root_.emplace_back();
      root_.back().firsts.assign(part.subspan(1));
      const auto end = next + static_cast<std::ptrdiff_t>(part.size());
      root_.back().groups.assign(std::make_move_iterator(next), std::make_move_iterator(end));
      next = end;
    });
  }

  Group& group_at(Place place) const { return *root_[place.part].groups[place.group]; }

  bool next(Place& place) const {
    if (++place.group < root_[place.part].groups.size()) return true;
    place = {place.part + 1, 0};
    return place.part < root_.size();
  }

  /// Of the last group that does not begin above the key; else the first one.
  Place place_of_group(Bytes key) const {
    const auto above = std::partition_point(root_.begin() + 1, root_.end(),
                                            [&](const Part& part) { return part.groups[0]->first->key() <= key; });
    const auto part = static_cast<std::size_t>(above - root_.begin()) - 1;
    const Segment& firsts = root_[part].firsts;
    const std::size_t at = firsts.lower_bound(key);
    const bool begins = at < firsts.size() && firsts[at].key() == key;
    return {part, at + begins};
  }

  Record* live(Bytes key) const {
    Group& group = group_at(place_of_group(key));
    if (const Item* const item = group.item(key); item != nullptr) return item->erased() ? nullptr : item->record();
    if (group.buffer.empty()) return nullptr;
    const auto at = group.in_buffer(key);
    return at != group.buffer.end() && (*at)->key() == key ? *at : nullptr;
  }

  /// Merges a group's buffer into its array, and partitions what comes out.
  void compact(Place place) {
    Part& part = root_[place.part];
    Group& group = group_at(place);
    std::vector<Record*> records;
    auto inserted = group.buffer.begin();
    for (std::size_t i = 0; i < group.array.size(); ++i) {
      const Item& item = group.array[i];
      if (item.erased()) continue;
      while (inserted != group.buffer.end() && (*inserted)->key() < item.key()) records.push_back(*inserted++);
      records.push_back(item.record());
    }
    records.insert(records.end(), inserted, group.buffer.end());
    Groups groups = groups_of(records, group.first);
    for (std::size_t i = 1; i < groups.size(); ++i) part.firsts.insert(place.group + i - 1, groups[i]->first);
    const auto at = part.groups.begin() + static_cast<std::ptrdiff_t>(place.group);
    *at = std::move(groups.front());
    part.groups.insert(at + 1, std::make_move_iterator(groups.begin() + 1), std::make_move_iterator(groups.end()));
    group_count_ += groups.size() - 1;
    if (group_count_ > built_groups_ + built_groups_ / 4 + kBackward) rebuild_root();
  }

  void rebuild_root() {
    Groups all;
    for (Part& part : root_) {
      all.insert(all.end(), std::make_move_iterator(part.groups.begin()), std::make_move_iterator(part.groups.end()));
    }
    build_root(std::move(all));
  }

  TextArena arena_;
  std::vector<Part> root_;
  std::size_t group_count_ = 0, built_groups_ = 0;  ///< now, and when the root was built
};

}  // namespace omenbench::bytes_sindex
