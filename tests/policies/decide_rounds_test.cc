// Successive halving on planted times.
#include "policies/decide_rounds.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "core/error.h"
#include "policies/resume.h"
#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::simulated_index;
using testing::simulated_input;
using testing::simulated_row;
using testing::SimulatedRunner;

constexpr std::size_t kTrees = 12, kLearned = 12;

/// Two dozen indexes, each slower than the one before it; "learned-0" is the fastest, "tree-0" the best tree.
struct World {
  World() {
    for (std::size_t i = 0; i < kLearned; ++i) add("learned", i, Family::kLearned);
    for (std::size_t i = 0; i < kTrees; ++i) add("tree", i, Family::kTree);
    for (const WorkerIndex& index : workers.indexes) {
      candidates.push_back({.index = summary_of(index), .predicted = {}, .out = {}});
    }
    options.budget_s = 1000;
    options.today = "tree-11";
    options.questions = {Question::kOrdered};
  }

  void add(const std::string& kind, std::size_t rank, Family family) {
    const std::string name = kind + "-" + std::to_string(rank);
    workers.indexes.push_back(simulated_index(name, family));
    times[name] = (family == Family::kTree ? 150.0 : 100.0) * std::pow(1.15, static_cast<double>(rank));
  }

  /// After what an interrupted decision measured.
  MeasureOutcome measure(
      SimulatedRunner& runner, std::vector<TrialRecord> recalled = {},
      const std::function<double()>& busy = [] { return 1.0; }) {
    told = recalled;
    runner.truth = [this, busy](const TrialJob& job) { return busy() * times.at(job.index.info.name); };
    Session session(runner, {.seed = 1, .limits = {}, .doubts = doubts});
    session.recall(std::move(recalled));
    session.observer.on_trial = [this](const TrialRecord& trial) { told.push_back(trial); };
    session.observer.on_superseded = [this](const TrialRecord& trial) { superseded.push_back(trial); };
    return measure_candidates(session, simulated_row(workers.indexes), simulated_input(), workers, candidates, options,
                              [](const std::string&) {});
  }

  Candidate& candidate(const std::string& name) {
    return *std::ranges::find(candidates, name, [](const Candidate& one) { return one.index.name; });
  }

  std::string winner() const {
    const Champions champions = choose_champions(candidates, Question::kOrdered, options.today);
    const auto found = answer(candidates, champions, Question::kOrdered, 0, false);
    return found ? candidates[found->winner].index.name : "";
  }

  WorkerSet workers;
  std::map<std::string, double> times;
  std::vector<Candidate> candidates;
  MeasureOptions options;
  std::vector<MachineDoubt> doubts;
  std::vector<TrialRecord> told, superseded;
};

TEST(DecideRounds, SaysWhatABusyMachineDidToItAndWhatHelps) {
  World world;
  world.doubts = {{.found = "the load is 21", .why = "others compute", .remedy = "end them"}};
  SimulatedRunner runner(1);
  runner.losing = {{"learned-0", 0.4}};
  const MeasureOutcome outcome = world.measure(runner);
  EXPECT_THAT(outcome.notes, Contains("at the start the load is 21: others compute. What helps: end them"));
  EXPECT_THAT(outcome.notes, Contains(HasSubstr("had lost the processor")));
}

TEST(DecideRounds, HalvingKeepsThePlantedBestOfEveryKind) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World world;
    SimulatedRunner runner(seed);
    const MeasureOutcome outcome = world.measure(runner);
    EXPECT_EQ(world.winner(), "learned-0") << seed;
    EXPECT_EQ(world.candidate("tree-0").out, "") << seed;
    EXPECT_EQ(world.candidate("tree-11").out, "") << "what is used today goes on whatever it scores";
    EXPECT_FALSE(outcome.out_of_time);
    EXPECT_EQ(world.told.size(), runner.log.size());
  }
}

TEST(DecideRounds, HalvingSpendsFewTrialsOnTheSlow) {
  World world;
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_LE(runner.count("tree-9"), 3);
  EXPECT_GE(runner.count("learned-0"), kEstimationRounds);
  EXPECT_THAT(world.candidate("tree-9").out, HasSubstr("not among the fastest in round"));
}

TEST(DecideRounds, NothingTenTimesSlowerIsMeasuredTwiceWhateverItsFamily) {
  World world;
  world.add("array", 0, Family::kArray);
  world.candidates.push_back({.index = summary_of(world.workers.indexes.back()), .predicted = {}, .out = {}});
  world.times["array-0"] = 3000;
  world.times["tree-11"] = 1100;  // what is used today
  SimulatedRunner runner;
  world.measure(runner);
  for (const char* slow : {"array-0", "tree-11"}) {
    EXPECT_EQ(runner.count(slow), 1) << slow;
    EXPECT_EQ(world.candidate(slow).out, "more than 10 times slower in round 1") << slow;
  }
  EXPECT_EQ(world.winner(), "learned-0");
}

