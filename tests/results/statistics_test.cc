// Known answers, worked out by hand or by exact integer arithmetic.
#include "results/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
  EXPECT_EQ(order_statistic(four, 0.25), 1);
  EXPECT_EQ(order_statistic(four, 0.75), 3);
  EXPECT_EQ(order_statistic(four, 0.7500001), 4);
  const std::vector<double> one = {7};
  EXPECT_EQ(order_statistic(one, 0.01), 7);
  EXPECT_EQ(order_statistic(one, 1), 7);
}

TEST(OrderStatistic, DoesNotSlipARankByRounding) {
  std::vector<double> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i + 1);
  EXPECT_EQ(order_statistic(values, 0.99), 990);
  EXPECT_EQ(order_statistic(std::span(values).first(100), 0.07), 7) << "0.07 * 100 is a little more than 7 in binary";
  EXPECT_EQ(order_statistic(values, 0.999), 999);
}

TEST(Median, TakesTheMiddleOrTheMeanOfTheTwoMiddleOnes) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median(std::vector<double>{5}), 5);
  EXPECT_EQ(median(std::vector<double>{9, 5}), 7);
}

TEST(Binomial, TailsAreExact) {
  EXPECT_DOUBLE_EQ(binomial_below(12, 3), 79.0 / 4096);
  EXPECT_DOUBLE_EQ(binomial_below(6, 1), 1.0 / 64);
  EXPECT_DOUBLE_EQ(binomial_at_least(9, 9), 1.0 / 512);
  EXPECT_DOUBLE_EQ(binomial_at_least(9, 8), 10.0 / 512);
  EXPECT_EQ(binomial_at_least(9, 0), 1);
  EXPECT_EQ(binomial_at_least(9, 10), 0);
  EXPECT_EQ(binomial_below(9, 0), 0);
  EXPECT_EQ(binomial_below(9, 10), 1);
  EXPECT_EQ(binomial_below(9, 11), 1);
  EXPECT_DOUBLE_EQ(binomial_below(9, 9), 511.0 / 512);
  EXPECT_DOUBLE_EQ(binomial_at_least(20, 15), 21'700.0 / 1'048'576);
  EXPECT_DOUBLE_EQ(binomial_at_least(20, 14), 60'460.0 / 1'048'576);
  EXPECT_DOUBLE_EQ(binomial_at_least(30, 20), 53'009'102.0 / 1'073'741'824);
  EXPECT_NEAR(binomial_at_least(60, 40), 0.00674464686559593, 1e-16);
  EXPECT_NEAR(binomial_below(10'000, 5'000), 0.5 - 0.00398933, 1e-7);
}

// From sums of binomial coefficients as whole numbers: the largest k with sum(C(B, j), j < k) <= 2^B / 40.
TEST(SignRanks, AreThoseOfTheTables) {
  for (std::size_t blocks = 0; blocks < 6; ++blocks) EXPECT_FALSE(sign_ranks(blocks)) << blocks;
  const std::vector<std::size_t> lowest = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10};
  for (std::size_t blocks = 6; blocks <= 30; ++blocks) {
    ASSERT_TRUE(sign_ranks(blocks)) << blocks;
    EXPECT_EQ(sign_ranks(blocks)->lo, lowest[blocks - 6]) << blocks;
    EXPECT_EQ(sign_ranks(blocks)->hi, blocks + 1 - lowest[blocks - 6]) << blocks;
  }
}

TEST(SignRanks, GrowNarrowerWhenMoreErrorIsAllowed) {
  EXPECT_FALSE(sign_ranks(4, 0.1));
  const std::vector<std::size_t> lowest = {1, 1, 1, 2, 2, 2, 3, 3};
  for (std::size_t blocks = 5; blocks <= 12; ++blocks) EXPECT_EQ(sign_ranks(blocks, 0.1)->lo, lowest[blocks - 5]);
  EXPECT_EQ(sign_ranks(7, 2.0 / 128)->lo, 1U) << "a coverage that is met exactly suffices";
}

TEST(SignRanks, StateTheirCoverage) {
  EXPECT_DOUBLE_EQ(sign_ranks(6)->coverage, 1 - 2.0 / 64);
  EXPECT_DOUBLE_EQ(sign_ranks(9)->coverage, 1 - 20.0 / 512);
  EXPECT_DOUBLE_EQ(sign_ranks(12)->coverage, 1 - 158.0 / 4096);
  EXPECT_DOUBLE_EQ(sign_ranks(20)->coverage, 1'005'176.0 / 1'048'576);
  EXPECT_DOUBLE_EQ(sign_ranks(30)->coverage, 1'027'813'650.0 / 1'073'741'824);
}

TEST(Estimate, GivesMedianAndSignInterval) {
  const std::vector<double> blocks = {12, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6};
  const Estimate result = estimate(blocks);
  EXPECT_EQ(result.median, 6.5);
  ASSERT_TRUE(result.interval);
  EXPECT_EQ(result.interval->lo, 3);
  EXPECT_EQ(result.interval->hi, 10);
  EXPECT_DOUBLE_EQ(result.interval->coverage, 1 - 158.0 / 4096);
  EXPECT_DOUBLE_EQ(*result.relative_half_width(), 3.5 / 6.5);
}

TEST(Estimate, HasNoRelativeWidthAroundZero) {
  const Estimate result = estimate(std::vector<double>{-3, -2, -1, 1, 2, 3});
  ASSERT_TRUE(result.interval);
  EXPECT_EQ(result.interval->lo, -3);
  EXPECT_EQ(result.interval->hi, 3);
  EXPECT_FALSE(result.relative_half_width());
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

TEST(Holm, RejectsWhatMeetsItsThresholdAndStaysStopped) {
  EXPECT_THAT(holm(std::vector<double>{0.05}), ElementsAre(true));
  EXPECT_THAT(holm(std::vector<double>{0.050001}), ElementsAre(false));
  EXPECT_THAT(holm(std::vector<double>{0.05, 0.025}), ElementsAre(true, true));
  // 0.03 fails at 0.05 / 2, so that 0.04 is not tried at 0.05.
  EXPECT_THAT(holm(std::vector<double>{0.04, 0.01, 0.03}), ElementsAre(false, true, false));
  EXPECT_THAT(holm(std::vector<double>{0.004, 0.009}, 0.01), ElementsAre(true, true));
  EXPECT_THAT(holm(std::vector<double>{0.006, 0.009}, 0.01), ElementsAre(false, false));
}

// Thresholds 0.0125, 0.025, 0.0375, 0.05: the largest p that keeps its own carries the smaller ones with it.
TEST(BenjaminiHochberg, StepsUp) {
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.01, 0.04, 0.03, 0.005}), ElementsAre(true, true, true, true));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.02, 0.9, 0.025, 0.9}), ElementsAre(true, false, true, false));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.02, 0.9, 0.9, 0.9}), ElementsAre(false, false, false, false));
}

