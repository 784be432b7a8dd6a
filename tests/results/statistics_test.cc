// Known answers, worked out by hand or by exact integer arithmetic.
#include "results/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace omenbench {
namespace {

using ::testing::ElementsAre;

TEST(OrderStatistic, IsTheNearestRank) {
  const std::vector<double> four = {1, 2, 3, 4};
  EXPECT_EQ(order_statistic(four, 0.5), 2);
  EXPECT_EQ(order_statistic(four, 0.51), 3);
  EXPECT_EQ(order_statistic(four, 1), 4);
  EXPECT_EQ(order_statistic(four, 0.0001), 1);
}

TEST(OrderStatistic, DoesNotSlipARankByRounding) {
  std::vector<double> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i + 1);
  EXPECT_EQ(order_statistic(values, 0.99), 990);
  EXPECT_EQ(order_statistic(values, 0.999), 999);
  EXPECT_EQ(order_statistic(values, 0.07), 70);  // 0.07 * 1000 is 70.00000000000001
}

TEST(Median, TakesTheMiddleOrTheMeanOfTheTwoMiddleOnes) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 2, 3}), 2.5);
}

TEST(Binomial, TailsAreExact) {
  EXPECT_DOUBLE_EQ(binomial_below(12, 3), 79.0 / 4096);
  EXPECT_DOUBLE_EQ(binomial_below(6, 1), 1.0 / 64);
  EXPECT_DOUBLE_EQ(binomial_at_least(9, 9), 1.0 / 512);
  EXPECT_DOUBLE_EQ(binomial_at_least(9, 8), 10.0 / 512);
  EXPECT_EQ(binomial_at_least(9, 0), 1);
  EXPECT_EQ(binomial_at_least(9, 10), 0);
  EXPECT_EQ(binomial_below(9, 0), 0);
  EXPECT_NEAR(binomial_below(10'000, 5'000), 0.5 - 0.00398933, 1e-7);
}

TEST(SignRanks, AreThoseOfTheTables) {
  const auto ranks = [](std::size_t blocks) {
    const auto found = sign_ranks(blocks);
    return found ? std::pair(found->lo, found->hi) : std::pair<std::size_t, std::size_t>(0, 0);
  };
  EXPECT_EQ(ranks(5), std::pair(0UL, 0UL));
  EXPECT_EQ(ranks(6), std::pair(1UL, 6UL));
  EXPECT_EQ(ranks(8), std::pair(1UL, 8UL));
  EXPECT_EQ(ranks(9), std::pair(2UL, 8UL));
  EXPECT_EQ(ranks(12), std::pair(3UL, 10UL));
  EXPECT_EQ(ranks(20), std::pair(6UL, 15UL));
  EXPECT_EQ(ranks(24), std::pair(7UL, 18UL));
}

TEST(SignRanks, StateTheirCoverage) {
  EXPECT_DOUBLE_EQ(sign_ranks(6)->coverage, 1 - 2.0 / 64);
  EXPECT_DOUBLE_EQ(sign_ranks(9)->coverage, 1 - 20.0 / 512);
  EXPECT_DOUBLE_EQ(sign_ranks(12)->coverage, 1 - 158.0 / 4096);
}

TEST(Estimate, GivesMedianAndSignInterval) {
  const std::vector<double> blocks = {12, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6};
  const Estimate result = estimate(blocks);
  EXPECT_EQ(result.median, 6.5);
  ASSERT_TRUE(result.interval);
  EXPECT_EQ(result.interval->lo, 3);
  EXPECT_EQ(result.interval->hi, 10);
  EXPECT_DOUBLE_EQ(*result.relative_half_width(), 3.5 / 6.5);
}

TEST(Estimate, HasNoIntervalBelowSixBlocks) {
  const Estimate result = estimate(std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_EQ(result.median, 3);
  EXPECT_FALSE(result.interval);
  EXPECT_FALSE(result.relative_half_width());
}

// Holm 1979, with thresholds 0.05/4, 0.05/3, 0.05/2, 0.05.
TEST(Holm, StepsDownAndStopsAtTheFirstFailure) {
  EXPECT_THAT(holm(std::vector<double>{0.01, 0.04, 0.03, 0.005}), ElementsAre(true, false, false, true));
  EXPECT_THAT(holm(std::vector<double>{0.02, 0.02, 0.02}), ElementsAre(false, false, false));
  EXPECT_THAT(holm(std::vector<double>{}), ElementsAre());
}

// Thresholds 0.0125, 0.025, 0.0375, 0.05: the largest p that keeps its own carries the smaller ones with it.
TEST(BenjaminiHochberg, StepsUp) {
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.01, 0.04, 0.03, 0.005}), ElementsAre(true, true, true, true));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.02, 0.9, 0.025, 0.9}), ElementsAre(true, false, true, false));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.02, 0.9, 0.9, 0.9}), ElementsAre(false, false, false, false));
}

TEST(GeometricMean, OfARatioAndItsInverseIsOne) {
  EXPECT_DOUBLE_EQ(geometric_mean(std::vector<double>{0.25, 4}), 1);
  EXPECT_DOUBLE_EQ(geometric_mean(std::vector<double>{2, 8}), 4);
}

TEST(MinimumBlocks, GrowWithTheNumberOfComparisons) {
  EXPECT_EQ(minimum_blocks(0), 6U);
  EXPECT_EQ(minimum_blocks(1), 6U);
  EXPECT_EQ(minimum_blocks(60), 12U);
  EXPECT_EQ(minimum_blocks(1000), 16U);
  // The rule is what it promises: with that many blocks a lone unanimous comparison survives Holm, with one fewer not.
  for (const std::size_t comparisons : {10UL, 60UL, 500UL}) {
    const std::size_t enough = minimum_blocks(comparisons);
    std::vector<double> p_values(2 * comparisons, 1);
    p_values[0] = binomial_at_least(enough, enough);
    EXPECT_TRUE(holm(p_values)[0]);
    p_values[0] = binomial_at_least(enough - 1, enough - 1);
    EXPECT_FALSE(holm(p_values)[0]);
  }
}

}  // namespace
}  // namespace omenbench
