// Verdicts of older results, whose champions three rounds chose: decided again from the blocks of their cells, so that
// whatever reads them agrees with what is measured now.
#pragma once

#include "results/result.h"

namespace omenbench {

/// Replaces every verdict of `result` that its cells hold the rounds for. Those against engines over a stream that
/// writes stay: the times at the end of the shorter prefix are in the journal alone.
void decide_again(Result& result);

}  // namespace omenbench
