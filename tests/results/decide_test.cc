// The logic of `omenbench decide` on numbers whose answer is known: cost model, halving, recommendation, break-even.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "core/error.h"
#include "results/decide/conclusion.h"
#include "results/decide/decision.h"
#include "results/decide/halving.h"
#include "results/decide/trial_time.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Time beside the yardstick of three made-up indexes: a constant, one that hard keys slow down, one that inserts do.
double true_log_ratio(const std::string& index, const CostPoint& point) {
  const CostFeatures x = features_of(point);
  if (index == "hard") return -0.5 + 0.2 * x[2];
  if (index == "inserts") return -1 + 3 * x[4];
  return index == "steady" ? -0.25 : 0;
}

std::vector<CostSample> samples() {
  std::vector<CostSample> all;
  for (int dataset = 0; dataset < 5; ++dataset) {
    for (const double keys : {2e4, 2e5, 2e6}) {
      for (const double inserts : {0.0, 0.1, 0.5}) {
        const CostPoint point{.keys = keys,
                              .local_segments = keys * std::exp2(-4.0 - dataset),
                              .global_segments = keys * std::exp2(-12.0 - (dataset % 3)),
                              .inserts = inserts};
        for (const char* index : {"yardstick", "steady", "hard", "inserts"}) {
          all.push_back({"data" + std::to_string(dataset), index, point, true_log_ratio(index, point)});
        }
      }
    }
  }
  return all;
}

TEST(CostModel, FindsTheCoefficientsThatMadeTheMeasurements) {
  const CostModel model = CostModel::fit(samples(), "yardstick");
  const CostPoint unseen{.keys = 1e6, .local_segments = 1e6 / 300, .global_segments = 1e6 / 8192, .inserts = 0.3};
  for (const char* index : {"steady", "hard", "inserts"}) {
    EXPECT_NEAR(model.predict(index, unseen)->log_ratio, true_log_ratio(index, unseen), 0.05) << index;
    EXPECT_LT(model.predict(index, unseen)->error, 0.05) << index;
  }
  EXPECT_FALSE(model.predict("unheard-of", unseen));
  EXPECT_EQ(model.winner_kept(), 1);
}

TEST(CostModel, TellsItsErrorFromDatasetsItHasNotSeen) {
  // One dataset goes against all others: no model fitted to these can know.
  std::vector<CostSample> odd = samples();
  for (CostSample& sample : odd) {
    if (sample.dataset == "data4" && sample.index == "steady") sample.log_ratio += 2;
  }
  const CostPoint point = odd[0].point;
  const CostModel model = CostModel::fit(odd, "yardstick");
  EXPECT_GT(model.predict("steady", point)->error, 0.8);
  EXPECT_LT(model.predict("hard", point)->error, 0.05);
}

TEST(CostModel, DoesNotExtrapolate) {
  const CostModel model = CostModel::fit(samples(), "yardstick");
  const CostPoint at_edge{.keys = 2e6, .local_segments = 2e6 / 256, .global_segments = 2e6 / 8192, .inserts = 0.5};
  CostPoint beyond = at_edge;
  beyond.inserts = 1;
  EXPECT_EQ(model.predict("inserts", beyond)->log_ratio, model.predict("inserts", at_edge)->log_ratio);
  EXPECT_TRUE(model.covers(at_edge));
  EXPECT_FALSE(model.covers(beyond));
  beyond = at_edge;
  beyond.keys = 9e6;
  EXPECT_FALSE(model.covers(beyond));
  EXPECT_FALSE(CostModel().covers(at_edge));
}

