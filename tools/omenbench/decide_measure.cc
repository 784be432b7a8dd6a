// See the header. Three stages share one series of rounds, so that every round has a stream of its own.
#include "tools/omenbench/decide_measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/round_order.h"
#include "harness/row_rounds.h"
#include "results/decide/halving.h"
#include "results/text.h"

namespace omenbench {
namespace {

constexpr std::size_t kFewest = 4;     ///< of the fastest that go on from a round of the screen
constexpr std::size_t kFinalists = 8;  ///< with no more than these the screen ends
/// After one or two short trials only what is clearly slower goes.
constexpr std::array<double, 2> kSlack = {1.6, 1.25};
constexpr std::uint64_t kShortest = 20'000;
constexpr std::uint64_t kMaxScreenRounds = 5;
constexpr double kScreenShare = 0.45;  ///< of the budget
constexpr std::size_t kMaxEstimationRounds = 24;
constexpr double kMargin = 1.15;
constexpr double kNarrow = 0.02;  ///< half width of an interval

using Stage = std::vector<TrialRecord> Candidate::*;
using Positions = std::vector<std::size_t>;

class Measurement {
 public:
  Measurement(const PreparedRun& run, std::vector<Candidate>& candidates, const MeasureOptions& options,
              const Announce& announce)
      : run_(run),
        candidates_(candidates),
        options_(options),
        announce_(announce),
        rounds_(run.header.rows[0], run.inputs[0], limits_of(run, options), run.plan.seed),
        wall_s_(candidates.size(), std::nan("")) {
    outcome_.operations = run.header.rows[0].operations;
    outcome_.screen_operations = std::min(outcome_.operations, std::max(kShortest, outcome_.operations / 5));
  }

  MeasureOutcome run() {
    if (options_.exhaustive) {
      measure_all();
    } else if (screen() && fit_operations() && select()) {
      compare();
    }
    outcome_.spent_s = spent_s();
    outcome_.interrupted = interrupted_by() != 0;
    return outcome_;
  }

 private:
  static TrialLimits limits_of(const PreparedRun& run, const MeasureOptions& options) {
    // A single trial must not use the budget up.
    const double timeout_s = std::min(options.timeout_s, std::max(5.0, options.budget_s / 3));
    return {.timeout_ms = static_cast<std::uint64_t>(timeout_s * 1000),
            .memory_limit_bytes = run.memory_limit_bytes,
            .cpus = run.plan.pin,
            .huge_pages = run.plan.huge_pages,
            .ns_per_tick = calibrate_ns_per_tick()};
  }

  double spent_s() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(); }
  double left_s() const { return options_.budget_s - spent_s(); }

  Positions in_play() const {
    Positions positions;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (candidates_[i].out.empty()) positions.push_back(i);
    }
    return positions;
  }

  /// Seconds that a round of these takes, from their last trials.
  double round_s(const Positions& positions) const {
    double sum = 0;
    for (const std::size_t i : positions) sum += std::isnan(wall_s_[i]) ? 1 : wall_s_[i];
    return kMargin * sum;
  }

  /// Fast ones first: when the time ends within the round, what is missing is least likely to matter.
  std::vector<std::uint64_t> order_of(const Positions& positions, bool by_prediction) const {
    std::vector<std::uint64_t> order = round_order(positions.size(), round_, rounds_.seed());
    if (!by_prediction) return order;
    std::ranges::stable_sort(order, {}, [&](std::uint64_t at) {
      const Candidate& candidate = candidates_[positions[at]];
      return candidate.index.name == options_.today ? -INFINITY
             : candidate.predicted                  ? candidate.predicted->log_ratio
                                                    : 0;
    });
    return order;
  }

