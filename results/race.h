// Which indexes of a row no further round can help. A verdict is about the best of each side; an index that another of
// its side beats in every time of an operation will not be that, and its further trials would only take time. It keeps
// the rounds it has. Figures of what this does to verdicts are in docs/adr/0013-racing.md.
#pragma once

#include <string>
#include <vector>

#include "results/rows.h"

namespace omenbench {

/// Whether `faster` is ahead in this metric beyond doubt in the rounds that both have: by at least the smallest effect
/// worth acting on with the whole sign interval; while there are too few rounds for one, but kSelectionRounds, in each
/// of them by half as much again (bytes and builds: by that effect).
bool is_ahead(const CellView& faster, const CellView& slower, Metric metric);

/// Names of cells that still run and are beaten in every time of an operation that they have (throughput, dependent,
/// p50, p99; before kMinBlocks rounds in bytes and build too), each time by one of their side that still runs. Sides
/// are those of the row's verdicts: learned indexes, trees with arrays, hash maps. Engines, which are each a side of
/// their own, never are; nor is anybody where the row can have no verdict.
std::vector<std::string> beaten_cells(const RowView& row);

}  // namespace omenbench
