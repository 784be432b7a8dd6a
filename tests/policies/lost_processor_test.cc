// Trials that lost the processor: which are, that they are repeated and told, and that repeating them leans nowhere.
#include "harness/session/lost_processor.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "harness/session/row_rounds.h"
#include "results/statistics.h"
#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using testing::simulated_index;
using testing::simulated_input;
using testing::simulated_row;
using testing::SimulatedRunner;

constexpr std::uint64_t kRounds = 12;

TrialRecord trial_with(std::uint64_t switches, std::uint64_t steal = 0, std::uint64_t throttled_us = 0) {
  TrialRecord trial;
  trial.involuntary_switches = switches;
  trial.steal_ticks = steal;
  trial.throttled_us = throttled_us;
  return trial;
}

class Judging : public ::testing::Test {
 protected:
  WorkerIndex index_ = simulated_index("alex"), other_ = simulated_index("btree");
  LostProcessor lost_;
};

TEST_F(Judging, NothingIsKnownOfTheFirstTwoTrials) {
  EXPECT_EQ(lost_.judge(index_, trial_with(1000)), "");
  lost_.note(index_, trial_with(1));
  EXPECT_EQ(lost_.judge(index_, trial_with(1000)), "");
  lost_.note(index_, trial_with(1));
  EXPECT_EQ(lost_.judge(index_, trial_with(1000)), "lost the processor: 1000 involuntary switches, usually 1 at most");
}

TEST_F(Judging, EachCounterCounts) {
  for (int i = 0; i < 4; ++i) lost_.note(index_, trial_with(3, 1, 1000));
  EXPECT_EQ(lost_.judge(index_, trial_with(11, 4, 7000)), "") << "twice the others' and what is harmless";
  EXPECT_THAT(lost_.judge(index_, trial_with(12)), HasSubstr("12 involuntary switches"));
  EXPECT_THAT(lost_.judge(index_, trial_with(0, 5)), HasSubstr("5 clock ticks taken by the hypervisor"));
  EXPECT_THAT(lost_.judge(index_, trial_with(0, 0, 7001)), HasSubstr("7001 us without processor by the quota"));
}

TEST_F(Judging, OneDisturbedTrialDoesNotHideTheNext) {
  for (const std::uint64_t switches : {2, 400, 1, 2, 3}) lost_.note(index_, trial_with(switches));
  EXPECT_NE(lost_.judge(index_, trial_with(300)), "");
}

TEST_F(Judging, WhereAllLoseThatMuchNoneIsAnException) {
  for (const std::uint64_t switches : {1, 1, 300, 300, 300}) lost_.note(index_, trial_with(switches));
  EXPECT_EQ(lost_.judge(index_, trial_with(320)), "");
}

TEST_F(Judging, LongTrialsAreComparedWithTheirLikeAlone) {
  WorkerIndex build = index_;
  build.executable = "another build";
  for (int i = 0; i < 3; ++i) {
    lost_.note(other_, trial_with(1));
    lost_.note(build, trial_with(1));
    lost_.note(index_, trial_with(500));
  }
  EXPECT_EQ(lost_.judge(index_, trial_with(600)), "");
  EXPECT_NE(lost_.judge(build, trial_with(600)), "");
}

/// Rounds of two indexes, and what was told of them.
struct World {
  explicit World(std::uint64_t seed) : runner(seed), session(runner, {.seed = seed, .limits = {}}) {
    session.observer.on_superseded = [this](const TrialRecord& trial) { repeated.push_back(trial); };
  }

  void measure() {
    RowRounds rounds(session, 0, plan, input);
    const std::vector<Contestant> both = {{&a, 64}, {&b, 64}};
    for (std::uint64_t round = 0; round < kRounds; ++round) kept.push_back(rounds.begin(round, both).run().value());
  }

  /// ln(b / a) of each round, of the trials that count, or of the first of each.
  std::vector<double> log_ratios(bool first) const {
    std::vector<double> ratios;
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      double ns[2];
      for (std::size_t i = 0; i < 2; ++i) {
        const TrialRecord* trial = &kept[round][i];
        const auto same = [&](const TrialRecord& one) { return one.round == round && one.index == trial->index; };
        const auto before = std::ranges::find_if(repeated, same);
        if (first && before != repeated.end()) trial = &*before;
        ns[i] = trial->passes[0].ns_per_op;
      }
      ratios.push_back(std::log(ns[1] / ns[0]));
    }
    return ratios;
  }

  WorkerIndex a = simulated_index("a"), b = simulated_index("b");
  RowPlan plan = simulated_row({a, b});
  RowInput input = simulated_input();
  SimulatedRunner runner;
  Session session;
  std::vector<std::vector<TrialRecord>> kept;
  std::vector<TrialRecord> repeated;
};

TEST(LostProcessor, ATrialIsRepeatedTwiceAtMostAndEveryOneIsTold) {
  World world(1);
  world.runner.losing = {{"b", 0.4}};
  world.measure();
  ASSERT_FALSE(world.repeated.empty());
  EXPECT_EQ(world.runner.log.size(), 2 * kRounds + world.repeated.size()) << "none is dropped silently";
  std::map<std::uint64_t, int> times;
  for (const TrialRecord& trial : world.repeated) {
    EXPECT_EQ(trial.status, TrialStatus::kOk);
    EXPECT_THAT(why_repeated(trial), HasSubstr("lost the processor"));
    EXPECT_EQ(trial.index, "b");
    ++times[trial.round];
  }
  for (const auto& [round, count] : times) EXPECT_LE(count, kMostRepeats) << round;
}

