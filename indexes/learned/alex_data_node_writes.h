// How a data node of ALEX takes an entry, loses one and is rebuilt (Ding et al., "ALEX: an updatable adaptive learned
// index", SIGMOD 2020, sections 4.2, 4.4 and 4.5). The members of AlexDataNode (alex_data_node.h) that write; the
// invariants and the deviations are listed there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "indexes/learned/alex_data_node.h"

namespace omenbench {

template <class Sharing>
inline AlexInsertion BasicAlexDataNode<Sharing>::insert(Key key, Payload payload) {
  // What is written at the end, and the bits that decide how, arrive while the slots are searched.
  __builtin_prefetch(&bits_, 1);
  __builtin_prefetch(&work_, 1);
  const std::size_t predicted = hint(key);
  __builtin_prefetch(bits_ + predicted / 64, 1);
  std::size_t position = search(predicted, key);
  if (key == 0) [[unlikely]]
    position = next_used(0);
  if (position < end_ && this->key(position) == key) return AlexInsertion::kPresent;
  iterations_ += alex_iterations(position > predicted ? position - predicted : predicted - position);
  ++inserted_;
  appended_ += position >= end_;
  prepended_ += position == 0 || this->key(position - 1) == 0;  // which fills the gaps before the first entry
  if (position >= end_ && end_ <= last_) {
    append(predicted, {key, payload});
  } else if (position > 0 && !used(position - 1)) {
    put_into_gaps(predicted, position, {key, payload});
  } else {
    shift_and_put(position, {key, payload});
  }
  ++size_;
  return AlexInsertion::kInserted;
}

/// Behind all entries, with a free slot there.
template <class Sharing>
inline void BasicAlexDataNode<Sharing>::append(std::size_t hint, Entry entry) {
  const std::size_t at = std::clamp<std::size_t>(hint, end_, std::min<std::size_t>(last_, end_ + kLongestFill));
  fill(end_, at, end_ == 0 ? 0 : slots_[end_ - 1].key);
  put(at, entry);
  set(at);
  set_end(at + 1);
}

/// As near to the prediction as the gaps that end before slot `before` allow.
template <class Sharing>
inline void BasicAlexDataNode<Sharing>::put_into_gaps(std::size_t hint, std::size_t before, Entry entry) {
  std::size_t first = before - 1;
  const std::size_t wanted = std::max(std::min(hint, first), first - std::min(first, kLongestFill));
  while (first > wanted && !used(first - 1)) --first;
  put(first, entry);
  set(first);
  fill(first + 1, before, entry.key);
}

/// No gap before `position`: moves everything up to the nearest gap by one slot.
template <class Sharing>
inline void BasicAlexDataNode<Sharing>::shift_and_put(std::size_t position, Entry entry) {
  const std::size_t left = gap_before(position);
  const std::size_t right = gap_from(position);
  std::size_t moved;
  if (left == kNone || (right != kNone && right - position < position - left)) {
    moved = right - position;
    move_slots(position, right, 1);
    set(right);
    set_end(std::max<std::size_t>(end_, right + 1));
  } else {
    moved = position - 1 - left;
    move_slots(left + 1, position, -1);
    set(left);
    --position;
  }
  put(position, entry);
  shifted_ += moved;
  count_work(moved);
  // Without free slots at the end that keys come to, a node would shift ever more of them.
  const bool at_busy_end = (position + 1 >= capacity() - 1 && appends()) || (position == 0 && prepends());
  if (limit_ != 0 && moved > kLongestFill && at_busy_end) limit_ = size_ + 1;
}

template <class Sharing>
inline bool BasicAlexDataNode<Sharing>::erase(Key key) {
  const std::size_t i = position_of(key);
  if (this->key(i) != key || !exists(i, key)) return false;
  clear(i);
  --size_;
  if (i + 1 == end_) {
    const std::size_t before = previous_used(i);
    const std::size_t end = before == kNone ? 0 : before + 1;
    fill(end, end_, ~Key{0});
    count_work(end_ - end);
    set_end(end);
    return true;
  }
  const std::size_t stop = next_used(i);
  fill(i, stop, i == 0 ? 0 : slots_[i - 1].key);
  count_work(stop - i);
  return true;
}

/// Rewriting eight times the whole node is worth asking for a rebuild.
template <class Sharing>
inline void BasicAlexDataNode<Sharing>::count_work(std::size_t moved) {
  work_ += moved;
  if (work_ > 8 * capacity() + 1024) limit_ = 0;
}

template <class Sharing>
inline void BasicAlexDataNode<Sharing>::allocate(std::size_t capacity) {
  const std::size_t slot_bytes = (capacity + kPadding) * sizeof(Entry);
  const std::size_t word_bytes = ((capacity + 63) / 64) * sizeof(std::uint64_t);
  void* const memory = std::aligned_alloc(64, (slot_bytes + word_bytes + 63) / 64 * 64);
  if (memory == nullptr) throw std::bad_alloc();
  memory_.reset(memory);
  slots_ = static_cast<Entry*>(memory);
  bits_ = reinterpret_cast<std::uint64_t*>(slots_ + capacity + kPadding);
  std::fill_n(bits_, (capacity + 63) / 64, 0);
  last_ = static_cast<std::uint32_t>(capacity - 1);
}

template <class Sharing>
inline void BasicAlexDataNode<Sharing>::start_counting() {
  limit_ = static_cast<std::uint32_t>(AlexDensity::kFull * static_cast<double>(capacity()));
  floor_ = capacity() == kMinCapacity
               ? 0
               : static_cast<std::uint32_t>(AlexDensity::kContracted * static_cast<double>(capacity()));
  inserted_ = 0;
  appended_ = 0;
  prepended_ = 0;
  iterations_ = 0;
  shifted_ = 0;
  work_ = 0;
}

template <class Sharing>
inline void BasicAlexDataNode<Sharing>::rebuild(std::span<const Entry> entries, std::size_t capacity,
                                                const AlexModel& model) {
  allocate(capacity);
  model_ = model;
  size_ = static_cast<std::uint32_t>(entries.size());
  AlexPlacement placement(model, entries.size(), capacity);
  Key before = 0;
  std::size_t free = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t at = placement.place(entries[i].key, i);
    for (; free < at; ++free) slots_[free] = {before, 0};
    slots_[free++] = entries[i];
    set(at);
    before = entries[i].key;
  }
  end_ = static_cast<std::uint32_t>(free);
  for (; free < capacity + kPadding; ++free) slots_[free] = {~Key{0}, 0};
  start_counting();
}

