// An index that is surely right, for tests that need one, or one to spoil.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <span>

#include "core/types.h"

namespace omenbench {

/// The simplest index that can do everything, on several threads.
class MapIndex {
 public:
  static constexpr bool kConcurrent = true;
  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) map_.emplace_hint(map_.end(), entry.key, entry.payload);
  }
  bool find(Key key, Payload& payload) const {
    const std::scoped_lock lock(mutex_);
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    payload = it->second;
    return true;
  }
  bool lower_bound(Key key, Entry& entry) const {
    const std::scoped_lock lock(mutex_);
    const auto it = map_.lower_bound(key);
    if (it == map_.end()) return false;
    entry = {it->first, it->second};
    return true;
  }
  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::scoped_lock lock(mutex_);
    std::size_t count = 0;
    for (auto it = map_.lower_bound(from); it != map_.end() && count < out.size(); ++it) {
      out[count++] = {it->first, it->second};
    }
    return count;
  }
  bool insert(Key key, Payload payload) {
    const std::scoped_lock lock(mutex_);
    return map_.emplace(key, payload).second;
  }
  bool update(Key key, Payload payload) {
    const std::scoped_lock lock(mutex_);
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    it->second = payload;
    return true;
  }
  bool erase(Key key) {
    const std::scoped_lock lock(mutex_);
    return map_.erase(key) == 1;
  }

 protected:
  mutable std::mutex mutex_;
  std::map<Key, Payload> map_;
};

}  // namespace omenbench
