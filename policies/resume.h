// What of an interrupted run still counts, and whether this program and machine may continue it.
#pragma once

#include <string>
#include <vector>

#include "harness/trial_record.h"

namespace omenbench {

/// Throws Error unless `now` was started by the same executables (of a gate: both sides) and plugins as `before`, on
/// the same machine in the same state (quota, processors, governor, ...).
void require_same_program(const RunHeader& before, const RunHeader& now);

/// Throws Error unless `now` has the same keys and cells as `before`. A search finds its rows on the way: of one only
/// the keys are compared that it begins with.
void require_same_rows(const RunHeader& before, const RunHeader& now);

/// What of the machine is not as it was and yet bars nothing, such as another kernel, in sentences.
std::vector<std::string> changed_since(const RunHeader& before, const RunHeader& now);

struct Kept {
  std::vector<TrialRecord> trials;    ///< complete rounds
  std::vector<TrialRecord> repeated;  ///< no longer count: rounds that were split, and what is asked to be repeated
};

/// Complete rounds stay; the trials of a split round, cells that were not run, and with `retry_failed` every row with a
/// failed cell are repeated from their first missing round.
Kept keep_complete_rounds(const RunHeader& header, const std::vector<TrialRecord>& trials, bool retry_failed);

/// For a policy whose rounds follow from what it saw (decide, hunt, gate): all but the last round, which may be split,
/// in the order of measuring; everything when the command came to its end. Session::recall gives them again.
Kept keep_what_led_on(const Run& run);

}  // namespace omenbench