TEST(CostModel, SurvivesItsOwnJson) {
  const CostModel model = CostModel::fit(samples(), "yardstick");
  const CostModel read = CostModel::from_json(nlohmann::json::parse(model.to_json().dump()), "here");
  EXPECT_EQ(read.to_json(), model.to_json());
  EXPECT_EQ(read.yardstick(), "yardstick");
  nlohmann::json broken = nlohmann::json::parse(model.to_json().dump());
  broken["features"][1] = "colour";
  EXPECT_THROW(CostModel::from_json(broken, "here"), Error);
  EXPECT_THROW(CostModel::from_json({{"schema", "omenbench.cost-model/1"}}, "here"), Error);
}

TEST(CostModel, ThatIsBuiltInCanBeReadAndKnowsItsError) {
  const CostModel model = CostModel::built_in();
  EXPECT_FALSE(model.yardstick().empty());
  EXPECT_GE(model.winner_kept(), 0.9);
}

TEST(Plausible, KeepsWhatCouldWinAndWhatIsUnknown) {
  const std::vector<std::optional<Prediction>> predictions = {Prediction{0.0, 0.1}, Prediction{0.25, 0.1},
                                                              Prediction{0.5, 0.1}, Prediction{0.5, 0.3}, std::nullopt};
  EXPECT_THAT(plausible(predictions), ElementsAre(true, true, false, true, true));
}

Standing standing(const std::string& family, double score, bool ordered = true, bool keep = false) {
  return {.family = family, .ordered = ordered, .keep = keep, .score = score};
}

TEST(BetterHalf, GoesOnWithTheBestOfEveryKind) {
  const std::vector<Standing> standings = {standing("hash", 10, false),
                                           standing("hash", 11, false),
                                           standing("hash", 12, false),
                                           standing("learned", 20),
                                           standing("learned", 21),
                                           standing("learned", 22),
                                           standing("tree", 50),
                                           standing("tree", 60),
                                           standing("tree", 70),
                                           standing("array", 90),
                                           standing("tree", 500, true, true),
                                           standing("learned", std::nan(""))};
  EXPECT_THAT(better_half(standings, 1, 1), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 9, 10));
}

TEST(BetterHalf, SparesWhatIsCloseToTheLine) {
  const std::vector<Standing> standings = {standing("tree", 10), standing("tree", 20), standing("tree", 29),
                                           standing("tree", 31)};
  EXPECT_THAT(better_half(standings, 1, 1), ElementsAre(0, 1));
  EXPECT_THAT(better_half(standings, 1, 1.5), ElementsAre(0, 1, 2));
  EXPECT_THAT(better_half(standings, 3, 1), ElementsAre(0, 1, 2));
}

/// Three rounds that choose and nine that compare, at these times.
Candidate candidate(const std::string& name, const std::string& family, double select_ns, double estimate_ns) {
  Candidate made{.index = testing::index_summary(name, family), .predicted = {}, .out = {}};
  made.index.ordered = family != "hash";
  for (std::uint64_t round = 0; round < 12; ++round) {
    const double ns = (round < 3 ? select_ns : estimate_ns) * (1 + 0.001 * static_cast<double>(round % 4));
    (round < 3 ? made.select : made.estimate).push_back(testing::ok_trial(0, round, name, ns));
  }
  return made;
}

Answer answered(const std::vector<Candidate>& candidates, Question question = Question::kOrdered) {
  const Champions champions = choose_champions(candidates, question, "plain");
  return *answer(candidates, champions, question, 1, false);
}

TEST(Recommendation, NamesTheWinnerAndItsOpponents) {
  const std::vector<Candidate> candidates = {candidate("plain", "tree", 300, 300), candidate("fast", "learned", 60, 60),
                                             candidate("good-tree", "tree", 100, 100),
                                             candidate("hash", "hash", 20, 20)};
  const Answer ordered = answered(candidates);
  EXPECT_EQ(candidates[ordered.winner].index.name, "fast");
  EXPECT_EQ(ordered.advice, Advice::kUse);
  ASSERT_EQ(ordered.against.size(), 2);
  EXPECT_THAT(ordered.against[0].roles, ElementsAre("runner-up", "best tree"));
  EXPECT_THAT(ordered.against[1].roles, ElementsAre("a plain B-tree"));
  EXPECT_NEAR(ordered.against[0].of(Metric::kThroughput).median, 0.6, 1e-9);
  EXPECT_EQ(ordered.against[0].of(Metric::kThroughput).word, VerdictWord::kWins);
  EXPECT_THAT(in_words(ordered, candidates)[0],
              HasSubstr("Use `fast`: it takes 0.60x [0.60, 0.60] the time of `good-tree`"));
  const Answer single = answered(candidates, Question::kSingleKeys);
  EXPECT_EQ(candidates[single.winner].index.name, "hash");
}

