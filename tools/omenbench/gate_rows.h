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

namespace omenbench {

struct GateRows {
  PreparedRun run;
  std::vector<GateRow> rows;       ///< point into `run` and the sets of workers
  std::vector<std::string> notes;  ///< what is left out, once each
};

/// Loads the plan's datasets. Throws Error as prepare_run does, and for modes that a gate has not. The sets of workers
/// must outlive the result.
GateRows prepare_gate(const Plan& plan, const WorkerSet& base, const WorkerSet& head, const Announce& announce);

/// Measures every row with every in-process index that both sides have. Throws Error on what cannot be compared.
GateReport run_live_gate(const GateRows& rows, const std::vector<Metric>& metrics, LiveGateOptions options,
                         const Announce& announce);
GateSelftest selftest_gate(const GateRows& rows, const std::vector<Metric>& metrics, LiveGateOptions options,
                           const Announce& announce);

}  // namespace omenbench
