// What a row's rounds ask of a runner, whichever policy wants them.
#include "harness/session/row_rounds.h"

#include <gmock/gmock.h>

#include "core/error.h"
#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using testing::simulated_engine;
using testing::simulated_index;
using testing::simulated_input;
using testing::simulated_row;
using testing::SimulatedRunner;
using ::testing::UnorderedElementsAre;

struct World {
  explicit World(SessionOptions options = {.limits = {}}) : session(runner, std::move(options)) {}

  std::vector<TrialRecord> round(std::uint64_t number, std::vector<Contestant> contestants) {
    RowRounds rounds(session, 0, plan, input);
    return rounds.begin(number, contestants).run().value();
  }

  WorkerIndex alex = simulated_index("alex"), btree = simulated_index("btree");
  RowPlan plan = simulated_row({alex, btree});
  RowInput input = simulated_input();
  SimulatedRunner runner;
  Session session;
};

TEST(RowRounds, GiveEachContestantItsRecordWhateverTheOrder) {
  World world;
  for (std::uint64_t round = 0; round < 4; ++round) {
    const auto records = world.round(round, {{&world.alex, 64}, {&world.btree, 32}});
    EXPECT_EQ(records[0].index, "alex");
    EXPECT_EQ(records[1].index, "btree");
    EXPECT_EQ(records[0].round, round);
    EXPECT_EQ(records[0].passes[0].operations, 64);
    EXPECT_EQ(records[1].passes[0].operations, 32);
    EXPECT_THAT((std::vector{records[0].position, records[1].position}), UnorderedElementsAre(0, 1));
  }
}

TEST(RowRounds, HaveTheSameStreamWhoeverTakesPart) {
  World world;
  const auto all = world.round(3, {{&world.alex, 64}, {&world.btree, 64}});
  const auto one = world.round(3, {{&world.alex, 64, false, 0, /*absent=*/true}, {&world.btree, 64}});
  EXPECT_EQ(one[1].stream_sha256, all[1].stream_sha256);
  EXPECT_NE(world.round(4, {{&world.btree, 64}})[0].stream_sha256, all[1].stream_sha256);
  EXPECT_EQ(one[0].index, "") << "who is absent has no record";
}

TEST(RowRounds, GiveAnEngineItsTableOnce) {
  World world;
  const WorkerIndex engine = simulated_engine("engine", "planted");
  world.session.use_server("planted", "given://");
  {
    RowRounds rounds(world.session, 0, world.plan, world.input);
    const std::vector<Contestant> contestants = {{&engine, 64}};
    for (std::uint64_t round = 0; round < 2; ++round) {
      EXPECT_EQ((*rounds.begin(round, contestants).run())[0].engine_version, "given://");
    }
  }
  EXPECT_THAT(world.runner.log, ElementsAre("engine (loading)", "engine", "engine", "engine (dropped)"));
}

TEST(RowRounds, AllowWhatSlowsATrialDownItsTime) {
  World plain({.limits = {.timeout_ms = 1000}});
  plain.plan.oversubscribed = true;
  plain.round(0, {{&plain.alex, 64}});
  EXPECT_EQ(plain.runner.last_limits.timeout_ms, 1000);
  EXPECT_TRUE(plain.runner.last_limits.oversubscribed);

  World cold({.limits = {.timeout_ms = 1000, .evict_bytes = std::uint64_t{1} << 30}});
  cold.round(0, {{&cold.alex, 64}});
  EXPECT_NEAR(static_cast<double>(cold.runner.last_limits.timeout_ms), 1000 + 64 * 537, 64);

  World open({.rate = 10, .limits = {.timeout_ms = 1000}});
  open.round(0, {{&open.alex, 64, false, /*open_operations=*/50}});
  EXPECT_EQ(open.runner.last_limits.timeout_ms, 1000 + 2 * 5000) << "twice the five seconds of fifty arrivals";
}

TEST(RowRounds, RefuseSecondsThatNobodyCounted) {
  World world;
  EXPECT_NO_THROW(refuse_seconds(world.plan, world.input.workload));
  world.plan.timed = true;
  EXPECT_THROW(refuse_seconds(world.plan, world.input.workload), Error);
}

}  // namespace
}  // namespace omenbench
