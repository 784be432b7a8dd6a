// Sorted arrays searched by halving: `std::lower_bound`, the textbook baseline.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace omenbench {

/// Locator of StaticIndex and StaticWordsIndex, over keys of any kind. O(log n) with one unpredictable branch per step.
struct Halving {
  template <class Columns>
  void train(const Columns&) {}
  template <class Columns, class K>
  std::size_t lower_bound(const Columns& columns, K key) const {
    const K* const keys = columns.keys();
    return static_cast<std::size_t>(std::lower_bound(keys, keys + columns.size(), key) - keys);
  }
  std::uint64_t size_bytes() const { return 0; }
};

}  // namespace omenbench
