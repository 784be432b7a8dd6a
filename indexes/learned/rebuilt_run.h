// A learned index over a sorted run whose entries can die: the static part of every index that is made updatable by
// rebuilding. The keys are immutable until the run is replaced; payloads are overwritten and entries marked dead (and
// alive again) in place, so that a run is always right about the keys it holds, dead ones included.
//
// One thread may write while another copies the entries for the run's successor: payloads and marks are read and
// written as relaxed atomic words. What the copy misses has to reach the successor by other means
// (rebuilt_background.h).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "core/page_allocator.h"
#include "core/types.h"
#include "indexes/static_index.h"

namespace omenbench {

/// `Locator` is one of StaticIndex.
template <class Locator>
class SortedRun {
 public:
  /// An empty run.
  SortedRun() { seal(); }
  explicit SortedRun(std::span<const Entry> entries) {
    columns_.assign(entries);
    seal();
  }
  /// Of keys that are in ascending order already.
  explicit SortedRun(SortedColumns columns) : columns_(std::move(columns)) { seal(); }

  const Locator& locator() const { return locator_; }
  std::size_t size() const { return columns_.size(); }
  std::size_t dead_count() const { return dead_count_; }
  const Key* keys() const { return columns_.keys(); }
  const Payload* payloads() const { return columns_.payloads(); }

  /// Where `key` is if the run holds it; anything in [0, size] otherwise.
  std::size_t position_of(Key key) const {
    if constexpr (requires { locator_.position_of(columns_, key); }) {
      return locator_.position_of(columns_, key);
    } else {
      return locator_.lower_bound(columns_, key);
    }
  }
  std::size_t lower_bound(Key key) const { return locator_.lower_bound(columns_, key); }

  /// Whether `key`, dead or alive, is at position_of(key).
  bool holds(std::size_t i, Key key) const { return columns_.keys()[i] == key && i < columns_.size(); }
  bool dead(std::size_t i) const { return dead_count_ != 0 && marked(i); }
  Payload payload(std::size_t i) const { return load(columns_.payloads()[i]); }
  Entry entry(std::size_t i) const { return {columns_.keys()[i], payload(i)}; }

  void set_payload(std::size_t i, Payload payload) { store(columns_.payloads()[i], payload); }
  /// REQUIRES: alive.
  void kill(std::size_t i) {
    store(dead_[i / 64], dead_[i / 64] | bit(i));
    ++dead_count_;
  }
  /// REQUIRES: dead.
  void revive(std::size_t i, Payload payload) {
    set_payload(i, payload);
    store(dead_[i / 64], dead_[i / 64] & ~bit(i));
    --dead_count_;
  }

  /// The first living entry from `i` on; size() if there is none. Skips 64 dead ones at a time.
  std::size_t next_living(std::size_t i) const {
    if (dead_count_ == 0 || i >= size() || !marked(i)) return i;
    std::uint64_t living = ~dead_[i / 64] >> (i % 64) << (i % 64);
    while (living == 0) {
      i = i / 64 * 64 + 64;
      if (i >= size()) return size();
      living = ~dead_[i / 64];
    }
    return std::min(i / 64 * 64 + static_cast<std::size_t>(std::countr_zero(living)), size());
  }

  /// Calls `put(at, key, payload)` for all living entries and all of `added` (ascending, none of them in the run), in
  /// order of their keys and without unpredictable branches: `at` counts from 0, and where it is the same again, that
  /// call replaces the last. Returns the number of entries. The caller may be another thread than the one that writes.
  template <class Put>
  std::size_t merge(std::span<const Entry> added, Put put) const {
    const Key* const keys = columns_.keys();
    const std::size_t size = columns_.size();
    std::size_t at = 0;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < size && j < added.size()) {
      const bool ours = keys[i] < added[j].key;
      put(at, ours ? keys[i] : added[j].key, ours ? payload(i) : added[j].payload);
      at += !(ours & marked(i));
      i += ours;
      j += !ours;
    }
    for (; i < size; ++i) {
      put(at, keys[i], payload(i));
      at += !marked(i);
    }
    for (; j < added.size(); ++j) put(at++, added[j].key, added[j].payload);
    return at;
  }

  /// The same as columns, in memory that may have served others.
  SortedColumns merged_with(std::span<const Entry> added, SortedColumns merged = {}) const {
    merged.resize(size() + added.size());
    Key* const keys = merged.keys();
    Payload* const payloads = merged.payloads();
    merged.resize(merge(added, [=](std::size_t at, Key key, Payload payload) {
      keys[at] = key;
      payloads[at] = payload;
    }));
    return merged;
  }

  /// The columns, as memory for others. Afterwards the run can only be destroyed.
  SortedColumns take_columns() { return std::move(columns_); }

  std::uint64_t size_bytes() const {
    return columns_.size_bytes() + locator_.size_bytes() + dead_.size() * sizeof(std::uint64_t);
  }

  static void store(std::uint64_t& word, std::uint64_t value) { __atomic_store_n(&word, value, __ATOMIC_RELAXED); }
  static std::uint64_t load(const std::uint64_t& word) { return __atomic_load_n(&word, __ATOMIC_RELAXED); }

 private:
  static std::uint64_t bit(std::size_t i) { return std::uint64_t{1} << (i % 64); }
  bool marked(std::size_t i) const { return (load(dead_[i / 64]) & bit(i)) != 0; }

  void seal() {
    if (columns_.keys() == nullptr) columns_.resize(0);
    locator_.train(columns_);
    dead_ = PageArray<std::uint64_t>(columns_.size() / 64 + 1);
  }

  SortedColumns columns_;
  Locator locator_;
  PageArray<std::uint64_t> dead_;  ///< one bit per entry; pages that no erase touches cost nothing
  std::size_t dead_count_ = 0;     ///< of the writing thread: the copying one reads the marks alone
};

}  // namespace omenbench