TEST(Recommendation, SaysThatATreeIsAsGood) {
  const std::vector<Candidate> tie = {candidate("learned", "learned", 97, 97), candidate("plain", "tree", 100, 100)};
  EXPECT_EQ(answered(tie).advice, Advice::kKeepTree);
  EXPECT_THAT(in_words(answered(tie), tie)[0], HasSubstr("A tree is as good here: use or keep `plain`"));
  const std::vector<Candidate> wins = {candidate("learned", "learned", 130, 130), candidate("plain", "tree", 100, 100)};
  EXPECT_EQ(answered(wins).advice, Advice::kKeepTree);
  EXPECT_THAT(in_words(answered(wins), wins)[0], HasSubstr("A tree is the answer here: use `plain`"));
}

TEST(Recommendation, ComparesOnOtherRoundsThanItChoseOn) {
  // Lucky in the rounds that chose, slower in those that compare: the runner-up is the answer.
  const std::vector<Candidate> candidates = {candidate("lucky", "learned", 80, 140),
                                             candidate("plain", "tree", 100, 100)};
  const Answer result = answered(candidates);
  EXPECT_EQ(candidates[result.winner].index.name, "plain");
  EXPECT_FALSE(result.provisional);
  EXPECT_EQ(result.rounds, 9);
}

TEST(Recommendation, IsProvisionalWhenTimeEndedBeforeTheComparison) {
  std::vector<Candidate> candidates = {candidate("fast", "learned", 50, 50), candidate("plain", "tree", 100, 100)};
  for (Candidate& one : candidates) one.estimate.clear();
  const Answer result = answered(candidates);
  EXPECT_TRUE(result.provisional);
  EXPECT_EQ(result.advice, Advice::kLikely) << "three rounds have no interval, but each says twice as fast";
  EXPECT_THAT(in_words(result, candidates).back(), HasSubstr("Provisional"));
  candidates[0].out = candidates[1].out = "failed";
  EXPECT_FALSE(
      answer(candidates, choose_champions(candidates, Question::kOrdered, "plain"), Question::kOrdered, 1, false));
}

TEST(Recommendation, TellsALeadWithoutAnIntervalAsWhatItIs) {
  const auto told = [](double ns, std::size_t rounds) {
    std::vector<Candidate> candidates = {candidate("fast", "learned", ns, ns), candidate("plain", "tree", 100, 100)};
    for (Candidate& one : candidates) {
      one.estimate.clear();
      one.select.resize(rounds);
    }
    const Answer result = answered(candidates);
    return std::pair(result.advice, in_words(result, candidates)[0]);
  };
  EXPECT_EQ(told(6, 3).first, Advice::kLikely);
  EXPECT_EQ(
      told(6, 3).second,
      "Very likely `fast`: 16.7x faster than `plain`, the best tree, in each of 3 rounds that both ran; an interval "
      "takes 6 rounds (--budget).");
  EXPECT_EQ(told(50, 1).first, Advice::kUndecided) << "once twice as fast may be a disturbance";
  EXPECT_EQ(told(6, 1).first, Advice::kLikely);
  EXPECT_EQ(told(80, 3).first, Advice::kUndecided);
}

