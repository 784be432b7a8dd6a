// The modes of `omenbench run` beyond its plain passes: an open loop, the search for a rate, a time line, cold caches.
// What they ask of a plan, and what they make of a row.
#pragma once

#include <string>

#include "harness/trial_record.h"
#include "tools/omenbench/plan.h"
#include "workloads/workload.h"

namespace omenbench {

/// Throws Error naming the options that do not go together.
void refuse_conflicting_modes(const Plan& plan);

/// Says how much is evicted: what the plan says, else twice the largest cache of this machine; 0: nothing.
std::uint64_t bytes_to_evict(const Plan& plan);

/// Sets how far the cells of a planned row run in an open loop, and marks the row. Throws Error when the workload does
/// not allow the mode.
void plan_modes(const Plan& plan, const Workload& workload, RowPlan& row);

/// What the modes add to a trial, roughly, in seconds.
double estimate_modes_s(const Plan& plan, const CellPlan& cell, double operation_ns);

}  // namespace omenbench
