// The report: one HTML page that holds everything a reader or reviewer of a run needs and loads nothing from anywhere.
// Tables are written here, so that they read without JavaScript; charts are drawn in the browser by ECharts from a
// small JSON block that the page carries.
#pragma once

#include <string>

#include "results/result.h"

namespace omenbench {

/// Renders a result as one self-contained page. What it lacks is left out or shown as a dash; every text of it is
/// escaped. The Content-Security-Policy of the page allows its own scripts and style (by their sha256) and nothing
/// else.
std::string render_report(const Result& result);

}  // namespace omenbench
