// Who wins: the best learned index of a row against the best opponent of each class, metric by metric. Rounds are
// paired (both sides ran the same operations minutes apart), so a ratio per round is what is estimated. How the best of
// each side is named, and what is said where others are too close to it, stands in champions.h.
#pragma once

#include <vector>

#include "results/champions.h"
#include "results/result.h"
#include "results/rows.h"

namespace omenbench {

/// Where rounds choose champions and others compare them, because few are measured to the end (decide, hunt).
inline constexpr std::size_t kSelectionRounds = 3;
inline constexpr std::size_t kEstimationRounds = 9;

/// The word for a ratio whose smallest effect worth acting on is `delta`.
VerdictWord word_of(const Ratio& ratio, double delta);

/// A time of an operation; bytes and builds are of the structure.
constexpr bool of_stream(Metric metric) { return metric != Metric::kBytes && metric != Metric::kBuild; }

/// Whose best the verdicts of a row compare, as far as they run in memory: learned indexes, then each class of
/// opponents. Empty where the row can have no verdict.
std::vector<std::vector<const CellView*>> sides_in_memory(const RowView& row);

/// All verdicts of a row, the headline (ordered, throughput) first. Classes without a planned opponent are left out,
/// and so are rows without a planned learned index. `timer_cost_ns` NaN: unknown, no percentile is resolved. `survives`
/// and `conditions` are left to others.
std::vector<Verdict> decide_row(const RowView& row, double timer_cost_ns);

/// Why the reads of an index inside the process are not to be believed; empty: nothing is seen. Reads of one kind take
/// about as long one by one as in a row: where one in a row takes longer than 99 of 100 of those that were timed alone,
/// the processor was somewhere else in between. NaN: not measured. Not of writes, which may well pay for many others at
/// once, nor of engines, which wait for disks.
std::string lost_processor(std::string_view index, double in_a_row_ns, double p99_ns);

/// Whether more rounds are not needed: every headline verdict of the row would stand if its interval had to miss no
/// more than one time in a hundred (docs/adr/0009-champions.md: looking after every round then does no harm), lies so
/// close around the edge of the band that more rounds would hardly move it off, or cannot be had. None: the row has
/// none.
std::optional<bool> row_is_decided(const RowView& row, double timer_cost_ns);

/// Benjamini-Hochberg over the rows of each class and metric, both directions; sets `survives`.
void correct_for_many_rows(std::vector<std::vector<Verdict>>& rows);

}  // namespace omenbench
