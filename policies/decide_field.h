// Who takes part in `omenbench decide`: the indexes of its one row that can serve, less those without a chance.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/session/row_rounds.h"
#include "results/decide/cost_model.h"
#include "results/decide/recommendation.h"

namespace omenbench {

struct Field {
  std::vector<Candidate> candidates;                             ///< of which some may be out, with the reason
  std::vector<std::pair<std::string, std::string>> unsupported;  ///< name, why it cannot serve
};

/// Every index of the row but the reference, with what the model predicts of it at `point`. With `ordered` none that
/// keeps no order. Throws Error when nobody is left to serve.
Field field_of(const RowPlan& row, const WorkerSet& workers, const CostModel& model, const CostPoint& point,
               bool ordered);

/// Puts out what the model takes for too slow to win; never the yardstick. Ordered indexes and hash maps answer
/// different questions, and trees are what others are measured against: each of these kinds keeps its likely winners.
void drop_implausible(std::vector<Candidate>& candidates, std::string_view yardstick);

/// The row with the operations that the slowest tier of the candidates runs: only times of the same operations compare.
RowPlan evened_row(const RowPlan& row, const std::vector<Candidate>& candidates);

}  // namespace omenbench
