// Adapters that make an index of byte strings of any associative container with the interface of std::map or
// std::unordered_map. Its keys are either strings of their own, or references into an arena of the index.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>

#include "core/key_kind.h"
#include "indexes/text_arena.h"

namespace omenbench {

/// `Map` maps std::string or Bytes to payloads and looks up Bytes without making a string of them.
template <class Map>
class BytesMapIndex {
 public:
  using KeyType = Bytes;
  using Stored = typename Map::key_type;
  static constexpr bool kRefers = std::is_same_v<Stored, Bytes>;
  static constexpr bool kOrdered = requires(const Map& map, Bytes key) { map.lower_bound(key); };

  void build(const BytesEntries& entries) {
    if constexpr (kRefers) arena_.reserve(entries.text_bytes());
    if constexpr (!kOrdered) map_.reserve(entries.size());
    for (const BytesEntry& entry : entries) {
      if constexpr (kOrdered) {
        map_.emplace_hint(map_.end(), stored(entry.key), entry.payload);
      } else {
        map_.emplace(stored(entry.key), entry.payload);
      }
    }
  }

  bool find(Bytes key, Payload& payload) const {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    payload = it->second;
    return true;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const requires kOrdered {
    const auto it = map_.lower_bound(key);
    if (it == map_.end()) return false;
    entry = {it->first, it->second};
    return true;
  }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const requires kOrdered {
    std::size_t count = 0;
    for (auto it = map_.lower_bound(from); it != map_.end() && count < out.size(); ++it) {
      out[count++] = {it->first, it->second};
    }
    return count;
  }

  bool update(Bytes key, Payload payload) {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    it->second = payload;
    return true;
  }

  bool insert(Bytes key, Payload payload) {
    if constexpr (kOrdered) {
      const auto it = map_.lower_bound(key);
      if (it != map_.end() && it->first == key) return false;
      map_.emplace_hint(it, stored(key), payload);
      return true;
    } else {
      if (map_.find(key) != map_.end()) return false;
      return map_.emplace(stored(key), payload).second;
    }
  }

  bool erase(Bytes key) {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    map_.erase(it);
    return true;
  }

 private:
  Stored stored(Bytes key) {
    if constexpr (kRefers) {
      return arena_.keep(key);
    } else {
      return Stored(key);
    }
  }

  Map map_;
  TextArena arena_;
};

}  // namespace omenbench
