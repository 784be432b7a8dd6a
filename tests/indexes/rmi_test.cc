// What recursive model indexes promise beyond right answers: windows that hold every trained key, roots that rise, and
// a choice that follows the keys.
#include "indexes/learned/rmi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/rng.h"
#include "indexes/learned/rmi_auto.h"
#include "indexes/learned/rmi_layers.h"
#include "indexes/learned/rmi_piecewise.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

SortedColumns columns_of(const std::vector<Key>& keys) {
  std::vector<Entry> entries;
  for (const Key key : keys) entries.push_back({key, 0});
  SortedColumns columns;
  columns.assign(entries);
  return columns;
}

std::vector<Key> equal_gaps(std::size_t count) {
  std::vector<Key> keys;
  for (std::size_t i = 0; i < count; ++i) keys.push_back(7 + i * 1'000'003);
  return keys;
}

std::vector<Key> uniform(std::size_t count) { return conformance::random_keys(count, 3); }

std::vector<Key> lognormal(std::size_t count) {
  Rng rng(4);
  std::vector<Key> keys;
  for (std::size_t i = 0; i < count; ++i) {
    // Normal by the sum of twelve uniforms.
    double sum = -6;
    for (int j = 0; j < 12; ++j) sum += rng.uniform();
    keys.push_back(static_cast<Key>(std::exp(2 * sum) * 1e13));
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  return keys;
}

template <class Root>
class Roots : public ::testing::Test {};

using Types = ::testing::Types<LinearRoot, LinearSplineRoot, CubicRoot, RadixRoot, LognormalRoot, PiecewiseRoot,
                               LayeredRoot<PiecewiseRoot>, LayeredRoot<LinearRoot, 2>, AutoRoot>;
TYPED_TEST_SUITE(Roots, Types);

TYPED_TEST(Roots, GiveEveryKeyALeafWhoseWindowHoldsIt) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(20'000, 31)) {
    if (set.keys.empty()) continue;
    const SortedColumns columns = columns_of(set.keys);
    RmiLocator<TypeParam, 5> locator;
    locator.train(columns);
    for (std::size_t i = 0; i < set.keys.size(); ++i) {
      const std::uint64_t leaf = locator.root().leaf(set.keys[i]);
      ASSERT_LT(leaf, locator.leaves().size()) << set.name;
      const LeafWindow window = locator.leaves()[leaf].window(set.keys[i], set.keys.size());
      ASSERT_LE(window.begin, i) << set.name;
      ASSERT_GE(window.begin + window.length, i) << set.name;
    }
  }
}

TYPED_TEST(Roots, RiseWithTheKey) {
  for (const std::vector<Key>& keys : {uniform(50'000), lognormal(50'000)}) {
    TypeParam root;
    root.train(RootSample(keys.data(), keys.size()), keys.data(), keys.size(), keys.size() / 8);
    EXPECT_LE(root.leaves(), keys.size() / 4);
    std::uint64_t before = root.leaf(0);
    for (const Key key : keys) {
      const std::uint64_t leaf = root.leaf(key);
      EXPECT_GE(leaf, before);
      before = leaf;
    }
    EXPECT_GE(root.leaf(~Key{0}), before);
    EXPECT_LT(root.leaf(~Key{0}), root.leaves());
  }
}

/// Mean length of the windows that trained keys are searched in.
template <class Root>
double mean_window(const std::vector<Key>& keys) {
  const SortedColumns columns = columns_of(keys);
  RmiLocator<Root, 8> locator;
  locator.train(columns);
  double sum = 0;
  for (const Key key : keys) sum += static_cast<double>(locator.leaves()[locator.root().leaf(key)].length());
  return sum / static_cast<double>(keys.size());
}

TEST(RmiRoots, EachFitsTheKeysItIsMadeFor) {
  EXPECT_LT(mean_window<LinearRoot>(uniform(100'000)), 16);
  EXPECT_LT(mean_window<LinearSplineRoot>(uniform(100'000)), 16);
  EXPECT_LT(mean_window<RadixRoot>(uniform(100'000)), 16);
  EXPECT_LT(mean_window<LognormalRoot>(lognormal(100'000)), 16);
  EXPECT_LT(mean_window<PiecewiseRoot>(lognormal(100'000)), 32);
  EXPECT_LT(mean_window<LayeredRoot<PiecewiseRoot>>(lognormal(100'000)), 16);
  EXPECT_GT(mean_window<LinearSplineRoot>(lognormal(100'000)), 100) << "one line cannot, else the test says nothing";
  EXPECT_LT(mean_window<CubicRoot>(lognormal(100'000)), mean_window<LinearSplineRoot>(lognormal(100'000)));
  std::vector<Key> cubes;
  for (Key i = 0; i < 100'000; ++i) cubes.push_back(static_cast<Key>(std::cbrt(static_cast<double>(i)) * 1e15) + i);
  EXPECT_LT(mean_window<CubicRoot>(cubes), 8);
}

TEST(RmiLeaf, WidensToHoldAKeyItWasNotFittedTo) {
  const std::vector<Key> keys = uniform(100);
  RmiLeaf leaf = RmiLeaf::fit(keys.data(), 40, 60);
  leaf.widen(keys[70], 70);
  leaf.widen(keys[10], 10);
  for (std::size_t i = 40; i < 60; ++i) {
    EXPECT_LE(leaf.window(keys[i], 100).begin, i);
    EXPECT_GE(leaf.window(keys[i], 100).begin + leaf.length(), i);
  }
  for (const std::size_t i : {10U, 70U}) {
    EXPECT_LE(leaf.window(keys[i], 100).begin, i);
    EXPECT_GE(leaf.window(keys[i], 100).begin + leaf.length(), i);
  }
}

/// counters() by name.
template <class Locator>
std::uint64_t counter(const Locator& locator, std::string_view name) {
  for (const Counter& counter : locator.counters()) {
    if (counter.name == name) return counter.value;
  }
  ADD_FAILURE() << "no counter " << name;
  return 0;
}

TEST(RmiAuto, TakesMoreLeavesForHarderKeysAndNeverMoreThanTheBudget) {
  constexpr std::size_t kCount = 200'000;
  std::vector<std::uint64_t> leaves;
  for (const std::vector<Key>& keys : {equal_gaps(kCount), uniform(kCount), lognormal(kCount)}) {
    RmiAuto<4> locator;
    locator.train(columns_of(keys));
    leaves.push_back(counter(locator, "leaves"));
    EXPECT_LE(leaves.back(), keys.size() / 4 + keys.size() / 8);
    EXPECT_LT(counter(locator, "mean_error_millipositions"), 16'000U);
  }
  EXPECT_LE(leaves[0], 8U) << "a line needs no table";
  EXPECT_GT(leaves[1], 20 * leaves[0]);
  EXPECT_GT(leaves[2], 20 * leaves[0]);
}

TEST(RmiAuto, TakesACheapRootForUniformKeysAndAnotherForSkewedOnes) {
  RmiAuto<4> even;
  even.train(columns_of(uniform(200'000)));
  EXPECT_LE(counter(even, "root_model_number"), 2U) << "radix, linear spline or linear";
  RmiAuto<4> skewed;
  skewed.train(columns_of(lognormal(200'000)));
  EXPECT_GE(counter(skewed, "root_model_number"), 3U);
}

}  // namespace
}  // namespace omenbench