TEST(Recommendation, NamesTheCauseForWhichNothingIsDecided) {
  const auto told = [](double spread, std::size_t rounds, bool together = true) {
    std::vector<Candidate> candidates = {candidate("fast", "learned", 95, 95), candidate("other", "learned", 97, 97),
                                         candidate("plain", "tree", 100, 100)};
    for (Candidate& one : candidates) {
      one.estimate.resize(rounds);
      if (one.index.name == "plain") continue;
      for (std::size_t i = 0; i < rounds; ++i) one.estimate[i].passes[0].ns_per_op *= i % 3 == 0 ? 1 + spread : 1;
      if (together) continue;
      one.screen = std::exchange(one.estimate, {});
      one.select.clear();
    }
    const Answer result = answered(candidates);
    EXPECT_EQ(result.advice, Advice::kUndecided);
    return ::testing::PrintToString(in_words(result, candidates));
  };
  EXPECT_THAT(told(0.5, 9), AllOf(HasSubstr("the time of `plain`: too noisy to tell whether 5 % apart. Keep"),
                                  Not(HasSubstr("too few")), Not(HasSubstr("quieter"))));
  EXPECT_THAT(told(0.02, 9), HasSubstr("the time of `plain`: about as far apart as counts, 5 %. Keep"));
  EXPECT_THAT(told(0.5, 5), AllOf(HasSubstr("5 rounds, too few for an interval"), Not(HasSubstr("too noisy")),
                                  Not(HasSubstr("too close"))));
  EXPECT_THAT(told(0, 5, false), AllOf(HasSubstr("Not decided: not measured together. Keep `plain`, or measure longer"),
                                       Not(HasSubstr("quieter"))));
}

TEST(Recommendation, TakesItsRatiosFromRoundsThatBothTookPartIn) {
  std::vector<Candidate> candidates = {candidate("fast", "learned", 50, 25), candidate("plain", "tree", 100, 100)};
  candidates[1].estimate.clear();  // went out before the comparison
  candidates[1].out = "more than 10 times slower in round 3";
  candidates[1].far = true;
  const Answer result = answered(candidates);
  EXPECT_NEAR(result.against[0].of(Metric::kThroughput).median, 0.5, 1e-9);
  EXPECT_EQ(result.against[0].of(Metric::kThroughput).rounds, 3U);
}

// Least by one lucky trial, and behind in the others: the other goes on as the runner-up.
TEST(Recommendation, KeepsWhoIsAheadInTheMedianAsTheRunnerUp) {
  std::vector<Candidate> candidates = {candidate("lucky", "learned", 90, 90), candidate("second", "learned", 75, 75),
                                       candidate("ahead", "learned", 80, 80), candidate("plain", "tree", 100, 100)};
  candidates[0].select[0].passes[0].ns_per_op = 60;
  candidates[1].select[1].passes[0].ns_per_op = 200;
  candidates[1].select[2].passes[0].ns_per_op = 200;
  for (Candidate& one : candidates) one.estimate.clear();
  const Champions champions = choose_champions(candidates, Question::kOrdered, "plain");
  EXPECT_EQ(candidates[static_cast<std::size_t>(champions.winner)].index.name, "lucky");
  EXPECT_EQ(candidates[static_cast<std::size_t>(champions.runner_up)].index.name, "ahead");
}

TEST(Recommendation, TellsWhenABuildIsRepaidOnlyWhereTheWinnerIsSurelyFaster) {
  const auto with_build = [](double ns, double tree_ns) {
    std::vector<Candidate> candidates = {candidate("fast", "learned", ns, ns),
                                         candidate("plain", "tree", tree_ns, tree_ns)};
    for (TrialRecord& trial : candidates[0].estimate) trial.build_ns = 9'000'000;
    for (TrialRecord& trial : candidates[1].estimate) trial.build_ns = 1'000'000;
    return answered(candidates).against[0].pays_back_after;
  };
  ASSERT_TRUE(with_build(60, 100));
  EXPECT_NEAR(*with_build(60, 100), 8e6 / 40, 1e3);
  EXPECT_FALSE(with_build(97, 100)) << "a tie repays nothing";
}