TEST(BenjaminiHochberg, RejectsWhatMeetsItsThreshold) {
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.05}), ElementsAre(true));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.050001}), ElementsAre(false));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.025, 0.9}), ElementsAre(true, false));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.9, 0.026}), ElementsAre(false, false));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{0.006, 0.009}, 0.01), ElementsAre(true, true));
  EXPECT_THAT(benjamini_hochberg(std::vector<double>{}), ElementsAre());
}

// The example of the paper's section 3.2: fifteen comparisons, of which Holm's procedure rejects three and this four.
TEST(BenjaminiHochberg, AgreesWithThePapersExample) {
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  EXPECT_EQ(std::ranges::count(holm(p), true), 3);
  EXPECT_EQ(std::ranges::count(benjamini_hochberg(p), true), 4);
}

TEST(GeometricMean, OfARatioAndItsInverseIsOne) {
  EXPECT_DOUBLE_EQ(geometric_mean(std::vector<double>{0.25, 4}), 1);
  EXPECT_DOUBLE_EQ(geometric_mean(std::vector<double>{2, 8}), 4);
  EXPECT_DOUBLE_EQ(geometric_mean(std::vector<double>{1, 10, 100}), 10);
  EXPECT_DOUBLE_EQ(geometric_mean(std::vector<double>{3}), 3);
}

TEST(MinimumBlocks, GrowWithTheNumberOfComparisons) {
  EXPECT_EQ(minimum_blocks(0), 6U);
  EXPECT_EQ(minimum_blocks(1), 6U);
  EXPECT_EQ(minimum_blocks(2), 7U);
  EXPECT_EQ(minimum_blocks(3), 7U);
  EXPECT_EQ(minimum_blocks(6), 8U);
  EXPECT_EQ(minimum_blocks(7), 9U);
  EXPECT_EQ(minimum_blocks(60), 12U);
  EXPECT_EQ(minimum_blocks(1000), 16U);
  EXPECT_EQ(minimum_blocks(1, 0.01), 8U);
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
