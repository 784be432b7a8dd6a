// Binary search without branches, prefetching both keys that the next step may read (Khuong and Morin, "Array layouts
// for comparison-based searching", JEA 2017, sections 3.1 and 3.4). Without prefetching, it is the better one in cache.
#pragma once

#include "indexes/static_index.h"

namespace omenbench {

/// O(log n), no unpredictable branch.
template <bool kPrefetch>
struct BranchlessSearch {
  void train(const SortedColumns&) {}

  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    return halving_lower_bound<kPrefetch>(columns.keys(), columns.size(), key);
  }

  /// Every key takes the same number of steps, so that step by step all of them wait for memory together.
  void locate_batch(const SortedColumns& columns, std::span<const Key> keys, std::span<std::size_t> positions) const {
    for (std::size_t& position : positions) position = 0;
    const Key* const sorted = columns.keys();
    std::size_t size = columns.size();
    while (size > 1) {
      const std::size_t half = size / 2;
      size -= half;
      const std::size_t next = size / 2;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        positions[i] += static_cast<std::size_t>(sorted[positions[i] + half - 1] < keys[i]) * half;
        __builtin_prefetch(sorted + positions[i] + next - (next != 0));
      }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) positions[i] += size == 1 && sorted[positions[i]] < keys[i];
  }

  std::uint64_t size_bytes() const { return 0; }
};

}  // namespace omenbench
