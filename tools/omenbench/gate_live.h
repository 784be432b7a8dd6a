// Measures two sides of a gate in one job, interleaved.
#pragma once

#include "harness/workers.h"
#include "results/gate/gate.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {

struct LiveGateOptions {
  GateRules rules;
  std::vector<Metric> metrics{Metric::kThroughput};
  /// Multiplies what head measures: a slow-down planted by --selftest; 1: none.
  double planted = 1;
  /// The one index that the slow-down is planted in; empty: all.
  std::string planted_index{};
};

/// Every row of `plan` with every in-process index that both sides have. Throws Error on what cannot be compared; at an
/// interrupt it returns what is decided so far, with a note.
GateReport run_live_gate(const Plan& plan, const WorkerSet& base, const WorkerSet& head, const LiveGateOptions& options,
                         const Announce& announce);

}  // namespace omenbench
