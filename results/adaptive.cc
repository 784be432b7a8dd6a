// See the header.
#include "results/adaptive.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/rows.h"
#include "results/statistics.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

bool narrow(std::span<const TrialRecord* const> trials, Metric metric, double limit, double smallest) {
  std::vector<double> values;
  for (const TrialRecord* trial : trials) {
    const double value = metric_value(*trial, metric);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return true;  // the metric does not apply
  const Estimate result = estimate(values);
  if (result.median < smallest) return true;
  const auto half_width = result.relative_half_width();
  return half_width && *half_width <= limit;
}

bool is_reference(std::span<const IndexSummary> indexes, const std::string& name) {
  const auto found = std::ranges::find(indexes, name, &IndexSummary::name);
  return found != indexes.end() && found->family == "reference";
}

}  // namespace

bool row_is_settled(std::span<const TrialRecord> trials, const RowPlan& row, std::span<const IndexSummary> indexes,
                    const SettleRule& rule) {
  std::vector<const TrialRecord*> all;
  for (const TrialRecord& trial : trials) all.push_back(&trial);
  const auto rounds = complete_rounds(all, row);
  if (rounds.size() < rule.minimum_rounds) return false;
  if (const auto decided = row_is_decided(view_row(row, all, indexes, false), rule.timer_cost_ns)) return *decided;
  const double smallest = 10 * rule.timer_cost_ns;
  return std::ranges::all_of(row.cells, [&](const CellPlan& cell) {
    if (cell.status != TrialStatus::kOk || cell.left_after != 0 || is_reference(indexes, cell.index)) return true;
    std::vector<const TrialRecord*> mine;
    for (const TrialRecord* trial : all) {
      if (trial->index != cell.index) continue;
      if (trial->status != TrialStatus::kOk) return true;
      if (std::ranges::binary_search(rounds, trial->round)) mine.push_back(trial);
    }
    return narrow(mine, Metric::kThroughput, rule.throughput, 0) && narrow(mine, Metric::kP50, rule.p50, smallest) &&
           narrow(mine, Metric::kP99, rule.p99, smallest);
  });
}

}  // namespace omenbench
