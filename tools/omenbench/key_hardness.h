// How hard the keys of a run are to predict: part of the result, so that a figure can set speed against hardness.
#pragma once

#include "tools/omenbench/prepare.h"

namespace omenbench {

/// Fills header.datasets[].hardness: three passes over the keys, O(n), before anything is measured. Where that takes
/// long it is announced.
void add_hardness(PreparedRun& run, const Announce& announce);

}  // namespace omenbench