TEST(DecideRounds, OneTrialThatLostTheProcessorPutsNobodyOut) {
  for (const double times : {3.0, 30.0}) {  // not among the fastest, and far behind
    World world;
    world.options.limits = {{Metric::kP50, 500}};
    SimulatedRunner runner;
    runner.preempted[{"learned-0", 0}] = times;
    world.measure(runner);
    EXPECT_EQ(world.winner(), "learned-0") << times;
    EXPECT_EQ(world.candidate("learned-0").out, "") << times;
    EXPECT_EQ(runner.count("tree-9"), 1) << "that others go out is as before";
  }
}

TEST(DecideRounds, TheFirstTrialOfAStageIsNoProofEither) {
  for (std::uint64_t trial = 1; trial < 6; ++trial) {
    World again;
    SimulatedRunner disturbed;
    disturbed.preempted[{"learned-0", trial}] = 30;
    again.measure(disturbed);
    EXPECT_EQ(again.candidate("learned-0").out, "") << trial;
  }
}

// Trials that fit into a time slice look fast beside longer ones that do not.
TEST(DecideRounds, ReadsThatLostTheProcessorDecideNothing) {
  World world;
  SimulatedRunner runner;
  runner.p99_of["tree-0"] = 0.9;  // of the time that an operation takes in a row
  world.measure(runner);
  const auto found = answer(world.candidates, choose_champions(world.candidates, Question::kOrdered, "tree-11"),
                            Question::kOrdered, 0, false);
  ASSERT_TRUE(found && found->tree);
  EXPECT_EQ(found->advice, Advice::kUndecided);
  EXPECT_THAT(in_words(*found, world.candidates)[0],
              ::testing::AllOf(HasSubstr("Not decided: busy machine: tree-0 takes "), HasSubstr("Keep `tree-0`")));
  const auto writing = answer(world.candidates, choose_champions(world.candidates, Question::kOrdered, "tree-11"),
                              Question::kOrdered, 0, true);
  EXPECT_EQ(writing->advice, Advice::kUse) << "one write in a thousand may pay for all";
}

TEST(DecideRounds, TwoTrialsAreEnoughWhateverTheyLost) {
  World world;
  SimulatedRunner runner;
  runner.preempted[{"learned-0", 0}] = runner.preempted[{"learned-0", 1}] = 30;
  world.measure(runner);
  EXPECT_EQ(world.candidate("learned-0").out, "more than 10 times slower in round 2");
}

TEST(DecideRounds, ARoundThatTakesFarLongerThanExpectedIsCutOff) {
  World world;
  world.options.budget_s = 30;
  SimulatedRunner runner;
  std::uint64_t trials = 0;
  world.measure(runner, {}, [&] { return ++trials > 60 ? 40.0 : 1.0; });  // the machine gets busy
  EXPECT_LE(static_cast<double>(runner.now_ns()) / 1e9, 30 * 1.1 + 8) << "one trial beyond a tenth";
}

// All trees are: the least slow of them is still what the winner is told beside.
TEST(DecideRounds, TheBestOfAFamilyThatIsFarBehindIsWhatTheLeadIsToldBeside) {
  World world;
  for (auto& [name, ns] : world.times) ns *= name.starts_with("tree") ? 20 : 1;
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_EQ(runner.count("tree-0"), 1);
  const auto found = answer(world.candidates, choose_champions(world.candidates, Question::kOrdered, "tree-11"),
                            Question::kOrdered, 0, false);
  ASSERT_TRUE(found && found->tree);
  EXPECT_EQ(world.candidates[*found->tree].index.name, "tree-0");
  EXPECT_EQ(found->advice, Advice::kLikely);
  EXPECT_EQ(world.candidates[found->choice()].index.name, "learned-0");
  EXPECT_THAT(in_words(*found, world.candidates)[0],
              ::testing::AllOf(HasSubstr("Very likely `learned-0`: "), HasSubstr("faster than `tree-0`, the best tree"),
                               HasSubstr("in the one round that both ran")));
}

TEST(DecideRounds, ExhaustiveMeasuresAllInEveryRound) {
  World world;
  world.options.exhaustive = true;
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_EQ(runner.count("tree-9"), kSelectionRounds + kEstimationRounds);
}

TEST(DecideRounds, WhatFailsGoesOutWithItsReasonAndTheRestGoesOn) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"learned-0", 1}] = TrialStatus::kCrash;
  world.measure(runner);
  EXPECT_EQ(world.winner(), "learned-1");
  EXPECT_TRUE(world.candidate("learned-0").barred);
  EXPECT_EQ(world.candidate("learned-0").out, "failed (crash: planted)");
}

