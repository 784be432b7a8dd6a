// What a row measured beyond its main table, as small tables: by phase, by kind of operation, in an open loop,
// over time, and by pages read and written. Every format shows the same ones.
#pragma once

#include <vector>

#include "results/document/document.h"
#include "results/result.h"

namespace omenbench {

/// Those that the row has.
std::vector<Table> mode_tables(const Row& row);

}  // namespace omenbench
