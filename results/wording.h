// The words of a result: numbers, outcomes and verdicts as a person reads them, shared by terminal and Markdown tables.
#pragma once

#include <string>
#include <vector>

#include "results/result.h"

namespace omenbench {

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

/// "lognormal  1,000,000 keys  ycsb-a: rmi (learned) 46.1 ns/op, next btree 47.0; btree is too close to tell".
std::string winner_sentence(const Winner& winner);
/// "; btree is too close to tell", "; btree and 2 others are too close to tell", "; too few rounds to tell"; empty
/// where it is the fastest for sure.
std::string winner_doubt(const Winner& winner);

/// "left after 6 rounds"; empty where the cell ran to the end.
std::string race_note(const Cell& cell);

/// What the words mean, one line each.
std::vector<std::string> legend();

}  // namespace omenbench
