// Trials that count what the processor does in the measured loop instead of timing it: by the processor's own counters,
// or by a simulated processor. Their times mean nothing.
#pragma once

#include <string>
#include <vector>

#include "harness/callgrind.h"
#include "harness/run_facts.h"
#include "harness/session/trial_runner.h"

namespace omenbench {

/// Why hardware counters cannot be read here; empty: they can.
std::string why_no_counters();

class CountingRunner final : public TrialRunner {
 public:
  /// `inner` runs the trials and must outlive this object. `isa`: of the workers. kCallgrind: `valgrind` is its path,
  /// `caches` are simulated.
  CountingRunner(TrialRunner& inner, Counting counting, std::string isa, const std::string& valgrind = "",
                 const std::vector<CpuCache>& caches = {});

  /// With TrialRecord::counts where all went well.
  TrialRecord run(const TrialJob& job) override;
  TrialRecord load(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                   const TrialLimits& limits) override {
    return inner_.load(index, row, table, limits);
  }
  std::shared_ptr<void> guard(const WorkerIndex& index, const EngineTable& table) override {
    return inner_.guard(index, table);
  }
  Server start_server(const WorkerIndex& index, const std::string& join_group) override {
    return inner_.start_server(index, join_group);
  }
  std::uint64_t now_ns() const override { return inner_.now_ns(); }
  bool interrupted() const override { return inner_.interrupted(); }

 private:
  TrialRunner& inner_;
  Counting counting_;
  std::string isa_;
  ProfileFile profile_;
  std::vector<std::string> launcher_;
};

}  // namespace omenbench
