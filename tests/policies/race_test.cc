// The race of a run's indexes: what leaving early does to verdicts, in worlds whose truth is planted. Heavy-tailed
// noise of 2 % throughout; the bands are those of the same worlds without a race.
#include "results/race.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "core/rng.h"
#include "core/temporary_directory.h"
#include "policies/resume.h"
#include "policies/run_rows.h"
#include "results/summarise.h"
#include "results/table.h"
#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::simulated_index;
using testing::SimulatedRunner;

constexpr std::uint64_t kRounds = 12;

/// ns per operation of each index; names that begin with "l" are learned, the others trees.
using Truth = std::map<std::string, double>;

/// What the machine does beside the indexes.
struct Machine {
  double noise = 0.02;
  double drift = 0;       ///< per trial
  bool outliers = false;  ///< in two rounds half of the trials take 1.2 to 2 times as long
};

struct World {
  explicit World(const Truth& times) : truth(times) {
    for (const auto& [name, ns] : truth) {
      workers.indexes.push_back(simulated_index(name, name[0] == 'l' ? Family::kLearned : Family::kTree));
    }
    run.header.rows = {testing::simulated_row(workers.indexes)};
    for (const WorkerIndex& index : workers.indexes) run.header.indexes.push_back(summary_of(index));
    run.header.environment.timer.cost_ns = 1;
    run.header.facts.min_rounds = kRounds;
  }

  /// The row after kRounds rounds, or after so many trials more; goes on with what there is.
  Row measure(std::uint64_t seed, bool race, const Machine& machine = {}, std::uint64_t most_trials = UINT64_MAX - 1) {
    const Kept kept = keep_complete_rounds(run.header, run.trials, false);
    run.trials = kept.trials;
    SimulatedRunner runner(seed);
    runner.interrupt_after = most_trials;
    runner.truth = [&](const TrialJob& job) {
      const std::string& name = job.index.info.name;
      return truth.at(name) * (machine.outliers ? outlier(seed, name, trials_of_[name]++) : 1);
    };
    runner.noise = machine.noise;
    runner.drift_per_trial = machine.drift;
    runner.structure_of = structure;
    runner.failures = failures;
    Session session(runner, {.seed = seed, .limits = {}, .scratch = folder.path() / "scratch"});
    session.observer.on_trial = [&](const TrialRecord& trial) { run.trials.push_back(trial); };
    const std::vector<RowInput> inputs{testing::simulated_input()};
    RunRules rules{.settle = {.minimum_rounds = kRounds}, .max_rounds = kRounds, .budget_s = 1e6, .race = race};
    run_rows(session, run.header, inputs, workers, rules, kept.trials);
    run.interrupted = session.interrupted();
    trials = runner.log.size();
    return summarise(run).rows[0];
  }

  Truth truth;
  std::map<std::string, double> structure;
  std::map<std::pair<std::string, std::uint64_t>, TrialStatus> failures;
  TemporaryDirectory folder{"omenbench-policies-test"};
  WorkerSet workers;
  Run run;
  std::size_t trials = 0;

 private:
  static double outlier(std::uint64_t seed, const std::string& name, std::uint64_t round) {
    Rng rounds(mix64(seed, std::string_view("outlier rounds")));
    const std::uint64_t first = rounds.below(kRounds), second = (first + 1 + rounds.below(kRounds - 1)) % kRounds;
    Rng rng(mix64(mix64(seed, std::string_view(name)), round));
    return (round != first && round != second) || rng.uniform() < 0.5 ? 1 : 1.2 + 0.8 * rng.uniform();
  }

  std::map<std::string, std::uint64_t> trials_of_;
};

const Verdict& headline_of(const Row& row) {
  return *std::ranges::find_if(row.verdicts, [](const Verdict& verdict) { return verdict.headline; });
}

/// Over many runs of a world.
struct Rates {
  double covered = 0, decided = 0, named = 0, trials = 0;
};

Rates rates_of(const Truth& truth, double ratio, const std::string& learned, const std::string& tree, bool race,
               const Machine& machine = {}) {
  constexpr int kRuns = 300;
  Rates rates;
  for (int i = 0; i < kRuns; ++i) {
    World world(truth);
    for (const auto& [name, ns] : truth) world.structure[name] = ns / 100;  // the slow are large, or all would stay
    const Row row = world.measure(static_cast<std::uint64_t>(i) + 1, race, machine);
    const Verdict& verdict = headline_of(row);
    rates.covered += verdict.lo <= ratio && ratio <= verdict.hi;
    rates.decided += verdict.decided();
    rates.named += verdict.learned == learned && verdict.baseline == tree;
    rates.trials += static_cast<double>(world.trials);
  }
  for (double* rate : {&rates.covered, &rates.decided, &rates.named, &rates.trials}) *rate /= kRuns;
  const std::string which = race ? "" : "all_";
  ::testing::Test::RecordProperty(which + "covered", std::to_string(rates.covered));
  ::testing::Test::RecordProperty(which + "decided", std::to_string(rates.decided));
  ::testing::Test::RecordProperty(which + "named", std::to_string(rates.named));
  ::testing::Test::RecordProperty(which + "trials", std::to_string(rates.trials));
  return rates;
}

