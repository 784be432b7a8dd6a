// The rounds of `omenbench hunt`: a first impression of every place of the grid, then rounds where they decide most,
// until nothing is left to narrow or the budget is spent.
#pragma once

#include <memory>
#include <vector>

#include "harness/session/row_rounds.h"
#include "policies/hunt_grid.h"
#include "results/hunt/hunt.h"

namespace omenbench {

/// A place ready to measure.
struct HuntRow {
  RowPlan plan;
  RowInput input;
  std::vector<Contestant> contestants;
  bool static_allowed = false;
  std::unique_ptr<RowRounds> rounds;  ///< refers to `plan` and `input`
};

/// Where a hunt goes: what makes places into rows.
class HuntGround {
 public:
  virtual ~HuntGround() = default;
  /// The centre of the grid for each dataset and number of keys.
  virtual const std::vector<HuntPlace>& bases() const = 0;
  /// Whether the dataset holds so many keys; where its own are not counted yet, by what is known of it.
  virtual bool exists(const HuntPlace& place) const = 0;
  /// The last row is kept, as a hunt stays at a place for several rounds. Throws Error when it cannot be had.
  /// `number` is that of the row in the records of its trials.
  virtual std::shared_ptr<const HuntRow> row(const HuntPlace& place, std::size_t number) = 0;
};

struct HuntSearch {
  std::vector<HuntAxisValues> axes;
  bool full = false;  ///< every combination instead of each axis alone
  double target = 2;
  double budget_s = 600;
};

/// Throws Error for hunts that have nothing to compare. Ends early, with what it has, at an interrupt. The report lacks
/// what only the ground knows: tool, machine, options and indexes.
HuntReport hunt(Session& session, HuntGround& ground, const HuntSearch& search, const Announce& announce);

}  // namespace omenbench
