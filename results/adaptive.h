// When a row has been measured well enough: all its indexes together, so that none gets more rounds than its rivals.
#pragma once

#include <cstdint>
#include <span>

#include "harness/trial_record.h"

namespace omenbench {

/// Relative half widths of the 95 % intervals that end a row without verdicts.
struct SettleRule {
  std::uint64_t minimum_rounds = 12;
  double throughput = 0.02;
  double p50 = 0.02;
  double p99 = 0.05;
  /// Percentiles below 10 times this are not resolved, decide nothing and are not waited for.
  double timer_cost_ns = 0;
};

/// True when the row has its minimum of complete rounds and is decided (verdicts.h); where there is nothing to decide,
/// when every contender without a failure has intervals that are narrow enough. `trials` are those of this row;
/// reference lines are not waited for.
bool row_is_settled(std::span<const TrialRecord> trials, const RowPlan& row, std::span<const IndexSummary> indexes,
                    const SettleRule& rule);

}  // namespace omenbench
