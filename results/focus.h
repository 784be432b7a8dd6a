// One index against every other: what its author asks. Per row the ratio of each pair with its interval and verdict,
// corrected for all pairs of all rows, and the rank; over the rows each opponent's geometric mean and how often it was
// beaten. By default the focus is on the indexes of plugins (`--focus` of run). Seen from the other side it is what one
// who has that index, or engine, today asks of each other one (`--versus`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/result.h"

namespace omenbench {

/// The index in focus against one other, by the row's headline metric. Ratios, words and counts are those of the focus
/// (focus / opponent), or of the opponent where the focus is the baseline (opponent / focus).
struct FocusPair {
  std::string opponent;
  double opponent_ns = 0;  ///< its median
  double ratio = 0, lo = 0, hi = 0;
  std::uint64_t rounds = 0;
  VerdictWord word = VerdictWord::kUnresolved;
  std::optional<bool> survives;  ///< wins and loses: the correction for all pairs of all rows
  std::string reason;            ///< why unresolved
  double p_better = 1, p_worse = 1;

  bool compared() const { return ratio > 0; }
};

struct FocusRow {
  std::size_t row = 0;           ///< position in the result
  double ns = 0;                 ///< of the focus; 0: it has no result here
  std::string failure;           ///< why not
  std::size_t rank = 0, of = 0;  ///< among the indexes inside the process that have a result, by their medians; 0: none
  std::vector<FocusPair> pairs;  ///< the fastest opponent first
};

/// One opponent over all rows that compare both.
struct FocusOpponent {
  std::string opponent;
  std::uint64_t rows = 0, wins = 0, loses = 0, ties = 0;  ///< wins and losses that survive the correction
  double geometric_mean = 0;
};

struct Focus {
  std::string index;
  bool baseline = false;                 ///< what every other is compared with (`--versus`)
  std::vector<FocusRow> rows;            ///< those in which the index was planned
  std::vector<FocusOpponent> opponents;  ///< the hardest first

  /// "mine against every other"
  std::string title() const;
  /// How many it is faster and slower than in every row that is decided (by what survives the correction), and who
  /// comes nearest on either side, in a sentence.
  std::string in_words() const;
  /// "mine / it"
  std::string ratio() const { return baseline ? "it / " + index : index + " / it"; }
};

/// Throws Error, with the name that may be meant, when no row has that index.
Focus focus_on(const Result& result, const std::string& index, bool baseline = false);

/// What a result is focused on: what its reader asks for (Result::focus, Result::versus), else the plan's `focus` and
/// `versus`, without them the indexes of its plugins. Of the latter two only those that took part. Throws Error when no
/// row has what the reader asks for.
std::vector<Focus> foci_of(const Result& result);

}  // namespace omenbench
