// The two-sample statistics against published values and by simulation.
#include "results/two_samples.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/rng.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

TEST(ShiftBetween, AgreesWithThePublishedExample) {
  // Hollander and Wolfe's permeability data (term, 12 to 26 weeks); R documents wilcox.test on it, with p = 0.1272
  // one-sided and W = 35 of 50 pairs.
  const std::vector<double> term = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
  const std::vector<double> early = {1.15, 0.88, 0.90, 0.74, 1.21};
  const Shift shift = shift_between(early, term);
  EXPECT_NEAR(shift.p_value, 2 * 0.1272, 2e-4);
  EXPECT_NEAR(shift.median, 0.305, 1e-9);
  ASSERT_TRUE(shift.interval.has_value());
  EXPECT_NEAR(shift.interval->lo, -0.15, 1e-9);
  EXPECT_NEAR(shift.interval->hi, 0.76, 1e-9);
}

TEST(ShiftBetween, IsAntisymmetric) {
  const std::vector<double> a = {1, 4, 2, 8, 5, 7};
  const std::vector<double> b = {3, 9, 10, 6, 11};
  const Shift there = shift_between(a, b);
  const Shift back = shift_between(b, a);
  EXPECT_DOUBLE_EQ(there.median, -back.median);
  EXPECT_DOUBLE_EQ(there.interval->lo, -back.interval->hi);
  EXPECT_DOUBLE_EQ(there.p_value, back.p_value);
}

TEST(ShiftBetween, HasNoIntervalForThreeAndThree) {
  const Shift shift = shift_between(std::vector<double>{1, 2, 3}, std::vector<double>{4, 5, 6});
  EXPECT_FALSE(shift.interval.has_value());
  EXPECT_NEAR(shift.p_value, 2.0 / 20, 1e-12) << "one order of twenty on either side";
}

// Of the 126 orders of four and five values, 1, 2, 4, 7, 12 have at most 0, 1, 2, 3, 4 pairs the wrong way round.
TEST(ShiftBetween, CountsOrdersExactly) {
  const std::vector<double> a = {10, 20, 30, 40};
  const std::vector<double> above = {50, 61, 72, 83, 94};
  const Shift apart = shift_between(a, above);
  EXPECT_NEAR(apart.p_value, 2.0 / 126, 1e-15);
  EXPECT_DOUBLE_EQ(apart.median, 47.0);
  ASSERT_TRUE(apart.interval);
  EXPECT_EQ(apart.interval->lo, 20);  // second smallest of the differences, and second largest
  EXPECT_EQ(apart.interval->hi, 74);
  EXPECT_NEAR(apart.interval->coverage, 122.0 / 126, 1e-15);
  EXPECT_NEAR(shift_between(a, std::vector<double>{35, 61, 72, 83, 94}).p_value, 4.0 / 126, 1e-15);
  EXPECT_NEAR(shift_between(a, std::vector<double>{25, 35, 72, 83, 94}).p_value, 14.0 / 126, 1e-15);
  EXPECT_NEAR(shift_between(a, std::vector<double>{1, 2, 3, 4, 5}).p_value, 2.0 / 126, 1e-15);
}

TEST(ShiftBetween, CountsATieAsHalfAPair) {
  EXPECT_NEAR(shift_between(std::vector<double>{1, 2}, std::vector<double>{2, 3}).p_value, 2.0 / 6, 1e-15);
  EXPECT_EQ(shift_between(std::vector<double>{1, 1}, std::vector<double>{1, 1}).p_value, 1);
}

TEST(ShiftBetween, HasItsFirstIntervalForFourAndFour) {
  const std::vector<double> a = {1, 2, 3, 4};
  const Shift shift = shift_between(a, std::vector<double>{11, 13, 15, 17});
  ASSERT_TRUE(shift.interval);
  EXPECT_EQ(shift.interval->lo, 7);
  EXPECT_EQ(shift.interval->hi, 16);
  EXPECT_NEAR(shift.interval->coverage, 68.0 / 70, 1e-15);
  EXPECT_FALSE(shift_between(a, std::vector<double>{11, 13, 15, 17}, 0.02).interval);
  const Shift barely = shift_between(std::vector<double>{1}, std::vector<double>{2, 4, 8}, 0.5);
  ASSERT_TRUE(barely.interval) << "one order of four on either side is half, which is what may be missed";
  EXPECT_EQ(barely.interval->lo, 1);
  EXPECT_EQ(barely.interval->hi, 7);
}

// 60 and 60 values are counted (by whole numbers in another language), one more of each are not.
TEST(ShiftBetween, IsExactUpToSixtyAndSixty) {
  const auto shifted = [](int count) {
    std::vector<double> a, b;
    for (int i = 0; i < count; ++i) {
      a.push_back(i);
      b.push_back(i + 12.5);
    }
    return shift_between(a, b);
  };
  EXPECT_NEAR(shifted(60).p_value, 0.000358699740586, 1e-9);
  const Shift many = shifted(61);
  EXPECT_NEAR(many.p_value, 0.000461106513119, 1e-9);
  ASSERT_TRUE(many.interval);
  EXPECT_EQ(many.interval->lo, 5.5);
  EXPECT_EQ(many.interval->hi, 19.5);
  EXPECT_NEAR(many.interval->coverage, 0.950136468, 1e-9);
}

TEST(ShiftBetween, TakesTheNormalApproximationForManyValues) {
  Rng rng(3);
  std::vector<double> a(80), b(80);
  for (double& x : a) x = testing::normal(rng);
  for (double& x : b) x = testing::normal(rng) + 1;
  const Shift shift = shift_between(a, b);
  EXPECT_LT(shift.p_value, 1e-6);
  EXPECT_LT(shift.interval->lo, 1);
  EXPECT_GT(shift.interval->hi, 1);
}

TEST(ShiftBetween, CoversTheTruthAsOftenAsItSays) {
  Rng rng(4);
  int covered = 0;
  constexpr int kRuns = testing::simulated_runs(2000);
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> a(12), b(12);
    for (double& x : a) x = std::exp(testing::normal(rng));
    for (double& x : b) x = std::exp(testing::normal(rng)) + 0.5;
    const Shift shift = shift_between(a, b);
    covered += shift.interval->lo <= 0.5 && 0.5 <= shift.interval->hi;
  }
  EXPECT_NEAR(static_cast<double>(covered) / kRuns, 0.955, kRuns < 2000 ? 0.04 : 0.015);
}

}  // namespace
}  // namespace omenbench
