// What of an interrupted run still counts, and whether this program and machine may continue it.
#pragma once

#include <vector>

#include "harness/trial_record.h"

namespace omenbench {

/// Throws Error unless `now` was built by the same executables, on the same machine, over the same keys and cells as
/// `before`.
void require_same_run(const RunHeader& before, const RunHeader& now);

struct Kept {
  std::vector<TrialRecord> trials;    ///< complete rounds
  std::vector<TrialRecord> repeated;  ///< no longer count: rounds that were split, and what is asked to be repeated
};

/// Complete rounds stay; the trials of a split round, cells that were not run, and with `retry_failed` every row with a
/// failed cell are repeated from their first missing round.
Kept keep_complete_rounds(const RunHeader& header, const std::vector<TrialRecord>& trials, bool retry_failed);

}  // namespace omenbench
