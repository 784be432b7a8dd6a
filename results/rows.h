// A run seen row by row: which rounds are complete, how every cell ended, and the value of each metric in each round.
// Statistics, verdicts and the result document all look at a run through this, so that they agree on what counts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/trial_record.h"
#include "results/metric.h"

namespace omenbench {

/// The value of a metric in one trial; NaN when the trial has none (0 counts as none).
double metric_value(const TrialRecord& trial, Metric metric);

/// One index in one row. Points into the Run it was made from.
struct CellView {
  const CellPlan* plan = nullptr;
  const IndexSummary* index = nullptr;
  TrialStatus status = TrialStatus::kOk;
  std::string reason;                      ///< empty when ok, else never empty
  std::string bytes_doubt;                 ///< why its bytes are no measure of the index; empty when they are
  std::vector<const TrialRecord*> trials;  ///< one per complete round, in round order; empty unless ok
  std::size_t rounds_without = 0;          ///< complete rounds after it left the race, whose values are NaN

  bool ok() const { return status == TrialStatus::kOk; }
  bool in_process() const { return index->tier == "in-process"; }
  bool reference() const { return index->family == "reference"; }
  bool learned() const { return index->family == "learned"; }
  /// One value per complete round, NaN where there is none.
  std::vector<double> values(Metric metric) const;
  /// Throughput over the first `operations` of the stream only; NaN where a trial did not note the time there.
  std::vector<double> throughput_over(std::uint64_t operations) const;
};

struct RowView {
  const RowPlan* plan = nullptr;
  std::vector<std::uint64_t> rounds;  ///< numbers of the complete rounds, ascending
  std::vector<CellView> cells;

  std::uint64_t loaded_keys() const { return plan->loaded_keys == 0 ? plan->keys : plan->loaded_keys; }
  /// What the loaded entries take by themselves, keys and payloads.
  std::uint64_t entry_bytes() const {
    return plan->entry_bytes == 0 ? sizeof(Entry) * loaded_keys() : plan->entry_bytes;
  }
  /// What no index can hold them in less than: texts can be shortened, integers and payloads are random.
  std::uint64_t least_bytes() const {
    if (plan->entry_bytes == 0 || plan->record_bytes != 0) return entry_bytes();
    return sizeof(Payload) * loaded_keys();
  }
};

/// A round is complete when every planned cell has a trial in it or has failed in an earlier one.
/// A cell takes the worst status of its trials; an in-process cell whose throughput is below half of the least time of
/// `oracle-gather` is `implausible`. A cell without a complete round is `interrupted` (or `not_run`).
/// REQUIRES: `run` outlives the views.
std::vector<RowView> view_rows(const Run& run);

/// One row of it, from the trials of that row.
RowView view_row(const RowPlan& plan, std::span<const TrialRecord* const> trials, std::span<const IndexSummary> indexes,
                 bool interrupted);

/// Numbers of the complete rounds among the trials of one row, ascending.
std::vector<std::uint64_t> complete_rounds(std::span<const TrialRecord* const> trials, const RowPlan& row);

}  // namespace omenbench
