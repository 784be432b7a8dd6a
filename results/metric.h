// What indexes are compared by.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"

namespace omenbench {

enum class Metric : std::uint8_t { kThroughput, kDependent, kP50, kP99, kBytes, kBuild };
inline constexpr std::array kMetrics = {Metric::kThroughput, Metric::kDependent, Metric::kP50,
                                        Metric::kP99,        Metric::kBytes,     Metric::kBuild};
template <>
inline constexpr std::size_t kEnumSize<Metric> = kMetrics.size();
std::string_view to_string(Metric metric);

/// What a row is judged and ranked by: throughput; where it was not measured, p50; else dependent. With cold caches
/// there is p50 alone. `passes`: those that were asked for, by kPassNames; none: all.
Metric headline_metric(bool cold, const std::vector<std::string>& passes);

/// Smallest relative effect worth acting on: 10 % for p99 and build, else 5 %.
double smallest_effect(Metric metric);

/// True when a percentile is too close to the timer's own cost to be believed.
bool below_timer(double ns, double timer_cost_ns);

}  // namespace omenbench
