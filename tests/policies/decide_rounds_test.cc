// Successive halving on planted times.
#include "policies/decide_rounds.h"

#include <gmock/gmock.h>

#include <cmath>

#include "simulated_runner.h"

namespace omenbench {
namespace {

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

  MeasureOutcome measure(SimulatedRunner& runner) {
    runner.truth = [this](const TrialJob& job) { return times.at(job.index.info.name); };
    Session session(runner, {.seed = 1, .limits = {}});
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
    const auto found = answer(candidates, champions, Question::kOrdered, 0);
    return found ? candidates[found->winner].index.name : "";
  }

  WorkerSet workers;
  std::map<std::string, double> times;
  std::vector<Candidate> candidates;
  MeasureOptions options;
  std::vector<TrialRecord> told, superseded;
};

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

// All trees are: the least slow of them is still what the winner is told beside.
TEST(DecideRounds, TheBestOfAFamilyThatIsFarBehindIsWhatTheLeadIsToldBeside) {
  World world;
  for (auto& [name, ns] : world.times) ns *= name.starts_with("tree") ? 20 : 1;
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_EQ(runner.count("tree-0"), 1);
  const auto found = answer(world.candidates, choose_champions(world.candidates, Question::kOrdered, "tree-11"),
                            Question::kOrdered, 0);
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

}  // namespace
}  // namespace omenbench
