// Sorted arrays searched by halving: `std::lower_bound`, the textbook baseline.
#include <algorithm>

#include "harness/register.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

/// O(log n) with one unpredictable branch per step.
struct BinarySearch {
  void train(const SortedColumns&) {}
  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    const Key* const keys = columns.keys();
    return static_cast<std::size_t>(std::lower_bound(keys, keys + columns.size(), key) - keys);
  }
  std::uint64_t size_bytes() const { return 0; }
};

const bool registered = add_index<StaticIndex<BinarySearch>>({.name = "binary-search",
                                                              .display = "std::lower_bound on a sorted array",
                                                              .family = Family::kArray,
                                                              .citation = "C++ standard library",
                                                              .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
