// See the header.
#include "results/decide/recommendation.h"

#include <algorithm>
#include <cmath>

#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

double median_of(const std::vector<TrialRecord>& trials, Metric metric) {
  std::vector<double> values;
  for (const TrialRecord& trial : trials) {
    const double value = metric_value(trial, metric);
    if (trial.status == TrialStatus::kOk && !std::isnan(value)) values.push_back(value);
  }
  return values.empty() ? std::nan("") : median(values);
}

/// Adds ln(ours / theirs) of every round that is in both.
void add_log_ratios(std::vector<double>& logs, const std::vector<TrialRecord>& ours,
                    const std::vector<TrialRecord>& theirs, Metric metric) {
  for (const TrialRecord& one : ours) {
    for (const TrialRecord& other : theirs) {
      if (one.round != other.round) continue;
      const double log = std::log(metric_value(one, metric) / metric_value(other, metric));
      if (std::isfinite(log)) logs.push_back(log);
    }
  }
}

std::optional<Ratio> ratio_of(const Estimate& logs) {
  if (!logs.interval) return std::nullopt;
  return Ratio{std::exp(logs.median), std::exp(logs.interval->lo), std::exp(logs.interval->hi),
               logs.interval->coverage};
}

std::optional<Paired> paired_of(const std::vector<double>& logs) {
  if (logs.empty()) return std::nullopt;
  const Estimate estimated = estimate(logs);
  return Paired{.rounds = logs.size(), .median = std::exp(estimated.median), .ratio = ratio_of(estimated)};
}

using Stage = std::vector<TrialRecord> Candidate::*;

/// The rounds with the most to say of those that both took part in.
Stage shared_stage(const Candidate& ours, const Candidate& theirs) {
  for (const Stage stage : {&Candidate::estimate, &Candidate::select}) {
    std::vector<double> logs;
    add_log_ratios(logs, ours.*stage, theirs.*stage, Metric::kThroughput);
    if (!logs.empty()) return stage;
  }
  return &Candidate::screen;
}

/// What keeps times from being compared.
struct Circumstances {
  double timer_cost_ns = 0;
  bool mutates = false;
};

MetricRatio compare(const Candidate& ours, const Candidate& theirs, Metric metric, const Circumstances& how) {
  MetricRatio result{.metric = metric, .median = std::nan(""), .ratio = {}, .reason = {}};
  const Stage stage = shared_stage(ours, theirs);
  std::vector<double> logs;
  add_log_ratios(logs, ours.*stage, theirs.*stage, metric);
  if (logs.empty()) {
    result.reason = "not measured together";
    return result;
  }
  result.rounds = logs.size();
  if (metric == Metric::kP50 || metric == Metric::kP99) {
    for (const Candidate* side : {&ours, &theirs}) {
      if (!below_timer(median_of(side->*stage, metric), how.timer_cost_ns)) continue;
      result.reason = "too close to the timer's cost";
      return result;
    }
  }
  if (metric == Metric::kThroughput && !how.mutates) {
    for (const Candidate* side : {&ours, &theirs}) {
      if (side->index.tier != "in-process") continue;
      result.reason = lost_processor(side->index.name, median_of(side->*stage, Metric::kThroughput),
                                     median_of(side->*stage, Metric::kP99));
      if (!result.reason.empty()) return result;
    }
  }
  const Estimate estimated = estimate(logs);
  result.median = std::exp(estimated.median);
  result.word = VerdictWord::kInconclusive;
  result.ratio = ratio_of(estimated);
  if (result.ratio) result.word = word_of(*result.ratio, smallest_effect(metric));
  return result;
}

std::optional<double> pays_back_after(const Candidate& ours, const Candidate& theirs) {
  const Stage stage = shared_stage(ours, theirs);
  const double build = median_of(ours.*stage, Metric::kBuild) - median_of(theirs.*stage, Metric::kBuild);
  const double gain = median_of(theirs.*stage, Metric::kThroughput) - median_of(ours.*stage, Metric::kThroughput);
  if (!(build > 0 && gain > 0)) return std::nullopt;
  return build / gain;
}

