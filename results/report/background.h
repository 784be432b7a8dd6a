// What a reader needs to judge or repeat a run: machine, program, plan, data sets, engine settings, and how the numbers
// came about.
#pragma once

#include <string>

#include "results/report/markup.h"

namespace omenbench::report {

/// Notes on the whole run (interrupted, failed cells, warnings); "" when there is nothing to say.
std::string notes_html(const Result& result);
/// Sections "Methods", "Data sets", "Indexes and engines", "Environment".
std::string background_html(const Result& result);

}  // namespace omenbench::report
