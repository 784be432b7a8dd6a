// `omenbench decide --inside`: which of a database's own indexes for a column, measured on a copy of it.
#pragma once

#include "tools/omenbench/decide_keys.h"
#include "tools/omenbench/decide_mix.h"
#include "tools/omenbench/plan.h"

namespace omenbench {

/// Reads the column, measures and prints. Of the plan, budget, seed and instruction set count. `in_place`: in a schema
/// of the PostgreSQL server that the keys come from, which is dropped afterwards, instead of a private server. Throws
/// Error.
ExitCode decide_inside(const KeySource& source, bool in_place, const MixOptions& mix, const Plan& plan,
                       const CommonOptions& common);

}  // namespace omenbench
