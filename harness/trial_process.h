// One trial as a process: writes the request, starts the worker, waits within the limits, checks every answer against
// the reference and turns the outcome into a TrialRecord.
#pragma once

#include <cstdint>

#include "harness/engine_table.h"
#include "harness/trial_limits.h"
#include "harness/trial_material.h"
#include "harness/trial_record.h"
#include "harness/workers.h"

namespace omenbench {

/// What one cell runs.
struct TrialLength {
  std::uint64_t operations = 0;       ///< of the round, in the closed passes
  std::uint64_t open_operations = 0;  ///< in the open pass; 0: it is left out
  bool throughput_only = false;       ///< leaves the other passes out
};

/// Runs one trial over the first operations of the round.
TrialRecord run_trial_process(const WorkerIndex& index, const RowMaterial& row, const RoundMaterial& round,
                              const TrialLength& length, bool mutates, const EngineTable& table,
                              const TrialLimits& limits);

}  // namespace omenbench
