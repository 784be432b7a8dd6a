// The words of a result: numbers, outcomes and verdicts as a person reads them, shared by terminal and Markdown tables.
#pragma once

#include <string>
#include <vector>

#include "results/result.h"

namespace omenbench {

/// One line of a row's table. Texts are not escaped yet.
struct CellLine {
  std::string index;
  std::string ns_per_op;  ///< "32.1", or "-" without a result
  std::string interval;   ///< "[31.8, 32.9]", or empty
  std::string dependent, batched, p50, p99, build, bytes_per_key;
  std::string note;     ///< "server, floor 33,900 ns + 7,200 ns"; "reference"; empty
  std::string failure;  ///< "timeout: no end after 60 s"; empty when ok
};

/// Contenders by ns/op, then those without a result, then reference lines.
std::vector<CellLine> cell_lines(const Row& row);

/// "osm_cellids_1M  1,036,094 keys  sosd-lookup  1 thread".
std::string row_title(const Row& row);
/// "12 rounds, stream 5f1c2a...".
std::string row_basis(const Row& row);

/// "learned vs ordered", "learned vs sqlite-file".
std::string verdict_class(const Verdict& verdict);
/// "pgm-64 / absl-btree", a static learned index among mutable rivals marked as such.
std::string verdict_pair(const Verdict& verdict);
/// "0.62x [0.60, 0.64]"; empty when unresolved.
std::string verdict_ratio(const Verdict& verdict);
/// "wins: 1.6x faster, but loses by p50", "tie: less than 5 % apart", "~loses: ...".
std::string verdict_outcome(const Row& row, const Verdict& verdict);
/// Where the verdict holds: rivals of the champions, memory, build, break-even, an engine's floor. Empty when
/// unresolved or nothing is known.
std::string verdict_conditions(const Verdict& verdict);

/// "lognormal  1,000,000 keys  ycsb-a  1 thread: rmi 46.1 ns/op, next simd-tree 47.0 (too close to call)".
std::string winner_sentence(const Winner& winner);

/// What the words mean, one line each.
std::vector<std::string> legend();

}  // namespace omenbench
