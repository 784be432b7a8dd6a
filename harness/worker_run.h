// A worker process from its start to its end, and what that end says about the trial. A worker is never trusted to
// report its own end: status starts as crash.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/engine_table.h"
#include "harness/process.h"
#include "harness/trial_control.h"
#include "harness/trial_limits.h"
#include "harness/trial_record.h"
#include "harness/workers.h"

namespace omenbench {

/// Descriptors that are closed here once the child has them.
class ChildDescriptors {
 public:
  ChildDescriptors() = default;
  ChildDescriptors(const ChildDescriptors&) = delete;
  ChildDescriptors& operator=(const ChildDescriptors&) = delete;
  ~ChildDescriptors();
  void lend(int descriptor, int number) { pairs_.emplace_back(descriptor, number); }
  /// None when it is negative.
  void give(int descriptor, int number);
  const std::vector<std::pair<int, int>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<int, int>> pairs_;
  std::vector<int> owned_;
};

struct WorkerRun {
  ProcessEnd end;
  std::string stderr_tail;
  bool oom_killed = false;
  bool server_oom_killed = false;
  double wall_ms = 0;
};

/// Starts the worker with what it shares, and waits for its end.
WorkerRun run_worker(const WorkerIndex& index, const TrialControl& control, ChildDescriptors& descriptors,
                     const EngineTable& table, std::uint64_t shared_bytes, const TrialLimits& limits);

/// Status and reason from how the process ended, and what it wrote of itself, in `record`.
void take_outcome(const WorkerRun& run, const TrialOutput& output, const TrialLimits& limits, TrialRecord& record);

}  // namespace omenbench
