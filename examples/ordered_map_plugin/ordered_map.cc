// An index that can do everything: std::map, and std::map behind a lock for several threads. One plugin, two indexes.
#include <omenbench/plugin.h>

#include <map>
#include <mutex>
#include <shared_mutex>

namespace {

using omenbench::Entry, omenbench::Key, omenbench::Payload;

class OrderedMap {
 public:
  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) map_.emplace_hint(map_.end(), entry.key, entry.payload);
  }

  bool find(Key key, Payload& payload) const {
    const auto at = map_.find(key);
    if (at == map_.end()) return false;
    payload = at->second;
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    for (auto at = map_.lower_bound(from); at != map_.end() && count < out.size(); ++at) {
      out[count++] = {at->first, at->second};
    }
    return count;
  }

  bool update(Key key, Payload payload) {
    const auto at = map_.find(key);
    if (at == map_.end()) return false;
    at->second = payload;
    return true;
  }

  bool insert(Key key, Payload payload) { return map_.emplace(key, payload).second; }
  bool erase(Key key) { return map_.erase(key) == 1; }

 private:
  std::map<Key, Payload> map_;
};

/// The same for several threads at once: readers share the lock, writers have it alone.
class LockedMap {
 public:
  static constexpr bool kConcurrent = true;

  void build(std::span<const Entry> entries) { map_.build(entries); }
  bool find(Key key, Payload& payload) const {
    const std::shared_lock lock(mutex_);
    return map_.find(key, payload);
  }

  bool lower_bound(Key key, Entry& entry) const {
    const std::shared_lock lock(mutex_);
    return map_.lower_bound(key, entry);
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::shared_lock lock(mutex_);
    return map_.scan(from, out);
  }

  bool update(Key key, Payload payload) {
    const std::unique_lock lock(mutex_);
    return map_.update(key, payload);
  }

  bool insert(Key key, Payload payload) {
    const std::unique_lock lock(mutex_);
    return map_.insert(key, payload);
  }

  bool erase(Key key) {
    const std::unique_lock lock(mutex_);
    return map_.erase(key);
  }

 private:
  mutable std::shared_mutex mutex_;
  OrderedMap map_;
};

const bool registered = omenbench::add_index<OrderedMap>({.name = "ordered-map",
                                                          .display = "std::map, from a plugin",
                                                          .family = omenbench::Family::kTree,
                                                          .citation = "C++ standard library",
                                                          .peak_bytes_per_key = 64});

const bool registered_locked = omenbench::add_index<LockedMap>({.name = "locked-map",
                                                                .display = "std::map behind a shared_mutex",
                                                                .family = omenbench::Family::kTree,
                                                                .citation = "C++ standard library",
                                                                .parameters = {{"lock", "std::shared_mutex"}},
                                                                .peak_bytes_per_key = 64});

}  // namespace
