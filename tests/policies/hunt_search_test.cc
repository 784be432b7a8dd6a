// A hunt over planted times: does it find the edge that was put there?
#include "policies/hunt_search.h"

#include <gmock/gmock.h>

#include <cmath>

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

/// A world in which learned indexes are faster above a share of reads, and by more the further above.
class World final : public HuntGround {
 public:
  World() {
    for (const char* name : {"alex", "lipp", "slow-learned"})
      indexes_.push_back(simulated_index(name, Family::kLearned));
    for (const char* name : {"btree", "art", "slow-tree"}) indexes_.push_back(simulated_index(name));
    bases_[0].dataset = "hundred";
    bases_[0].keys = 100;
    search.axes = {{.axis = HuntAxis::kReadShare, .values = {0, 0.5, 1}}};
    search.budget_s = 1e5;
  }

  const std::vector<HuntPlace>& bases() const override { return bases_; }
  bool exists(const HuntPlace&) const override { return true; }
  std::shared_ptr<const HuntRow> row(const HuntPlace& place, std::size_t number) override {
    auto row = std::make_shared<HuntRow>();
    row->plan = simulated_row(indexes_, std::to_string(place.read_share));
    row->input = simulated_input();
    for (const WorkerIndex& index : indexes_) {
      row->contestants.push_back({&index, row->plan.operations, /*throughput_only=*/true});
    }
    row->rounds = std::make_unique<RowRounds>(*session_, number, row->plan, row->input);
    return row;
  }

  /// After what an interrupted hunt measured.
  HuntReport run(SimulatedRunner& runner, std::vector<TrialRecord> recalled = {}) {
    told = recalled;
    runner.truth = [this](const TrialJob& job) {
      const double reads = std::stod(job.plan.workload);
      const std::string& name = job.index.info.name;
      if (name.starts_with("slow")) return 300.0;
      const double learned = 100 * std::exp(edge - reads);
      if (name == "alex") return learned;
      if (name == "lipp") return 1.1 * learned;
      return name == "btree" ? 100.0 : 115.0;
    };
    Session session(runner, {.seed = 1, .limits = {}, .doubts = doubts});
    session_ = &session;
    session.recall(std::move(recalled));
    session.observer.on_trial = [this](const TrialRecord& trial) { told.push_back(trial); };
    session.observer.on_row = [this](std::size_t row, const RowPlan&) { rows.push_back(row); };
    HuntReport report = hunt(session, *this, search, [](const std::string&) {});
    session_ = nullptr;
    return report;
  }

  double edge = 0.62;
  HuntSearch search;
  std::vector<MachineDoubt> doubts;
  std::vector<TrialRecord> told;
  std::vector<std::size_t> rows;  ///< that were begun

 private:
  std::vector<WorkerIndex> indexes_;
  std::vector<HuntPlace> bases_{1};
  Session* session_ = nullptr;
};

/// Where the report says that the winner changes.
std::vector<HuntFrontier::Change> changes_of(const HuntReport& report) {
  for (const HuntFrontier& frontier : hunt_frontiers(report, hunt_verdicts(report))) {
    if (!frontier.of_target) return frontier.changes;
  }
  return {};
}

TEST(HuntSearch, FindsThePlantedEdge) {
  int found = 0;
  constexpr int kHunts = 10;
  for (std::uint64_t seed = 1; seed <= kHunts; ++seed) {
    World world;
    SimulatedRunner runner(seed);
    runner.noise = 0.01;
    const HuntReport report = world.run(runner);
    EXPECT_TRUE(report.finished);
    const auto changes = changes_of(report);
    if (changes.size() != 1) continue;
    EXPECT_FALSE(changes[0].learned_first);
    found += changes[0].from <= world.edge && world.edge <= changes[0].to && changes[0].to - changes[0].from < 0.3;
  }
  EXPECT_GE(found, kHunts - 1);
}

TEST(HuntSearch, SaysWhatABusyMachineDidToItAndWhatHelps) {
  World world;
  world.doubts = {{.found = "the load is 21", .why = "others compute", .remedy = "end them"}};
  SimulatedRunner runner(1);
  runner.losing = {{"lipp", 0.3}, {"btree", 0.3}};
  const HuntReport report = world.run(runner);
  EXPECT_THAT(report.notes, Contains("at the start the load is 21: others compute. What helps: end them"));
  EXPECT_THAT(report.notes, Contains(HasSubstr("had lost the processor")));
}

TEST(HuntSearch, NoTrialBeginsThatWouldNotEndInTheBudget) {
  World world;
  world.search.budget_s = 100;
  SimulatedRunner runner;
  runner.trial_s = 3;  // a round of all takes half a minute
  const HuntReport report = world.run(runner);
  EXPECT_LE(static_cast<double>(runner.now_ns()) / 1e9, 105);
  EXPECT_FALSE(report.finished);
  EXPECT_THAT(report.notes, ::testing::Contains("1 of 3 places of the grid were not tried within the budget"));
}

