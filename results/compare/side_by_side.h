// Several saved results measurement by measurement: what each run has, and how it compares with the first one. Rows
// that cannot be compared (other keys, other operations) keep their values and say why they have no ratio.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/compare/compare.h"

namespace omenbench {

/// One metric of one index in every run.
struct SideBySide {
  std::string index, metric, unit;
  std::vector<std::optional<Measurement>> values;  ///< one per run
  std::vector<std::optional<Compared>> changes;    ///< one per run, against the first; none for the first
};

/// A row that at least one run has.
struct RowSideBySide {
  std::string dataset, workload;
  std::uint64_t keys = 0, threads = 1;
  std::vector<std::string> incomparable;  ///< one per run: why it has no ratio to the first; empty when it has
  std::vector<SideBySide> cells;          ///< by index in order of appearance, then by metric
  /// Index -> one text per run: its status and reason where it has no numbers, "" where it has.
  std::map<std::string, std::vector<std::string>> missing;
};

/// Rows in order of appearance. REQUIRES: at least one result.
std::vector<RowSideBySide> side_by_side(std::span<const Result> results);

}  // namespace omenbench
