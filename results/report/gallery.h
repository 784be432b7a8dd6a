// One page of many results, from many machines: who was the fastest and what the verdicts were, row by row, to be
// filtered by words. Verdicts are put beside each other; times of two machines are not compared.
#pragma once

#include <span>
#include <string>

#include "results/report/several.h"

namespace omenbench {

/// `runs` in the order in which they are shown; `name` is where the run lies, as seen from the page. Every text is
/// escaped. REQUIRES: not empty.
std::string render_gallery(std::span<const NamedResult> runs);

}  // namespace omenbench