TEST(HuntSearch, ComparesTheBestOfEachSide) {
  World world;
  SimulatedRunner runner;
  runner.noise = 0.01;
  const HuntReport report = world.run(runner);
  for (const HuntPoint& point : report.points) {
    EXPECT_EQ(point.learned, "alex");
    EXPECT_EQ(point.baseline, "btree");
  }
  EXPECT_LT(runner.count("slow-tree"), runner.count("btree") / 4);
}

TEST(HuntSearch, EndsWithTheBudgetAndSaysWhatItDidNotTry) {
  World world;
  world.search.budget_s = 2.5;
  world.search.axes[0].values = {0, 0.2, 0.4, 0.6, 0.8, 1};
  SimulatedRunner runner;
  const HuntReport report = world.run(runner);
  EXPECT_FALSE(report.finished);
  EXPECT_LT(report.spent_s, 2.5 + 1.5) << "at most the round that was running";
  ASSERT_FALSE(report.notes.empty());
  EXPECT_THAT(report.notes[0], ::testing::HasSubstr("of 6 places of the grid were not tried within the budget"));
}

TEST(HuntSearch, ACrashingIndexLeavesItsPlaceAndTheRestGoesOn) {
  World world;
  SimulatedRunner runner;
  runner.noise = 0.01;
  runner.failures[{"alex", 0}] = TrialStatus::kCrash;
  const HuntReport report = world.run(runner);
  EXPECT_EQ(report.points[0].learned, "lipp");
  EXPECT_EQ(report.points[1].learned, "alex");
  EXPECT_EQ(report.points[0].tried[0].failure, "crash: planted");
}

TEST(HuntSearch, AnInterruptKeepsWhatIsKnown) {
  World world;
  SimulatedRunner runner;
  runner.interrupt_after = 60;
  const HuntReport report = world.run(runner);
  EXPECT_TRUE(report.interrupted);
  EXPECT_TRUE(report.points[0].compared());
}

/// Of every place all that was measured.
std::vector<std::pair<std::string, std::vector<double>>> known(const HuntReport& report) {
  std::vector<std::pair<std::string, std::vector<double>>> all;
  for (const HuntPoint& point : report.points) {
    const std::string name = std::to_string(point.place.read_share) + " " + point.learned + " " + point.failure;
    std::vector<double>& times = all.emplace_back(name, point.learned_ns).second;
    times.insert(times.end(), point.baseline_ns.begin(), point.baseline_ns.end());
    for (const HuntTried& tried : point.tried) {
      times.insert(times.end(), tried.ns_per_op.begin(), tried.ns_per_op.end());
    }
  }
  return all;
}

TEST(HuntSearch, AResumedHuntFindsWhatAnUninterruptedOneFinds) {
  for (const double budget_s : {1e5, 9.0}) {
    World whole;
    whole.search.budget_s = budget_s;
    SimulatedRunner undisturbed;
    const HuntReport expected = whole.run(undisturbed);
    for (std::size_t after = 1; after < whole.told.size(); after += 13) {
      World cut;
      cut.search.budget_s = budget_s;
      SimulatedRunner first;
      first.interrupt_after = after;
      ASSERT_TRUE(cut.run(first).interrupted);
      const Kept kept =
          keep_what_led_on({.header = {}, .trials = cut.told, .superseded = {}, .explaining = {}, .interrupted = true});
      World again;
      again.search.budget_s = budget_s;
      SimulatedRunner second;
      const HuntReport report = again.run(second, kept.trials);
      ASSERT_EQ(known(report), known(expected)) << "interrupted after " << after << " trials";
      EXPECT_EQ(report.finished, expected.finished);
      EXPECT_NEAR(report.spent_s, expected.spent_s, 1e-6);
      EXPECT_EQ(second.log.size(), whole.told.size() - kept.trials.size()) << "what is known is not measured again";
      EXPECT_TRUE(again.rows.empty() || again.rows.front() <= cut.rows.back() + 1)
          << "every row is told before its trials";
    }
  }
}

TEST(HuntSearch, RefusesWhenNothingCouldBeCompared) {
  World world;
  SimulatedRunner runner;
  for (std::uint64_t trial = 0; trial < 10; ++trial) {
    for (const char* name : {"alex", "lipp", "slow-learned"}) runner.failures[{name, trial}] = TrialStatus::kOom;
  }
  EXPECT_THROW(world.run(runner), Error);
}

}  // namespace
}  // namespace omenbench