TEST(DecideRounds, ATrialThatWasKilledFromOutsideIsRepeatedAndNoted) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"learned-0", 0}] = TrialStatus::kInterrupted;
  world.measure(runner);
  EXPECT_EQ(world.superseded.size(), 1);
  EXPECT_EQ(world.winner(), "learned-0");
}

TEST(DecideRounds, WhatLiesBeyondALimitIsBarred) {
  World world;
  world.options.limits = {{Metric::kBuild, 1.0}};  // all take a millisecond
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_EQ(world.candidate("learned-0").out, "beyond the limit of build");
  EXPECT_EQ(world.winner(), "");
}

TEST(DecideRounds, NoTrialBeginsThatWouldNotEndWithinTheBudget) {
  for (const double budget_s : {2.0, 6.0, 12.0, 30.0}) {
    World world;
    world.options.budget_s = budget_s;
    SimulatedRunner runner;
    const MeasureOutcome outcome = world.measure(runner);
    EXPECT_LE(outcome.spent_s, budget_s * 1.05 + 0.7) << "at most the one trial that was running";
    EXPECT_GT(outcome.comparison_s, 0);
    if (budget_s < 3) {
      EXPECT_TRUE(outcome.out_of_time);
      EXPECT_TRUE(std::ranges::any_of(world.candidates, &Candidate::missed));
    }
  }
}

TEST(DecideRounds, AnInterruptLeavesWhatWasMeasured) {
  World world;
  SimulatedRunner runner;
  runner.interrupt_after = 40;
  const MeasureOutcome outcome = world.measure(runner);
  EXPECT_TRUE(outcome.interrupted);
  EXPECT_EQ(world.told.size(), 40);
  EXPECT_FALSE(world.candidate("learned-0").screen.empty());
}

/// All that an answer rests on: why each index went out, and its times in every stage.
std::vector<std::pair<std::string, std::vector<double>>> known(const World& world) {
  std::vector<std::pair<std::string, std::vector<double>>> all;
  for (const Candidate& one : world.candidates) {
    std::vector<double>& times = all.emplace_back(one.index.name + ": " + one.out, std::vector<double>()).second;
    for (const auto* stage : {&one.screen, &one.select, &one.estimate}) {
      times.push_back(-1);
      for (const TrialRecord& trial : *stage) times.push_back(metric_value(trial, Metric::kThroughput));
    }
  }
  return all;
}

TEST(DecideRounds, AResumedDecisionIsThatOfAnUninterruptedOne) {
  for (const double budget_s : {1000.0, 12.0}) {
    World whole;
    whole.options.budget_s = budget_s;
    SimulatedRunner undisturbed;
    const MeasureOutcome expected = whole.measure(undisturbed);
    for (std::size_t after = 0; after < whole.told.size(); ++after) {
      World cut;
      cut.options.budget_s = budget_s;
      SimulatedRunner first;
      first.interrupt_after = after;
      ASSERT_TRUE(cut.measure(first).interrupted);
      ASSERT_EQ(cut.told.size(), after);
      const Kept kept =
          keep_what_led_on({.header = {}, .trials = cut.told, .superseded = {}, .explaining = {}, .interrupted = true});
      ASSERT_EQ(kept.trials.size() + kept.repeated.size(), after);
      World again;
      again.options.budget_s = budget_s;
      SimulatedRunner second;
      const MeasureOutcome outcome = again.measure(second, kept.trials);
      ASSERT_EQ(known(again), known(whole)) << "interrupted after " << after << " trials";
      EXPECT_NEAR(outcome.spent_s, expected.spent_s, 1e-6);
      EXPECT_EQ(outcome.out_of_time, expected.out_of_time);
      EXPECT_EQ(second.log.size(), whole.told.size() - kept.trials.size()) << "what is known is not measured again";
    }
  }
}

TEST(DecideRounds, OfAnInterruptedDecisionAllButTheLastRoundIsKept) {
  World cut;
  SimulatedRunner first;
  first.interrupt_after = 40;  // of 24 indexes in the first round and fewer in the second
  cut.measure(first);
  omenbench::Run run{.header = {}, .trials = cut.told, .superseded = {}, .explaining = {}, .interrupted = true};
  const Kept kept = keep_what_led_on(run);
  EXPECT_EQ(kept.trials.size(), 24);
  EXPECT_EQ(kept.trials.back().round, 0);
  EXPECT_EQ(kept.repeated.size(), 16);
  run.interrupted = false;
  EXPECT_EQ(keep_what_led_on(run).trials.size(), 40);
}

TEST(DecideRounds, AResumedDecisionRefusesTrialsThatItWouldNotHaveMade) {
  World cut;
  SimulatedRunner first;
  first.interrupt_after = 40;
  cut.measure(first);
  std::vector<TrialRecord> others = cut.told;
  others[3].index = "tree-11";
  World again;
  SimulatedRunner second;
  EXPECT_THROW(again.measure(second, others), Error);
}

}  // namespace
}  // namespace omenbench
