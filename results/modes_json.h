// What a cell measured beyond its plain passes, for the result document: by phase, by kind of operation, in an open
// loop, and over time. Absent where it was not measured.
#pragma once

#include <nlohmann/json.hpp>

#include "results/rows.h"

namespace omenbench {

/// Adds `phases`, `kinds`, `timeline` and `passes.open` to a cell, as far as it has them.
void add_modes(const CellView& cell, const RowView& row, double timer_cost_ns, nlohmann::ordered_json& json);

}  // namespace omenbench
