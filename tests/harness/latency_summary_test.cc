// Percentiles and histogram of raw samples.
#include "harness/latency_summary.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/rng.h"

namespace omenbench {
namespace {

std::vector<std::uint32_t> shuffled_range(std::uint32_t n) {
  std::vector<std::uint32_t> samples(n);
  std::iota(samples.begin(), samples.end(), 1);
  Rng rng(7);
  for (std::size_t i = n; i > 1; --i) std::swap(samples[i - 1], samples[rng.below(i)]);
  return samples;
}

TEST(LatencySummary, GivesTheNearestRankOfAKnownSet) {
  std::vector<std::uint32_t> samples = shuffled_range(100'000);
  const LatencyRecord record = summarise_latencies(samples, 0);
  EXPECT_EQ(record.samples, 100'000U);
  EXPECT_EQ(record.percentiles[0], 50'000);
  EXPECT_EQ(record.percentiles[1], 90'000);
  EXPECT_EQ(record.percentiles[2], 95'000);
  EXPECT_EQ(record.percentiles[3], 99'000);
  EXPECT_EQ(record.percentiles[4], 99'900);
  EXPECT_EQ(record.percentiles[5], 99'990);
  EXPECT_EQ(record.max, 100'000);
}

TEST(LatencySummary, TakesLatenciesBeyond32BitsOfAnOpenLoop) {
  std::vector<std::uint64_t> samples(2'000, std::uint64_t{5} << 40);
  samples.back() = std::uint64_t{9} << 50;
  const LatencyRecord record = summarise_latencies(samples);
  EXPECT_EQ(record.percentiles[3], static_cast<double>(std::uint64_t{5} << 40));
  EXPECT_EQ(record.max, static_cast<double>(std::uint64_t{9} << 50));
  EXPECT_EQ(record.histogram.size(), 2U);
  EXPECT_EQ(record.histogram[1].first, std::uint64_t{9} << 50);
}

TEST(LatencySummary, LeavesOutPercentilesWhoseTailIsNotResolved) {
  std::vector<std::uint32_t> thousand = shuffled_range(1'000);
  EXPECT_EQ(summarise_latencies(thousand, 0).percentiles[3], 990);
  std::vector<std::uint32_t> one_less = shuffled_range(999);
  const LatencyRecord record = summarise_latencies(one_less, 0);
  EXPECT_TRUE(std::isnan(record.percentiles[3]));
  EXPECT_TRUE(std::isnan(record.percentiles[4]));
  EXPECT_FALSE(std::isnan(record.percentiles[2]));
}

TEST(LatencySummary, CountsEverySampleOnceInAscendingBuckets) {
  Rng rng(1);
  std::vector<std::uint32_t> samples(20'000);
  for (std::uint32_t& sample : samples) sample = static_cast<std::uint32_t>(rng.next() >> (32 + rng.below(32)));
  samples.push_back(0);
  samples.push_back(UINT32_MAX);
  const LatencyRecord record = summarise_latencies(samples, 3);
  std::uint64_t total = 0;
  for (const auto& [floor, count] : record.histogram) total += count;
  EXPECT_EQ(total, samples.size());
  EXPECT_TRUE(std::ranges::is_sorted(record.histogram));
  EXPECT_EQ(record.saturated, 3U);
  EXPECT_EQ(record.histogram.front().first, 0U);
}

TEST(LatencySummary, HasBucketsNoWiderThanAThirtySecond) {
  Rng rng(2);
  for (int i = 0; i < 100'000; ++i) {
    const auto ns = static_cast<std::uint32_t>(rng.next() >> (32 + rng.below(32)));
    const std::uint64_t floor = bucket_floor(ns);
    ASSERT_LE(floor, ns);
    ASSERT_LE(ns - floor, floor / 32) << ns;
    ASSERT_EQ(bucket_floor(static_cast<std::uint32_t>(floor)), floor);
  }
}

TEST(LatencySummary, AcceptsAnEmptyPass) {
  std::vector<std::uint32_t> none;
  EXPECT_EQ(summarise_latencies(none, 0).samples, 0U);
}

}  // namespace
}  // namespace omenbench
