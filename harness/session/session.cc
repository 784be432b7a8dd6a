// See the header.
#include "harness/session/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "harness/machine_difference.h"

namespace omenbench {
namespace {

double seconds_of(const TrialRunner& runner) { return static_cast<double>(runner.now_ns()) / 1e9; }

}  // namespace

Session::Session(TrialRunner& runner, SessionOptions options) : runner_(runner), options_(std::move(options)) {
  if (options_.memory_pressure_bytes == 0) return;
  trial_memory_.emplace(options_.memory_pressure_bytes, "trials");
  server_memory_.emplace(options_.memory_pressure_bytes, "servers");
  options_.limits.memory = &*trial_memory_;
  options_.limits.server_memory = &*server_memory_;
}

Session::~Session() {
  servers_.clear();  // before the group that they live in
  std::error_code ignored;
  if (!options_.scratch.empty()) std::filesystem::remove_all(options_.scratch, ignored);
}

void Session::start_clock() {
  behind_s_ = seconds_of(runner_);
  clock_s_ = 0;
}

void Session::advance_clock() { clock_s_ = seconds_of(runner_) - behind_s_; }

void Session::recall(std::vector<TrialRecord> trials, std::span<const TrialRecord> repeated) {
  for (const TrialRecord& trial : repeated) repeats_.add_repeated(trial);
  recalled_.assign(std::make_move_iterator(trials.begin()), std::make_move_iterator(trials.end()));
}

TrialRecord Session::recall_trial(std::uint64_t row, std::uint64_t round, const std::string& index,
                                  const std::string& side) {
  TrialRecord trial = std::move(recalled_.front());
  recalled_.pop_front();
  if (trial.row != row || trial.round != round || trial.index != index || trial.side != side) {
    throw Error(
        fmt::format("--resume: the journal goes on with {} in round {} of row {}, expected {} in round {} of row "
                    "{}; start anew",
                    trial.index, trial.round, trial.row, index, round, row));
  }
  clock_s_ = trial.done_s;
  behind_s_ = seconds_of(runner_) - clock_s_;
  return trial;
}

void Session::repeat(const TrialRecord& trial) {
  repeats_.add_repeated(trial);
  observer.on_superseded(trial);
}

std::vector<std::string> Session::notes() const {
  std::vector<std::string> notes = at_the_start(options_.doubts);
  std::ranges::move(in_words(repeats_), std::back_inserter(notes));
  return notes;
}

void Session::use_server(const std::string& kind, const std::string& connection) {
  servers_[kind] = {.server = {.connection = connection, .process = nullptr}, .reason = {}, .given = true};
}

std::string Session::start_server(const WorkerIndex& index) {
  const auto kills = [this] { return server_memory_ ? server_memory_->oom_kills() : 0; };
  const std::uint64_t kills_before = kills();
  SessionServer& server = servers_[index.info.server];
  try {
    server.server = runner_.start_server(index, server_memory_ ? server_memory_->procs_file() : "");
  } catch (const Error& error) {
    server.status = kills() > kills_before ? TrialStatus::kOom : TrialStatus::kError;
    server.reason = error.what();
  }
  return server.reason;
}

const SessionServer* Session::server(const std::string& kind) const {
  const auto found = servers_.find(kind);
  return found == servers_.end() ? nullptr : &found->second;
}

}  // namespace omenbench
