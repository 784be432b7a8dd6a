// The segments of the FITing-Tree: predictions within the error, bounded buffers and lengths, cones that cut greedily.
#include "indexes/learned/fiting_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

using Segment = FitingTree::Segment;

std::vector<Entry> entries_of(const std::vector<Key>& keys) {
  std::vector<Entry> entries;
  for (const Key key : keys) entries.push_back({key, key ^ 5});
  return entries;
}

/// Every segment keeps its promises; `entries` in all.
void expect_sound(const FitingTree& tree, std::size_t entries, const std::string& what) {
  std::size_t count = 0;
  Key end_of_last = 0;
  bool first_of_all = true;
  tree.for_each_segment([&](Key first, const Segment& segment) {
    EXPECT_EQ(first == 0, std::exchange(first_of_all, false)) << what;
    EXPECT_TRUE(first == 0 || first > end_of_last) << what;
    EXPECT_LT(segment.buffered(), FitingTree::kBuffer) << what;
    EXPECT_LE(segment.size(), FitingTree::kLongest) << what;
    count += segment.entries();
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const Key key = segment.keys()[i];
      EXPECT_GE(key, first) << what;
      end_of_last = key;
      const auto predicted = static_cast<std::int64_t>(multiply_high(key - segment.keys()[0], segment.slope()));
      const std::int64_t error = predicted - static_cast<std::int64_t>(i);
      EXPECT_LE(error, static_cast<std::int64_t>(Segment::kError)) << what;
      EXPECT_GE(error, -static_cast<std::int64_t>(Segment::kError) - 2) << what;
      ASSERT_EQ(segment.lower_bound(key), i) << what;
      ASSERT_EQ(segment.lower_bound(key + 1), key == ~Key{0} ? 0 : i + 1) << what;
    }
  });
  EXPECT_EQ(count, entries) << what;
}

TEST(FitingTree, CutsSegmentsThatPredictWithinTheError) {
  for (const std::size_t count : {40, 2'000, 50'000}) {
    for (const conformance::KeySet& set : conformance::synthetic_key_sets(count, 11)) {
      FitingTree tree;
      tree.build(entries_of(set.keys));
      expect_sound(tree, set.keys.size(), set.name);
      EXPECT_LE(tree.size_bytes(), 40 * set.keys.size() + 4096) << set.name;
    }
  }
}

TEST(FitingTree, CutsEqualGapsOnlyWhereSegmentsAreLongest) {
  std::vector<Key> keys;
  for (Key i = 0; i < 10 * FitingTree::kLongest; ++i) keys.push_back(1000 + 7 * i);
  FitingTree tree;
  tree.build(entries_of(keys));
  std::size_t segments = 0;
  tree.for_each_segment([&](Key, const Segment&) { ++segments; });
  EXPECT_EQ(segments, 10U);
}

TEST(ShrinkingCone, TakesExactlyThePointsWithinTheCone) {
  // After (10, 4) with an error of 1 slopes are within [3/10, 5/10]; (20, 7) narrows them to [6/20, 8/20].
  fiting_tree::ShrinkingCone cone(100, 1);
  EXPECT_TRUE(cone.add(110, 4));
  EXPECT_FALSE(cone.add(120, 11));
  EXPECT_FALSE(cone.add(120, 5));
  EXPECT_TRUE(cone.add(120, 7));
  EXPECT_FALSE(cone.add(1100, 401));
  EXPECT_FALSE(cone.add(1100, 299));
  EXPECT_TRUE(cone.add(1100, 400));
  EXPECT_NEAR(static_cast<double>(cone.slope()) * 0x1.0p-64, 0.4, 0.001);
}

TEST(FitingTree, StaysSoundWhileEntriesComeAndGo) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(6'000, 12)) {
    if (set.keys.empty()) continue;
    Rng rng(4);
    FitingTree tree;
    tree.build({});
    std::size_t size = 0;
    for (std::size_t step = 0; step < 12 * set.keys.size(); ++step) {
      const Key key = set.keys[rng.below(set.keys.size())];
      if (rng.below(10) < (step / set.keys.size() % 2 == 0 ? 1 : 9)) {
        size -= tree.erase(key);
      } else {
        size += tree.insert(key, 1);
      }
      if (step % set.keys.size() == 0) expect_sound(tree, size, set.name);
    }
    expect_sound(tree, size, set.name);
    for (const Key key : set.keys) size -= tree.erase(key);
    EXPECT_EQ(size, 0U);
    expect_sound(tree, 0, set.name);
    std::size_t segments = 0;
    tree.for_each_segment([&](Key, const Segment&) { ++segments; });
    EXPECT_LE(segments, 2U) << set.name;
  }
}

}  // namespace
}  // namespace omenbench