  /// One trial of each. False when the time or the user ended it; a round that `must_end` then counts for nothing.
  bool round(Stage stage, const Positions& positions, std::uint64_t operations, bool must_end) {
    if (interrupted_by() != 0) return false;
    if (must_end && round_s(positions) > left_s()) return stop();
    std::vector<RowRounds::Contestant> contestants;
    for (const std::size_t i : positions) {
      contestants.push_back({run_.workers.find(candidates_[i].index.name), operations});
    }
    const RoundMaterial material = rounds_.material(round_, contestants);
    std::vector<std::pair<std::size_t, TrialRecord>> done;
    double longest_s = 0;
    bool complete = true;
    for (const std::uint64_t which : order_of(positions, !must_end && !options_.exhaustive)) {
      const std::size_t at = positions[which];
      if (!must_end && !done.empty() && longest_s > left_s()) {
        complete = stop();
        break;
      }
      std::optional<TrialRecord> trial = rounds_.trial(contestants[which], material);
      if (!trial) {
        complete = false;
        break;
      }
      trial->round = round_;
      trial->position = done.size();
      wall_s_[at] = trial->wall_ms / 1e3;
      longest_s = std::max(longest_s, wall_s_[at]);
      options_.on_trial(*trial);
      done.emplace_back(at, *std::move(trial));
    }
    ++round_;
    if (!complete && must_end) return false;
    for (auto& [at, trial] : done) keep(candidates_[at], stage, std::move(trial));
    return complete;
  }

  bool stop() {
    outcome_.out_of_time = true;
    return false;
  }

  void keep(Candidate& candidate, Stage stage, TrialRecord trial) {
    if (trial.status != TrialStatus::kOk) {
      candidate.barred = true;
      candidate.out =
          fmt::format("failed ({}{}{})", to_string(trial.status), trial.reason.empty() ? "" : ": ", trial.reason);
      return;
    }
    (candidate.*stage).push_back(std::move(trial));
    for (const auto& [metric, limit] : options_.limits) {
      if (!beyond(candidate, metric, limit)) continue;
      candidate.barred = true;
      candidate.out = fmt::format("beyond the limit of {}", metric == Metric::kBytes ? "memory" : to_string(metric));
    }
  }

  /// By the least of all trials so far: what disturbs one only adds. A single trial must be beyond it by far.
  static bool beyond(const Candidate& candidate, Metric metric, double limit) {
    constexpr double kByFar = 2;
    double least = std::nan("");
    std::size_t trials = 0;
    for (const auto* stage : {&candidate.screen, &candidate.select, &candidate.estimate}) {
      trials += stage->size();
      for (const TrialRecord& trial : *stage) least = std::fmin(least, metric_value(trial, metric));
    }
    return least > limit * (trials > 1 || metric == Metric::kBytes ? 1 : kByFar);
  }

  /// Exhaustive: nothing goes out, and the first rounds choose the champions.
  void measure_all() {
    outcome_.screen_operations = outcome_.operations;
    for (std::size_t i = 0; i < kSelectionRounds + kEstimationRounds; ++i) {
      const Positions all = in_play();
      announce_(fmt::format("round {}: {} indexes", round_ + 1, all.size()));
      const Stage stage = i < kSelectionRounds ? &Candidate::select : &Candidate::estimate;
      if (!round(stage, all, outcome_.operations, i > 0)) return drop_unmeasured();
    }
  }

  void drop_unmeasured() {
    for (Candidate& candidate : candidates_) {
      if (candidate.out.empty() && candidate.screen.empty() && candidate.select.empty()) {
        candidate.out = "not measured, the time ended";
      }
    }
  }

  /// False when nothing further can be measured.
  bool screen() {
    for (;;) {
      const Positions field = in_play();
      announce_(fmt::format("round {}: {} indexes, {} operations each", round_ + 1, field.size(),
                            with_commas(outcome_.screen_operations)));
      const bool first = round_ == 0;
      if (!round(&Candidate::screen, field, outcome_.screen_operations, !first)) {
        drop_unmeasured();
        return false;
      }
      const Positions before = in_play();
      if (before.size() <= kFinalists) return true;
      halve(before, round_ <= kSlack.size() ? kSlack[round_ - 1] : 1);
      const Positions after = in_play();
      if (after.size() <= kFinalists || round_ >= kMaxScreenRounds) return true;
      if (spent_s() + round_s(after) > kScreenShare * options_.budget_s) break;
    }
    // No time for another look: the rounds that choose are for few.
    for (Positions field = in_play(); field.size() > kFinalists; field = in_play()) {
      halve(field, 1);
      if (in_play().size() == field.size()) break;
    }
    return true;
  }