template <class Sharing>
inline void BasicAlexDataNode<Sharing>::extend(std::size_t capacity) {
  const std::unique_ptr<void, Free> old_memory = std::move(memory_);
  copy_slots(slots_, bits_, capacity, front_slots(capacity));
}

/// Takes the slots [0, end) of another node (or of this one, before), behind `front` free ones.
template <class Sharing>
inline void BasicAlexDataNode<Sharing>::copy_slots(const Entry* slots, const std::uint64_t* bits, std::size_t capacity,
                                                   std::size_t front) {
  const std::size_t end = end_;
  allocate(capacity);
  std::fill_n(slots_, front, Entry{0, 0});
  std::copy_n(slots, end, slots_ + front);
  for (std::size_t i = 0; i < end; ++i) {
    if ((bits[i / 64] >> (i % 64)) & 1U) set(front + i);
  }
  if (end > 0) end_ = static_cast<std::uint32_t>(front + end);
  std::fill(slots_ + end_, slots_ + capacity + kPadding, Entry{~Key{0}, 0});
  const Key highest = end > 0 ? slots_[end_ - 1].key : 0;
  if (front > 0) {
    model_.begin_earlier(front, highest);
  } else if (end > 0) {
    model_.reach(highest);
  }
  start_counting();
}

}  // namespace omenbench
