// See the header.
#include "harness/session/trial_runner.h"

#include <cstdio>

#include "harness/clock.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/private_server.h"

namespace omenbench {

ProcessRunner::ProcessRunner() : ns_per_tick_(calibrate_ns_per_tick()) {}

TrialRecord ProcessRunner::run(const TrialJob& job) {
  TrialLimits limits = job.limits;
  limits.ns_per_tick = ns_per_tick_;
  return run_trial_process(job.index, job.row, job.round, job.length, job.plan.mutates, job.table, limits);
}

TrialRecord ProcessRunner::load(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                                const TrialLimits& limits) {
  return load_engine_table(index, row, table, limits);
}

std::shared_ptr<void> ProcessRunner::guard(const WorkerIndex& index, const EngineTable& table) {
  return {new TableDropper(index, table), [](void* guard) {
            const std::unique_ptr<TableDropper> dropper(static_cast<TableDropper*>(guard));
            // On a private server it goes with the server.
            if (const std::string left = dropper->drop(); !left.empty() && dropper->given()) {
              std::fprintf(stderr, "warning: %s\n", left.c_str());
            }
          }};
}

TrialRunner::Server ProcessRunner::start_server(const WorkerIndex& index, const std::string& join_group) {
  auto process = std::make_shared<PrivateServer>(index, join_group);
  return {process->connection(), process};
}

std::uint64_t ProcessRunner::now_ns() const { return steady_now_ns(); }

bool ProcessRunner::interrupted() const { return interrupted_by() != 0; }

}  // namespace omenbench
