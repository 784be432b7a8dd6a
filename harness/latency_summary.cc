// Percentiles by successive selection, each on what lies above the one before it.
#include "harness/latency_summary.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>

namespace omenbench {
namespace {

constexpr int kSubBucketBits = 5;

/// Position of the bucket: dense integers, ascending with ns.
std::size_t bucket_of(std::uint32_t ns) {
  if (ns < (1U << kSubBucketBits)) return ns;
  const int shift = std::bit_width(ns) - 1 - kSubBucketBits;
  return (static_cast<std::size_t>(shift) << kSubBucketBits) + (ns >> shift);
}

constexpr std::size_t kBuckets = (std::size_t{32 - kSubBucketBits} << kSubBucketBits) + (1U << kSubBucketBits);

}  // namespace

std::uint64_t bucket_floor(std::uint32_t ns) {
  if (ns < (1U << kSubBucketBits)) return ns;
  const int shift = std::bit_width(ns) - 1 - kSubBucketBits;
  return std::uint64_t{ns >> shift} << shift;
}

LatencyRecord summarise_latencies(std::span<std::uint32_t> samples, std::uint64_t saturated) {
  LatencyRecord record;
  record.samples = samples.size();
  record.saturated = saturated;
  record.percentiles.fill(std::numeric_limits<double>::quiet_NaN());
  if (samples.empty()) return record;

  std::vector<std::uint64_t> counts(kBuckets);
  std::vector<std::uint32_t> floors(kBuckets);
  for (const std::uint32_t ns : samples) {
    const std::size_t bucket = bucket_of(ns);
    ++counts[bucket];
    floors[bucket] = static_cast<std::uint32_t>(bucket_floor(ns));
  }
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    if (counts[bucket] != 0) record.histogram.emplace_back(floors[bucket], counts[bucket]);
  }

  const auto n = static_cast<double>(samples.size());
  auto begin = samples.begin();
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    const double p = kPercentiles[i].second;
    // 1e-9: 1 - 0.99 is a little more than 0.01 in binary, which must not ask for a 1,001st sample.
    if (n * (1 - p) < 10 - 1e-9) break;
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(p * n - 1e-9)) - 1;
    const auto position = samples.begin() + rank;
    if (position < begin) continue;
    std::nth_element(begin, position, samples.end());
    record.percentiles[i] = *position;
    begin = position;
  }
  record.max = *std::max_element(begin, samples.end());
  return record;
}

}  // namespace omenbench
