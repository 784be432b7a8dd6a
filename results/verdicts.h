// Who wins: the best learned index of a row against the best opponent of each class, metric by metric. Rounds are
// paired (both sides ran the same operations minutes apart), so a ratio per round is what is estimated; champions are
// chosen on other rounds than they are estimated on, or the winner's luck would be counted as speed.
#pragma once

#include <vector>

#include "results/result.h"
#include "results/rows.h"

namespace omenbench {

/// Rounds on which champions are chosen, and how many others are then needed.
inline constexpr std::size_t kSelectionRounds = 3;
inline constexpr std::size_t kEstimationRounds = 9;

/// Learned / baseline; below 1 the learned index is better.
struct Ratio {
  double median = 0, lo = 0, hi = 0, coverage = 0;
};

/// The word for a ratio whose smallest effect worth acting on is `delta`.
VerdictWord word_of(const Ratio& ratio, double delta);

/// All verdicts of a row, the headline (ordered, throughput) first. Classes without a planned opponent are left out,
/// and so are rows without a planned learned index. `timer_cost_ns` NaN: unknown, no percentile is resolved. `survives`
/// and `conditions` are left to others.
std::vector<Verdict> decide_row(const RowView& row, double timer_cost_ns);

/// Benjamini-Hochberg over the rows of each class and metric, both directions; sets `survives`.
void correct_for_many_rows(std::vector<std::vector<Verdict>>& rows);

}  // namespace omenbench
