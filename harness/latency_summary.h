// From raw latency samples to what the journal keeps: exact percentiles and a sparse histogram.
#pragma once

#include <cstdint>
#include <span>

#include "harness/trial_record.h"

namespace omenbench {

/// Reorders `samples` (ns). Percentiles are nearest-rank order statistics; one whose tail is not resolved
/// (samples < 10 / (1 - p)) is NaN.
LatencyRecord summarise_latencies(std::span<std::uint32_t> samples, std::uint64_t saturated);

/// Lower bound in ns of the histogram bucket that holds `ns`: exact below 32, then 32 buckets an octave.
std::uint64_t bucket_floor(std::uint32_t ns);

}  // namespace omenbench
