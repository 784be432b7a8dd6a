// The counting trials of a run: one of every cell that has numbers, and a reason for every other.
#include "policies/explain_rows.h"

#include <gmock/gmock.h>

#include "core/temporary_directory.h"
#include "harness/session/counting_runner.h"
#include "results/summarise.h"
#include "results/why.h"
#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::simulated_index;
using testing::SimulatedRunner;

constexpr std::uint64_t kRounds = 8;

/// A run of one row that has been measured.
struct World {
  explicit World(std::uint64_t threads = 1) {
    workers.isa = "x86-64-v3";
    workers.indexes = {simulated_index("btree"), simulated_index("alex", Family::kLearned),
                       testing::simulated_engine("postgres", "planted")};
    RowPlan row = testing::simulated_row(workers.indexes);
    row.threads = threads;
    run.header.rows = {row};
    for (const WorkerIndex& index : workers.indexes) run.header.indexes.push_back(summary_of(index));
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      for (const WorkerIndex& index : workers.indexes) {
        TrialRecord trial;
        trial.round = round;
        trial.index = index.info.name;
        trial.passes[0] = {.present = true, .operations = 64, .ns_per_op = index.info.name == "alex" ? 200.0 : 100.0};
        run.trials.push_back(trial);
      }
    }
  }

  void explain(Counting counting = Counting::kPerf) {
    CountingRunner counter(runner, counting, workers.isa, "valgrind");
    Session session(counter, {.seed = 1, .limits = {}, .scratch = folder.path() / "scratch"});
    session.observer.on_trial = [&](const TrialRecord& trial) { run.explaining.push_back(trial); };
    explain_rows(session, run, inputs, workers, {.counting = counting, .most_operations = 16});
  }

  const TrialRecord& of(const std::string& index) const {
    return *std::ranges::find(run.explaining, index, &TrialRecord::index);
  }

  TemporaryDirectory folder{"omenbench-policies-test"};
  SimulatedRunner runner;
  WorkerSet workers;
  Run run;
  std::vector<RowInput> inputs{testing::simulated_input()};
};

TEST(ExplainRows, CountsEveryCellOnceAndSaysWhyAServerIsLeftOut) {
  World world;
  world.explain();
  EXPECT_THAT(world.runner.log, ElementsAre("btree", "alex"));
  EXPECT_EQ(world.runner.last_limits.counting, Counting::kPerf);
  EXPECT_EQ(world.of("alex").counts->operations, 16);
  EXPECT_EQ(world.of("alex").counts->isa, "x86-64-v3");
  EXPECT_THAT(world.of("postgres").reason, HasSubstr("another process"));
}

TEST(ExplainRows, ChangesNoNumberOfTheRun) {
  World world;
  const Result before = summarise(world.run);
  world.explain();
  const Result after = summarise(world.run);
  ASSERT_EQ(after.rows[0].verdicts.size(), before.rows[0].verdicts.size());
  EXPECT_EQ(after.rows[0].verdicts[0].ratio, before.rows[0].verdicts[0].ratio);
  EXPECT_EQ(after.rows[0].find("alex")->throughput()->blocks, before.rows[0].find("alex")->throughput()->blocks);
  EXPECT_FALSE(before.rows[0].find("alex")->explained);
  EXPECT_EQ(after.rows[0].find("alex")->explained->operations, 16);
  EXPECT_THAT(why_sentence(after.rows[0]), HasSubstr("alex is slower than btree"));
}

TEST(ExplainRows, AnInterruptedOneGoesOnWhereItWas) {
  World world;
  world.runner.interrupt_after = 1;
  world.explain();
  EXPECT_EQ(std::ranges::count_if(world.run.explaining, [](const auto& trial) { return trial.counts.has_value(); }), 1);
  world.runner.interrupt_after = 100;
  world.runner.log.clear();
  world.explain();
  EXPECT_THAT(world.runner.log, ElementsAre("alex"));
  world.explain();
  EXPECT_THAT(world.runner.log, ElementsAre("alex")) << "all that could be counted is";
}

TEST(ExplainRows, AFailedTrialSaysSoAndCostsNoNumber) {
  World world;
  world.runner.failures[{"alex", 0}] = TrialStatus::kCrash;
  world.explain();
  const Result result = summarise(world.run);
  const Cell& cell = *result.rows[0].find("alex");
  EXPECT_TRUE(cell.ok());
  EXPECT_EQ(cell.explained->reason, "crash: planted");
  EXPECT_EQ(why_sentence(result.rows[0]), "");
}

TEST(ExplainRows, CallgrindThatReportsNothingIsAFailureAndNoZero) {
  World world;
  world.explain(Counting::kCallgrind);
  EXPECT_EQ(world.of("btree").status, TrialStatus::kError);
  EXPECT_FALSE(world.of("btree").counts);
  EXPECT_THAT(world.runner.last_limits.launcher.front(), "valgrind");
}

TEST(ExplainRows, CallgrindCountsNoRowsOfSeveralThreads) {
  World world(2);
  world.explain(Counting::kCallgrind);
  EXPECT_TRUE(world.runner.log.empty());
  EXPECT_THAT(world.of("btree").reason, HasSubstr("one thread"));
}

TEST(ExplainRows, CellsThatFailedOrLackAWorkerAreNotTried) {
  World world;
  for (TrialRecord& trial : world.run.trials) {
    if (trial.index == "alex") trial.status = TrialStatus::kCrash;
  }
  std::erase_if(world.workers.indexes, [](const WorkerIndex& index) { return index.info.name == "btree"; });
  world.explain();
  EXPECT_TRUE(world.runner.log.empty());
  EXPECT_THAT(world.of("btree").reason, HasSubstr("no worker for x86-64-v3"));
}

}  // namespace
}  // namespace omenbench
