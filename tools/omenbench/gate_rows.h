// What a live gate compares: the rows of a plan, and in each the indexes that both sides have. What only one side has,
// or what a gate cannot measure, is refused or said, never left out in silence.
#pragma once

#include <string>
#include <vector>

#include "harness/workers.h"
#include "policies/gate_indexes.h"
#include "policies/gate_rounds.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/prepare.h"
#include "tools/omenbench/record.h"

namespace omenbench {

struct GateRows {
  PreparedRun run;
  std::vector<GateRow> rows;       ///< point into `run` and the sets of workers
  std::vector<std::string> notes;  ///< what is left out, once each
};

/// What a gate compares: engines are timed as indexes are, but nobody counts the instructions of a server.
enum class GateLane : std::uint8_t { kTimes, kInstructions };

/// Loads the plan's datasets. Throws Error as prepare_run does, and for modes that a gate has not. The sets of workers
/// must outlive the result.
GateRows prepare_gate(const Plan& plan, const WorkerSet& base, const WorkerSet& head, GateLane lane,
                      const Announce& announce);

/// Measures every row with every index that both sides have, and keeps the trials in `record`. Throws Error on what
/// cannot be compared.
GateReport run_live_gate(const GateRows& rows, const std::vector<Metric>& metrics, LiveGateOptions options,
                         const Announce& announce, Record& record);
GateSelftest selftest_gate(const GateRows& rows, const std::vector<Metric>& metrics, LiveGateOptions options,
                           const Announce& announce);

}  // namespace omenbench
