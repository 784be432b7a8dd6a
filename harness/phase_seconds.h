// Phases that last seconds in a closed loop. The throughput pass has no clock inside, streams exist before they run,
// and every answer is checked against a reference at the stream's end. So seconds become a number of operations before
// the first round: a probe, one trial of each index, shows at which pace they go.
// docs/adr/0006-seconds-become-operations.md.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/trial_record.h"
#include "workloads/workload.h"

namespace omenbench {

/// Longest stream that a probe may ask for: beyond it generating one takes longer than most would measure.
inline constexpr std::uint64_t kMostTimedOperations = 100'000'000;

/// Sets how many operations each cell of a timed row runs, from the throughput passes of `probes`; cells without a
/// probe are left alone. With one phase that only reads, each index gets its own prefix; else all run what the slowest
/// of them does in that time, as in every row of several phases. At most `most` in all. Notes what came out.
void count_seconds(const Workload& workload, const std::vector<TrialRecord>& probes, std::uint64_t most, RowPlan& row);

/// The workload with the sizes of its phases that `count_seconds` found.
Workload with_counts(Workload workload, const std::vector<std::uint64_t>& phase_operations);

}  // namespace omenbench
