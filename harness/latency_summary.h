// From raw latency samples to what the journal keeps: exact percentiles and a sparse histogram.
#pragma once

#include <cstdint>
#include <span>

#include "harness/trial_record.h"

namespace omenbench {

/// Reorders `samples` (ns; 32 bits in a closed loop, 64 in an open one). Percentiles are nearest-rank order statistics;
/// one whose tail is not resolved (samples < 10 / (1 - p)) is NaN.
LatencyRecord summarise_latencies(std::span<std::uint32_t> samples, std::uint64_t saturated);
LatencyRecord summarise_latencies(std::span<std::uint64_t> samples);

/// One such percentile, 0 < p < 1. Reorders `samples`.
double latency_percentile(std::span<std::uint32_t> samples, double p);
double latency_percentile(std::span<std::uint64_t> samples, double p);

/// Lower bound in ns of the histogram bucket that holds `ns`: exact below 32, then 32 buckets an octave.
std::uint64_t bucket_floor(std::uint64_t ns);

}  // namespace omenbench
