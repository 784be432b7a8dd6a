// The rounds of a run: what they do when trials fail, servers do not start, time runs out, and the user interrupts.
#include "policies/run_rows.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "core/temporary_directory.h"
#include "policies/resume.h"
#include "results/journal.h"
#include "results/rows.h"
#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using testing::simulated_engine;
using testing::simulated_index;
using testing::simulated_input;
using testing::simulated_row;
using testing::SimulatedRunner;

constexpr std::uint64_t kRounds = 8;

/// A run of two rows, and what its observer was told, as a journal would keep it.
struct World {
  World() {
    workers.indexes = {simulated_index("btree"), simulated_index("alex", Family::kLearned),
                       simulated_engine("server-engine", "planted")};
    run.header.rows = {simulated_row(workers.indexes), simulated_row(workers.indexes, "others")};
    for (const WorkerIndex& index : workers.indexes) run.header.indexes.push_back(summary_of(index));
    inputs.assign(2, simulated_input());
    rules.settle.minimum_rounds = rules.max_rounds = kRounds;
    rules.budget_s = 1e6;
  }

  /// Measures what is left of the run with another runner, as `run` and `run --resume` do.
  void measure(SimulatedRunner& runner, bool retry_failed = false) {
    const Kept kept = keep_complete_rounds(run.header, run.trials, retry_failed);
    run.trials = kept.trials;
    Session session(runner, {.seed = 1, .limits = {}, .scratch = scratch});
    session.observer.on_trial = [&](const TrialRecord& trial) { run.trials.push_back(trial); };
    session.observer.on_superseded = [&](const TrialRecord& trial) { run.superseded.push_back(trial); };
    session.start_server(*workers.find("server-engine"));
    run_rows(session, run.header, inputs, workers, rules, kept.trials);
    run.interrupted = session.interrupted();
  }

  const TrialRecord* failure_of(const std::string& index, std::uint64_t row) const {
    const auto found = std::ranges::find_if(run.trials, [&](const TrialRecord& trial) {
      return trial.index == index && trial.row == row && trial.status != TrialStatus::kOk;
    });
    return found == run.trials.end() ? nullptr : &*found;
  }

  CellView cell(std::uint64_t row, const std::string& index) const {
    const std::vector<RowView> rows = view_rows(run);
    return *std::ranges::find(rows[row].cells, index, [](const CellView& cell) { return cell.index->name; });
  }

  TemporaryDirectory folder{"omenbench-policies-test"};
  std::filesystem::path scratch = folder.path() / "scratch";
  WorkerSet workers;
  Run run;
  std::vector<RowInput> inputs;
  RunRules rules;
};

/// Everything that counts: of every cell its status, and its times in each complete round.
std::vector<std::pair<std::string, std::vector<double>>> counted(const Run& run) {
  std::vector<std::pair<std::string, std::vector<double>>> all;
  for (const RowView& row : view_rows(run)) {
    for (const CellView& cell : row.cells) {
      const std::string name = row.plan->workload + " " + cell.index->name + " " + std::string(to_string(cell.status));
      all.emplace_back(name, cell.values(Metric::kThroughput));
    }
  }
  return all;
}

TEST(RunRows, MeasuresEveryCellInEveryRound) {
  World world;
  SimulatedRunner runner;
  world.measure(runner);
  for (const auto& [name, values] : counted(world.run)) EXPECT_EQ(values.size(), kRounds) << name;
  EXPECT_EQ(runner.count("server-engine (loading)"), 2);
  EXPECT_EQ(runner.count("server-engine (dropped)"), 2);
  EXPECT_EQ(world.cell(0, "server-engine").trials[0]->build_ns, 77);
  EXPECT_EQ(world.cell(0, "server-engine").trials[0]->engine_version, "planted://planted");
  EXPECT_FALSE(std::filesystem::exists(world.scratch));
}

