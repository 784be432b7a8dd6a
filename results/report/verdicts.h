// Tables of verdicts, of all rows and of one. A ratio is learned /
// baseline of a cost, so below 1 the learned index is better. Verdicts that do not survive correction carry `~` and are
// counted apart.
#pragma once

#include <string>
#include <vector>

#include "results/report/markup.h"

namespace omenbench::report {

/// A column of the verdict table: an opponent class, or one engine of the engine classes.
struct Opponent {
  OpponentClass opponents = OpponentClass::kOrdered;
  std::string engine;  ///< empty in the classes ordered and hash
  std::string display;
};

/// The opponents of a result in reading order: ordered, hash, embedded engines, servers.
std::vector<Opponent> opponents(const Result& result);
/// "osm_cellids_1M · sosd-lookup". Not escaped.
std::string row_title(const Row& row);
/// "1,036,094 keys, 1 thread". Not escaped.
std::string row_scale(const Row& row);

/// Dataset x workload against opponent, by throughput; links to `#row-1`, `#row-2`, ...
std::string verdict_table_html(const Result& result);
/// Every verdict of one row: metric against opponent.
std::string row_verdicts_html(const Row& row, const std::vector<Opponent>& all_opponents);

}  // namespace omenbench::report