TEST(Race, EqualIndexesAreFalselyToldApartNoMoreOften) {
  Truth equal;
  for (int i = 0; i < 5; ++i) equal["l" + std::to_string(i)] = equal["t" + std::to_string(i)] = 100;
  const Rates rates = rates_of(equal, 1, "", "", true);
  EXPECT_LE(rates.decided, 0.05);
  EXPECT_GE(rates.covered, 0.94);
}

TEST(Race, TheLuckiestOfTenEqualsWinsNothingOnANoisyMachine) {
  Truth equal{{"t0", 100}};
  for (int i = 0; i < 10; ++i) equal["l" + std::to_string(i)] = 100;
  const Rates rates = rates_of(equal, 1, "", "", true, {.noise = 0.08});
  EXPECT_LE(rates.decided, 0.05);
  EXPECT_GE(rates.covered, 0.94);
}

TEST(Race, ABestThatIsTenPercentAheadIsNamedAndItsIntervalHolds) {
  Truth truth;
  for (int i = 0; i < 6; ++i) {
    truth["l" + std::to_string(i)] = 80 * (1 + 0.1 * i);
    truth["t" + std::to_string(i)] = 100 * (1 + 0.1 * i);
  }
  const Rates racing = rates_of(truth, 0.8, "l0", "t0", true);
  const Rates all = rates_of(truth, 0.8, "l0", "t0", false);
  EXPECT_GE(racing.covered, 0.94);
  EXPECT_GE(racing.named, 0.95);
  EXPECT_GE(racing.decided, all.decided - 0.01) << "no verdict is lost";
  EXPECT_EQ(all.trials, 12 * kRounds);
  EXPECT_LE(racing.trials, 0.67 * all.trials) << "ten of twelve leave after six rounds, but for the close ones";
}

TEST(Race, TwoOutlierRoundsTakeNoneOfTheBestOut) {
  Truth truth;
  for (int i = 0; i < 6; ++i) {
    truth["l" + std::to_string(i)] = 80 * (1 + 0.1 * i);
    truth["t" + std::to_string(i)] = 100 * (1 + 0.1 * i);
  }
  const Rates racing = rates_of(truth, 0.8, "l0", "t0", true, {.outliers = true});
  const Rates all = rates_of(truth, 0.8, "l0", "t0", false, {.outliers = true});
  EXPECT_GE(racing.covered, 0.94);
  EXPECT_GE(racing.named, 0.95);
  EXPECT_GE(racing.decided, all.decided - 0.01);
}

TEST(Race, WhoIsFarBehindLeavesAfterThreeRounds) {
  Truth truth;
  for (int i = 0; i < 6; ++i) truth["l" + std::to_string(i)] = truth["t" + std::to_string(i)] = i == 0 ? 100 : 250;
  const Rates racing = rates_of(truth, 1, "l0", "t0", true, {.noise = 0.08, .outliers = true});
  EXPECT_GE(racing.covered, 0.94);
  EXPECT_GE(racing.named, 0.95);
  EXPECT_LE(racing.decided, 0.05);
  EXPECT_LE(racing.trials, 0.5 * 12 * kRounds);
}

TEST(Race, AMachineThatGetsSlowerMakesNoneOfThoseThatLeftTheBest) {
  Truth truth{{"l0", 100}, {"t0", 100}};
  for (int i = 1; i < 5; ++i) truth["l" + std::to_string(i)] = truth["t" + std::to_string(i)] = 112;
  // A third slower in the course of a row: those that left would have the least medians.
  const Rates rates = rates_of(truth, 1, "l0", "t0", true, {.drift = 0.003});
  EXPECT_GE(rates.named, 0.95);
  EXPECT_GE(rates.covered, 0.94);
  EXPECT_LE(rates.decided, 0.05);
}

TEST(Race, WhoLeftKeepsItsRoundsAndIsMarked) {
  World world({{"l0", 100}, {"l1", 300}, {"t0", 100}, {"t1", 102}});
  const Row row = world.measure(1, true);
  EXPECT_EQ(row.rounds, kRounds);
  const Cell& left = *row.find("l1");
  EXPECT_TRUE(left.ok());
  EXPECT_EQ(left.rounds, 6U);
  EXPECT_EQ(left.throughput()->blocks.size(), 6U);
  EXPECT_EQ(left.left_after, 6U) << "as small as any: its size takes an interval";
  EXPECT_THAT(left.notes.at(0), HasSubstr("left after 6 rounds"));
  EXPECT_EQ(row.find("t1")->rounds, kRounds) << "2 % behind may still be the best";
  EXPECT_THAT(row.notes.back(), HasSubstr("l1 (6)"));
  for (const Verdict& verdict : row.verdicts) {
    if (verdict.metric == Metric::kThroughput) {
      EXPECT_EQ(verdict.rounds, kRounds);
    }
  }
}

