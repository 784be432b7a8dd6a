// From the trials of a run to its result, which everything else reads: report, table, exporters, gate. The meaning of
// its fields is explained in docs/results.md.
#pragma once

#include "harness/trial_record.h"
#include "results/result.h"

namespace omenbench {

/// The result of a run, complete or interrupted: only complete rounds count. Throws Error when the run is
/// inconsistent (a cell of an index that the header does not describe).
Result summarise(const Run& run);

/// What is known of both sides of a verdict.
Conditions conditions_of(const Verdict& verdict, const Row& row);

}  // namespace omenbench
