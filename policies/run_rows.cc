// See the header. A row is a small state machine over its cells: a cell leaves at its first failure (a failed cell has
// no number, so repeating it would only spend budget), the others go on.
#include "policies/run_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "harness/environment.h"
#include "harness/phase_seconds.h"
#include "harness/session/round_order.h"
#include "results/race.h"
#include "results/rows.h"
#include "results/statistics.h"

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
    recall_leavers();
  }

  bool begun() const { return next_round_ > 0; }
  std::uint64_t rounds() const { return next_round_; }

  /// Nothing is left to measure: it is decided, has all the rounds it may have, or nobody is left to run.
  bool over() const { return begun() && (finished() || std::ranges::all_of(contestants(), &Contestant::absent)); }

  /// The row may take `share_s`, and up to `left_s` for the rounds without which no verdict is possible: a row short of
  /// those would be wasted.
  void run(double share_s, double left_s) {
    const double start_s = session_.now_s();
    const auto may_take_s = [&] {
      return next_round_ < std::min<std::uint64_t>(kMinBlocks, rules_.settle.minimum_rounds) ? left_s : share_s;
    };
    if (over() || (begun() && opening_s_ + slowest_round_s_ > may_take_s())) return;
    RowRounds rounds(session_, row_, plan_, input_);
    // What the first round takes is not known beforehand; the later ones are not begun unless they fit. A row that is
    // begun measures something.
    const auto in_time = [&] { return begun() || session_.now_s() - start_s < left_s; };
    const auto may_run = [&] { return trials_.empty() || in_time(); };
    for (const TrialRecord& trial : trials_) {
      if (trial.status == TrialStatus::kOk) rounds.remember(*workers_.find(trial.index), trial);
    }
    if (!load_engines(rounds, in_time)) return;
    if (plan_.timed && plan_.phase_operations.empty() && !count_timed(rounds)) return;
    opening_s_ = std::max(opening_s_, session_.now_s() - start_s);
    while (!session_.interrupted()) {
      if (std::ranges::all_of(contestants(), &Contestant::absent) || over()) return;
      if (rules_.race) race();
      if (begun() && session_.now_s() - start_s + slowest_round_s_ > may_take_s()) return;
      const double round_start_s = session_.now_s();
      if (!run_round(rounds, may_run)) return;
      slowest_round_s_ = std::max(slowest_round_s_, session_.now_s() - round_start_s);
    }
  }

  /// No time is left for it.
  void skip() {
    for (const Contestant& contestant : contestants()) skip(contestant, "this row");
  }

 private:
  /// The trial that there is no time for.
  TrialRecord skip(const Contestant& contestant, const char* before) {
    TrialRecord skipped;
    skipped.row = row_;
    skipped.index = contestant.index->info.name;
    skipped.status = TrialStatus::kNotRun;
    skipped.reason = fmt::format("the budget of {:g} s was spent before {}", rules_.budget_s, before);
    session_.observer.on_trial(skipped);
    return skipped;
  }

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
                     .absent = failed_.contains(cell.index) || has_left(cell)});
    }
    return all;
  }

  bool has_left(const CellPlan& cell) const { return cell.left_after != 0 && next_round_ >= cell.left_after; }

  /// Lets those leave that no further round can help; rounds are shorter without them.
  void race() {
    std::vector<const TrialRecord*> trials;
    for (const TrialRecord& trial : trials_) trials.push_back(&trial);
    const std::vector<std::string> beaten = beaten_cells(view_row(plan_, trials, header_.indexes, false));
    for (CellPlan& cell : plan_.cells) {
      if (std::ranges::find(beaten, cell.index) != beaten.end()) cell.left_after = next_round_;
    }
    for (const TrialRecord& trial : trials_) {
      const bool last = trial.round + 1 == next_round_ && std::ranges::find(beaten, trial.index) != beaten.end();
      if (last) slowest_round_s_ = std::max(0.0, slowest_round_s_ - trial.wall_ms / 1e3);
    }
    if (!beaten.empty()) session_.observer.on_row(row_, plan_);
  }

  /// Who left after rounds that are run again may stay this time.
  void recall_leavers() {
    bool any = false;
    for (CellPlan& cell : plan_.cells) {
      if (cell.left_after <= next_round_) continue;
      cell.left_after = 0;
      any = true;
    }
    if (any) session_.observer.on_row(row_, plan_);
  }

  void keep(TrialRecord trial) {
    if (trial.status != TrialStatus::kOk) failed_.insert(trial.index);
    trials_.push_back(std::move(trial));
  }

  /// Before the first round, so that loading disturbs none. False when the user interrupted.
  bool load_engines(RowRounds& rounds, const std::function<bool()>& in_time) {
    for (const Contestant& contestant : contestants()) {
      if (!contestant.index->engine || contestant.absent || !in_time()) continue;
      if (auto failure = rounds.load(contestant, next_round_)) keep(*std::move(failure));
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

  /// One trial of every living cell; of none whose turn comes when the time is up. False when the user interrupted.
  bool run_round(RowRounds& rounds, const std::function<bool()>& may_run) {
    const std::vector<Contestant> all = contestants();
    Round round = rounds.begin(next_round_, all);
    if (plan_.realised.empty()) {
      plan_.realised = round.realised();
      plan_.notes.insert(plan_.notes.end(), round.notes().begin(), round.notes().end());
      session_.observer.on_row(row_, plan_);
    }
    for (const std::uint64_t which : round_order(all.size(), next_round_, rounds.seed())) {
      if (all[which].absent) continue;
      std::optional<TrialRecord> record = may_run() ? round.trial(all[which]) : skip(all[which], "its first trial");
      if (!record) return false;
      keep(*std::move(record));
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
  double opening_s_ = 0;  ///< what it takes to load keys and engines
  double slowest_round_s_ = 0;
};

/// The rows of a run, and the time that is left for them.
class RunOfRows {
 public:
  RunOfRows(Session& session, RunHeader& header, std::span<const RowInput> inputs, const WorkerSet& workers,
            const RunRules& rules, const std::vector<TrialRecord>& done)
      : session_(session), left_s_(rules.budget_s - rules.budget_used_s) {
    std::vector<std::vector<TrialRecord>> done_of(inputs.size());
    for (const TrialRecord& trial : done) done_of[trial.row].push_back(trial);
    for (std::size_t row = 0; row < inputs.size(); ++row) {
      rows_.push_back(
          std::make_unique<RowRun>(session, row, header, inputs[row], workers, rules, std::move(done_of[row])));
    }
  }

  /// Every row its share of what is left, one after the other.
  void run_all() {
    for (std::size_t row = 0; row < rows_.size() && !session_.interrupted(); ++row) {
      if (left_s_ <= 0 && !rows_[row]->begun()) {
        rows_[row]->skip();
      } else {
        run(*rows_[row], left_s_ / static_cast<double>(rows_.size() - row));
      }
    }
  }

  /// What is left goes to the rows that are not over, again and again until they are or there is none.
  void run_undecided() {
    while (left_s_ > 0 && !session_.interrupted()) {
      std::vector<RowRun*> undecided;
      for (const auto& row : rows_) {
        if (row->begun() && !row->over()) undecided.push_back(row.get());
      }
      bool progress = false;
      for (std::size_t i = 0; i < undecided.size(); ++i) {
        progress |= run(*undecided[i], left_s_ / static_cast<double>(undecided.size() - i));
      }
      // Where no share holds a round, the first that fits into all of it is better than none.
      for (RowRun* row : undecided) progress = progress || run(*row, left_s_);
      if (!progress) return;
    }
  }

 private:
  /// Whether a round was measured.
  bool run(RowRun& row, double share_s) {
    if (session_.interrupted()) return false;
    const double start_s = session_.now_s();
    const std::uint64_t before = row.rounds();
    row.run(share_s, left_s_);
    left_s_ -= session_.now_s() - start_s;
    return row.rounds() > before;
  }

  Session& session_;
  double left_s_;
  std::vector<std::unique_ptr<RowRun>> rows_;
};

}  // namespace

void run_rows(Session& session, RunHeader& header, std::span<const RowInput> inputs, const WorkerSet& workers,
              const RunRules& rules, const std::vector<TrialRecord>& done) {
  session.start_clock();
  RunOfRows rows(session, header, inputs, workers, rules, done);
  rows.run_all();
  rows.run_undecided();
}

}  // namespace omenbench
