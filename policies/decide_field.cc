// See the header.
#include "policies/decide_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.h"

namespace omenbench {
namespace {

/// Keeps those among the candidates that `takes_part` names which may win among themselves.
template <class TakesPart>
void keep_likely(const std::vector<Candidate>& candidates, TakesPart takes_part, std::vector<bool>& kept) {
  std::vector<std::size_t> positions;
  std::vector<std::optional<Prediction>> predictions;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!takes_part(candidates[i].index)) continue;
    positions.push_back(i);
    predictions.push_back(candidates[i].predicted);
  }
  const std::vector<bool> chance = plausible(predictions);
  for (std::size_t at = 0; at < positions.size(); ++at) {
    if (chance[at]) kept[positions[at]] = true;
  }
}

}  // namespace

Field field_of(const RowPlan& row, const WorkerSet& workers, const CostModel& model, const CostPoint& point,
               bool ordered) {
  Field field;
  for (const CellPlan& cell : row.cells) {
    const WorkerIndex& index = *workers.find(cell.index);
    if (index.info.family == Family::kReference) continue;
    if (cell.status == TrialStatus::kUnsupported) {
      field.unsupported.emplace_back(cell.index, cell.reason);
    } else if (ordered && !index.info.capabilities.ordered) {
      field.unsupported.emplace_back(cell.index, "keeps no order");
    } else {
      field.candidates.push_back({.index = summary_of(index),
                                  .predicted = model.predict(cell.index, point),
                                  .out = cell.status == TrialStatus::kOk ? "" : cell.reason});
    }
  }
  if (!field.candidates.empty()) return field;
  std::string why;
  if (!field.unsupported.empty()) {
    why = fmt::format(": {} {}", field.unsupported[0].first, field.unsupported[0].second);
  }
  throw Error("no index can serve this mix" + why);
}

void drop_implausible(std::vector<Candidate>& candidates, std::string_view yardstick) {
  std::vector<bool> kept(candidates.size(), false);
  keep_likely(
      candidates, [](const IndexSummary& index) { return index.ordered; }, kept);
  keep_likely(
      candidates, [](const IndexSummary& index) { return index.family == "hash"; }, kept);
  keep_likely(
      candidates, [](const IndexSummary& index) { return index.family == "tree"; }, kept);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Candidate& candidate = candidates[i];
    if (kept[i] || !candidate.out.empty() || candidate.index.name == yardstick) continue;
    candidate.out = "too slow by the cost model, not measured";
  }
}

RowPlan evened_row(const RowPlan& row, const std::vector<Candidate>& candidates) {
  RowPlan evened = row;
  for (const CellPlan& cell : row.cells) {
    const auto same = [&](const Candidate& one) { return one.index.name == cell.index; };
    if (std::ranges::any_of(candidates, same)) evened.operations = std::min(evened.operations, cell.operations);
  }
  return evened;
}

}  // namespace omenbench
