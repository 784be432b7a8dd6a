// The space that `omenbench hunt` searches: axes with the values that its grid begins with, the place that all lines
// pass through, and the workload of a place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "results/hunt/hunt.h"
#include "workloads/workload.h"

namespace omenbench {

struct HuntAxisValues {
  HuntAxis axis{};
  std::vector<double> values;  ///< ascending
  bool usual = false;          ///< nobody asked for just these
};

/// "read-share,scan=10/100": names with values of the grid, or without for the usual ones. Throws Error.
std::vector<HuntAxisValues> parse_axes(const std::string& text);

/// "read-share=0.9,scan=100" on top of `place`. Throws Error, also for an axis of `searched`.
HuntPlace parse_place(const std::string& text, HuntPlace place, const std::vector<HuntAxisValues>& searched);

/// The places of the grid around `base`: each axis alone, or every combination (`full`). Ordered so that a hunt that is
/// cut off has seen the ends of the axes before what lies between. The lines' points are positions in `places`. What
/// does not `exist` is left out, and so are lines of fewer than two places.
struct HuntGrid {
  std::vector<HuntPlace> places;
  std::vector<HuntLine> lines;
};
HuntGrid make_grid(const std::vector<HuntPlace>& bases, const std::vector<HuntAxisValues>& axes, bool full,
                   const std::function<bool(const HuntPlace&)>& exists);

/// What is done to the keys at that place. `loaded_share` of them are there before it starts.
Workload workload_of(const HuntPlace& place, double loaded_share);

}  // namespace omenbench