std::vector<std::string> roles_of(int position, const Champions& champions) {
  std::vector<std::string> roles;
  if (position == champions.runner_up) roles.emplace_back("runner-up");
  if (position == champions.tree) roles.emplace_back("best tree");
  if (position == champions.learned) roles.emplace_back("best learned index");
  if (position == champions.hash) roles.emplace_back("best hash map");
  if (position == champions.today) roles.emplace_back("a plain B-tree");
  return roles;
}

std::vector<Against> compare_all(std::span<const Candidate> candidates, const Champions& champions,
                                 const Circumstances& how) {
  std::vector<Against> against;
  const Candidate& winner = candidates[static_cast<std::size_t>(champions.winner)];
  for (const std::size_t other : champions.all()) {
    if (static_cast<int>(other) == champions.winner) continue;
    Against one{.opponent = other, .roles = roles_of(static_cast<int>(other), champions), .metrics = {}};
    for (const Metric metric : kMetrics) {
      one.metrics.push_back(compare(winner, candidates[other], metric, how));
    }
    if (one.of(Metric::kThroughput).word == VerdictWord::kWins) {
      one.pays_back_after = pays_back_after(winner, candidates[other]);
    }
    against.push_back(std::move(one));
  }
  return against;
}

/// Too few rounds for an interval, and yet so far apart in every one of them that more would hardly turn it.
bool far_ahead(const Candidate& ours, const Candidate& theirs) {
  std::vector<double> logs;
  for (const Stage stage : {&Candidate::screen, &Candidate::select, &Candidate::estimate}) {
    add_log_ratios(logs, ours.*stage, theirs.*stage, Metric::kThroughput);
  }
  constexpr double kInEvery = 1.5, kInTheOnlyOne = 3;
  if (logs.empty() || logs.size() >= kMinBlocks) return false;
  return std::ranges::max(logs) < -std::log(logs.size() > 1 ? kInEvery : kInTheOnlyOne);
}

Advice advice_of(const Answer& answer, std::span<const Candidate> candidates) {
  const Candidate& winner = candidates[answer.winner];
  if (winner.index.family == "tree") return Advice::kKeepTree;
  if (!answer.tree) return Advice::kUse;
  const auto tree = std::ranges::find(answer.against, *answer.tree, &Against::opponent);
  if (tree == answer.against.end()) return Advice::kUndecided;
  switch (tree->of(Metric::kThroughput).word) {
    case VerdictWord::kWins:
      return Advice::kUse;
    case VerdictWord::kTie:
    case VerdictWord::kLoses:
      return Advice::kKeepTree;
    default:
      return far_ahead(winner, candidates[*answer.tree]) ? Advice::kLikely : Advice::kUndecided;
  }
}

}  // namespace

std::string_view to_string(Advice advice) {
  switch (advice) {
    case Advice::kUse:
      return "use";
    case Advice::kKeepTree:
      return "keep_tree";
    case Advice::kLikely:
      return "likely";
    case Advice::kUndecided:
      return "undecided";
  }
  __builtin_unreachable();
}

double Candidate::score() const {
  double least = std::nan("");
  for (const TrialRecord& trial : select.empty() ? screen : select) {
    least = std::fmin(least, metric_value(trial, Metric::kThroughput));
  }
  return least;
}

double least_ratio(const Candidate& ours, const Candidate& theirs) {
  double ours_ns = std::nan("");
  double theirs_ns = std::nan("");
  const auto add = [&](const std::vector<TrialRecord>& our_rounds, const std::vector<TrialRecord>& their_rounds) {
    for (const TrialRecord& one : our_rounds) {
      for (const TrialRecord& other : their_rounds) {
        if (one.round != other.round) continue;
        ours_ns = std::fmin(ours_ns, metric_value(one, Metric::kThroughput));
        theirs_ns = std::fmin(theirs_ns, metric_value(other, Metric::kThroughput));
      }
    }
  };
  add(ours.estimate, theirs.estimate);
  add(ours.select, theirs.select);
  if (std::isnan(ours_ns)) add(ours.screen, theirs.screen);
  return ours_ns / theirs_ns;
}

std::optional<Paired> paired(const Candidate& ours, const Candidate& theirs) {
  std::vector<double> logs;
  for (const auto stage : {&Candidate::screen, &Candidate::select, &Candidate::estimate}) {
    add_log_ratios(logs, ours.*stage, theirs.*stage, Metric::kThroughput);
  }
  return paired_of(logs);
}

