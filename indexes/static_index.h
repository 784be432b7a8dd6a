// What every static index over sorted arrays shares: the copy of the entries, and all operations in terms of one
// function that maps a key to its position. A `Locator` supplies that function; binary searches and learned models
// differ in nothing else, so that comparing them compares the locators.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/page_allocator.h"
#include "core/types.h"
#include "indexes/search.h"

namespace omenbench {

/// Keys and payloads in two arrays, so that searches touch keys only. The keys are padded (`kKeyPadding`).
template <class K>
class ColumnsOf {
 public:
  void assign(typename KeyTraits<K>::EntriesType entries) {
    resize(entries.size());
    for (std::size_t i = 0; i < size_; ++i) {
      const typename KeyTraits<K>::EntryType entry = entries[i];
      keys_[i] = entry.key;
      payloads_[i] = entry.payload;
    }
  }

  /// Makes room for `size` entries, to be filled in through keys() and payloads(). Keeps what is there as long as the
  /// room that was once made suffices.
  void resize(std::size_t size) {
    size_ = size;
    if (size_ > payloads_.size() || keys_.size() == 0) {
      keys_ = PageArray<K>(size_ + kKeyPadding);
      payloads_ = PageArray<Payload>(size_);
    }
    std::fill_n(keys_.begin() + size_, kKeyPadding, ~K{0});
  }

  std::size_t size() const { return size_; }
  /// size() ascending keys and kKeyPadding more.
  const K* keys() const { return keys_.data(); }
  K* keys() { return keys_.data(); }
  const Payload* payloads() const { return payloads_.data(); }
  Payload* payloads() { return payloads_.data(); }
  typename KeyTraits<K>::EntryType entry(std::size_t i) const { return {keys_[i], payloads_[i]}; }
  std::uint64_t size_bytes() const { return keys_.size() * sizeof(K) + payloads_.size() * sizeof(Payload); }

 private:
  PageArray<K> keys_;
  PageArray<Payload> payloads_;
  std::size_t size_ = 0;
};
using SortedColumns = ColumnsOf<Key>;

/// Fetches what lies beside `kCount` keys. By address: there may be less, or nothing at all.
template <std::size_t kCount, class Columns>
inline void prefetch_beside(const Columns& columns, std::size_t begin) {
  constexpr std::size_t kSize = sizeof(*columns.payloads());
  const auto first = reinterpret_cast<std::uintptr_t>(columns.payloads()) + begin * kSize;
  for (std::size_t at = 0; at < kCount * kSize; at += 64) {
    __builtin_prefetch(reinterpret_cast<const void*>(first + at));
  }
}

/// Most keys that a locator is handed at once by `find_batch`: enough to hide a miss behind the others, few enough for
/// the positions to stay in the first-level cache.
inline constexpr std::size_t kLocateBatch = 64;

template <class Locator, class K = Key>
concept LocatesBatches = requires(const Locator& locator, const ColumnsOf<K>& columns, std::span<const K> keys,
                                  std::span<std::size_t> positions) {
  locator.locate_batch(columns, keys, positions);
};

/// Where a present key lies, by the cheaper of a locator's ways; of an absent one anything in [0, size].
template <class Locator, class Columns, class K>
std::size_t position_of(const Locator& locator, const Columns& columns, K key) {
  if constexpr (requires { locator.position_of(columns, key); }) {
    return locator.position_of(columns, key);
  } else {
    return locator.lower_bound(columns, key);
  }
}

/// A static index: payloads can be overwritten, keys neither added nor removed. A locator offers
///
///   train(columns)               learns what it needs from the sorted keys; once, on a fresh object
///   lower_bound(columns, key)    position of the first key not below `key`, in [0, size]
///   position_of(columns, key)    optional, when cheaper: the position of a present key; for an absent one anything in
///                                [0, size]
///   locate_batch(columns, keys, positions)
///                                optional: `position_of` for at most kLocateBatch keys, their memory accesses
///                                interleaved; gives the index its `find_batch`
///   counters()                   optional: what it chose (core/index.h)
///   size_bytes()                 of what it keeps beside the columns
template <class Locator, class K = Key>
class StaticIndex {
 public:
  using KeyType = K;
  using EntryType = typename KeyTraits<K>::EntryType;

  void build(typename KeyTraits<K>::EntriesType entries) {
    columns_.assign(entries);
    locator_.train(columns_);
  }

  bool find(K key, Payload& payload) const {
    const std::size_t i = position_of(key);
    if (!holds(i, key)) return false;
    payload = columns_.payloads()[i];
    return true;
  }

  bool lower_bound(K key, EntryType& entry) const {
    const std::size_t i = locator_.lower_bound(columns_, key);
    if (i == columns_.size()) return false;
    entry = columns_.entry(i);
    return true;
  }

  std::size_t scan(K from, std::span<EntryType> out) const {
    const std::size_t begin = locator_.lower_bound(columns_, from);
    const std::size_t count = std::min(out.size(), columns_.size() - begin);
    for (std::size_t i = 0; i < count; ++i) out[i] = columns_.entry(begin + i);
    return count;
  }

  bool update(K key, Payload payload) {
    const std::size_t i = position_of(key);
    if (!holds(i, key)) return false;
    columns_.payloads()[i] = payload;
    return true;
  }

  void find_batch(std::span<const K> keys, std::span<Payload> payloads,
                  std::span<bool> found) const requires LocatesBatches<Locator, K> {
    std::size_t positions[kLocateBatch];
    for (std::size_t begin = 0; begin < keys.size(); begin += kLocateBatch) {
      const std::span<const K> group = keys.subspan(begin, std::min(kLocateBatch, keys.size() - begin));
      const std::span<std::size_t> located(positions, group.size());
      locator_.locate_batch(columns_, group, located);
      for (std::size_t i : located) __builtin_prefetch(columns_.payloads() + i);
      for (std::size_t i = 0; i < group.size(); ++i) {
        found[begin + i] = holds(located[i], group[i]);
        if (found[begin + i]) payloads[begin + i] = columns_.payloads()[located[i]];
      }
    }
  }

  std::vector<Counter> counters() const requires ReportsCounters<Locator> { return locator_.counters(); }

  std::uint64_t size_bytes() const { return columns_.size_bytes() + locator_.size_bytes(); }

 private:
  std::size_t position_of(K key) const { return omenbench::position_of(locator_, columns_, key); }

  /// The padding makes reading at `size` legal, and the largest key makes checking the size necessary.
  bool holds(std::size_t i, K key) const { return columns_.keys()[i] == key && i < columns_.size(); }

  ColumnsOf<K> columns_;
  Locator locator_;
};

}  // namespace omenbench
