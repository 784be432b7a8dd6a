// What would change the answer: the share of inserts and the number of keys at which another index becomes the fastest,
// from the cost model shifted so that it agrees with what was measured here. Not a measurement, and said so.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/decide/cost_model.h"
#include "results/decide/recommendation.h"

namespace omenbench {

struct BreakEven {
  enum class Axis { kInserts, kKeys };
  Axis axis = Axis::kInserts;
  bool above = true;      ///< the answer changes above `at`, else below
  double at = 0;          ///< share of inserts, or number of keys
  std::size_t other = 0;  ///< the candidate that is the fastest there
  double error = 0;       ///< of the model, for ln(other / winner)
  bool vague = false;     ///< what was measured here is closer than `error`: that it comes is known, where is not
};

/// Nearest points, in both directions of both axes and within what the model was fitted to, at which another candidate
/// that can answer the question is faster than the winner by the smallest effect worth acting on. None where the answer
/// itself is undecided.
std::vector<BreakEven> break_evens(const CostModel& model, const CostPoint& here, std::span<const Candidate> candidates,
                                   const Answer& answer);

/// In sentences, with what no model is needed for: a static winner cannot take inserts.
std::vector<std::string> in_words(std::span<const BreakEven> changes, const CostModel& model, const CostPoint& here,
                                  std::span<const Candidate> candidates, const Answer& answer);

}  // namespace omenbench
