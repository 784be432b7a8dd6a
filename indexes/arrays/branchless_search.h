// Binary search without branches, prefetching both keys that the next step may read (Khuong and Morin, "Array layouts
// for comparison-based searching", JEA 2017, sections 3.1 and 3.4).
#pragma once

#include "indexes/static_index.h"

namespace omenbench {

/// O(log n), no unpredictable branch.
struct BranchlessSearch {
  void train(const SortedColumns&) {}
  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    return halving_lower_bound<true>(columns.keys(), columns.size(), key);
  }
  std::uint64_t size_bytes() const { return 0; }
};

}  // namespace omenbench
