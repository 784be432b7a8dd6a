// The trials of `run --explain`: one more of every cell that has numbers, under an instrument that counts what the
// processor does in the measured loop. They come after all rounds and decide nothing.
#pragma once

#include <cstdint>
#include <span>

#include "harness/session/row_rounds.h"
#include "harness/trial_record.h"
#include "harness/workers.h"

namespace omenbench {

struct ExplainRules {
  Counting counting = Counting::kNone;
  std::uint64_t most_operations = 100'000;  ///< of a trial: an instrument may be a hundred times slower
};

/// Counts every cell of `run` that is ok and has not been counted. `workers`: those that the instrument can run. Each
/// cell's record is told to the session's on_trial: with its counts, or with why there are none. Stops at an interrupt
/// without a record of the trial that was cut off.
void explain_rows(Session& session, const Run& run, std::span<const RowInput> inputs, const WorkerSet& workers,
                  const ExplainRules& rules);

}  // namespace omenbench
