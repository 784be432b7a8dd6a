// Everything that was measured in one row, cell by cell: as a table for people and as numbers for the figures.
#pragma once

#include <string>

#include "results/report/markup.h"

namespace omenbench::report {

/// One table of every number of every cell, references last in their row. Failed cells show status and reason, no
/// number. The page shows the lines of single rows as tables of their own as well.
std::string numbers_table_html(const Result& result);
/// What a row measured beyond (phases, open loop, ...) as tables, and the notes on its cells.
std::string row_extras_html(const Row& row);

/// What the figures draw; chart_data.cc lists the members. Latency curves are read off the histograms at a grid of
/// 1/(1-q) and end at the last resolved percentile.
Json chart_data(const Result& result);

}  // namespace omenbench::report
