// Why an index is slower than another, in one sentence, from what the processor did in both (docs/explain.md). One rule
// for every place that says so; it explains and never decides.
#pragma once

#include <string>

#include "results/result.h"

namespace omenbench {

/// "pgm-64 is slower than simd-tree: 2.1 more last-level misses, 0.82 more mispredictions a lookup". Of the pair of the
/// row's headline in memory, or where there is none of the two fastest. Empty: not both of them were counted.
///
/// What the slower one does more of is named, the dearest first, three at most: what costs less than a
/// twentieth of the dearest difference, or differs by less than a twentieth, is not. What it does less of follows if it
/// saves as much as that. A pair that the row's verdict (or without one their intervals) cannot tell apart is told as
/// such.
std::string why_sentence(const Row& row);

}  // namespace omenbench