/// Beside "fast", which halves its time in later rounds, "dropped" went out after two rounds.
Decision with_dropped() {
  Decision decision;
  decision.model = CostModel::fit(samples(), "plain");
  decision.dataset.name = "mine";
  decision.dataset.rows = 5000;
  decision.dataset.n = 2000;
  decision.dataset.duplicates_dropped = 3000;
  decision.point = {.keys = 2000, .local_segments = 20, .global_segments = 2};
  decision.candidates = {candidate("fast", "learned", 50, 50), candidate("plain", "tree", 100, 100),
                         candidate("dropped", "learned", 150, 150), candidate("never", "hash", 1, 1)};
  for (Candidate& one : decision.candidates) {
    for (std::vector<TrialRecord>* rounds : {&one.select, &one.estimate}) {
      for (TrialRecord& trial : *rounds) trial.round += 2;
    }
    one.screen = {testing::ok_trial(0, 0, one.index.name, 90), testing::ok_trial(0, 1, one.index.name, 100)};
  }
  Candidate& dropped = decision.candidates[2];
  dropped.screen = {testing::ok_trial(0, 0, "dropped", 180), testing::ok_trial(0, 1, "dropped", 200)};
  for (Candidate* one : {&dropped, &decision.candidates[3]}) one->select = one->estimate = {};
  dropped.out = "slower in round 2";
  decision.candidates[3].screen.clear();
  decision.candidates[3].out = "not measured";
  decision.answers = {answered(decision.candidates)};
  decision.changes.resize(1);
  return decision;
}

/// What the rounds of `candidates` let a decision say.
Decision concluded(std::vector<Candidate> candidates) {
  Decision decision;
  decision.model = CostModel::fit(samples(), "plain");
  decision.point = {.keys = 2000, .local_segments = 20, .global_segments = 2};
  decision.candidates = std::move(candidates);
  decision.timer_cost_ns = 1;
  conclude(decision, questions_of(decision.candidates), /*mutates=*/false);
  return decision;
}

/// Two that were not measured, for this reason.
Decision with_out(const std::string& reason) {
  std::vector<Candidate> candidates = {candidate("fast", "learned", 1, 1), candidate("plain", "tree", 1, 1)};
  for (Candidate& one : candidates) {
    one.select = one.estimate = {};
    one.out = reason;
  }
  return concluded(std::move(candidates));
}

