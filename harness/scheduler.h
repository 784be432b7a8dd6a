// Runs the rounds of every row: stream, then each index in shuffled order in its own process.
//
// The scheduler measures and reports; what becomes of a record (journal, progress bar, verdicts) is its observer's
// business, so that nothing here writes a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/trial_process.h"
#include "harness/trial_record.h"
#include "harness/workers.h"
#include "workloads/workload.h"

namespace omenbench {

/// A row ready to run: its plan plus keys and workload.
struct RowInput {
  std::span<const Key> keys;
  std::string dataset_sha256;
  Workload workload;
  KeyHistory history{};
};

struct ScheduleOptions {
  std::uint64_t seed = 1;
  std::uint64_t min_rounds = 12;
  std::uint64_t max_rounds = 24;
  double budget_s = 600;     ///< measuring time of the whole run
  double budget_used_s = 0;  ///< spent before a resume
  double rate = 0;           ///< arrivals per second over all threads, in phases that name no rate; 0: closed loop
  TrialLimits limits;
  std::filesystem::path scratch;                   ///< for embedded engines' files; created and removed here
  std::map<std::string, std::string> connections;  ///< server kind -> connection string
};

/// What the scheduler tells while it runs. All calls come from its thread.
struct ScheduleObserver {
  std::function<void(const TrialRecord&)> on_trial;
  /// This trial does not count: killed from outside and repeated.
  std::function<void(const TrialRecord&)> on_superseded;
  /// Realised shares and notes of a row, once its first stream exists.
  std::function<void(std::size_t row, const RowPlan&)> on_row;
  std::function<void(std::size_t row, std::uint64_t round, const std::string& index)> on_progress;
  /// True when a row's intervals are narrow enough to stop before max_rounds.
  std::function<bool(std::size_t row, std::span<const TrialRecord>)> settled;
};

/// Seed of everything that stays the same in all rounds of a row.
std::uint64_t row_seed(std::uint64_t seed, const RowPlan& row, const std::string& dataset_sha256);

/// Runs all rows of `header` and returns the trials, those of `done` (complete rounds of an interrupted run) first.
/// Stops at an interrupt (harness/interrupt.h) without a record of the trial that was cut off.
std::vector<TrialRecord> run_rows(RunHeader& header, std::span<const RowInput> inputs, const WorkerSet& workers,
                                  const ScheduleOptions& options, std::vector<TrialRecord> done,
                                  const ScheduleObserver& observer);

}  // namespace omenbench
