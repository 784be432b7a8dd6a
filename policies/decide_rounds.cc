// See the header. Three stages share one series of rounds, so that every round has a stream of its own.
#include "policies/decide_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "harness/session/lost_processor.h"
#include "harness/session/round_order.h"
#include "results/decide/halving.h"
#include "results/decide/trial_time.h"
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
/// What is so many times slower than the best is not measured again, whatever its family.
constexpr double kFar = 10;
constexpr std::size_t kMaxEstimationRounds = 24;
constexpr double kUsualChampions = 5;
constexpr double kMargin = 1.15;
/// Of the budget, for a round that takes longer than those before it let expect; beyond that it is cut off.
constexpr double kOverrun = 0.1;
constexpr double kNarrow = 0.02;  ///< half width of an interval

using Stage = std::vector<TrialRecord> Candidate::*;
using Positions = std::vector<std::size_t>;

class Measurement {
 public:
  Measurement(Session& session, const RowPlan& plan, const RowInput& input, const WorkerSet& workers,
              std::vector<Candidate>& candidates, const MeasureOptions& options, const Announce& announce)
      : session_(session),
        workers_(workers),
        candidates_(candidates),
        options_(options),
        announce_(announce),
        most_(plan.operations),
        row_(plan),
        rounds_(session, 0, row_, input),
        times_(candidates.size(), TrialTime(row_.mutates)) {
    refuse_seconds(plan, input.workload);
    session.start_clock();
    outcome_.screen_operations = options.exhaustive ? most_ : std::min(most_, std::max(kShortest, most_ / 5));
  }

  MeasureOutcome run() {
    if (options_.exhaustive) {
      measure_all();
    } else if (screen() && select()) {
      compare();
    }
    outcome_.spent_s = spent_s();
    outcome_.comparison_s = comparison_s();
    outcome_.interrupted = session_.interrupted();
    outcome_.notes = session_.notes();
    return outcome_;
  }

 private:
  double spent_s() const { return session_.now_s(); }
  double left_s() const { return options_.budget_s - spent_s(); }

