// Everything that was measured in one row, cell by cell: as tables for people and as numbers for the charts.
#pragma once

#include <string>

#include "results/report/markup.h"

namespace omenbench::report {

/// Two tables of one row's cells, times and costs, references last. Failed cells show status and reason, no number.
std::string cells_tables_html(const Json& row);

/// What the figures draw; chart_data.cc lists the members. Latency curves are read off the histograms at a grid of
/// 1/(1-q) and end at the last resolved percentile.
Json chart_data(const Json& result);

}  // namespace omenbench::report