// Forty indexes of a tenth of a second each, and half a second for all of them.
TEST(RunRows, AFirstRoundThatIsLongerThanTheBudgetIsCutOffAndSaysOfWhom) {
  World world;
  world.workers.indexes.clear();
  for (int i = 0; i < 40; ++i) world.workers.indexes.push_back(simulated_index("tree-" + std::to_string(i)));
  world.workers.indexes.push_back(simulated_engine("server-engine", "planted"));
  world.run.header.rows = {simulated_row(world.workers.indexes), simulated_row(world.workers.indexes, "others")};
  world.run.header.indexes.clear();
  for (const WorkerIndex& index : world.workers.indexes) world.run.header.indexes.push_back(summary_of(index));
  world.rules.budget_s = 0.5;
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_LE(static_cast<double>(runner.now_ns()) / 1e9, 0.5 + 2 * runner.trial_s) << "a load, and the trial that runs";
  std::uint64_t measured = 0, cut_off = 0;
  for (const RowView& row : view_rows(world.run)) {
    for (const CellView& cell : row.cells) {
      measured += cell.ok();
      EXPECT_TRUE(cell.ok() || cell.status == TrialStatus::kNotRun) << to_string(cell.status);
      if (row.plan->workload == "others") {
        EXPECT_EQ(cell.reason, "the budget of 0.5 s was spent before this row");
      } else if (!cell.ok()) {
        ++cut_off;
        EXPECT_EQ(cell.reason, "the budget of 0.5 s was spent before its first trial");
      }
    }
  }
  EXPECT_GE(measured, 3);
  EXPECT_LE(measured, 6);
  EXPECT_EQ(measured + cut_off, 41);
  SimulatedRunner more;
  world.rules.budget_s = 1e6;
  world.measure(more);
  for (const auto& [name, values] : counted(world.run)) EXPECT_EQ(values.size(), kRounds) << name;
}

TEST(RunRows, AResumedRunCountsWhatAnUninterruptedOneCounts) {
  World whole;
  SimulatedRunner undisturbed;
  whole.measure(undisturbed);
  for (std::uint64_t after = 0; after < 6 * kRounds; ++after) {
    World world;
    SimulatedRunner first;
    first.interrupt_after = after;
    world.measure(first);
    EXPECT_TRUE(world.run.interrupted);
    EXPECT_EQ(world.run.trials.size(), after) << "the trial that was cut off is no trial";
    SimulatedRunner second;
    world.measure(second);
    EXPECT_EQ(counted(world.run), counted(whole.run)) << "interrupted after " << after << " trials";
  }
}

TEST(RunRows, ATrialThatWasKilledFromOutsideIsRepeatedOnceAndNoted) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"alex", 3}] = TrialStatus::kInterrupted;
  world.measure(runner);
  ASSERT_EQ(world.run.superseded.size(), 1);
  EXPECT_EQ(world.run.superseded[0].index, "alex");
  EXPECT_EQ(world.run.superseded[0].round, 3);
  EXPECT_EQ(world.cell(0, "alex").values(Metric::kThroughput).size(), kRounds);
  EXPECT_EQ(runner.count("alex"), 2 * kRounds + 1);
}

TEST(RunRows, ATrialThatIsKilledTwiceFails) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"alex", 3}] = runner.failures[{"alex", 4}] = TrialStatus::kInterrupted;
  world.measure(runner);
  EXPECT_EQ(world.run.superseded.size(), 1);
  EXPECT_EQ(world.cell(0, "alex").status, TrialStatus::kInterrupted);
  EXPECT_EQ(world.cell(0, "btree").values(Metric::kThroughput).size(), kRounds);
}

TEST(RunRows, ALoadThatWasKilledFromOutsideIsRepeatedOnceAndNoted) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"server-engine (loading)", 0}] = TrialStatus::kInterrupted;
  world.measure(runner);
  ASSERT_EQ(world.run.superseded.size(), 1);
  EXPECT_EQ(world.run.superseded[0].index, "server-engine");
  EXPECT_EQ(world.cell(0, "server-engine").values(Metric::kThroughput).size(), kRounds);
  EXPECT_EQ(world.cell(0, "server-engine").trials[0]->build_ns, 77);
  EXPECT_EQ(runner.count("server-engine (loading)"), 3);
  EXPECT_EQ(runner.count("server-engine (dropped)"), 3);
}

TEST(RunRows, ALoadThatIsKilledTwiceFails) {
  World world;
  SimulatedRunner runner;
  runner.failures[{"server-engine (loading)", 0}] = runner.failures[{"server-engine (loading)", 1}] =
      TrialStatus::kInterrupted;
  world.measure(runner);
  EXPECT_EQ(world.run.superseded.size(), 1);
  EXPECT_EQ(world.cell(0, "server-engine").status, TrialStatus::kInterrupted);
  EXPECT_EQ(world.cell(1, "server-engine").values(Metric::kThroughput).size(), kRounds);
}

TEST(RunRows, AFailingIndexLeavesItsRowAndTheRestGoesOn) {
  for (const TrialStatus failure : {TrialStatus::kCrash, TrialStatus::kOom, TrialStatus::kTimeout}) {
    World world;
    SimulatedRunner runner;
    runner.failures[{"alex", 2}] = failure;
    world.measure(runner);
    EXPECT_EQ(world.cell(0, "alex").status, failure);
    EXPECT_EQ(world.cell(0, "alex").reason, "planted");
    EXPECT_EQ(runner.count("alex"), 3 + kRounds) << "no trial after the failure, and all of the other row";
    EXPECT_EQ(world.cell(0, "btree").values(Metric::kThroughput).size(), kRounds);
    EXPECT_EQ(world.cell(1, "alex").values(Metric::kThroughput).size(), kRounds);
  }
}

