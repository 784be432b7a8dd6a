// The figure of a row in the page of several runs: each index's ratio to the first run with its interval.
#pragma once

#include <string>

#include "results/compare/side_by_side.h"

namespace omenbench::report {

/// A for the first run, B for the second, ..., R27 for the 27th.
std::string run_letter(std::size_t run);
/// The marker of a run as a small inline SVG; the first, which is what others are compared with, has none.
std::string run_symbol(std::size_t run);
/// An SVG in a <figure>; empty when the row has no ratio of that metric. `words`: the metric for people.
std::string ratio_figure(const RowSideBySide& row, const std::string& metric, const std::string& words,
                         std::size_t runs);

}  // namespace omenbench::report
