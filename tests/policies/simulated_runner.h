// A world with planted truths, for the tests of everything that decides what to measure: each index has a true time,
// trials have heavy-tailed noise, the machine may drift, and trials and servers fail where the test wants it. Its clock
// stands still but for the time that trials are said to take, so that a run of an hour is tested in milliseconds.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/session/row_rounds.h"

namespace omenbench::testing {

class SimulatedRunner final : public TrialRunner {
 public:
  explicit SimulatedRunner(std::uint64_t seed = 1) : seed_(seed) {}

  /// True ns per operation; the default is 100 for all.
  std::function<double(const TrialJob&)> truth = [](const TrialJob&) { return 100.0; };
  double noise = 0.02;         ///< scale of the logarithm of a trial's time: Student's t, three degrees of freedom
  double drift_per_trial = 0;  ///< the machine gets slower by this share with every trial
  double trial_s = 0.1;        ///< what a trial at 100 ns per operation takes
  std::map<std::string, double> offsets;  ///< factor of everything that an executable runs: another layout of the code
  /// Share of an index's trials that lose the processor: their counters say so, and they take longer by a fifth to
  /// twice as long. Which ones does not depend on how long trials take.
  std::map<std::string, double> losing;
  std::map<std::string, double> structure_of;  ///< factor of an index's bytes and build time
  std::map<std::string, double> p99_of;        ///< p99 of an index, as a multiple of its time in a row
  /// {index, which of its trials from 0} -> so many times as long it takes, because it has no processor in between.
  std::map<std::pair<std::string, std::uint64_t>, double> preempted;
  /// {index, which of its trials from 0} -> how that trial ends; of loads: {"postgres (loading)", which of them}.
  std::map<std::pair<std::string, std::uint64_t>, TrialStatus> failures;
  std::set<std::string> broken_servers;
  std::uint64_t interrupt_after = std::numeric_limits<std::uint64_t>::max();  ///< trials; the next one is cut off

  /// What was asked for, in order: "alex", "postgres (loading)", "postgres (dropped)", "postgres (server)".
  std::vector<std::string> log;
  std::size_t count(const std::string& entry) const;
  TrialLimits last_limits;  ///< of the last trial

  TrialRecord run(const TrialJob& job) override;
  TrialRecord load(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                   const TrialLimits& limits) override;
  std::shared_ptr<void> guard(const WorkerIndex& index, const EngineTable& table) override;
  Server start_server(const WorkerIndex& index, const std::string& join_group) override;
  std::uint64_t now_ns() const override { return now_ns_; }
  bool interrupted() const override { return trials_ > interrupt_after; }

 private:
  /// What this trial loses, in its counters; factor on its time.
  double lose_processor(TrialRecord& record);
  /// Factor on the time of this trial. The same for the same index, stream and repetition, whenever it runs.
  double disturbance(const TrialJob& job);

  std::uint64_t seed_;
  std::uint64_t trials_ = 0;
  std::uint64_t now_ns_ = 1;
  std::map<std::string, std::uint64_t> trials_of_;
  std::map<std::string, std::uint64_t> repetitions_;
};

/// Indexes of simulated workers.
WorkerIndex simulated_index(const std::string& name, Family family = Family::kTree);
/// One that needs a server.
WorkerIndex simulated_engine(const std::string& name, const std::string& server);

/// One row of lookups over a hundred keys, and the plan of all indexes in it.
RowPlan simulated_row(const std::vector<WorkerIndex>& indexes, const std::string& workload = "lookups");
RowInput simulated_input();

}  // namespace omenbench::testing
