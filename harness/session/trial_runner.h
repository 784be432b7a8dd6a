// Where measuring meets the world: one trial, one server, the clock that budgets are counted by. Everything that
// decides what to measure stands on this interface, so that tests can give it a world of their own, with planted times
// and failures; the call is made once per process that a trial starts, never per operation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/engine_table.h"
#include "harness/trial_limits.h"
#include "harness/trial_material.h"
#include "harness/trial_process.h"
#include "harness/trial_record.h"
#include "harness/workers.h"

namespace omenbench {

/// One trial, as a runner is asked for it.
struct TrialJob {
  const WorkerIndex& index;
  const RowPlan& plan;
  const RowMaterial& row;
  const RoundMaterial& round;
  TrialLength length;
  const EngineTable& table;  ///< empty but for engines
  const TrialLimits& limits;
};

class TrialRunner {
 public:
  virtual ~TrialRunner() = default;

  virtual TrialRecord run(const TrialJob& job) = 0;
  /// Creates and loads an engine's table; the record holds build time, bytes, version and settings.
  virtual TrialRecord load(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                           const TrialLimits& limits) = 0;
  /// The table is dropped when the result goes away, or when this program dies. Called before it is loaded, so that a
  /// half-loaded one is dropped as well.
  virtual std::shared_ptr<void> guard(const WorkerIndex& index, const EngineTable& table) = 0;

  struct Server {
    std::string connection;
    std::shared_ptr<void> process;  ///< stops it when it goes away
  };
  /// Throws Error with the reason when it does not come up. `join_group`: cgroup.procs of a control group, or empty.
  virtual Server start_server(const WorkerIndex& index, const std::string& join_group) = 0;

  virtual std::uint64_t now_ns() const = 0;
  /// Whether the user asked to stop.
  virtual bool interrupted() const = 0;
};

/// Trials as processes of the worker executables.
class ProcessRunner final : public TrialRunner {
 public:
  ProcessRunner();
  TrialRecord run(const TrialJob& job) override;
  TrialRecord load(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                   const TrialLimits& limits) override;
  std::shared_ptr<void> guard(const WorkerIndex& index, const EngineTable& table) override;
  Server start_server(const WorkerIndex& index, const std::string& join_group) override;
  std::uint64_t now_ns() const override;
  bool interrupted() const override;

 private:
  double ns_per_tick_;
};

}  // namespace omenbench
