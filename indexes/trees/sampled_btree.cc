// A B-tree over every 32nd key, and a SIMD count of the 32 keys below it: what one gets from absl::btree_map when the
// data may stay sorted in an array. The tree is a thirty-second of the size, so that more of it stays in the caches.
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
#include <absl/container/btree_map.h>

#include <algorithm>

#include "harness/register.h"
#include "indexes/static_index.h"

namespace omenbench {
namespace {

class SampledBtree {
 public:
  void train(const SortedColumns& columns) {
    for (std::size_t i = 0; i < columns.size(); i += kSample) tree_.emplace_hint(tree_.end(), columns.keys()[i], i);
  }

  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    auto above = tree_.lower_bound(key);
    if (above != tree_.end() && above->first == key) return above->second;
    if (above == tree_.begin()) return 0;
    const std::size_t begin = (--above)->second;
    return std::min(columns.size(), begin + count_below<kSample>(columns.keys() + begin, key));
  }

  /// Nodes are full after appending; the tree itself does not tell.
  std::uint64_t size_bytes() const { return tree_.size() * (sizeof(Key) + sizeof(std::size_t) + 1); }

 private:
  static constexpr std::size_t kSample = 32;
  absl::btree_map<Key, std::size_t> tree_;
};

const bool registered = add_index<StaticIndex<SampledBtree>>({.name = "sampled-btree",
                                                              .display = "absl::btree_map over every 32nd key",
                                                              .family = Family::kTree,
                                                              .citation = "Abseil; Zhou and Ross, SIGMOD 2002",
                                                              .parameters = {{"sample", "32"}},
                                                              .peak_bytes_per_key = 18});

}  // namespace
}  // namespace omenbench