TEST(RunRows, WhatFailedBeforeAnInterruptIsNotRunAgain) {
  World world;
  SimulatedRunner first;
  first.failures[{"alex", 2}] = TrialStatus::kCrash;
  first.interrupt_after = 14;  // in the sixth round of the first row
  world.measure(first);
  SimulatedRunner second;
  world.measure(second);
  EXPECT_EQ(world.cell(0, "alex").status, TrialStatus::kCrash);
  EXPECT_EQ(second.count("alex"), kRounds) << "those of the other row";
  EXPECT_EQ(world.cell(0, "btree").values(Metric::kThroughput).size(), kRounds);
}

TEST(RunRows, AServerThatDoesNotStartCostsItsOwnCellsOnly) {
  World world;
  SimulatedRunner runner;
  runner.broken_servers = {"planted"};
  world.measure(runner);
  for (const std::uint64_t row : {0U, 1U}) {
    EXPECT_EQ(world.cell(row, "server-engine").status, TrialStatus::kError);
    EXPECT_THAT(world.cell(row, "server-engine").reason, HasSubstr("did not start"));
    EXPECT_EQ(world.cell(row, "btree").values(Metric::kThroughput).size(), kRounds);
  }
  EXPECT_EQ(runner.count("server-engine"), 0);
}

TEST(RunRows, AServerThatDoesNotStartAtAResumeLeavesItsNeighboursTheirRounds) {
  World world;
  SimulatedRunner first;
  first.interrupt_after = 10;  // three complete rounds of the first row
  world.measure(first);
  SimulatedRunner second;
  second.broken_servers = {"planted"};
  world.measure(second);
  EXPECT_EQ(world.cell(0, "server-engine").status, TrialStatus::kError);
  for (const std::uint64_t row : {0U, 1U}) {
    EXPECT_EQ(world.cell(row, "btree").status, TrialStatus::kOk);
    EXPECT_EQ(world.cell(row, "btree").values(Metric::kThroughput).size(), kRounds);
  }
}

TEST(RunRows, AServerIsTriedAgainWhenFailedCellsAreRetried) {
  World whole, world;
  SimulatedRunner undisturbed;
  whole.measure(undisturbed);
  SimulatedRunner first;
  first.broken_servers = {"planted"};
  world.measure(first);
  SimulatedRunner second;
  world.measure(second);  // without being asked to, failures stand
  EXPECT_EQ(world.cell(0, "server-engine").status, TrialStatus::kError);
  EXPECT_EQ(second.count("btree"), 0);
  SimulatedRunner third;
  world.measure(third, /*retry_failed=*/true);
  EXPECT_EQ(counted(world.run), counted(whole.run));
}

TEST(RunRows, ARowThatWasNotBegunGetsTheServerAtTheNextResume) {
  World world;
  SimulatedRunner first;
  first.broken_servers = {"planted"};
  first.interrupt_after = 2 * kRounds;  // the first row
  world.measure(first);
  SimulatedRunner second;
  world.measure(second);
  EXPECT_EQ(world.cell(0, "server-engine").status, TrialStatus::kError);
  EXPECT_EQ(world.cell(1, "server-engine").values(Metric::kThroughput).size(), kRounds);
}

TEST(RunRows, NoRoundIsBegunThatTheBudgetDoesNotHold) {
  World world;
  world.rules.budget_s = 2;  // of about 0.3 s per round
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_GE(world.cell(0, "btree").values(Metric::kThroughput).size(), 5);
  EXPECT_LT(static_cast<double>(runner.now_ns()) / 1e9, world.rules.budget_s + 0.4) << "one round of the other row";
}

TEST(RunRows, RowsThatTheBudgetDoesNotReachAreNotRunAndSaySo) {
  World world;
  world.rules.budget_s = 1.4;  // three trials begin in it
  SimulatedRunner runner;
  runner.trial_s = 0.5;
  world.measure(runner);
  EXPECT_EQ(runner.count("btree"), 1);
  ASSERT_NE(world.failure_of("btree", 1), nullptr);
  EXPECT_EQ(world.failure_of("btree", 1)->status, TrialStatus::kNotRun);
  EXPECT_THAT(world.failure_of("btree", 1)->reason, HasSubstr("budget of 1.4 s"));
}

