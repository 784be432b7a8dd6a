// Locators of static indexes, position by position, on the key sets that break learned models.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.h"
#include "indexes/arrays/branchless_search.h"
#include "indexes/arrays/interpolation_search.h"
#include "indexes/learned/auto_epsilon.h"
#include "indexes/learned/pgm.h"
#include "indexes/learned/pgm_top.h"
#include "indexes/learned/plex.h"
#include "indexes/learned/radix_spline.h"
#include "indexes/learned/rmi.h"
#include "indexes/learned/rmi_layers.h"
#include "indexes/learned/rmi_piecewise.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

template <class Locator>
class Locators : public ::testing::Test {};

using Types =
    ::testing::Types<BranchlessSearch<false>, BranchlessSearch<true>, InterpolationSearch, PgmLocator<64>,
                     PgmLocator<16>, PgmLocator<4>, PgmLocator<1, 3>, RadixSplineLocator<18, 32>,
                     RadixSplineLocator<10, 1>, TablePgmLocator<8>, AutoEpsilonLocator<SplineFit>,
                     AutoEpsilonLocator<PgmFit>, PlexLocator<1>, PlexLocator<16>, RmiLocator<PiecewiseRoot, 8>,
                     RmiLocator<PiecewiseRoot, 2>, RmiLocator<PiecewiseRoot, 100>, RmiLocator<LinearRoot, 8>,
                     RmiLocator<LinearSplineRoot, 8>, RmiLocator<CubicRoot, 8>, RmiLocator<CubicRoot, 1>,
                     RmiLocator<RadixRoot, 8>, RmiLocator<LognormalRoot, 8>, RmiLocator<LayeredRoot<PiecewiseRoot>, 8>,
                     RmiLocator<LayeredRoot<CubicRoot, 2>, 3>>;
TYPED_TEST_SUITE(Locators, Types);

/// Every key, both its neighbours, and random ones.
std::vector<Key> probes(const std::vector<Key>& keys) {
  Rng rng(9);
  std::vector<Key> probes{0, 1, Key{1} << 63, ~Key{0} - 1, ~Key{0}};
  for (const Key key : keys) probes.insert(probes.end(), {key - 1, key, key + 1});
  for (int i = 0; i < 5000; ++i) probes.push_back(rng.next() >> rng.below(64));
  return probes;
}

TYPED_TEST(Locators, FindTheExactLowerBoundOfEveryProbe) {
  for (const std::size_t size : {50, 3'000, 30'000}) {
    for (const conformance::KeySet& set : conformance::synthetic_key_sets(size, 21)) {
      std::vector<Entry> entries;
      for (const Key key : set.keys) entries.push_back({key, 0});
      SortedColumns columns;
      columns.assign(entries);
      TypeParam locator;
      locator.train(columns);
      for (const Key probe : probes(set.keys)) {
        const auto expected = static_cast<std::size_t>(std::ranges::lower_bound(set.keys, probe) - set.keys.begin());
        ASSERT_EQ(locator.lower_bound(columns, probe), expected) << set.name << ", probe " << probe;
        if constexpr (requires { locator.position_of(columns, probe); }) {
          const std::size_t position = locator.position_of(columns, probe);
          ASSERT_LE(position, set.keys.size()) << set.name << ", probe " << probe;
          if (expected < set.keys.size() && set.keys[expected] == probe) {
            ASSERT_EQ(position, expected) << set.name << ", probe " << probe;
          }
        }
      }
    }
  }
}

TYPED_TEST(Locators, LocateBatchesOfEverySizeAsTheyLocateSingleKeys) {
  if constexpr (LocatesBatches<TypeParam>) {
    for (const conformance::KeySet& set : conformance::synthetic_key_sets(9'000, 22)) {
      std::vector<Entry> entries;
      for (const Key key : set.keys) entries.push_back({key, 0});
      SortedColumns columns;
      columns.assign(entries);
      TypeParam locator;
      locator.train(columns);
      const std::vector<Key> all = probes(set.keys);
      std::vector<std::size_t> positions(kLocateBatch);
      for (std::size_t begin = 0, size = 0; begin + size <= all.size(); begin += size, size = (size + 7) % 65) {
        const std::span<const Key> keys(all.data() + begin, size);
        locator.locate_batch(columns, keys, std::span(positions).first(size));
        for (std::size_t i = 0; i < size; ++i) {
          ASSERT_LE(positions[i], set.keys.size()) << set.name << ", probe " << keys[i];
          const std::size_t exact = locator.lower_bound(columns, keys[i]);
          if (exact == set.keys.size() || set.keys[exact] != keys[i]) continue;
          ASSERT_EQ(positions[i], exact) << set.name << ", probe " << keys[i] << ", batch of " << size;
        }
      }
    }
  }
}

TEST(Search, GallopsToTheLowerBoundFromAnyGuess) {
  const std::vector<Key> keys{2, 4, 6, 8, 10, 12, 14, 16, 18, 20};
  for (std::size_t guess = 0; guess <= keys.size(); ++guess) {
    for (Key probe = 0; probe <= 22; ++probe) {
      const auto expected = static_cast<std::size_t>(std::ranges::lower_bound(keys, probe) - keys.begin());
      EXPECT_EQ(gallop_lower_bound(keys.data(), keys.size(), guess, probe), expected) << guess << ' ' << probe;
    }
  }
}

TEST(Search, CountsKeysOnBothSidesOf2To63) {
  std::vector<Key> keys(16, ~Key{0});
  keys[0] = 0;
  keys[1] = (Key{1} << 63) - 1;
  keys[2] = Key{1} << 63;
  EXPECT_EQ(count_below<16>(keys.data(), 0), 0U);
  EXPECT_EQ(count_below<16>(keys.data(), Key{1} << 63), 2U);
  EXPECT_EQ(count_below<16>(keys.data(), ~Key{0}), 3U);
  EXPECT_EQ(count_not_above<16>(keys.data(), Key{1} << 63), 3U);
  EXPECT_EQ(count_not_above<16>(keys.data(), ~Key{0}), 16U);
}

}  // namespace
}  // namespace omenbench
