// See the header.
#include "results/decide/trial_time.h"

#include <algorithm>

namespace omenbench {
namespace {

/// Warm-up, and what the coordinator does with answers and samples.
constexpr double kBeside = 1.2;
/// A pass that waits for each answer cannot overlap cache misses, and reads the clock.
constexpr double kWaiting = 3;
constexpr double kClock_s = 50e-9;

}  // namespace

double TrialTime::Seen::at(std::uint64_t wanted) const {
  const double more = static_cast<double>(wanted) - static_cast<double>(operations);
  return std::max(wall_s + more * per_operation_s, 0.1 * wall_s);
}

void TrialTime::note(const TrialRecord& trial, const TrialWork& work) {
  double passes_ns = 0;
  for (const PassRecord& pass : trial.passes) passes_ns += pass.present ? pass.ns_per_op : 0;
  build_s_ = static_cast<double>(trial.build_ns) / 1e9;
  (work.throughput_only ? throughput_ : all_) =
      Seen{.wall_s = trial.wall_ms / 1e3, .per_operation_s = kBeside * passes_ns / 1e9, .operations = work.operations};
}

double TrialTime::expected_s(const TrialWork& work) const {
  const std::optional<Seen>& seen = work.throughput_only ? throughput_ : all_;
  if (seen) return seen->at(work.operations);
  if (!throughput_ && !all_) return 1;
  if (work.throughput_only) return all_->at(work.operations);
  const double pass_s = throughput_->per_operation_s;
  const double further_s = mutates_ ? pass_s + kClock_s : 2 * (kWaiting * pass_s + kClock_s);
  return throughput_->at(work.operations) + (mutates_ ? build_s_ : 0) +
         further_s * static_cast<double>(work.operations);
}

}  // namespace omenbench
