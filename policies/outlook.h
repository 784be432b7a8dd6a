// What a run cannot decide, said before its time is spent: a budget that does not hold the first round, rows without
// anything to compare, too few rounds for a verdict, too few for one that would survive among so many rows; and what
// would help.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/trial_record.h"

namespace omenbench {

/// What is known of a run beforehand.
struct RunOutlook {
  std::span<const RowPlan> rows;
  std::span<const IndexSummary> indexes;
  double round_s = 0;  ///< that a round of all rows is expected to take, all together
  double budget_s = 0;
  std::optional<std::uint64_t> blocks;  ///< fixed rounds; none: as many as the budget holds
  std::uint64_t rows_elsewhere = 0;     ///< of a shard: the plan's other rows, for which verdicts are corrected, too
};

/// One sentence each; none: every row can have a verdict, and each could survive alone.
std::vector<std::string> what_cannot_be_decided(const RunOutlook& run);

}  // namespace omenbench
