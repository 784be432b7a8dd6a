// Rows and their cells before anything runs: who can take part and why not, how many operations each runs, and what all
// of it takes. Cells are decided from what an index can do (its concepts), never from its name.
#pragma once

#include <cstdint>
#include <string>

#include "harness/trial_record.h"
#include "harness/workers.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {

/// Empty when the index can take part in a row of that workload, else why not.
std::string unsupported_reason(const WorkerIndex& index, const Workload& workload, std::uint64_t threads);

/// The row of a dataset and a workload: which of the plan's indexes take part, over how many operations. `keys` is what
/// make_row_keys made of the two. Throws Error when the workload cannot run on so few keys.
RowPlan plan_row(const PreparedRun& run, const Dataset& dataset, const RowKeys& keys, const Workload& workload,
                 std::uint64_t threads);

/// Throws Error naming the first row that memory cannot hold.
void refuse_what_cannot_fit(const PreparedRun& run);

/// What one row takes, for --dry-run and for the first guess of the time left.
struct RowEstimate {
  std::uint64_t shared_bytes = 0;  ///< entries and stream, mapped by all processes
  std::uint64_t largest_cell_bytes = 0;
  double seconds_per_round = 0;  ///< rough: from typical costs of each tier, not measured
};
/// `row` is one of `run.header.rows`.
RowEstimate estimate_row(const PreparedRun& run, const RowPlan& row);

}  // namespace omenbench
