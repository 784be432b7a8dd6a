// Sorted arrays where keys repeat.
#include <algorithm>

#include "harness/register.h"
#include "indexes/arrays/branchless_search.h"
#include "indexes/arrays/eytzinger.h"
#include "indexes/arrays/interpolation_search.h"
#include "indexes/repeats/static_runs.h"

namespace omenbench {
namespace {

/// std::lower_bound, as in arrays/binary_search.cc.
struct BinarySearch {
  void train(const SortedColumns&) {}
  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    const Key* const keys = columns.keys();
    return static_cast<std::size_t>(std::lower_bound(keys, keys + columns.size(), key) - keys);
  }
  std::uint64_t size_bytes() const { return 0; }
};

/// Equal keys follow each other in the order of the tree, and a search ends at the first of them.
class EytzingerRepeats : public Eytzinger {
 public:
  static constexpr const char* kRepeatsAs = "the same layout, with every entry in it";

  std::uint64_t find_all(Key key, Payload& sum) const {
    std::uint64_t count = 0;
    sum = 0;
    for (std::size_t slot = search(key); slot != 0 && keys_[slot] == key; slot = next(slot), ++count) {
      sum += payloads_[slot];
    }
    return count;
  }
};

const bool registered[] = {
    add_repeats<StaticRuns<BinarySearch>>("binary-search"),
    add_repeats<StaticRuns<BranchlessSearch<false>>>("branchless-search"),
    add_repeats<StaticRuns<BranchlessSearch<true>>>("prefetching-search"),
    add_repeats<StaticRuns<InterpolationSearch>>("interpolation-search"),
    add_repeats<EytzingerRepeats>("eytzinger"),
};

}  // namespace
}  // namespace omenbench
