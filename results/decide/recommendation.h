// Which index for these keys: champions are chosen on some rounds and compared on others (or the winner's luck would be
// counted as speed), and what comes out is advice: use this one, or a tree is as good.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/trial_record.h"
#include "results/decide/cost_model.h"
#include "results/rows.h"
#include "results/verdicts.h"

namespace omenbench {

/// An index that could serve, and all that was measured of it.
struct Candidate {
  IndexSummary index;
  std::optional<Prediction> predicted;
  std::string out;      ///< why it did not go on; empty: it took part to the end
  bool missed = false;  ///< the time ended before it was measured
  bool far = false;     ///< out because it is many times slower than the best: what others are measured against if
                        ///< no other of its family is left
  bool barred = false;  ///< failed, or lies beyond a limit: never recommended, whatever it was measured at
  /// Rounds that narrow the field, that choose the champions, and that compare them.
  std::vector<TrialRecord> screen{}, select{}, estimate{};

  /// Least ns per operation over the rounds in which champions are chosen, or over those before: what disturbs one of
  /// these few trials only adds. NaN: not measured.
  double score() const;
  /// The rounds with the most to say: of the comparison, else of the choice, else of the screen.
  const std::vector<TrialRecord>& best_rounds() const;
};

/// Time of `ours` / time of `theirs`: of each the least over the rounds that both ran, because what disturbs a trial
/// only adds. Rounds of short trials count only where there are no others. NaN: never measured together.
double least_ratio(const Candidate& ours, const Candidate& theirs);

/// Time of `ours` / time of `theirs` over all rounds that both took part in, whatever these were for: what is left to
/// say of an index that went out early.
struct Paired {
  std::size_t rounds = 0;
  double median = 0;
  std::optional<Ratio> ratio;  ///< with its interval; none with too few rounds
};
/// None when they were never measured together.
std::optional<Paired> paired(const Candidate& ours, const Candidate& theirs);
/// The same over the rounds with the most to say of those that both took part in: of the comparison, else of the
/// choice, else of the screen.
std::optional<Paired> compared(const Candidate& ours, const Candidate& theirs);

/// What the index is wanted for: single keys only, or their order as well.
enum class Question : std::uint8_t { kSingleKeys, kOrdered };

/// Positions among the candidates; -1: there is none. All can answer the question.
struct Champions {
  int winner = -1, runner_up = -1;
  int tree = -1, learned = -1, hash = -1;  ///< best of their family
  int today = -1;                          ///< what people are likely to have: a plain B-tree
  /// Without gaps and repetitions, the winner first.
  std::vector<std::size_t> all() const;
};
/// Where some of them are out because they are far behind, the best of these stands for its family if nobody else does.
/// The runner-up is whoever is most ahead of the winner in the median of the rounds both took part in, if anybody is.
Champions choose_champions(std::span<const Candidate> candidates, Question question, std::string_view today);
bool can_answer(const Candidate& candidate, Question question);

struct MetricRatio {
  Metric metric = Metric::kThroughput;
  double median = 0;           ///< winner / opponent; NaN when unresolved
  std::size_t rounds = 0;      ///< that both took part in
  std::optional<Ratio> ratio;  ///< with its interval; none with too few rounds
  VerdictWord word = VerdictWord::kUnresolved;
  std::string reason;  ///< why unresolved
};

/// The winner against one other.
struct Against {
  std::size_t opponent = 0;
  std::vector<std::string> roles;  ///< "runner-up", "best tree", ...
  std::vector<MetricRatio> metrics;
  /// Operations after which the winner's longer build has paid for itself; none when it is not longer, or where it is
  /// not decided that the winner is faster.
  std::optional<double> pays_back_after{};

  const MetricRatio& of(Metric metric) const;
};

enum class Advice : std::uint8_t {
  kUse,        ///< clearly faster than the best tree
  kKeepTree,   ///< a tree wins, or is as good
  kLikely,     ///< far faster than the best tree in every round of too few for an interval
  kUndecided,  ///< the interval is too wide to tell
};
std::string_view to_string(Advice advice);

struct Answer {
  Question question = Question::kOrdered;
  std::size_t winner = 0;
  std::vector<Against> against;
  Advice advice = Advice::kUndecided;
  std::optional<std::size_t> tree;  ///< the best tree
  std::size_t rounds = 0;           ///< that the comparison rests on
  bool provisional = false;         ///< the champions had to be compared on the rounds that chose them

  /// What to use: the winner when it is clearly or very likely faster than the best tree, else that tree.
  std::size_t choice() const { return advice == Advice::kUse || advice == Advice::kLikely || !tree ? winner : *tree; }
};

/// None when nothing was measured. A runner-up that beats the chosen winner in the rounds of the comparison takes its
/// place.
/// `mutates`: whether the workload writes.
std::optional<Answer> answer(std::span<const Candidate> candidates, const Champions& champions, Question question,
                             double timer_cost_ns, bool mutates);

/// What to do, in sentences; names of indexes in `backquotes`.
std::vector<std::string> in_words(const Answer& answer, std::span<const Candidate> candidates);

}  // namespace omenbench
