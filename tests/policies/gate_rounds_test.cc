// Both stages of a live gate on planted changes, under noise, drift and other layouts of the same code.
#include "policies/gate_rounds.h"

#include <gmock/gmock.h>

#include "core/error.h"
#include "policies/gate_indexes.h"
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

/// Five indexes in one row, of two executables.
struct World {
  World() {
    for (const char* name : {"alex", "btree", "lipp", "pgm", "rmi"}) {
      base.push_back(simulated_index(name));
      base.back().executable = "base";
      head.push_back(simulated_index(name));
      head.back().executable = "head";
    }
    GateRow& row = rows.emplace_back(GateRow{.plan = plan, .input = input});
    for (std::size_t i = 0; i < base.size(); ++i) {
      row.pairs.push_back({.base = &base[i], .head = &head[i], .operations = plan.operations});
    }
  }

  /// Makes one index of head slower.
  void plant(SimulatedRunner& runner, const std::string& index, double factor) {
    runner.truth = [index, factor](const TrialJob& job) {
      return job.index.info.name == index && job.index.executable == "head" ? 100 * factor : 100;
    };
  }

  /// After what an interrupted gate measured.
  GateReport measure(SimulatedRunner& runner, std::vector<TrialRecord> recalled = {}) {
    told = recalled;
    Session session(runner, {.seed = 1, .limits = {}, .doubts = doubts});
    session.recall(std::move(recalled));
    session.observer.on_trial = [this](const TrialRecord& trial) { told.push_back(trial); };
    session.observer.on_superseded = [this](const TrialRecord& trial) { superseded.push_back(trial); };
    IndexGate source(session, rows, {Metric::kThroughput});
    return measure_gate(source, options, [](const std::string&) {});
  }

  std::vector<WorkerIndex> base, head;
  RowPlan plan = simulated_row({});
  RowInput input = simulated_input();
  std::vector<GateRow> rows;
  LiveGateOptions options;
  std::vector<MachineDoubt> doubts;
  std::vector<TrialRecord> told, superseded;
};

const GateCell& cell_of(const GateReport& report, const std::string& index) {
  return *std::ranges::find(report.cells, index, &GateCell::index);
}

TEST(GateRounds, AnEqualHeadIsGreenAndAPlantedSlowDownRed) {
  int false_red = 0, found = 0;
  constexpr int kGates = 20;
  for (std::uint64_t seed = 1; seed <= kGates; ++seed) {
    World world;
    SimulatedRunner same(seed);
    false_red += world.measure(same).red();
    SimulatedRunner slower(seed);
    world.plant(slower, "lipp", 1.15);
    const GateReport report = world.measure(slower);
    found += cell_of(report, "lipp").red();
    false_red += report.count(GateWord::kRegression) > (cell_of(report, "lipp").red() ? 1U : 0U);
  }
  EXPECT_EQ(false_red, 0);
  EXPECT_EQ(found, kGates);
}

TEST(GateRounds, SaysWhatABusyMachineDidToItAndWhatHelps) {
  World world;
  world.doubts = {{.found = "the load is 21", .why = "others compute", .remedy = "end them"}};
  SimulatedRunner runner(1);
  runner.losing = {{"lipp", 0.3}};
  const GateReport report = world.measure(runner);
  EXPECT_THAT(report.notes, Contains("at the start the load is 21: others compute. What helps: end them"));
  EXPECT_THAT(report.notes, Contains(HasSubstr("had lost the processor")));
  EXPECT_EQ(runner.log.size(), world.told.size() + world.superseded.size());
}

TEST(GateRounds, DriftMeetsBothSidesAlike) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World world;
    SimulatedRunner runner(seed);
    runner.noise = 0.002;
    runner.drift_per_trial = 0.004;  // over a screen of 60 trials a quarter
    EXPECT_FALSE(world.measure(runner).red()) << seed;
  }
}

TEST(GateRounds, AnotherLayoutWithinWhatIsToleratedIsGreen) {
  World world;
  SimulatedRunner runner;
  runner.offsets["head"] = 1.02;
  EXPECT_FALSE(world.measure(runner).red());
}

TEST(GateRounds, OnlySuspectsComeToTheSecondStage) {
  World world;
  SimulatedRunner runner;
  runner.noise = 0.002;
  world.plant(runner, "lipp", 1.15);
  const GateReport report = world.measure(runner);
  const GateRules rules;
  EXPECT_EQ(runner.count("alex"), 2 * rules.screen_rounds);
  EXPECT_EQ(runner.count("lipp"), 2 * (rules.screen_rounds + rules.decide_rounds * rules.decide_trials));
  EXPECT_EQ(cell_of(report, "lipp").decision.size(), rules.decide_rounds);
  EXPECT_TRUE(cell_of(report, "alex").decision.empty());
}

