// From the raw samples of a trial to what is kept of them: percentiles by phase, by kind of operation and by window of
// time, and those of the open loop. All of it happens in the coordinator, after the trial, from the samples and the
// stream; the trial itself only times.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/operation.h"
#include "core/trial_io.h"
#include "harness/trial_record.h"

namespace omenbench {

/// A phase as trials see it.
struct PhasePlan {
  std::string name;
  double rate = 0;  ///< arrivals per second over all threads; 0: closed loop
};

/// What one thread ran and measured. Empty spans where a pass did not run.
struct ThreadSamples {
  std::span<const Operation> operations;  ///< of the latency pass
  std::span<const std::uint64_t> phase_ends;
  std::span<const std::uint32_t> latencies;
  std::span<const std::uint64_t> open_latencies, lags;
};

/// One record per phase; empty when there is only one.
std::vector<PartRecord> phase_records(std::span<const ThreadSamples> threads, std::span<const PhasePlan> phases,
                                      const TrialOutput& output);

/// One record per kind of operation among those timed in the latency pass; empty when there is only one.
std::vector<PartRecord> kind_records(std::span<const ThreadSamples> threads);

/// One record per window of the latency pass.
std::vector<WindowRecord> window_records(std::span<const ThreadSamples> threads, std::uint64_t windows,
                                         const TrialOutput& output);

/// The open pass at its rates.
OpenRecord open_record(std::span<const ThreadSamples> threads, std::span<const PhasePlan> phases,
                       const TrialOutput& output);

/// The open pass that searched for a rate.
SearchRecord search_record(std::uint64_t p99_limit_ns, const TrialOutput& output);

}  // namespace omenbench