std::string refusal(const Decision& decision, const std::vector<std::string>& limits = {}, double comparison_s = 0) {
  try {
    require_answer(decision, limits, comparison_s);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Conclusion, AnswersBothQuestionsWhereAHashMapWins) {
  const Decision both = concluded(
      {candidate("fast", "learned", 60, 60), candidate("plain", "tree", 100, 100), candidate("hash", "hash", 20, 20)});
  ASSERT_EQ(both.answers.size(), 2);
  EXPECT_EQ(both.candidates[both.answers[0].winner].index.name, "hash");
  EXPECT_EQ(both.candidates[both.answers[1].winner].index.name, "fast");
  EXPECT_EQ(both.changes.size(), 2);
}

TEST(Conclusion, AnOrderedWinnerOfSingleKeysIsTheAnswerToBoth) {
  const Decision one = concluded(
      {candidate("fast", "learned", 60, 60), candidate("plain", "tree", 100, 100), candidate("hash", "hash", 80, 80)});
  ASSERT_EQ(one.answers.size(), 1);
  EXPECT_EQ(one.answers[0].question, Question::kSingleKeys);
}

TEST(Conclusion, OneThatOthersHadNoTimeToBeComparedWithIsNoAnswer) {
  Candidate late = candidate("plain", "tree", 1, 1);
  late.select = late.estimate = {};
  late.missed = true;
  late.out = "not measured";
  Decision decision = concluded({candidate("fast", "learned", 60, 60), late});
  EXPECT_THAT(decision.answers, IsEmpty());
  decision.budget_s = 1;
  EXPECT_EQ(refusal(decision, {}, 6.2),
            "--budget 1s allowed no comparison: it ended after 1 of 2 indexes; about 7s would do");
  EXPECT_THAT(refusal(decision, {}, 0.5), HasSubstr("; a longer one would do")) << "less than there was is no advice";
  decision.interrupted = true;
  EXPECT_EQ(refusal(decision), "");
}

TEST(Conclusion, SaysThatAllAreBeyondALimitOrFailed) {
  Decision decision = with_out("beyond the limit of memory: 3 MiB");
  EXPECT_EQ(refusal(decision, {"memory=1MiB", "build=1s"}),
            "no index that was measured lies within --limit memory=1MiB and --limit build=1s: 2 are beyond it");
  EXPECT_EQ(refusal(with_out("crashed")), "no index could be measured; fast: crashed");
  EXPECT_EQ(refusal(with_out("")), "no index could be measured; fast: no result");
}

TEST(Decision, ComparesWhatWentOutOverTheRoundsThatBothTookPartIn) {
  const Decision decision = with_dropped();
  const nlohmann::ordered_json json = to_json(decision);
  EXPECT_EQ(json["candidates"][2]["beside_winner"]["winner"], "fast");
  EXPECT_EQ(json["candidates"][2]["beside_winner"]["rounds"], 2);
  EXPECT_NEAR(json["candidates"][2]["beside_winner"]["ratio"].get<double>(), 2, 1e-9);
  EXPECT_TRUE(json["candidates"][2]["beside_winner"]["lo"].is_null()) << "two rounds have no interval";
  EXPECT_TRUE(json["candidates"][3]["beside_winner"].is_null());
  for (const std::string& text :
       {as_text(decision_document(decision), {.width = 100}), as_markdown(decision_document(decision))}) {
    EXPECT_THAT(text, HasSubstr("slower in round 2 (beside fast, 2 rounds): dropped 2.00x\n"));
    EXPECT_THAT(text, HasSubstr("not measured: never\n"));
  }
}

TEST(Decision, NamesWhatCannotServeUnlessItIsHalfOfAllThereIs) {
  Decision decision = with_dropped();
  decision.unsupported = {{"mine", "cannot insert"}};
  EXPECT_THAT(as_text(decision_document(decision), {.width = 100}), HasSubstr("cannot insert: mine\n"));
  decision.unsupported.assign(20, {"mine", "cannot insert"});
  EXPECT_THAT(as_text(decision_document(decision), {.width = 100}), HasSubstr("cannot insert: 20 indexes"));
}

TEST(Decision, ItsTableAndItsSentencesTellTheSameRatioToTheTree) {
  Decision decision = with_dropped();
  decision.candidates[0].estimate[4].passes[0].ns_per_op = 10;  // one lucky trial
  decision.answers = {answered(decision.candidates)};
  const std::string text = as_text(decision_document(decision), {.width = 200});
  EXPECT_THAT(text, HasSubstr("takes 0.50x ["));
  EXPECT_THAT(text, ::testing::ContainsRegex("fast  *learned .*  0.50x"));
}

TEST(Decision, SaysThatEqualValuesWereDropped) {
  Decision decision = with_dropped();
  for (const std::string& text :
       {as_text(decision_document(decision), {.width = 200}), as_markdown(decision_document(decision))}) {
    EXPECT_THAT(text,
                HasSubstr("3,000 of the 5,000 values repeat others and were dropped: the answer is for distinct"));
  }
  EXPECT_EQ(to_json(decision)["dataset"]["duplicates_dropped"], 3000);
  decision.dataset.duplicates_dropped = 0;
  EXPECT_THAT(as_text(decision_document(decision), {.width = 200}), ::testing::Not(HasSubstr("repeat others")));
}

TrialRecord trial_of(double wall_ms, double ns_per_op, bool all_passes) {
  TrialRecord trial = testing::ok_trial(0, 0, "one", ns_per_op);
  for (PassRecord& pass : trial.passes) pass = {.present = false};
  for (std::size_t i = 0; i < (all_passes ? 3U : 1U); ++i) trial.passes[i] = {.present = true, .ns_per_op = ns_per_op};
  trial.wall_ms = wall_ms;
  trial.build_ns = 2'000'000;
  return trial;
}

TEST(TrialTime, GrowsWithTheOperations) {
  TrialTime time(false);
  EXPECT_EQ(time.expected_s({.operations = 5, .throughput_only = true}), 1) << "nothing was seen";
  time.note(trial_of(10, 100, false), {.operations = 10'000, .throughput_only = true});
  EXPECT_DOUBLE_EQ(time.expected_s({.operations = 10'000, .throughput_only = true}), 0.010);
  EXPECT_NEAR(time.expected_s({.operations = 110'000, .throughput_only = true}), 0.010 + 0.012, 1e-9);
}

TEST(TrialTime, PassesThatWereNotSeenAreExpectedToTakeTheirTime) {
  const TrialWork all{.operations = 100'000, .throughput_only = false};
  for (const bool mutates : {false, true}) {
    TrialTime time(mutates);
    time.note(trial_of(20, 100, false), {.operations = 100'000, .throughput_only = true});
    EXPECT_GT(time.expected_s(all), 0.030) << "a pass takes 10 ms";
    time.note(trial_of(37, 100, true), all);
    EXPECT_DOUBLE_EQ(time.expected_s(all), 0.037) << "what was seen counts";
  }
}

std::vector<Candidate> two_learned_beside_a_tree() {
  return {candidate("yardstick", "tree", 200, 200), candidate("inserts", "learned", 50, 50),
          candidate("steady", "learned", 100, 100)};
}

TEST(BreakEven, LiesWhereTheModelsCross) {
  // Shifted to what is measured here: "inserts" at 0.5 of "steady" without inserts, and e^3 dearer at inserts alone.
  const CostModel model = CostModel::fit(samples(), "yardstick");
  const CostPoint here{.keys = 2e5, .local_segments = 2e5 / 64, .global_segments = 2e5 / 8192};
  std::vector<Candidate> candidates = two_learned_beside_a_tree();
  const Answer result = answered(candidates);
  const std::vector<BreakEven> changes = break_evens(model, here, candidates, result);
  ASSERT_EQ(changes.size(), 1);
  EXPECT_EQ(changes[0].axis, BreakEven::Axis::kInserts);
  EXPECT_TRUE(changes[0].above);
  EXPECT_EQ(candidates[changes[0].other].index.name, "steady");
  EXPECT_NEAR(changes[0].at, (std::log(2) + std::log(1.05)) / 3, 0.02);
  EXPECT_THAT(in_words(changes, model, here, candidates, result)[0], HasSubstr("% inserts, `steady` would be faster"));
  candidates[1].index.is_static = true;
  const Answer again = answered(candidates);
  EXPECT_THAT(in_words(break_evens(model, here, candidates, again), model, here, candidates, again)[0],
              HasSubstr("`inserts` takes none; of those that do, `steady` was the fastest, at 2.00x its time (12 "
                        "rounds)"));
  candidates[2].out = "beyond the limit of memory";
  candidates[2].barred = true;
  const Answer within = answered(candidates);
  EXPECT_THAT(in_words(break_evens(model, here, candidates, within), model, here, candidates, within)[0],
              HasSubstr("of those that do, `yardstick` was the fastest"));
}

TEST(BreakEven, IsNotToldWhereTheAnswerIsUndecided) {
  const CostModel model = CostModel::fit(samples(), "yardstick");
  const CostPoint here{.keys = 2e5, .local_segments = 2e5 / 64, .global_segments = 2e5 / 8192};
  const std::vector<Candidate> candidates = {candidate("yardstick", "tree", 200, 200),
                                             candidate("inserts", "learned", 50, 50),
                                             candidate("steady", "learned", 100, 100)};
  Answer result = answered(candidates);
  ASSERT_FALSE(break_evens(model, here, candidates, result).empty());
  result.advice = Advice::kUndecided;
  EXPECT_THAT(break_evens(model, here, candidates, result), ::testing::IsEmpty());
  EXPECT_THAT(in_words({}, model, here, candidates, result)[0], HasSubstr("too much was left undecided here"));
}

TEST(BreakEven, APlaceWithinTheErrorOfTheModelIsNotNamed) {
  std::vector<CostSample> odd = samples();
  for (CostSample& sample : odd) {
    if (sample.dataset == "data4" && sample.index == "steady") sample.log_ratio += 2;
  }
  const CostModel model = CostModel::fit(odd, "yardstick");
  const CostPoint here{.keys = 2e5, .local_segments = 2e5 / 64, .global_segments = 2e5 / 8192};
  const std::vector<Candidate> candidates = {candidate("yardstick", "tree", 200, 200),
                                             candidate("inserts", "learned", 50, 50),
                                             candidate("steady", "learned", 100, 100)};
  const Answer result = answered(candidates);
  const std::vector<BreakEven> changes = break_evens(model, here, candidates, result);
  ASSERT_FALSE(changes.empty());
  EXPECT_LT(std::log(2), changes[0].error);
  EXPECT_TRUE(changes[0].vague) << "half the time, by a model that is right within more than that";
  EXPECT_THAT(in_words(changes, model, here, candidates, result)[0],
              HasSubstr("With more inserts `steady` may become faster"));
}

TEST(BreakEven, IsNotToldWhenAnotherLooksFasterAlreadyHere) {
  const CostModel model = CostModel::fit(samples(), "yardstick");
  const CostPoint here{.keys = 2e5, .local_segments = 2e5 / 64, .global_segments = 2e5 / 8192};
  std::vector<Candidate> candidates = two_learned_beside_a_tree();
  const Answer result = answered(candidates);
  candidates[2] = candidate("steady", "learned", 40, 40);  // as it may look in other rounds
  EXPECT_THAT(break_evens(model, here, candidates, result), ::testing::IsEmpty());
}

TEST(Decision, TeachesTheModelWhatItMeasured) {
  Decision decision;
  decision.model = CostModel::fit(samples(), "yardstick");
  decision.dataset.name = "mine";
  decision.point = {.keys = 5000, .local_segments = 20, .global_segments = 2, .inserts = 0.25};
  decision.candidates = {candidate("yardstick", "tree", 200, 200), candidate("fast", "learned", 50, 50),
                         candidate("dropped", "learned", 50, 50)};
  decision.candidates[2].select.clear();
  decision.candidates[2].estimate.clear();
  decision.answers = {answered(decision.candidates)};
  decision.changes.resize(1);
  const nlohmann::ordered_json json = to_json(decision);
  const std::vector<CostSample> taught = cost_samples(json, "here");
  ASSERT_EQ(taught.size(), 2);
  EXPECT_EQ(taught[1].index, "fast");
  EXPECT_EQ(taught[1].dataset, "mine");
  EXPECT_EQ(taught[1].point, decision.point);
  EXPECT_NEAR(std::exp(taught[1].log_ratio), 0.25, 1e-3);
  EXPECT_THROW(cost_samples({{"schema", "other"}}, "here"), Error);
  EXPECT_THAT(as_text(decision_document(decision), {.width = 100}), HasSubstr("Use `fast`"));
  EXPECT_THAT(as_markdown(decision_document(decision)), HasSubstr("| fast | learned | **50.1**"));
}

}  // namespace
}  // namespace omenbench
