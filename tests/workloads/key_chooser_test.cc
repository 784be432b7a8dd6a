// Exactness of the key choosers: Zipf against its probabilities by chi-square and against published zeta values, the
// scattering as a bijection, misses as absent keys.
#include "workloads/key_chooser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "workloads/missing_keys.h"

namespace omenbench {
namespace {

double zeta(std::uint64_t n, double theta) {
  double sum = 0;
  for (std::uint64_t i = n; i > 0; --i) sum += std::pow(static_cast<double>(i), -theta);
  return sum;
}

/// Chi-square statistic, standardised to mean 0 and deviation 1 (Wilson and Hilferty's cube root transformation).
double standardised_chi_square(std::span<const std::uint64_t> observed, std::span<const double> expected) {
  double chi = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const double difference = static_cast<double>(observed[i]) - expected[i];
    chi += difference * difference / expected[i];
  }
  const double freedom = static_cast<double>(observed.size() - 1);
  return (std::cbrt(chi / freedom) - (1 - 2 / (9 * freedom))) / std::sqrt(2 / (9 * freedom));
}

TEST(Zipf, FollowsItsProbabilitiesForEverySkewAndSize) {
  constexpr std::uint64_t kDraws = 400'000;
  for (const std::uint64_t n : {1, 2, 3, 10, 1000}) {
    for (const double theta : {0.2, 0.5, 0.99, 1.0, 1.0001, 1.5, 3.0}) {
      const Zipf zipf(n, theta);
      Rng rng(mix64(n, static_cast<std::uint64_t>(theta * 1e4)));
      std::vector<std::uint64_t> observed(n);
      for (std::uint64_t i = 0; i < kDraws; ++i) {
        const std::uint64_t rank = zipf.draw(rng);
        ASSERT_LT(rank, n);
        ++observed[rank];
      }
      if (n == 1) continue;
      // Ranks too rare for the chi-square approximation are pooled into the last cell.
      const double scale = kDraws / zeta(n, theta);
      std::vector<std::uint64_t> cells;
      std::vector<double> expected;
      for (std::uint64_t rank = 0; rank < n; ++rank) {
        const double mass = scale * std::pow(static_cast<double>(rank + 1), -theta);
        if (rank > 1 && expected.back() < 20) {
          expected.back() += mass;
          cells.back() += observed[rank];
        } else {
          expected.push_back(mass);
          cells.push_back(observed[rank]);
        }
      }
      if (expected.back() < 5) {
        expected[expected.size() - 2] += expected.back();
        cells[cells.size() - 2] += cells.back();
        expected.pop_back();
        cells.pop_back();
      }
      if (cells.size() < 2) continue;
      EXPECT_LT(std::abs(standardised_chi_square(cells, expected)), 4.0) << "n " << n << " theta " << theta;
    }
  }
}

TEST(Zipf, TopRanksHaveTheSharesThatZetaGives) {
  constexpr std::uint64_t kDraws = 1'000'000;
  for (const auto& [n, sum] : std::vector<std::pair<std::uint64_t, double>>{
           {100'000, 12.778338}, {1'000'000, 15.391850}, {100'000'000, 20.802930}, {10'000'000'000, 26.469028}}) {
    const Zipf zipf(n, 0.99);
    Rng rng(n);
    std::vector<std::uint64_t> observed(10);
    for (std::uint64_t i = 0; i < kDraws; ++i) {
      const std::uint64_t rank = zipf.draw(rng);
      if (rank < observed.size()) ++observed[rank];
    }
    for (std::uint64_t rank = 0; rank < observed.size(); ++rank) {
      const double p = std::pow(static_cast<double>(rank + 1), -0.99) / sum;
      const double deviation = std::sqrt(kDraws * p * (1 - p));
      EXPECT_NEAR(static_cast<double>(observed[rank]), kDraws * p, 4.5 * deviation) << "n " << n << " rank " << rank;
    }
  }
}

TEST(Bijection, VisitsEveryOrdinalOnceAndScattersNeighbours) {
  for (const std::uint64_t n : {1, 2, 3, 5, 64, 65, 1000, 4097}) {
    const Bijection scatter(n, 9);
    std::vector<bool> seen(n);
    for (std::uint64_t x = 0; x < n; ++x) {
      const std::uint64_t y = scatter(x);
      ASSERT_LT(y, n);
      ASSERT_FALSE(seen[y]) << n;
      seen[y] = true;
    }
  }
  const Bijection scatter(1'000'000, 9);
  double distance = 0;
  for (std::uint64_t x = 0; x < 10'000; ++x) {
    distance += std::abs(static_cast<double>(scatter(x)) - static_cast<double>(scatter(x + 1)));
  }
  EXPECT_NEAR(distance / 10'000, 1e6 / 3, 2e4);  // what independent uniform positions have
  EXPECT_NE(Bijection(1'000'000, 10)(0), scatter(0));
}

TEST(Bijection, SpreadsThePopularRanksEvenlyForEverySeed) {
  // 64 cells of a 100,000-key set, the image of rank 0 under 6,400 seeds.
  std::vector<std::uint64_t> cells(64);
  for (std::uint64_t seed = 0; seed < 6400; ++seed) ++cells[Bijection(100'000, seed)(0) * 64 / 100'000];
  EXPECT_LT(std::abs(standardised_chi_square(cells, std::vector<double>(64, 100))), 4.0);
}

WorkloadPhase choosing(KeyChooser chooser) {
  WorkloadPhase phase;
  phase.chooser = chooser;
  return phase;
}

std::vector<std::uint64_t> draw_counts(const WorkloadPhase& phase, std::uint64_t n, std::uint64_t draws) {
  KeyPicker picker(phase, n, 5, {});
  Rng rng(6);
  std::vector<std::uint64_t> counts(n);
  for (std::uint64_t i = 0; i < draws; ++i) ++counts[picker.draw(rng)];
  return counts;
}

TEST(KeyPicker, UniformIsUniform) {
  const auto counts = draw_counts(choosing(KeyChooser::kUniform), 500, 500'000);
  EXPECT_LT(std::abs(standardised_chi_square(counts, std::vector<double>(500, 1000))), 4.0);
}

TEST(KeyPicker, SequentialVisitsAllKeysInOrderAndStartsAgain) {
  KeyPicker picker(choosing(KeyChooser::kSequential), 3, 5, {.first = 2});
  Rng rng(6);
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 4; ++i) drawn.push_back(picker.draw(rng));
  EXPECT_EQ(drawn, (std::vector<std::uint64_t>{2, 0, 1, 2}));
}

TEST(KeyPicker, ClusteredKeepsRankOrderAndZipfianScattersIt) {
  const auto clustered = draw_counts(choosing(KeyChooser::kZipfianClustered), 100, 100'000);
  EXPECT_EQ(std::ranges::max_element(clustered) - clustered.begin(), 0);
  auto scattered = draw_counts(choosing(KeyChooser::kZipfian), 100, 100'000);
  EXPECT_FALSE(std::ranges::is_sorted(scattered, std::greater{}));
  std::ranges::sort(scattered, std::greater{});
  EXPECT_NEAR(static_cast<double>(scattered[0]), 100'000 / zeta(100, .99), 600);
}

TEST(KeyPicker, HotspotGivesAFifthOfTheKeysFourFifthsOfTheOperations) {
  auto counts = draw_counts(choosing(KeyChooser::kHotspot), 1000, 200'000);
  std::ranges::sort(counts, std::greater{});
  const double hot = static_cast<double>(std::accumulate(counts.begin(), counts.begin() + 200, std::uint64_t{0}));
  EXPECT_NEAR(hot / 200'000, 0.8, 0.005);
}

TEST(MissingKeys, AreAbsentAndKnowTheKeyAbove) {
  const std::vector<Key> keys = {0, 1, 5, 6, 7, 100, ~Key{0}};
  const MissingKeys missing(keys);
  EXPECT_FALSE(missing.outside());
  Rng rng(1);
  std::vector<int> gaps(keys.size());
  for (int i = 0; i < 3000; ++i) {
    const MissingKey miss = missing.draw(rng);
    const auto above = std::ranges::lower_bound(keys, miss.key);
    ASSERT_NE(above, keys.end());
    ASSERT_NE(*above, miss.key);
    ASSERT_EQ(static_cast<std::uint64_t>(above - keys.begin()), miss.above);
    ++gaps[miss.above];
  }
  for (const std::size_t above : {2, 5, 6}) EXPECT_NEAR(gaps[above], 1000, 130);
}

TEST(MissingKeys, FindTheOnlyGapOfADenseSet) {
  std::vector<Key> keys(10'000);
  std::iota(keys.begin(), keys.end(), 1);
  keys.back() += 1;
  const MissingKeys missing(keys);
  Rng rng(1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(missing.draw(rng).key, 10'000U);
}

TEST(MissingKeys, LieOutsideASetWithoutGaps) {
  const std::vector<Key> keys = {10, 11, 12};
  const MissingKeys missing(keys);
  EXPECT_TRUE(missing.outside());
  Rng rng(1);
  for (int i = 0; i < 1000; ++i) {
    const MissingKey miss = missing.draw(rng);
    EXPECT_TRUE(miss.key < 10 || miss.key > 12);
    EXPECT_EQ(miss.above, miss.key < 10 ? 0U : 3U);
  }
  EXPECT_THROW(MissingKeys({}), Error);
  const std::vector<Key> first = {0, 1, 2};
  EXPECT_GT(MissingKeys(first).draw(rng).key, 2U);
  const std::vector<Key> last = {~Key{0} - 1, ~Key{0}};
  EXPECT_LT(MissingKeys(last).draw(rng).key, ~Key{0} - 1);
}

TEST(MissingKeys, LookAtNothingBehindTheirKeys) {
  const std::vector<Key> keys = {10, 11, 12, 20};
  const std::span<const Key> seen(keys.data(), 3);
  const MissingKeys missing(seen);
  EXPECT_TRUE(missing.outside());
  Rng rng(1);
  for (int i = 0; i < 100; ++i) {
    const Key key = missing.draw(rng).key;
    EXPECT_TRUE(key < 10 || key > 12);
  }
}

}  // namespace
}  // namespace omenbench
