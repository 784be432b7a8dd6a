// The space that a hunt searches: axes with the values that its grid begins with, the places of that grid, and the
// workload of a place.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "results/hunt/hunt.h"
#include "workloads/workload.h"

namespace omenbench {

struct HuntAxisValues {
  HuntAxis axis{};
  std::vector<double> values;  ///< ascending
  bool usual = false;          ///< nobody asked for just these
};

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
