// What a cell measured beyond its plain passes: by phase, by kind of operation, in an open loop, and over time. Left
// empty where it was not measured.
#pragma once

#include "results/result.h"
#include "results/rows.h"

namespace omenbench {

/// Fills in `phases`, `kinds`, `timeline`, `passes.open` and `passes.rate_search` of a cell that is ok.
void add_modes(const CellView& view, const RowView& row, double timer_cost_ns, Cell& cell);

}  // namespace omenbench