std::optional<Paired> compared(const Candidate& ours, const Candidate& theirs) {
  std::vector<double> logs;
  const Stage stage = shared_stage(ours, theirs);
  add_log_ratios(logs, ours.*stage, theirs.*stage, Metric::kThroughput);
  return paired_of(logs);
}

const std::vector<TrialRecord>& Candidate::best_rounds() const {
  if (!estimate.empty()) return estimate;
  return select.empty() ? screen : select;
}

const MetricRatio& Against::of(Metric metric) const {
  return *std::ranges::find(metrics, metric, &MetricRatio::metric);
}

std::vector<std::size_t> Champions::all() const {
  std::vector<std::size_t> positions;
  for (const int position : {winner, runner_up, tree, learned, hash, today}) {
    if (position < 0) continue;
    const auto known = static_cast<std::size_t>(position);
    if (std::ranges::find(positions, known) == positions.end()) positions.push_back(known);
  }
  return positions;
}

bool can_answer(const Candidate& candidate, Question question) {
  return candidate.index.ordered || question == Question::kSingleKeys;
}

Champions choose_champions(std::span<const Candidate> candidates, Question question, std::string_view today) {
  std::vector<std::size_t> ranking, far;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (!can_answer(candidate, question) || std::isnan(candidate.score())) continue;
    if (candidate.out.empty()) ranking.push_back(i);
    if (candidate.far) far.push_back(i);
  }
  for (auto* list : {&ranking, &far}) {
    std::ranges::stable_sort(*list, {}, [&](std::size_t i) { return candidates[i].score(); });
  }
  Champions champions;
  if (ranking.empty()) return champions;
  champions.winner = static_cast<int>(ranking[0]);
  if (ranking.size() > 1) champions.runner_up = static_cast<int>(ranking[1]);
  double ahead = 1;
  for (const std::size_t i : std::span(ranking).subspan(1)) {
    const auto beside = paired(candidates[i], candidates[ranking[0]]);
    if (!beside || beside->median >= ahead) continue;
    ahead = beside->median;
    champions.runner_up = static_cast<int>(i);
  }
  const auto best = [&](auto&& wanted) {
    for (const auto* list : {&ranking, &far}) {
      const auto found = std::ranges::find_if(*list, [&](std::size_t i) { return wanted(candidates[i].index); });
      if (found != list->end()) return static_cast<int>(*found);
    }
    return -1;
  };
  const auto of_family = [&](const char* family) {
    return best([family](const IndexSummary& index) { return index.family == family; });
  };
  champions.tree = of_family("tree");
  champions.learned = of_family("learned");
  champions.hash = of_family("hash");
  champions.today = best([today](const IndexSummary& index) { return index.name == today; });
  return champions;
}

std::optional<Answer> answer(std::span<const Candidate> candidates, const Champions& champions, Question question,
                             double timer_cost_ns, bool mutates) {
  if (champions.winner < 0) return std::nullopt;
  const Circumstances how{timer_cost_ns, mutates};
  Champions final = champions;
  std::vector<Against> against = compare_all(candidates, final, how);
  const auto throughput = [](const Against& one) {
    const double ratio = one.of(Metric::kThroughput).median;
    return std::isnan(ratio) ? 0 : ratio;
  };
  const auto faster = std::ranges::max_element(against, {}, throughput);
  if (faster != against.end() && faster->of(Metric::kThroughput).word == VerdictWord::kLoses) {
    final.winner = static_cast<int>(faster->opponent);
    // Who was thought to win is the one to compare with.
    if (final.runner_up == final.winner) final.runner_up = champions.winner;
    against = compare_all(candidates, final, how);
  }
  Answer result{.question = question, .winner = static_cast<std::size_t>(final.winner), .against = {}, .tree = {}};
  result.against = std::move(against);
  if (final.tree >= 0) result.tree = static_cast<std::size_t>(final.tree);
  const Candidate& winner = candidates[result.winner];
  result.rounds = winner.best_rounds().size();
  result.provisional = winner.estimate.size() < kEstimationRounds;
  result.advice = advice_of(result, candidates);
  return result;
}

}  // namespace omenbench
