// The rounds of `omenbench run`: row after row, each until it is decided or its share of the budget is spent; then what
// is left of the budget goes to the rows that are not decided.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/session/row_rounds.h"
#include "harness/trial_record.h"
#include "harness/workers.h"
#include "results/adaptive.h"

namespace omenbench {

struct RunRules {
  SettleRule settle{};  ///< when a row may end; its minimum of rounds is that of the run
  std::uint64_t max_rounds = 100;
  double budget_s = 600;     ///< measuring time of the whole run
  double budget_used_s = 0;  ///< spent before a resume
  bool race = false;         ///< cells that no further round can help leave (results/race.h)
};

/// Runs all rows of `header`, after the trials of `done`: complete rounds of an interrupted run. Everything that is
/// measured goes to the session's observer. Stops at an interrupt without a record of the trial that was cut off.
void run_rows(Session& session, RunHeader& header, std::span<const RowInput> inputs, const WorkerSet& workers,
              const RunRules& rules, const std::vector<TrialRecord>& done);

}  // namespace omenbench
