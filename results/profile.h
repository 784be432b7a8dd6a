// A verdict in words that name what stands behind it: the row's profile over all metrics in one sentence, why nothing
// could be decided, and beside an engine what a plain B-tree in memory takes.
#pragma once

#include <optional>
#include <string>

#include "results/champions.h"
#include "results/result.h"

namespace omenbench {

/// "too close to tell: pgm-64 or rmi, btree or simd-tree"; empty when the champions have no rivals.
std::string verdict_rivals(const Verdict& verdict);

/// Why an inconclusive verdict is none: "too noisy", and with it "rounds from 0.81x to 1.22x; about 40 rounds may
/// tell".
struct Cause {
  std::string what, more;
};
/// REQUIRES: `verdict` is inconclusive.
Cause why_inconclusive(const Verdict& verdict);
/// The same of a ratio alone: "about as far apart as counts, 5 %", "too noisy to tell whether 5 % apart".
/// REQUIRES: its word is inconclusive.
std::string why_open(const Ratio& ratio, double delta);
/// What kept an unresolved verdict from being judged, without its figures: "too few rounds", "timer".
std::string unresolved_cause(const Verdict& verdict);

/// What the other metrics of a headline's contest say where they contradict it: "but loses by dependent and p50"; empty
/// where they do not.
std::string contradiction(const Row& row, const Verdict& headline);

/// Every metric of a headline's contest, by outcome: "wins by throughput (1.9x) and bytes (1.2x); loses by build (8x);
/// p99 open". Empty when there is no other metric.
std::string profile_sentence(const Row& row, const Verdict& headline);

/// A plain tree in memory and its time / the engine's: what of a headline against an engine is memory's doing.
struct PlainTree {
  std::string index;
  double ratio = 0;
};
/// None but for headlines against engines, and where no such tree was measured.
std::optional<PlainTree> plain_tree_beside(const Row& row, const Verdict& headline);

}  // namespace omenbench
