// Which indexes go on to the next round of a search for the fastest: successive halving (Jamieson and Talwalkar,
// "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016, section 3), with the
// difference that the best of every kind stays, because the answer compares them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "harness/trial_record.h"

namespace omenbench {

/// How an index stands after the rounds so far.
struct Standing {
  std::string family;
  bool ordered = false;
  bool keep = false;  ///< goes on whatever it scores: what the others are compared with
  double score = 0;   ///< smaller is better; NaN: it has none, and goes out
};

/// Positions of those that go on, ascending: the better half (at least `least`) and what is within the factor `slack`
/// of its last, of every family the best, the two best ordered ones, the two best ordered classical ones, and those to
/// keep. REQUIRES: slack >= 1.
std::vector<std::size_t> better_half(std::span<const Standing> standings, std::size_t least, double slack);

}  // namespace omenbench