TEST(GateRounds, WhatIsTooNoisyGetsMoreRoundsAsLongAsThereIsTime) {
  const auto screens = [](double budget_s) {
    World world;
    SimulatedRunner runner;
    runner.noise = 0.4;
    world.options.budget_s = budget_s;
    const GateReport report = world.measure(runner);
    std::size_t most = 0;
    for (const GateCell& cell : report.cells) most = std::max(most, cell.screen.size());
    return std::pair(most, report.inconclusive());
  };
  const GateRules rules;
  EXPECT_GT(screens(900).first, rules.screen_rounds);
  EXPECT_LT(screens(7).first, 2 * rules.screen_rounds) << "the screen takes 6 s: little beyond it";
  EXPECT_TRUE(screens(7).second);
}

TEST(GateRounds, NothingBeginsThatWouldNotEndInTheBudget) {
  World world;
  world.rows.push_back(world.rows[0]);
  SimulatedRunner runner;
  runner.trial_s = 3;  // a slow machine: a screen takes three minutes
  world.options.budget_s = 100;
  const GateReport report = world.measure(runner);
  EXPECT_LE(static_cast<double>(runner.now_ns()) / 1e9, 110) << "one pair of trials at most, whose time is not known";
  EXPECT_EQ(report.count(GateWord::kCutOff), report.cells.size());
  EXPECT_EQ(report.cells.size(), 10U) << "of both rows";
  EXPECT_THAT(report.cells.front().cut_off, HasSubstr(" of 6 rounds"));
  EXPECT_EQ(report.cells.back().cut_off, "0 of 6 rounds");
  EXPECT_EQ(report.verdict(), "undecided");
  EXPECT_THAT(report.notes, Contains(HasSubstr("the budget of 100 s ended before 10 of 10 measurements had")));
}

TEST(GateRounds, ASuspectWithoutTimeForFreshRoundsIsNoPass) {
  World world;
  world.rows.push_back(world.rows[0]);
  SimulatedRunner runner;
  runner.noise = 0.002;
  world.plant(runner, "lipp", 1.08);  // excludes what must be seen, and is more than is tolerated
  world.options.budget_s = 36;        // two screens of 6 s, and little of 20 s of fresh rounds for each row
  const GateReport report = world.measure(runner);
  EXPECT_LE(static_cast<double>(runner.now_ns()) / 1e9, 37);
  EXPECT_EQ(report.count(GateWord::kPass), 8U) << "those to come had their screens";
  EXPECT_EQ(report.cells[2].word, GateWord::kRegression);
  EXPECT_EQ(report.cells[7].word, GateWord::kCutOff);
  EXPECT_THAT(report.cells[7].cut_off, HasSubstr("looked slower, and "));
  EXPECT_EQ(to_json(report)["cells"][7]["word"], "not_measured");
}

TEST(GateRounds, ModerateNoiseIsOvercome) {
  int green = 0, found = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    World world;
    SimulatedRunner same(seed), slower(seed);
    same.noise = slower.noise = 0.12;
    world.plant(slower, "lipp", 1.15);
    const GateReport report = world.measure(slower);
    green += world.measure(same).verdict() == "green";
    found += cell_of(report, "lipp").red();
    EXPECT_NE(cell_of(report, "lipp").word, GateWord::kPass) << seed;
  }
  EXPECT_GE(green, 9);
  EXPECT_GE(found, 8);
}

TEST(GateRounds, WhatCrashesOnHeadAloneIsRed) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"pgm", 0}] = TrialStatus::kCrash;  // the first of either side
  const GateReport report = world.measure(runner);
  const GateCell& cell = cell_of(report, "pgm");
  EXPECT_THAT(cell.base_failure + cell.head_failure, HasSubstr("crash: planted"));
  EXPECT_EQ(cell.word, cell.head_failure.empty() ? GateWord::kOneSided : GateWord::kNewFailure);
  EXPECT_LE(runner.count("pgm"), 2) << "who failed is not measured again";
  EXPECT_EQ(cell_of(report, "alex").word, GateWord::kPass);
}

TEST(GateRounds, ATrialThatWasKilledFromOutsideIsNoFailure) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"pgm", 0}] = TrialStatus::kInterrupted;
  EXPECT_FALSE(world.measure(runner).red());
  EXPECT_EQ(world.superseded.size(), 1);
}

TEST(GateRounds, WhatHeadLostFailsThere) {
  World world;
  world.rows[0].gone = {"gone"};
  SimulatedRunner runner;
  const GateReport report = world.measure(runner);
  EXPECT_EQ(cell_of(report, "gone").word, GateWord::kNewFailure);
  EXPECT_TRUE(report.red());
}

TEST(GateRounds, AnInterruptIsNoPass) {
  World world;
  SimulatedRunner runner;
  runner.interrupt_after = 13;
  const GateReport report = world.measure(runner);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.verdict(), "interrupted");
  EXPECT_THAT(report.notes, Contains("interrupted: 0 of 1 rows were measured"));
}

TEST(GateRounds, AnInterruptKeepsWhatIsComplete) {
  World world;
  SimulatedRunner runner;
  runner.noise = 0.002;
  world.plant(runner, "lipp", 1.15);
  runner.interrupt_after = 75;  // the screen is 60 trials; of those that follow lipp has 200
  const GateReport report = world.measure(runner);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.count(GateWord::kPass), 4U);
  EXPECT_EQ(report.cells.size(), 4U) << "of lipp nothing is said";
}

