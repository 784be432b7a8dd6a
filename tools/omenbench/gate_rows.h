// What a live gate compares: the rows of a plan, and in each the indexes that both sides have. What only one side has,
// or what a gate cannot measure, is refused or said, never left out in silence.
#pragma once

#include <string>
#include <vector>

#include "harness/workers.h"
#include "results/gate/gate.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {

/// An index as both sides have it.
struct GatePair {
  const WorkerIndex* base = nullptr;
  const WorkerIndex* head = nullptr;
  std::uint64_t operations = 0;
};

class GateRows {
 public:
  /// Loads the plan's datasets. Throws Error as prepare_run does, and for modes that a gate has not. The sets of
  /// workers must outlive this object.
  GateRows(const Plan& plan, const WorkerSet& base, const WorkerSet& head, const Announce& announce);

  const PreparedRun& run() const { return run_; }
  std::size_t size() const { return run_.header.rows.size(); }

  /// The in-process indexes of a row that both sides have; `notes` learns, once each, what is left out.
  std::vector<GatePair> pairs(std::size_t row, std::vector<std::string>& notes) const;
  /// Cells of the indexes that head lost: they fail there, as those that crash there do.
  void add_gone(std::size_t row, const std::vector<std::string>& metrics, std::vector<GateCell>& cells) const;

 private:
  const WorkerSet& base_;
  const WorkerSet& head_;
  std::vector<const WorkerIndex*> gone_;  ///< that the plan asks for (of plugins: all), and only base has
  PreparedRun run_;
};

}  // namespace omenbench
