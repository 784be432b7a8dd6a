// The smallest ordered index: a sorted copy of the entries and std::lower_bound.
#include <omenbench/plugin.h>

#include <algorithm>
#include <vector>

namespace {

using omenbench::Entry, omenbench::Key, omenbench::Payload;

class SortedVector {
 public:
  void build(std::span<const Entry> entries) { entries_.assign(entries.begin(), entries.end()); }

  bool find(Key key, Payload& payload) const {
    const auto at = first_from(key);
    if (at == entries_.end() || at->key != key) return false;
    payload = at->payload;
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const {
    const auto at = first_from(key);
    if (at == entries_.end()) return false;
    entry = *at;
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const auto at = first_from(from);
    const std::size_t count = std::min<std::size_t>(out.size(), static_cast<std::size_t>(entries_.end() - at));
    std::copy_n(at, count, out.begin());
    return count;
  }

 private:
  std::vector<Entry>::const_iterator first_from(Key key) const {
    return std::ranges::lower_bound(entries_, key, {}, &Entry::key);
  }

  std::vector<Entry> entries_;
};

const bool registered = omenbench::add_index<SortedVector>({.name = "sorted-vector",
                                                            .display = "sorted std::vector",
                                                            .family = omenbench::Family::kArray,
                                                            .citation = "C++ standard library",
                                                            .peak_bytes_per_key = 17});

}  // namespace
