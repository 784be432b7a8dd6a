// Adapters that make an index of any associative container with the interface of std::map or std::unordered_map.
#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "core/index.h"

namespace omenbench {

/// Unordered maps. The number of entries is known when building, so room for them is reserved, as a good user would.
/// `K`: what the index takes; the map's own keys may be another form of it.
template <class Map, class K = Key>
class HashIndex {
 public:
  using KeyType = K;

  void build(typename KeyTraits<K>::EntriesType entries) {
    map_.reserve(entries.size());
    for (const typename KeyTraits<K>::EntryType& entry : entries) map_.emplace(entry.key, entry.payload);
  }

  bool find(K key, Payload& payload) const {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    payload = it->second;
    return true;
  }

  bool update(K key, Payload payload) {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    mutable_payload(it) = payload;
    return true;
  }

  bool insert(K key, Payload payload) { return map_.emplace(key, payload).second; }
  bool erase(K key) { return map_.erase(key) == 1; }

  /// For containers that let their users fetch a key's first slots ahead of time.
  void find_batch(std::span<const K> keys, std::span<Payload> payloads, std::span<bool> found) const requires
      requires(const Map& map, Key key) {
    map.prefetch(key);
  }
  {
    constexpr std::size_t kGroup = 16;
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::size_t end = std::min(keys.size(), begin + kGroup);
      for (std::size_t i = begin; i < end; ++i) map_.prefetch(keys[i]);
      for (std::size_t i = begin; i < end; ++i) found[i] = find(keys[i], payloads[i]);
    }
  }

 private:
  /// robin_map's iterators give write access through value() alone.
  static auto& mutable_payload(typename Map::iterator it) {
    if constexpr (requires { it.value(); }) {
      return it.value();
    } else {
      return it->second;
    }
  }

  Map map_;
};

/// Ordered maps. `Build` fills the empty map from ascending entries in the way that suits the container best.
template <class Map, auto Build, class K = Key>
class OrderedMapIndex {
 public:
  using KeyType = K;
  using EntryType = typename KeyTraits<K>::EntryType;

  void build(typename KeyTraits<K>::EntriesType entries) { Build(map_, entries); }

  bool find(K key, Payload& payload) const {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    payload = it->second;
    return true;
  }

  bool lower_bound(K key, EntryType& entry) const {
    const auto it = map_.lower_bound(key);
    if (it == map_.end()) return false;
    entry = {it->first, it->second};
    return true;
  }

  std::size_t scan(K from, std::span<EntryType> out) const {
    std::size_t count = 0;
    for (auto it = map_.lower_bound(from); it != map_.end() && count < out.size(); ++it) {
      out[count++] = {it->first, it->second};
    }
    return count;
  }

  bool update(K key, Payload payload) {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    it->second = payload;
    return true;
  }

  bool insert(K key, Payload payload) { return map_.emplace(key, payload).second; }
  bool erase(K key) { return map_.erase(key) == 1; }

 protected:
  Map map_;
};

/// Appends ascending entries at the end, each in amortised constant time.
template <class Map, class K = Key>
void append_all(Map& map, typename KeyTraits<K>::EntriesType entries) {
  for (const typename KeyTraits<K>::EntryType& entry : entries) {
    map.emplace_hint(map.end(), entry.key, entry.payload);
  }
}

}  // namespace omenbench
