// What static indexes over sorted arrays (indexes/static_index.h) share where keys repeat.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/page_allocator.h"
#include "core/types.h"
#include "indexes/repeats/payload_runs.h"
#include "indexes/static_index.h"

namespace omenbench {

/// StaticIndex where keys repeat: columns of the distinct keys and of the positions at which their runs of payloads
/// begin, searched by the same locator, and the payloads of all entries one after the other. A locator thus sees
/// strictly ascending keys however long a run is: no model has to bridge it, and no error bound is broken by it.
template <class Locator>
class StaticRuns {
 public:
  static constexpr const char* kRepeatsAs = "distinct keys, each with the begin of its run in an array of payloads";

  void build(std::span<const Entry> entries) {
    columns_.resize(count_runs(entries));
    std::size_t run = 0;
    for_each_run(entries, [&](std::size_t begin, std::size_t) {
      columns_.keys()[run] = entries[begin].key;
      columns_.payloads()[run++] = begin;
    });
    payloads_ = payloads_of(entries);
    locator_.train(columns_);
  }

  std::uint64_t find_all(Key key, Payload& sum) const {
    sum = 0;
    const std::size_t run = position_of(key);
    if (run == columns_.size() || columns_.keys()[run] != key) return 0;
    const std::uint64_t begin = begin_of(run), end = begin_of(run + 1);
    sum = sum_of(payloads_, begin, end);
    return end - begin;
  }

  bool lower_bound(Key key, Entry& entry) const {
    const std::size_t run = locator_.lower_bound(columns_, key);
    if (run == columns_.size()) return false;
    entry = {columns_.keys()[run], payloads_[begin_of(run)]};
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    for (std::size_t run = locator_.lower_bound(columns_, from); run < columns_.size() && count < out.size(); ++run) {
      const std::uint64_t begin = begin_of(run);
      const std::size_t length = std::min<std::size_t>(begin_of(run + 1) - begin, out.size() - count);
      for (std::size_t i = 0; i < length; ++i) out[count++] = {columns_.keys()[run], payloads_[begin + i]};
    }
    return count;
  }

  std::vector<Counter> counters() const requires ReportsCounters<Locator> { return locator_.counters(); }

  std::uint64_t size_bytes() const {
    return columns_.size_bytes() + payloads_.size() * sizeof(Payload) + locator_.size_bytes();
  }

 private:
  std::size_t position_of(Key key) const { return omenbench::position_of(locator_, columns_, key); }

  /// Of the payloads of a run; of the one behind the last, where they end.
  std::uint64_t begin_of(std::size_t run) const {
    return run < columns_.size() ? columns_.payloads()[run] : payloads_.size();
  }

  SortedColumns columns_;
  PageArray<Payload> payloads_;
  Locator locator_;
};

}  // namespace omenbench
