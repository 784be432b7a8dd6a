// What RadixSpline promises: a spline that errs by no more than epsilon at any key, a monotone radix table whose
// buckets hold what they say, and buckets that stay small where the keys are although a few keys lie far away.
#include "indexes/learned/radix_spline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/piecewise_linear.h"
#include "core/rng.h"
#include "tests/conformance/key_sets.h"
#include "tests/indexes/key_lists.h"

namespace omenbench {
namespace {

std::vector<std::size_t> knots_of(const std::vector<Key>& keys, std::int64_t epsilon) {
  std::vector<std::size_t> knots;
  for_each_knot(keys.data(), keys.size(), epsilon, [&](std::size_t knot) { knots.push_back(knot); });
  return knots;
}

TEST(GreedySpline, KeepsItsErrorBoundAtEveryKey) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(20'000, 31)) {
    for (const std::int64_t epsilon : {0, 1, 8, 32, 500}) {
      const std::vector<std::size_t> knots = knots_of(set.keys, epsilon);
      if (set.keys.empty()) {
        ASSERT_TRUE(knots.empty());
        continue;
      }
      ASSERT_EQ(knots.front(), 0U);
      ASSERT_EQ(knots.back(), set.keys.size() - 1);
      for (std::size_t k = 0; k + 1 < knots.size(); ++k) {
        ASSERT_LT(knots[k], knots[k + 1]) << set.name;
        const __int128 run = set.keys[knots[k + 1]] - set.keys[knots[k]];
        const __int128 rise = static_cast<__int128>(knots[k + 1] - knots[k]);
        for (std::size_t i = knots[k]; i < knots[k + 1]; ++i) {
          // error * run, exactly.
          const __int128 error = static_cast<__int128>(i - knots[k]) * run - rise * (set.keys[i] - set.keys[knots[k]]);
          ASSERT_LE(error < 0 ? -error : error, epsilon * run) << set.name << ", key " << i << ", epsilon " << epsilon;
        }
      }
    }
  }
}

TEST(GreedySpline, NeedsTwoKnotsForALineAndNoMoreThanAKnotPerEpsilonKeys) {
  std::vector<Key> line(10'000);
  for (std::size_t i = 0; i < line.size(); ++i) line[i] = i * 1'000'003 + 17;
  EXPECT_EQ(knots_of(line, 0), (std::vector<std::size_t>{0, 9'999}));
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(20'000, 32)) {
    for (const std::size_t epsilon : {1, 8, 32}) {
      EXPECT_LE(knots_of(set.keys, static_cast<std::int64_t>(epsilon)).size(), set.keys.size() / (epsilon + 1) + 2)
          << set.name << ", epsilon " << epsilon;
    }
  }
}

/// The windows that a trained locator gives hold the lower bound of every key and of its neighbours.
TEST(RadixSpline, PredictsWindowsThatHoldTheAnswer) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(10'000, 33)) {
    if (set.keys.empty()) continue;
    const LinearSegments segments = fit_spline(set.keys.data(), set.keys.size(), 4);
    const RadixTable table(segments, 10);
    for (std::size_t i = 0; i < set.keys.size(); ++i) {
      for (const Key probe : {set.keys[i] - 1, set.keys[i], set.keys[i] + 1}) {
        if (probe < set.keys[0]) continue;
        const auto bound = static_cast<std::size_t>(std::ranges::lower_bound(set.keys, probe) - set.keys.begin());
        const std::size_t begin = segments.window_begin(table.find(segments, probe), probe, 4);
        ASSERT_LE(begin, bound) << set.name << ", probe " << probe;
        ASSERT_GE(begin + 10, bound) << set.name << ", probe " << probe;
      }
    }
  }
}

TEST(RadixTable, IsMonotoneAndFindsEverySegment) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(10'000, 34)) {
    if (set.keys.empty()) continue;
    const LinearSegments segments = fit_spline(set.keys.data(), set.keys.size(), 1);
    for (const unsigned bits : {0U, 1U, 8U, 18U}) {
      const RadixTable table(segments, bits);
      const std::span<const std::uint32_t> starts = table.starts();
      ASSERT_LE(starts.size(), (std::size_t{1} << bits) + 1);
      ASSERT_EQ(starts.front(), 0U);
      ASSERT_EQ(starts.back(), segments.size());
      ASSERT_TRUE(std::ranges::is_sorted(starts)) << set.name;
      for (std::size_t i = 0; i < segments.size(); ++i) {
        ASSERT_EQ(table.find(segments, segments.keys()[i]), i) << set.name << ", bits " << bits;
        const Key beyond = i + 1 < segments.size() ? segments.keys()[i + 1] - 1 : ~Key{0};
        ASSERT_EQ(table.find(segments, beyond), i) << set.name << ", bits " << bits;
      }
    }
  }
}

/// Share of the first keys that lie in buckets of more than `limit`.
double share_in_large_buckets(const RadixTable& table, std::size_t limit) {
  const std::span<const std::uint32_t> starts = table.starts();
  std::size_t crowded = 0;
  for (std::size_t b = 0; b + 1 < starts.size(); ++b) {
    if (starts[b + 1] - starts[b] > limit) crowded += starts[b + 1] - starts[b];
  }
  return static_cast<double>(crowded) / starts.back();
}

TEST(RadixTable, KeepsBucketsSmallDespiteOutliersAndCommonPrefixes) {
  Rng rng(35);
  std::vector<Key> bulk;
  for (std::size_t i = 0; i < 200'000; ++i) bulk.push_back(0x4000'0000'0000'0000 + rng.below(Key{1} << 40));
  sort_unique(bulk);
  const auto share = [](const std::vector<Key>& keys) {
    return share_in_large_buckets(RadixTable(fit_spline(keys.data(), keys.size(), 4), 12), 100);
  };
  EXPECT_EQ(share(bulk), 0) << "all keys share their first 24 bits";
  EXPECT_LT(share(with(bulk, {~Key{0}, ~Key{0} - 5, ~Key{0} - 9000})), 0.01);
  EXPECT_LT(share(with(bulk, {0, 1, 77})), 0.01);
  EXPECT_LT(share(with(bulk, {0, 1, ~Key{0}})), 0.01);
}

}  // namespace
}  // namespace omenbench
