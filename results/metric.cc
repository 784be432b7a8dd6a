// See the header.
#include "results/metric.h"

namespace omenbench {

std::string_view to_string(Metric metric) {
  constexpr std::array<std::string_view, kMetrics.size()> kNames = {"throughput", "dependent", "p50",
                                                                    "p99",        "bytes",     "build"};
  return kNames[static_cast<std::size_t>(metric)];
}

double smallest_effect(Metric metric) { return metric == Metric::kP99 || metric == Metric::kBuild ? 0.10 : 0.05; }

bool below_timer(double ns, double timer_cost_ns) { return !(ns >= 10 * timer_cost_ns); }

}  // namespace omenbench
