// Numbers as people read them: three digits, whatever the size.
#include "base/numbers.h"

#include <gtest/gtest.h>

#include <cmath>

namespace omenbench {
namespace {

TEST(Numbers, HaveThreeDigits) {
  EXPECT_EQ(three_digits(0.0011), "0.00110");
  EXPECT_EQ(three_digits(0.62), "0.620");
  EXPECT_EQ(three_digits(1.486), "1.49");
  EXPECT_EQ(three_digits(32.14), "32.1");
  EXPECT_EQ(three_digits(140), "140");
  EXPECT_EQ(three_digits(41'234), "41,200");
  EXPECT_EQ(three_digits(1'234'567'890), "1,230,000,000");
  EXPECT_EQ(three_digits(-47.93), "-47.9");
  EXPECT_EQ(three_digits(0), "0");
  EXPECT_EQ(three_digits(std::nan("")), "-");
}

TEST(Numbers, KeepThreeDigitsWhereRoundingAddsOne) {
  EXPECT_EQ(three_digits(0.09996), "0.100");
  EXPECT_EQ(three_digits(0.9996), "1.00");
  EXPECT_EQ(three_digits(9.996), "10.0");
  EXPECT_EQ(three_digits(99.96), "100");
  EXPECT_EQ(three_digits(999.7), "1,000");
  EXPECT_EQ(three_digits(99'960), "100,000");
}

TEST(Numbers, ChangeTheUnitWhereRoundingReachesIt) {
  EXPECT_EQ(duration(850), "850 ns");
  EXPECT_EQ(duration(999.6), "1.00 us");
  EXPECT_EQ(duration(5.02e6), "5.02 ms");
  EXPECT_EQ(duration(7.2e12), "7,200 s");
  EXPECT_EQ(byte_size(512), "512 B");
  EXPECT_EQ(byte_size(8.5 * 1024 * 1024), "8.50 MiB");
  EXPECT_EQ(short_count(999), "999");
  EXPECT_EQ(short_count(999.6), "1k");
  EXPECT_EQ(short_count(1'036'094), "1.04M");
  EXPECT_EQ(short_count(200'000), "200k");
}

TEST(Numbers, GiveRatiosTwoDecimalsOrTwoDigits) {
  EXPECT_EQ(times(0.62), "0.62x");
  EXPECT_EQ(times(0.0011), "0.0011x");
  EXPECT_EQ(times(0.0996), "0.10x");
  EXPECT_EQ(times(4.309), "4.31x");
  EXPECT_EQ(times(9.996), "10.0x");
  EXPECT_EQ(times(0.8, 0.77, 0.841), "0.80x [0.77, 0.84]");
}

TEST(Numbers, CountExactlyAndLeaveFillingZerosOut) {
  EXPECT_EQ(with_commas(1'036'094), "1,036,094");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(1200, "round"), "1,200 rounds");
  EXPECT_EQ(short_number(9), "9");
  EXPECT_EQ(short_number(100), "100");
  EXPECT_EQ(percent(0.05), "5 %");
  EXPECT_EQ(percent(0.125), "12.5 %");
}

}  // namespace
}  // namespace omenbench
