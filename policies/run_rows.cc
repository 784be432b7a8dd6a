// See the header. A row is a small state machine over its cells: a cell leaves at its first failure (a failed cell has
// no number, so repeating it would only spend budget), the others go on.
#include "policies/run_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "harness/environment.h"
#include "harness/phase_seconds.h"

namespace omenbench {
namespace {

/// Everything that runs one row.
class RowRun {
 public:
  /// `done`: what was measured of this row before.
  RowRun(Session& session, std::size_t row, RunHeader& header, const RowInput& input, const WorkerSet& workers,
         const RunRules& rules, std::vector<TrialRecord> done)
      : session_(session),
        row_(row),
        header_(header),
        plan_(header.rows[row]),
        input_(input),
        workers_(workers),
        rules_(rules),
        trials_(std::move(done)) {
    for (const TrialRecord& trial : trials_) {
      next_round_ = std::max(next_round_, trial.round + 1);
      if (trial.status != TrialStatus::kOk) failed_.insert(trial.index);
    }
  }

  bool begun() const { return next_round_ > 0; }

  /// The row may take `share_s`, and up to `left_s` for the rounds without which it could not be decided: a row short
  /// of those would be wasted.
  void run(double share_s, double left_s) {
    const double start_s = session_.now_s();
    if (begun() && finished()) return;
    RowRounds rounds(session_, row_, plan_, input_);
    if (!load_engines(rounds)) return;
    if (plan_.timed && plan_.phase_operations.empty() && !count_timed(rounds)) return;
    double slowest_round_s = 0;
    while (!session_.interrupted()) {
      if (std::ranges::all_of(contestants(), &Contestant::absent)) return;
      if (begun() && finished()) return;
      const double budget_s = next_round_ < rules_.settle.minimum_rounds ? left_s : share_s;
      if (begun() && session_.now_s() - start_s + slowest_round_s > budget_s) return;
      const double round_start_s = session_.now_s();
      if (!run_round(rounds)) return;
      slowest_round_s = std::max(slowest_round_s, session_.now_s() - round_start_s);
    }
  }

  /// No time is left for it.
  void skip() {
    for (const Contestant& contestant : contestants()) {
      TrialRecord skipped;
      skipped.row = row_;
      skipped.index = contestant.index->info.name;
      skipped.status = TrialStatus::kNotRun;
      skipped.reason = fmt::format("the budget of {:.0f} s was spent before this row", rules_.budget_s);
      session_.observer.on_trial(skipped);
    }
  }

 private:
  bool finished() const {
    if (next_round_ >= rules_.max_rounds) return true;
    if (next_round_ < rules_.settle.minimum_rounds) return false;
    return row_is_settled(trials_, plan_, header_.indexes, rules_.settle);
  }

  /// The cells that can run; who failed is absent.
  std::vector<Contestant> contestants() const {
    std::vector<Contestant> all;
    for (const CellPlan& cell : plan_.cells) {
      if (cell.status != TrialStatus::kOk) continue;
      all.push_back({.index = workers_.find(cell.index),
                     .operations = cell.operations,
                     .open_operations = cell.open_operations,
                     .absent = failed_.contains(cell.index)});
    }
    return all;
  }

  void keep(TrialRecord trial) {
    if (trial.status != TrialStatus::kOk) failed_.insert(trial.index);
    trials_.push_back(std::move(trial));
  }

  /// Before the first round, so that loading disturbs none. False when the user interrupted.
  bool load_engines(RowRounds& rounds) {
    for (const Contestant& contestant : contestants()) {
      if (!contestant.index->engine || contestant.absent) continue;
      if (auto failure = rounds.load(*contestant.index, next_round_)) keep(*std::move(failure));
      if (session_.interrupted()) return false;
    }
    return true;
  }

  /// Finds out how many operations the seconds of this row's phases are. False when the user interrupted.
  bool count_timed(RowRounds& rounds) {
    const std::vector<Contestant> all = contestants();
    Round round = rounds.probe(all);
    std::vector<TrialRecord> probes;
    for (Contestant contestant : all) {
      if (contestant.absent) continue;
      contestant.throughput_only = true;
      contestant.open_operations = 0;
      std::optional<TrialRecord> probe = round.trial(contestant);
      if (!probe) return false;
      if (probe->status != TrialStatus::kOk) {
        keep(*std::move(probe));
      } else if (contestant.index->info.family != Family::kReference) {
        // A bound is there to be compared with: it runs what the others do, and makes no stream longer.
        probes.push_back(*std::move(probe));
      }
    }
    // Stream, reference positions, samples; readers have a stream for each pass.
    const std::uint64_t bytes_per_operation = plan_.mutates ? 64 : 144;
    const std::uint64_t fit = available_memory_bytes() / 2 / bytes_per_operation;
    count_seconds(input_.workload, probes, std::min(kMostTimedOperations, fit), plan_);
    if (plan_.phase_operations.empty()) return true;
    for (CellPlan& cell : plan_.cells) {
      const IndexInfo& info = workers_.find(cell.index)->info;
      if (info.family == Family::kReference) cell.operations = plan_.operations;
      if (info.max_operations != 0) cell.operations = std::min(cell.operations, info.max_operations);
    }
    return true;
  }

  /// One trial of every living cell. False when the user interrupted.
  bool run_round(RowRounds& rounds) {
    const std::vector<Contestant> all = contestants();
    Round round = rounds.begin(next_round_, all);
    if (plan_.realised.empty()) {
      plan_.realised = round.realised();
      plan_.notes.insert(plan_.notes.end(), round.notes().begin(), round.notes().end());
      session_.observer.on_row(row_, plan_);
    }
    std::optional<std::vector<TrialRecord>> records = round.run();
    if (!records) return false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i].absent) keep(std::move((*records)[i]));
    }
    ++next_round_;
    return true;
  }

  Session& session_;
  std::size_t row_;
  RunHeader& header_;
  RowPlan& plan_;
  const RowInput& input_;
  const WorkerSet& workers_;
  const RunRules& rules_;
  std::vector<TrialRecord> trials_;
  std::set<std::string> failed_;
  std::uint64_t next_round_ = 0;
};

}  // namespace

void run_rows(Session& session, RunHeader& header, std::span<const RowInput> inputs, const WorkerSet& workers,
              const RunRules& rules, const std::vector<TrialRecord>& done) {
  std::vector<std::vector<TrialRecord>> done_of(inputs.size());
  for (const TrialRecord& trial : done) done_of[trial.row].push_back(trial);
  const double start_s = session.now_s();
  for (std::size_t row = 0; row < inputs.size() && !session.interrupted(); ++row) {
    const double left_s = rules.budget_s - rules.budget_used_s - (session.now_s() - start_s);
    RowRun run(session, row, header, inputs[row], workers, rules, std::move(done_of[row]));
    if (left_s <= 0 && !run.begun()) {
      run.skip();
    } else {
      run.run(left_s / static_cast<double>(inputs.size() - row), left_s);
    }
  }
}

}  // namespace omenbench
