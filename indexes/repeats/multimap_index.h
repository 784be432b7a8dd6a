// Adapters that make an index of containers that hold a key more than once: what stands in for the maps of map_index.h
// where keys repeat.
#pragma once

#include <cstdint>
#include <span>

#include "core/page_allocator.h"
#include "core/types.h"
#include "indexes/map_index.h"
#include "indexes/repeats/payload_runs.h"

namespace omenbench {

/// The number of the entries that an iterator walks through, and the sum of their payloads.
template <class Iterator>
std::uint64_t sum_payloads(Iterator at, Iterator end, Payload& sum) {
  std::uint64_t count = 0;
  sum = 0;
  for (; at != end; ++at, ++count) sum += at->second;
  return count;
}

/// Ordered multimaps, which keep entries of one key in the order in which they came. `Build` as for OrderedMapIndex.
template <class Multimap, void (*Build)(Multimap&, std::span<const Entry>)>
class OrderedMultimapIndex : public OrderedMapIndex<Multimap, Build> {
 public:
  static constexpr const char* kRepeatsAs = "the library's multimap";

  std::uint64_t find_all(Key key, Payload& sum) const {
    const auto [begin, end] = this->map_.equal_range(key);
    return sum_payloads(begin, end, sum);
  }
};

/// Unordered multimaps.
template <class Multimap>
class HashMultimapIndex {
 public:
  static constexpr const char* kRepeatsAs = "the library's multimap";

  void build(std::span<const Entry> entries) {
    map_.reserve(entries.size());
    for (const Entry& entry : entries) map_.emplace(entry.key, entry.payload);
  }

  std::uint64_t find_all(Key key, Payload& sum) const {
    const auto [begin, end] = map_.equal_range(key);
    return sum_payloads(begin, end, sum);
  }

 private:
  Multimap map_;
};

/// The payloads of a key: where they begin in an array of all, and how many there are.
struct PayloadRun {
  std::uint64_t begin = 0, count = 0;
};

/// Hash maps without a multimap of their own: of each distinct key the run of its payloads.
template <class Map>
class HashRuns {
 public:
  static constexpr const char* kRepeatsAs = "distinct keys, each with its run in an array of payloads";

  void build(std::span<const Entry> entries) {
    map_.reserve(count_runs(entries));
    for_each_run(entries, [&](std::size_t begin, std::size_t end) {
      map_.emplace(entries[begin].key, PayloadRun{begin, end - begin});
    });
    payloads_ = payloads_of(entries);
  }

  std::uint64_t find_all(Key key, Payload& sum) const {
    sum = 0;
    const auto it = map_.find(key);
    if (it == map_.end()) return 0;
    const PayloadRun run = it->second;
    sum = sum_of(payloads_, run.begin, run.begin + run.count);
    return run.count;
  }

 private:
  Map map_;
  PageArray<Payload> payloads_;
};

}  // namespace omenbench
