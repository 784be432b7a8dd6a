// The compact hist-tree finds every segment in every shape, refuses to outgrow its limit, and is chosen over a flat
// table where keys are unevenly dense.
#include "indexes/learned/plex.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"
#include "tests/indexes/key_lists.h"

namespace omenbench {
namespace {

TEST(CompactHistTree, FindsEverySegmentInEveryShape) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(5'000, 51)) {
    if (set.keys.empty()) continue;
    const LinearSegments segments = fit_spline(set.keys.data(), set.keys.size(), 1);
    for (const unsigned bits : {1U, 5U, 12U}) {
      for (const std::size_t limit : {1, 8, 13, 64}) {
        CompactHistTree tree;
        ASSERT_TRUE(tree.build(segments, {bits, limit}, std::size_t{1} << 28));
        for (std::size_t i = 0; i < segments.size(); ++i) {
          ASSERT_EQ(tree.find(segments, segments.keys()[i]), i) << set.name << ", bits " << bits << ", limit " << limit;
          const Key beyond = i + 1 < segments.size() ? segments.keys()[i + 1] - 1 : ~Key{0};
          ASSERT_EQ(tree.find(segments, beyond), i) << set.name << ", bits " << bits << ", limit " << limit;
        }
      }
    }
  }
}

TEST(CompactHistTree, IsNotBuiltBeyondItsLimitOfEntries) {
  const std::vector<Key> keys = powers_of_two();
  const LinearSegments segments = fit_spline(keys.data(), keys.size(), 0);
  CompactHistTree tree;
  EXPECT_FALSE(tree.build(segments, {4, 1}, 63));
  EXPECT_TRUE(tree.empty());
  EXPECT_TRUE(tree.build(segments, {4, 1}, 1 << 20));
  EXPECT_GT(tree.mean_depth(), 1);
}

TEST(TunedRoot, StaysWithinFourTimesTheSpline) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(50'000, 52)) {
    if (set.keys.empty()) continue;
    const LinearSegments segments = fit_spline(set.keys.data(), set.keys.size(), 4);
    EXPECT_LE(TunedRoot(segments).size_bytes(), 4 * segments.size_bytes() + 8) << set.name;
  }
}

TEST(TunedRoot, TakesATableForEvenKeysAndATreeForNestedClusters) {
  Rng rng(53);
  std::vector<Key> even;
  std::vector<Key> nested;
  for (std::size_t i = 0; i < 200'000; ++i) {
    even.push_back(rng.next());
    // Dense around 2^62, sparser the farther away: no single bucket width suits.
    nested.push_back((Key{1} << 62) + (rng.next() >> (2 + rng.below(50))));
  }
  sort_unique(even);
  sort_unique(nested);
  EXPECT_TRUE(TunedRoot(fit_spline(even.data(), even.size(), 4)).tree().empty());
  EXPECT_FALSE(TunedRoot(fit_spline(nested.data(), nested.size(), 4)).tree().empty());
}

}  // namespace
}  // namespace omenbench
