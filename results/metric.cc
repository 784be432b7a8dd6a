// See the header.
#include "results/metric.h"

#include <algorithm>

#include "harness/trial_record.h"

namespace omenbench {

std::string_view to_string(Metric metric) {
  constexpr std::array<std::string_view, kMetrics.size()> kNames = {"throughput", "dependent", "p50",
                                                                    "p99",        "bytes",     "build"};
  return kNames[static_cast<std::size_t>(metric)];
}

Metric headline_metric(bool cold, const std::vector<std::string>& passes) {
  const auto asked = [&](Pass pass) {
    return passes.empty() || std::ranges::find(passes, kPassNames[static_cast<int>(pass)]) != passes.end();
  };
  if (cold) return Metric::kP50;
  if (asked(Pass::kThroughput)) return Metric::kThroughput;
  return asked(Pass::kLatency) ? Metric::kP50 : Metric::kDependent;
}

double smallest_effect(Metric metric) { return metric == Metric::kP99 || metric == Metric::kBuild ? 0.10 : 0.05; }

bool below_timer(double ns, double timer_cost_ns) { return !(ns >= 10 * timer_cost_ns); }

}  // namespace omenbench