  void halve(const Positions& field, double slack) {
    std::vector<Standing> standings;
    for (const std::size_t i : field) {
      const Candidate& candidate = candidates_[i];
      standings.push_back({.family = candidate.index.family,
                           .ordered = candidate.index.ordered,
                           .keep = candidate.index.name == options_.today,
                           .score = candidate.score()});
    }
    const Positions going_on = better_half(standings, kFewest, slack);
    for (std::size_t at = 0; at < field.size(); ++at) {
      if (!std::ranges::binary_search(going_on, at)) {
        candidates_[field[at]].out = fmt::format("slower in round {}", round_);
      }
    }
  }

  /// Full trials where the budget allows the rounds that statistics want, shorter ones otherwise.
  bool fit_operations() {
    if (in_play().empty()) return false;
    const double passes = run_.header.rows[0].mutates ? 2 : 3;
    double fixed_s = 0;
    double per_operation_s = 0;
    for (const std::size_t i : in_play()) {
      fixed_s += wall_s_[i];
      per_operation_s += passes * candidates_[i].score() / 1e9;
    }
    const double round_s = left_s() / static_cast<double>(kSelectionRounds + kEstimationRounds) / kMargin;
    const double more = (round_s - fixed_s) / per_operation_s;
    const auto affordable = outcome_.screen_operations + static_cast<std::uint64_t>(std::max(0.0, more));
    outcome_.operations = std::min(outcome_.operations, affordable);
    for (const std::size_t i : in_play()) {
      wall_s_[i] +=
          passes * candidates_[i].score() / 1e9 * static_cast<double>(outcome_.operations - outcome_.screen_operations);
    }
    return true;
  }

  bool select() {
    // A third of what is left at most, when not even the rounds wanted fit.
    const double share = left_s() / static_cast<double>(kSelectionRounds + 1);
    for (std::size_t i = 0; i < kSelectionRounds; ++i) {
      const Positions field = in_play();
      if (i > 0 && round_s(field) > share) return true;
      announce_(fmt::format("round {}: {} contenders, {} operations each", round_ + 1, field.size(),
                            with_commas(outcome_.operations)));
      if (!round(&Candidate::select, field, outcome_.operations, true)) return false;
    }
    return true;
  }

  Positions champions() const {
    Positions all;
    for (const Question question : options_.questions) {
      for (const std::size_t i : choose_champions(candidates_, question, options_.today).all()) {
        if (std::ranges::find(all, i) == all.end()) all.push_back(i);
      }
    }
    return all;
  }

  void compare() {
    const Positions chosen = champions();
    for (const std::size_t i : in_play()) {
      if (std::ranges::find(chosen, i) == chosen.end()) candidates_[i].out = "slower in the rounds that chose";
    }
    for (std::size_t i = 0; i < kMaxEstimationRounds && !in_play().empty(); ++i) {
      if (i >= kEstimationRounds && settled()) return;
      announce_(fmt::format("round {}: {} champions", round_ + 1, in_play().size()));
      if (!round(&Candidate::estimate, in_play(), outcome_.operations, true)) return;
    }
  }

  /// True when more rounds would hardly narrow the intervals. That a verdict is reached is no reason to stop: looking
  /// for one after every round would find it by chance.
  bool settled() const {
    for (const Question question : options_.questions) {
      const Champions chosen = choose_champions(candidates_, question, options_.today);
      const auto found = answer(candidates_, chosen, question, options_.timer_cost_ns);
      if (!found) continue;
      for (const Against& one : found->against) {
        const std::optional<Ratio>& ratio = one.of(Metric::kThroughput).ratio;
        if (!ratio || (ratio->hi - ratio->lo) / 2 > kNarrow * ratio->median) return false;
      }
    }
    return true;
  }

  const PreparedRun& run_;
  std::vector<Candidate>& candidates_;
  const MeasureOptions& options_;
  const Announce& announce_;
  RowRounds rounds_;
  std::vector<double> wall_s_;
  std::uint64_t round_ = 0;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  MeasureOutcome outcome_;
};

}  // namespace

MeasureOutcome measure_candidates(const PreparedRun& run, std::vector<Candidate>& candidates,
                                  const MeasureOptions& options, const Announce& announce) {
  return Measurement(run, candidates, options, announce).run();
}

}  // namespace omenbench