TEST(RunRows, TheBudgetThatWasSpentBeforeAResumeCounts) {
  World world;
  world.rules.budget_s = 2;
  world.rules.budget_used_s = 1.99;
  SimulatedRunner runner;
  world.measure(runner);
  EXPECT_EQ(runner.count("btree") + runner.count("alex") + runner.count("server-engine"), 1) << "a row that is begun";
}

TEST(RunRows, MoreRoundsAreRunUntilARowIsDecided) {
  const auto rounds_at = [](double noise) {
    World world;
    world.rules.settle.minimum_rounds = 12;
    world.rules.max_rounds = 24;
    SimulatedRunner runner;
    runner.noise = noise;
    world.measure(runner);
    return runner.count("btree") / 2;
  };
  EXPECT_EQ(rounds_at(0.001), 12);
  EXPECT_EQ(rounds_at(0.5), 24);
}

/// "alex" twice as fast in the first row, and at the edge of what is worth acting on in the second.
struct HalfDecidable : World {
  HalfDecidable() {
    rules.settle.minimum_rounds = 12;
    rules.max_rounds = 100;
    runner.truth = [](const TrialJob& job) {
      if (job.index.info.name != "alex") return 100.0;
      return job.plan.workload == "others" ? 105.0 : 50.0;
    };
  }
  std::size_t rounds(std::uint64_t row) const { return cell(row, "btree").values(Metric::kThroughput).size(); }
  SimulatedRunner runner;
};

TEST(RunRows, WhatADecidedRowDoesNotUseGoesToTheOthers) {
  for (const bool decidable_first : {true, false}) {
    HalfDecidable world;
    world.rules.budget_s = 12;  // of some 0.28 s per round
    if (!decidable_first) std::ranges::reverse(world.run.header.rows);
    world.measure(world.runner);
    EXPECT_EQ(world.rounds(decidable_first ? 0 : 1), 12);
    EXPECT_GE(world.rounds(decidable_first ? 1 : 0), 25) << "more than its half of the budget";
    EXPECT_LE(static_cast<double>(world.runner.now_ns()) / 1e9, 12.4);
  }
}

TEST(RunRows, EndWithTimeLeftWhenEveryRowIsDecided) {
  HalfDecidable world;
  world.rules.budget_s = 1e4;
  world.runner.truth = [](const TrialJob& job) { return job.index.info.name == "alex" ? 50.0 : 100.0; };
  world.measure(world.runner);
  EXPECT_EQ(world.rounds(0), 12);
  EXPECT_EQ(world.rounds(1), 12);
}

TEST(RunRows, ARowThatStaysUndecidedEndsWithTheMostRoundsThatItMayHave) {
  HalfDecidable world;
  world.rules.budget_s = 1e4;
  world.rules.max_rounds = 30;
  world.measure(world.runner);
  EXPECT_EQ(world.rounds(1), 30);
}

// Five rows that hold no verdict are worth less than four that do.
TEST(RunRows, ARowThatWasBegunGetsTheRoundsThatAVerdictTakes) {
  HalfDecidable world;
  world.rules.budget_s = 2.5;
  world.measure(world.runner);
  EXPECT_GE(world.rounds(0), 6);
}

TEST(RunRows, TheJournalHoldsWhatCounts) {
  World world;
  const std::filesystem::path file = world.folder.path() / "journal.ndjson";
  SimulatedRunner runner;
  runner.failures[{"btree", 1}] = TrialStatus::kInterrupted;
  runner.failures[{"alex", 2}] = TrialStatus::kCrash;
  {
    JournalWriter journal(file, world.run.header);
    Session session(runner, {.seed = 1, .limits = {}, .scratch = world.scratch});
    session.observer.on_trial = [&](const TrialRecord& trial) { journal.add_trial(trial); };
    session.observer.on_superseded = [&](const TrialRecord& trial) { journal.add_superseded(trial); };
    session.observer.on_row = [&](std::size_t row, const RowPlan& plan) { journal.add_row(row, plan); };
    session.start_server(*world.workers.find("server-engine"));
    run_rows(session, world.run.header, world.inputs, world.workers, world.rules, {});
    journal.add_end(false);
  }
  const omenbench::Run read = read_journal(file);
  EXPECT_EQ(read.superseded.size(), 1);
  EXPECT_FALSE(read.header.rows[0].realised.empty());
  SimulatedRunner again;
  again.failures = runner.failures;
  World same;
  same.measure(again);
  EXPECT_EQ(counted(read), counted(same.run));
}

}  // namespace
}  // namespace omenbench
