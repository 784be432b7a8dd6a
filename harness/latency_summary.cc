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
std::size_t bucket_of(std::uint64_t ns) {
  if (ns < (1U << kSubBucketBits)) return ns;
  const int shift = static_cast<int>(std::bit_width(ns)) - 1 - kSubBucketBits;
  return (static_cast<std::size_t>(shift) << kSubBucketBits) + static_cast<std::size_t>(ns >> shift);
}

constexpr std::size_t kBuckets = (std::size_t{64 - kSubBucketBits} << kSubBucketBits) + (1U << kSubBucketBits);

/// Enough samples lie beyond the percentile. 1e-9: 1 - 0.99 is a little more than 0.01 in binary, which must not ask
/// for a 1,001st sample.
bool resolved(double samples, double p) { return samples * (1 - p) >= 10 - 1e-9; }

std::ptrdiff_t rank_of(double samples, double p) {
  return static_cast<std::ptrdiff_t>(std::ceil(p * samples - 1e-9)) - 1;
}

template <class Sample>
double percentile_of(std::span<Sample> samples, double p) {
  const auto n = static_cast<double>(samples.size());
  if (!resolved(n, p)) return std::numeric_limits<double>::quiet_NaN();
  const auto position = samples.begin() + std::max<std::ptrdiff_t>(0, rank_of(n, p));
  std::nth_element(samples.begin(), position, samples.end());
  return static_cast<double>(*position);
}

template <class Sample>
LatencyRecord summary_of(std::span<Sample> samples, std::uint64_t saturated) {
  LatencyRecord record;
  record.samples = samples.size();
  record.saturated = saturated;
  record.percentiles.fill(std::numeric_limits<double>::quiet_NaN());
  if (samples.empty()) return record;

  std::vector<std::uint64_t> counts(kBuckets);
  std::vector<std::uint64_t> floors(kBuckets);
  for (const Sample ns : samples) {
    const std::size_t bucket = bucket_of(ns);
    ++counts[bucket];
    floors[bucket] = bucket_floor(ns);
  }
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    if (counts[bucket] != 0) record.histogram.emplace_back(floors[bucket], counts[bucket]);
  }

  const auto n = static_cast<double>(samples.size());
  auto begin = samples.begin();
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    const double p = kPercentiles[i].second;
    if (!resolved(n, p)) break;
    const std::ptrdiff_t rank = rank_of(n, p);
    const auto position = samples.begin() + rank;
    if (position < begin) continue;
    std::nth_element(begin, position, samples.end());
    record.percentiles[i] = static_cast<double>(*position);
    begin = position;
  }
  record.max = static_cast<double>(*std::max_element(begin, samples.end()));
  return record;
}

}  // namespace

std::uint64_t bucket_floor(std::uint64_t ns) {
  if (ns < (1U << kSubBucketBits)) return ns;
  const int shift = static_cast<int>(std::bit_width(ns)) - 1 - kSubBucketBits;
  return ns >> shift << shift;
}

LatencyRecord summarise_latencies(std::span<std::uint32_t> samples, std::uint64_t saturated) {
  return summary_of(samples, saturated);
}
LatencyRecord summarise_latencies(std::span<std::uint64_t> samples) { return summary_of(samples, 0); }

double latency_percentile(std::span<std::uint32_t> samples, double p) { return percentile_of(samples, p); }
double latency_percentile(std::span<std::uint64_t> samples, double p) { return percentile_of(samples, p); }

}  // namespace omenbench
