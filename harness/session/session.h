// What every command that measures shares: the runner of its trials, their limits, the servers, memory pressure, the
// folder for engines' files, and whom to tell what was measured. Commands differ in what they measure next; how, they
// leave to a session and its rows (row_rounds.h).
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/run_facts.h"
#include "harness/session/lost_processor.h"
#include "harness/session/trial_runner.h"

namespace omenbench {

/// Tells a person what is being done.
using Announce = std::function<void(const std::string&)>;

/// What of a plan holds for every trial.
struct SessionOptions {
  std::uint64_t seed = 1;
  double rate = 0;  ///< arrivals per second over all threads, in phases that name no rate; 0: closed loop
  std::uint64_t memory_pressure_bytes =
      0;  ///< all that a trial, and the private servers together, may hold; 0: no limit
  TrialLimits limits;
  std::filesystem::path scratch{};     ///< for embedded engines' files; created and removed here
  std::vector<MachineDoubt> doubts{};  ///< about the machine, as it was found at the start
};

/// What a session tells while it measures. All calls come from its thread.
struct SessionObserver {
  std::function<void(const TrialRecord&)> on_trial = [](const TrialRecord&) {};
  /// This trial does not count: killed from outside, or without the processor for too long, and repeated.
  std::function<void(const TrialRecord&)> on_superseded = [](const TrialRecord&) {};
  /// Realised shares and notes of a row, once its first stream exists.
  std::function<void(std::size_t row, const RowPlan&)> on_row = [](std::size_t, const RowPlan&) {};
  std::function<void(std::size_t row, std::uint64_t round, const std::string& what)> on_progress =
      [](std::size_t, std::uint64_t, const std::string&) {};
};

/// A server of the session: its connection, or why there is none.
struct SessionServer {
  TrialRunner::Server server;
  TrialStatus status = TrialStatus::kOk;
  std::string reason;
  bool given = false;  ///< by a person
};

class Session {
 public:
  /// `runner` must outlive this object.
  Session(TrialRunner& runner, SessionOptions options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  TrialRunner& runner() { return runner_; }
  const SessionOptions& options() const { return options_; }
  bool interrupted() const { return runner_.interrupted(); }

  /// Lets now_s() begin at 0. What a command does before is no measuring.
  void start_clock();
  /// When the last trial, load or stream of operations was done. It stands still in between: whoever decides by it what
  /// to measure next decides the same when the trials are recalled.
  double now_s() const { return clock_s_; }
  void advance_clock();

  /// What the same command measured before it was interrupted, in that order: given again instead of being measured, at
  /// the times at which it was.
  /// `repeated`: those of its trials that do not count.
  void recall(std::vector<TrialRecord> trials, std::span<const TrialRecord> repeated = {});
  bool recalls() const { return !recalled_.empty(); }
  /// A stream is asked for: nothing else happened before the first trial on it.
  void recall_stream() { clock_s_ = recalled_.front().asked_s; }
  /// The next trial of those. Throws Error unless it is that one.
  TrialRecord recall_trial(std::uint64_t row, std::uint64_t round, const std::string& index, const std::string& side);

  /// This trial does not count: tells the observer.
  void repeat(const TrialRecord& trial);
  /// This one does.
  void keep(const TrialRecord& trial) { repeats_.add_kept(trial); }
  /// What the trials of that row lost so far.
  LostProcessor& lost_processor(std::size_t row) { return lost_[row]; }
  /// What a reader must know about the machine while it measured, and what would help: whatever is reported of a
  /// session ends with it.
  std::vector<std::string> notes() const;

  /// The group that trials run in under memory pressure; null: none.
  const MemoryGroup* pressure() const { return trial_memory_ ? &*trial_memory_ : nullptr; }

  /// From now on this is the server of that kind (IndexInfo::server).
  void use_server(const std::string& kind, const std::string& connection);
  /// Starts a private server for that index. Returns why it did not come up, or "". The cells that need it fail then,
  /// in every row that is measured, and no others.
  std::string start_server(const WorkerIndex& index);
  /// Null when there is none of that kind.
  const SessionServer* server(const std::string& kind) const;

  SessionObserver observer;

 private:
  TrialRunner& runner_;
  SessionOptions options_;
  std::optional<MemoryGroup> trial_memory_, server_memory_;
  std::map<std::string, SessionServer> servers_;
  std::deque<TrialRecord> recalled_;
  std::map<std::size_t, LostProcessor> lost_;
  Repeats repeats_;
  double clock_s_ = 0;
  double behind_s_ = 0;  ///< of the runner's clock
};

}  // namespace omenbench
