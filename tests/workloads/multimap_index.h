// An index of keys that repeat that is surely right, and ways to get them wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <span>

#include "core/types.h"

namespace omenbench {

/// Keys may repeat.
struct MultimapIndex {
  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) map_.emplace(entry.key, entry.payload);
  }
  std::uint64_t find_all(Key key, Payload& sum) const {
    sum = 0;
    const auto [begin, end] = map_.equal_range(key);
    for (auto at = begin; at != end; ++at) sum += at->second;
    return static_cast<std::uint64_t>(std::distance(begin, end));
  }
  bool lower_bound(Key key, Entry& entry) const { return scan(key, {&entry, 1}) == 1; }
  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    for (auto at = map_.lower_bound(from); at != map_.end() && count < out.size(); ++at) {
      out[count++] = {at->first, at->second};
    }
    return count;
  }

 protected:
  std::multimap<Key, Payload> map_;
};

struct MissesOnePayload : MultimapIndex {
  std::uint64_t find_all(Key key, Payload& sum) const {
    const std::uint64_t count = MultimapIndex::find_all(key, sum);
    if (count > 1) sum -= map_.lower_bound(key)->second;
    return count;
  }
};

struct CountsOneTooMany : MultimapIndex {
  std::uint64_t find_all(Key key, Payload& sum) const {
    const std::uint64_t count = MultimapIndex::find_all(key, sum);
    return count > 1 ? count + 1 : count;
  }
};

/// As if a byte counted them.
struct StopsAt255 : MultimapIndex {
  std::uint64_t find_all(Key key, Payload& sum) const {
    std::uint64_t count = 0;
    sum = 0;
    for (auto at = map_.lower_bound(key); at != map_.end() && at->first == key && count < 255; ++at, ++count) {
      sum += at->second;
    }
    return count;
  }
};

struct ScansEachKeyOnce : MultimapIndex {
  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    for (auto at = map_.lower_bound(from); at != map_.end() && count < out.size(); at = map_.upper_bound(at->first)) {
      out[count++] = {at->first, at->second};
    }
    return count;
  }
};

struct BoundsTheLastOfItsKey : MultimapIndex {
  bool lower_bound(Key key, Entry& entry) const {
    auto at = map_.lower_bound(key);
    if (at == map_.end()) return false;
    at = std::prev(map_.upper_bound(at->first));
    entry = {at->first, at->second};
    return true;
  }
};

}  // namespace omenbench