TEST(Race, WhoIsFarBehindInEverythingIsMarkedWithThreeRounds) {
  World world({{"l0", 100}, {"l1", 300}, {"l2", 300}, {"t0", 100}});
  world.structure = {{"l1", 2}};
  const Row row = world.measure(1, true);
  EXPECT_EQ(row.find("l1")->left_after, 3U);
  EXPECT_FALSE(row.find("l1")->throughput()->has_interval());
  EXPECT_EQ(row.find("l2")->left_after, 6U);
  const Result result = summarise(world.run);
  for (const std::string& text : {render_table(result, {}), render_markdown(result)}) {
    EXPECT_THAT(text, HasSubstr("left after 3 rounds"));
    EXPECT_THAT(text, HasSubstr("l1 (3), l2 (6)"));
  }
  for (const Verdict& verdict : row.verdicts) EXPECT_TRUE(verdict.compared()) << to_string(verdict.metric);
}

TEST(Race, WhoWasBeatenByOneThatFailsIsJudgedByTheRoundsThatItHas) {
  World world({{"l0", 100}, {"l1", 200}, {"l2", 300}, {"t0", 400}});
  world.failures[{"l0", 8}] = TrialStatus::kCrash;
  const Row row = world.measure(1, true);
  EXPECT_EQ(row.find("l1")->left_after, 6U);
  const Verdict& verdict = headline_of(row);
  EXPECT_EQ(verdict.learned, "l1") << "and not l2, which it beats";
  EXPECT_EQ(verdict.rounds, 6U);
  EXPECT_TRUE(verdict.decided());
}

TEST(Race, AMachineThatGetsSlowerLetsNobodyThatLeftBeCalledTheFastest) {
  World world({{"l0", 100}, {"l1", 120}, {"t0", 130}});
  const Row row = world.measure(1, true, {.drift = 0.03});
  EXPECT_EQ(row.find("l1")->left_after, 6U);
  EXPECT_LT(row.find("l1")->throughput()->median, row.find("l0")->throughput()->median) << "of earlier rounds";
  const Winner winner = summarise(world.run).summary.winners[0];
  EXPECT_EQ(winner.index, "l0");
  EXPECT_EQ(winner.runner_up, "l1") << "next over the rounds that both have";
}

TEST(Race, ARowWithoutVerdictsKeepsEverybody) {
  World world({{"t0", 100}, {"t1", 300}, {"t2", 500}});
  const Row row = world.measure(1, true);
  for (const Cell& cell : row.cells) EXPECT_EQ(cell.rounds, kRounds) << cell.index;
}

TEST(Race, RoundsThatAreRunAgainAskEverybody) {
  World world({{"l0", 100}, {"l1", 300}, {"t0", 100}});
  world.measure(1, true);
  ASSERT_EQ(world.run.header.rows[0].cells[1].left_after, 6U);
  std::erase_if(world.run.trials, [](const TrialRecord& trial) { return trial.round >= 2; });
  const Row row = world.measure(1, true, {}, 6);  // two rounds more
  EXPECT_EQ(row.rounds, 4U);
  EXPECT_EQ(row.find("l1")->rounds, 4U);
  EXPECT_EQ(world.run.header.rows[0].cells[1].left_after, 0U);
}

TEST(Race, AResumedRaceEndsAsAnUninterruptedOne) {
  const Truth truth{{"l0", 100}, {"l1", 300}, {"l2", 104}, {"t0", 100}, {"t1", 150}};
  World whole(truth);
  const Row expected = whole.measure(3, true);
  for (std::uint64_t after = 0; after < whole.trials; ++after) {
    World world(truth);
    world.measure(3, true, {}, after);
    const Row row = world.measure(3, true);
    for (const Cell& cell : expected.cells) {
      EXPECT_EQ(row.find(cell.index)->throughput()->blocks, cell.throughput()->blocks) << cell.index << ", " << after;
    }
    EXPECT_EQ(headline_of(row).ratios, headline_of(expected).ratios) << after;
  }
}

TEST(Race, NobodyLeavesWhereNobodyRaces) {
  World world({{"l0", 100}, {"l1", 300}, {"t0", 100}});
  EXPECT_EQ(world.measure(1, false).find("l1")->rounds, kRounds);
  EXPECT_THAT(world.run.header.rows[0].cells[1].left_after, 0U);
}

TEST(Race, WhoIsTheBestInAnyTimeStays) {
  World world({{"l0", 100}, {"l1", 300}, {"t0", 100}});
  world.measure(1, false);
  for (TrialRecord& trial : world.run.trials) {
    if (trial.index == "l1") trial.passes[static_cast<int>(Pass::kDependent)].ns_per_op = 10;
  }
  EXPECT_THAT(beaten_cells(view_rows(world.run)[0]), IsEmpty());
}

}  // namespace
}  // namespace omenbench
