// The measurement of `decide --inside`: a table for each of a database's indexes, with the same rows in the same order,
// and rounds in which all of them, in shuffled order, are built, asked and added to. Every answer is checked.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "results/decide/inside.h"
#include "tools/omenbench/inside_forms.h"

namespace omenbench {

struct InsideJob {
  std::span<const Key> rows;   ///< in the order in which they lie in the table
  std::span<const Key> later;  ///< in the order in which they are inserted
  InsideMix mix;
  double budget_s = 0;
  std::uint64_t seed = 1;
  std::string table, column;  ///< as the person's statement should name them
};

/// Fills candidates, rounds and time of `decision`. `announce` hears what is being done. Throws Error, also when the
/// database answers wrongly.
void measure_inside(datasets::Statements& database, const InsideDialect& dialect, const InsideJob& job,
                    const std::function<void(const std::string&)>& announce, InsideDecision& decision);

}  // namespace omenbench