TEST(GateRounds, NothingInCommonIsRefused) {
  World world;
  world.rows[0].pairs.clear();
  SimulatedRunner runner;
  EXPECT_THROW(world.measure(runner), Error);
}

TEST(GateRounds, WhatNeitherSideHasTakesNothingElseWithIt) {
  const auto measure = [](SimulatedRunner& runner, std::vector<Metric> metrics) {
    World world;
    runner.noise = 0.002;
    world.plant(runner, "lipp", 1.3);
    Session session(runner, {.seed = 1, .limits = {}});
    IndexGate source(session, world.rows, std::move(metrics));
    return measure_gate(source, world.options, [](const std::string&) {});
  };
  SimulatedRunner runner;
  runner.structure_of["lipp"] = 0;  // no bytes, as a row that writes has no dependent pass
  const GateReport report = measure(runner, {Metric::kThroughput, Metric::kBytes});
  EXPECT_EQ(report.cells.size(), 9U);
  EXPECT_TRUE(cell_of(report, "lipp").red()) << "its throughput is judged all the same";
  EXPECT_EQ(report.count(GateWord::kPass), 8U);
  EXPECT_THAT(report.notes, Contains("bytes: neither side has a value of it in 1 measurement, which is not judged: "
                                     "lookups/hundred/100/threads:1/lipp bytes"));
  SimulatedRunner without;
  for (const char* index : {"alex", "btree", "lipp", "pgm", "rmi"}) without.structure_of[index] = 0;
  try {
    measure(without, {Metric::kBytes});
    ADD_FAILURE() << "nothing was judged";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("nothing could be judged: bytes: neither side has a value of it in 5 meas"));
  }
}

TEST(GateSelftest, WorksOnAQuietMachineAndNotOnANoisyOne) {
  const auto works = [](double noise) {
    World world;
    SimulatedRunner runner;
    runner.noise = noise;
    Session session(runner, {.seed = 1, .limits = {}});
    IndexGate source(session, world.rows, {Metric::kThroughput});
    return test_gate(source, world.options, [](const std::string&) {});
  };
  const GateSelftest quiet = works(0.01);
  EXPECT_TRUE(quiet.works());
  EXPECT_EQ(quiet.planted_cells, 1);
  EXPECT_EQ(quiet.clean, 9);
  EXPECT_FALSE(works(1).works());
}

TEST(GateSelftest, PlantsInWhatCanBeMeasured) {
  World world;
  SimulatedRunner runner;
  runner.noise = 0.01;
  for (std::uint64_t trial = 0; trial < 4; ++trial) runner.failures[{"alex", trial}] = TrialStatus::kCrash;
  Session session(runner, {.seed = 1, .limits = {}});
  IndexGate source(session, world.rows, {Metric::kThroughput});
  const GateSelftest test = test_gate(source, world.options, [](const std::string&) {});
  EXPECT_EQ(test.same.cells.front().word, GateWord::kFailsOnBoth);
  EXPECT_EQ(test.slow_index, "btree");
  EXPECT_EQ(test.planted_cells, 1U);
  EXPECT_EQ(test.found, 1U);
}

TEST(GateSelftest, SaysNothingOnceInterrupted) {
  World world;
  SimulatedRunner runner;
  runner.interrupt_after = 5;
  Session session(runner, {.seed = 1, .limits = {}});
  IndexGate source(session, world.rows, {Metric::kThroughput});
  const GateSelftest test = test_gate(source, world.options, [](const std::string&) {});
  EXPECT_TRUE(test.interrupted());
  EXPECT_FALSE(test.planted);
  EXPECT_FALSE(test.works());
}

TEST(GateRounds, AResumedGateSaysWhatAnUninterruptedOneSays) {
  World whole;
  SimulatedRunner undisturbed;
  whole.plant(undisturbed, "lipp", 1.1);
  const GateReport expected = whole.measure(undisturbed);
  ASSERT_GT(cell_of(expected, "lipp").decision.size(), 0);
  for (std::size_t after = 0; after < whole.told.size(); ++after) {
    World cut;
    SimulatedRunner first;
    cut.plant(first, "lipp", 1.1);
    first.interrupt_after = after;
    ASSERT_TRUE(cut.measure(first).interrupted);
    const Kept kept =
        keep_what_led_on({.header = {}, .trials = cut.told, .superseded = {}, .explaining = {}, .interrupted = true});
    World again;
    SimulatedRunner second;
    again.plant(second, "lipp", 1.1);
    const GateReport report = again.measure(second, kept.trials);
    for (const GateCell& cell : expected.cells) {
      EXPECT_EQ(cell_of(report, cell.index).screen, cell.screen) << "interrupted after " << after << " trials";
      EXPECT_EQ(cell_of(report, cell.index).decision, cell.decision) << "interrupted after " << after << " trials";
    }
    EXPECT_EQ(second.log.size(), whole.told.size() - kept.trials.size()) << "what is known is not measured again";
  }
}

}  // namespace
}  // namespace omenbench