TEST(LostProcessor, ATrialThatLosesItEveryTimeCountsAndSaysSo) {
  World world(1);
  RowRounds rounds(world.session, 0, world.plan, world.input);
  TrialRecord quiet;
  quiet.involuntary_switches = 1;
  for (int i = 0; i < 30; ++i) rounds.remember(world.b, quiet);
  world.runner.losing = {{"b", 1.0}};
  const std::vector<Contestant> both = {{&world.a, 64}, {&world.b, 64}};
  const auto records = rounds.begin(0, both).run().value();
  EXPECT_EQ(world.repeated.size(), kMostRepeats);
  EXPECT_THAT(records[1].lost_processor, HasSubstr("involuntary switches"));
  EXPECT_EQ(records[0].lost_processor, "");
}

// What is reported of a session says so, whichever policy asked for the trials.
TEST(LostProcessor, TheSessionCountsWhatIsRepeatedAndWhatIsUsedAllTheSame) {
  World world(1);
  world.runner.losing = {{"b", 0.4}};
  world.measure();
  std::size_t used = 0;
  for (const auto& round : world.kept) used += !round[1].lost_processor.empty();
  ASSERT_GT(used, 0);
  const std::vector<std::string> notes = world.session.notes();
  ASSERT_EQ(notes.size(), 2);
  EXPECT_THAT(notes[0], HasSubstr(std::to_string(world.repeated.size()) + " trials had lost the processor"));
  EXPECT_THAT(notes[1], HasSubstr(std::to_string(used) + " trial"));
  EXPECT_THAT(notes[1], HasSubstr("in each of 3 attempts"));

  World again(1);
  std::vector<TrialRecord> all;
  for (const auto& round : world.kept) std::ranges::copy(round, std::back_inserter(all));
  std::ranges::sort(all, {}, [](const TrialRecord& trial) { return std::pair(trial.round, trial.position); });
  again.session.recall(all, world.repeated);
  again.measure();
  EXPECT_TRUE(again.runner.log.empty());
  EXPECT_EQ(again.session.notes(), notes) << "resumed";
}

TEST(LostProcessor, ARowThatIsOpenedAgainKnowsWhatItsTrialsLost) {
  World world(1);
  const std::vector<Contestant> both = {{&world.a, 64}, {&world.b, 64}};
  for (std::uint64_t round = 0; round < 3; ++round) {
    RowRounds(world.session, 0, world.plan, world.input).begin(round, both).run();
  }
  world.runner.losing = {{"b", 1.0}};
  RowRounds(world.session, 0, world.plan, world.input).begin(3, both).run();
  EXPECT_EQ(world.repeated.size(), kMostRepeats);
}

TEST(LostProcessor, WhatIsRepeatedDoesNotDependOnMeasuredTimes) {
  World slow(3), fast(3);
  for (World* world : {&slow, &fast}) world->runner.losing = {{"a", 0.3}, {"b", 0.3}};
  slow.runner.truth = [](const TrialJob& job) { return job.index.info.name == "a" ? 5000.0 : 70.0; };
  slow.runner.noise = 0.5;
  slow.measure();
  fast.measure();
  EXPECT_GT(slow.repeated.size(), 2);
  EXPECT_EQ(slow.runner.log, fast.runner.log);
}

/// Share of runs whose interval holds the truth, and the mean estimate.
struct Calibration {
  double coverage = 0, mean = 0;
};
Calibration calibrate(double losing_a, double losing_b, double truth, bool first) {
  constexpr int kRuns = 400;
  Calibration found;
  for (int run = 0; run < kRuns; ++run) {
    World world(static_cast<std::uint64_t>(run) + 1);
    world.runner.losing = {{"a", losing_a}, {"b", losing_b}};
    world.runner.truth = [&](const TrialJob& job) { return job.index.info.name == "b" ? 100 * truth : 100.0; };
    world.measure();
    const Estimate estimated = estimate(world.log_ratios(first));
    found.coverage += estimated.interval->lo <= std::log(truth) && std::log(truth) <= estimated.interval->hi;
    found.mean += estimated.median;
  }
  return {found.coverage / kRuns, std::exp(found.mean / kRuns)};
}

TEST(LostProcessor, RepeatingLeansNowhereWhereBothSidesAreEqual) {
  const Calibration found = calibrate(0.25, 0.25, 1, false);
  EXPECT_GE(found.coverage, 0.94);
  EXPECT_NEAR(found.mean, 1, 0.003);
}

TEST(LostProcessor, RepeatingComesNearerToTheTruthWhereOneSideIsDisturbedMore) {
  const Calibration repeated = calibrate(0.05, 0.3, 1.1, false), first = calibrate(0.05, 0.3, 1.1, true);
  EXPECT_GE(repeated.coverage, 0.94);
  EXPECT_NEAR(repeated.mean, 1.1, 0.015) << "the first two rounds have nothing to be compared with";
  EXPECT_LT(first.coverage, 0.92);
  EXPECT_GT(first.mean, 1.13);
}

}  // namespace
}  // namespace omenbench