  Positions in_play() const {
    Positions positions;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (candidates_[i].out.empty()) positions.push_back(i);
    }
    return positions;
  }

  /// Seconds that a round of these takes.
  double round_s(const Positions& positions, const TrialWork& work) const {
    double sum = material_s_ * static_cast<double>(work.operations);
    for (const std::size_t i : positions) sum += times_[i].expected_s(work);
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
  bool round(Stage stage, const Positions& positions, const TrialWork& work, bool must_end) {
    if (session_.interrupted()) return false;
    if (must_end && round_s(positions, work) > left_s()) return stop();
    std::vector<Contestant> contestants;
    for (const std::size_t i : positions) {
      contestants.push_back({workers_.find(candidates_[i].index.name), work.operations, work.throughput_only});
    }
    const double began_s = spent_s();
    row_.operations = work.operations;  // more than the round runs need not be made
    Round round = rounds_.begin(round_, contestants);
    material_s_ = (spent_s() - began_s) / static_cast<double>(work.operations);
    outcome_.operations = std::max(outcome_.operations, work.operations);
    std::vector<std::pair<std::size_t, TrialRecord>> done;
    double longest_s = 0;
    bool complete = true;
    for (const std::uint64_t which : order_of(positions, !must_end && !options_.exhaustive)) {
      const std::size_t at = positions[which];
      if (must_end ? left_s() < -kOverrun * options_.budget_s : !done.empty() && longest_s > left_s()) {
        complete = stop();
        break;
      }
      std::optional<TrialRecord> trial = round.trial(contestants[which]);
      if (!trial) {
        complete = false;
        break;
      }
      times_[at].note(*trial, work);
      longest_s = std::max(longest_s, trial->wall_ms / 1e3);
      done.emplace_back(at, *std::move(trial));
    }
    ++round_;
    if (!complete && must_end) return false;
    note_doubtful(stage, done);
    for (auto& [at, trial] : done) keep(candidates_[at], stage, std::move(trial));
    return complete;
  }

  bool stop() {
    outcome_.out_of_time = true;
    return false;
  }

  /// One trial that lost the processor says little: whose first of a stage it was needs another before it may go out.
  void note_doubtful(Stage stage, const std::vector<std::pair<std::size_t, TrialRecord>>& done) {
    constexpr double kMuch = 0.2;
    doubtful_.clear();
    for (const auto& [at, trial] : done) {
      if (trial.status != TrialStatus::kOk || !(candidates_[at].*stage).empty()) continue;
      const PassRecord& pass = trial.passes[static_cast<int>(Pass::kThroughput)];
      const double lost_ns = most_lost_ns(trial) / static_cast<double>(std::max<std::uint64_t>(pass.operations, 1));
      if (lost_ns > kMuch * pass.ns_per_op) doubtful_[candidates_[at].index.name] = pass.ns_per_op - lost_ns;
    }
  }

  bool doubtful(const Candidate& candidate) const { return doubtful_.contains(candidate.index.name); }

  /// Its score, or less where the last trial may have lost that much.
  double least_score(const Candidate& candidate) const {
    const auto found = doubtful_.find(candidate.index.name);
    return found == doubtful_.end() ? candidate.score() : found->second;
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
  bool beyond(const Candidate& candidate, Metric metric, double limit) const {
    if (doubtful(candidate) && metric != Metric::kBytes) return false;
    constexpr double kByFar = 2;
    double least = std::nan("");
    std::size_t trials = 0;
    for (const auto* stage : {&candidate.screen, &candidate.select, &candidate.estimate}) {
      trials += stage->size();
      for (const TrialRecord& trial : *stage) least = std::fmin(least, metric_value(trial, metric));
    }
    return least > limit * (trials > 1 || metric == Metric::kBytes ? 1 : kByFar);
  }

  /// Exhaustive: nothing goes out, every trial runs all passes, and the first rounds choose the champions.
  void measure_all() {
    for (std::size_t i = 0; i < kSelectionRounds + kEstimationRounds; ++i) {
      const Positions all = in_play();
      announce_(fmt::format("round {}: {} indexes", round_ + 1, all.size()));
      const Stage stage = i < kSelectionRounds ? &Candidate::select : &Candidate::estimate;
      if (!round(stage, all, {.operations = most_}, i > 0)) return drop_unmeasured();
    }
  }

  void drop_unmeasured() {
    for (Candidate& candidate : candidates_) {
      if (candidate.out.empty() && candidate.screen.empty() && candidate.select.empty()) {
        candidate.missed = true;
        candidate.out = "not measured, the time ended";
      }
    }
  }

  /// False when nothing further can be measured.
  bool screen() {
    const TrialWork work{.operations = outcome_.screen_operations, .throughput_only = true};
    for (;;) {
      const Positions field = in_play();
      announce_(fmt::format("round {}: {} indexes, {} operations each", round_ + 1, field.size(),
                            with_commas(work.operations)));
      const bool first = round_ == 0;
      if (!round(&Candidate::screen, field, work, !first)) {
        drop_unmeasured();
        return false;
      }
      drop_far();
      const Positions before = in_play();
      if (before.size() <= kFinalists) return true;
      halve(before, round_ <= kSlack.size() ? kSlack[round_ - 1] : 1);
      const Positions after = in_play();
      if (after.size() <= kFinalists || round_ >= kMaxScreenRounds) return true;
      if (spent_s() + round_s(after, work) > kScreenShare * options_.budget_s) break;
    }
    // No time for another look: the rounds that choose are for few.
    for (Positions field = in_play(); field.size() > kFinalists; field = in_play()) {
      halve(field, 1);
      if (in_play().size() < field.size()) continue;
      if (doubtful_.empty()) break;
      doubtful_.clear();  // there is no room for them either
    }
    return true;
  }

  /// Whatever is far behind the best in every question that it could answer.
  void drop_far() {
    for (const std::size_t i : in_play()) {
      const bool wanted = std::ranges::any_of(options_.questions, [&](Question question) {
        const Champions best = choose_champions(candidates_, question, options_.today);
        return can_answer(candidates_[i], question) && best.winner >= 0 &&
               !(least_score(candidates_[i]) > kFar * candidates_[static_cast<std::size_t>(best.winner)].score());
      });
      if (wanted) continue;
      candidates_[i].far = true;
      candidates_[i].out = fmt::format("more than {:.0f} times slower in round {}", kFar, round_);
    }
  }

  void halve(const Positions& field, double slack) {
    std::vector<Standing> standings;
    for (const std::size_t i : field) {
      const Candidate& candidate = candidates_[i];
      standings.push_back({.family = candidate.index.family,
                           .ordered = candidate.index.ordered,
                           .keep = candidate.index.name == options_.today || doubtful(candidate),
                           .score = candidate.score()});
    }
    const Positions going_on = better_half(standings, kFewest, slack);
    for (std::size_t at = 0; at < field.size(); ++at) {
      if (!std::ranges::binary_search(going_on, at)) {
        candidates_[field[at]].out = fmt::format("not among the fastest in round {}", round_);
      }
    }
  }

  /// As many operations as let so many rounds of all passes end in time; rather fewer than in the screen than too few
  /// rounds.
  std::uint64_t affordable(const Positions& positions, std::size_t rounds) const {
    const double share_s = left_s() / static_cast<double>(rounds);
    const std::uint64_t least =
        std::min(outcome_.screen_operations, std::max(kShortest, outcome_.screen_operations / 4));
    const double least_s = round_s(positions, {.operations = least});
    const double most_s = round_s(positions, {.operations = most_});
    if (most_s <= share_s) return most_;
    const double part = most_s > least_s ? (share_s - least_s) / (most_s - least_s) : 0;
    return least + static_cast<std::uint64_t>(std::max(0.0, part) * static_cast<double>(most_ - least));
  }

  /// Only throughput chooses. The first round runs the other passes as well: it shows how long they take, and what
  /// they say is all there is should the time end before the comparison.
  bool select() {
    if (in_play().empty()) return false;
    TrialWork work{.operations = affordable(in_play(), kSelectionRounds + kEstimationRounds)};
    // A third of what is left at most, when not even the rounds wanted fit.
    const double share = left_s() / static_cast<double>(kSelectionRounds + 1);
    for (std::size_t i = 0; i < kSelectionRounds; ++i) {
      const Positions field = in_play();
      if (round_s(field, work) > share) work.throughput_only = true;
      if (i > 0 && round_s(field, work) > share) return true;
      announce_(fmt::format("round {}: {} contenders, {} operations each", round_ + 1, field.size(),
                            with_commas(work.operations)));
      if (!round(&Candidate::select, field, work, true)) return false;
      drop_far();
      work.throughput_only = true;
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
      if (std::ranges::find(chosen, i) == chosen.end())
        candidates_[i].out = "not among the fastest in the rounds that chose";
    }
    // Their trials are known by now, and what others did not use is theirs. Room for some rounds more: a round may
    // take longer than those before it.
    const TrialWork work{.operations = affordable(in_play(), kEstimationRounds + kSelectionRounds)};
    for (std::size_t i = 0; i < kMaxEstimationRounds && !in_play().empty(); ++i) {
      if (i >= kEstimationRounds && settled()) return;
      announce_(fmt::format("round {}: {} champions, {} operations each", round_ + 1, in_play().size(),
                            with_commas(work.operations)));
      if (!round(&Candidate::estimate, in_play(), work, true)) return;
    }
  }

  /// True when more rounds would hardly narrow the intervals. That a verdict is reached is no reason to stop: looking
  /// for one after every round would find it by chance.
  bool settled() const {
    for (const Question question : options_.questions) {
      const Champions chosen = choose_champions(candidates_, question, options_.today);
      const auto found = answer(candidates_, chosen, question, options_.timer_cost_ns, row_.mutates);
      if (!found) continue;
      for (const Against& one : found->against) {
        const std::optional<Ratio>& ratio = one.of(Metric::kThroughput).ratio;
        if (!ratio || (ratio->hi - ratio->lo) / 2 > kNarrow * ratio->median) return false;
      }
    }
    return true;
  }

  /// Two rounds of all, then the rounds that choose and compare, with trials as short as those of the screen.
  double comparison_s() const {
    const TrialWork full{.operations = outcome_.screen_operations};
    const TrialWork throughput{.operations = outcome_.screen_operations, .throughput_only = true};
    double full_s = 0;
    double throughput_s = 0;
    double measured = 0;
    double wanted = 0;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      const bool seen = !candidates_[i].screen.empty() || !candidates_[i].select.empty();
      wanted += seen || candidates_[i].missed;
      if (!seen) continue;
      ++measured;
      full_s += times_[i].expected_s(full);
      throughput_s += times_[i].expected_s(throughput);
    }
    if (measured == 0) return 0;
    const double finalists = std::min<double>(kFinalists, wanted);
    const double champions = std::min(kUsualChampions, wanted);
    const double trials_s = (2 * wanted + kSelectionRounds * finalists) * throughput_s +
                            (finalists + kEstimationRounds * champions) * full_s;
    const std::size_t rounds = 2 + kSelectionRounds + kEstimationRounds;
    return kMargin * (trials_s / measured + static_cast<double>(rounds * full.operations) * material_s_);
  }

  Session& session_;
  const WorkerSet& workers_;
  std::vector<Candidate>& candidates_;
  const MeasureOptions& options_;
  const Announce& announce_;
  std::uint64_t most_;  ///< operations of a trial
  RowPlan row_;         ///< with the operations of the round at hand
  RowRounds rounds_;
  std::vector<TrialTime> times_;
  double material_s_ = 0;  ///< that it took to make each of the last round's operations
  std::uint64_t round_ = 0;
  std::map<std::string, double> doubtful_;  ///< in the last round; the least time per operation that each can have had
  MeasureOutcome outcome_;
};

}  // namespace

MeasureOutcome measure_candidates(Session& session, const RowPlan& plan, const RowInput& input,
                                  const WorkerSet& workers, std::vector<Candidate>& candidates,
                                  const MeasureOptions& options, const Announce& announce) {
  return Measurement(session, plan, input, workers, candidates, options, announce).run();
}

}  // namespace omenbench
