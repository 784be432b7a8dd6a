// The measuring part of `omenbench hunt`: a first impression of every place of the grid, then rounds where they decide
// most, until nothing is left to narrow or the budget is spent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/hunt/hunt.h"
#include "tools/omenbench/hunt_axes.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {

struct HuntSettings {
  Plan plan;  ///< datasets, indexes, operations, budget, seed and limits; keys empty: each dataset's usual number
  std::vector<HuntAxisValues> axes;
  HuntPlace base;       ///< without dataset and keys
  bool full = false;    ///< every combination instead of each axis alone
  bool hashes = false;  ///< hash maps are opponents too
  double target = 2;
};

/// Throws Error for names that are unknown and hunts that have nothing to compare. Ends early, with what it has, at an
/// interrupt.
HuntReport hunt(const HuntSettings& settings, const Announce& announce);

}  // namespace omenbench
