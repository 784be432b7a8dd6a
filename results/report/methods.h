// How the numbers of a run came about, in words: what every run does, and the modes that this one used.
#pragma once

#include <string>

#include "results/report/markup.h"

namespace omenbench::report {

/// The section "Methods". It speaks of a mode (open loop, rate search, phases, time line, cold caches, memory pressure,
/// threads) only when the run has it.
std::string methods_html(const Result& result);

}  // namespace omenbench::report
