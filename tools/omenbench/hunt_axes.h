// Axes and places of `omenbench hunt` as they are written on the command line.
#pragma once

#include <string>
#include <vector>

#include "policies/hunt_grid.h"

namespace omenbench {

/// "read-share,scan=10/100": names with values of the grid, or without for the usual ones. Throws Error.
std::vector<HuntAxisValues> parse_axes(const std::string& text);

/// "read-share=0.9,scan=100" on top of `place`. Throws Error, also for an axis of `searched`.
HuntPlace parse_place(const std::string& text, HuntPlace place, const std::vector<HuntAxisValues>& searched);

}  // namespace omenbench
