// Shards of one plan, put together.
#include "results/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "results/result_json.h"
#include "results/summarise.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kRows = 5;

/// The whole plan: row r takes 10 * (r + 1) ns, so that every row can be told.
Run whole() {
  Run run = testing::empty_run({testing::index_summary("mine", "learned"), testing::index_summary("tree", "tree")});
  run.header.rows.resize(kRows, run.header.rows[0]);
  for (std::uint64_t row = 0; row < kRows; ++row) {
    run.header.rows[row].workload = "workload-" + std::to_string(row);
    for (std::uint64_t round = 0; round < 12; ++round) {
      for (const char* index : {"mine", "tree"}) {
        const double ns = static_cast<double>(row + 1) * (index[0] == 'm' ? 10 : 20);
        run.trials.push_back(testing::ok_trial(row, round, index, ns));
      }
    }
  }
  return run;
}

/// As `omenbench run --shard` leaves it.
Shard shard(std::uint64_t number, std::uint64_t of, const std::string& machine = "") {
  Run all = whole();
  const ShardFacts facts{.number = number, .of = of, .plan_rows = kRows};
  Run run = all;
  run.header.facts.shard = facts;
  run.header.rows.clear();
  run.trials.clear();
  if (!machine.empty()) {
    run.header.environment.cpu = "processor of " + machine;
    run.header.environment.timer.cost_ns = 1000;
  }
  for (std::uint64_t row = 0; row < kRows; ++row) {
    if (!facts.holds(row)) continue;
    for (TrialRecord trial : all.trials) {
      if (trial.row != row) continue;
      trial.row = run.header.rows.size();
      run.trials.push_back(trial);
    }
    run.header.rows.push_back(all.header.rows[row]);
  }
  return {"shard-" + std::to_string(number), run};
}

std::string refusal(std::vector<Shard> shards) {
  try {
    merge_shards(std::move(shards));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Merge, AllShardsOfOneMachineAreTheRunOfTheWholePlan) {
  Result merged = summarise(merge_shards({shard(3, 3), shard(1, 3), shard(2, 3)}));
  EXPECT_EQ(merged.facts.merged_shards, 3U);
  EXPECT_FALSE(merged.facts.shard);
  merged.facts = summarise(whole()).facts;
  EXPECT_EQ(to_json(merged).dump(1), to_json(summarise(whole())).dump(1));
}

TEST(Merge, RowsKeepTheMachineThatMeasuredThem) {
  const Result merged = summarise(merge_shards({shard(1, 2), shard(2, 2, "other")}));
  ASSERT_EQ(merged.machines.size(), 1U);
  EXPECT_EQ(merged.rows[0].machine, 0U);
  EXPECT_EQ(merged.rows[1].machine, 1U);
  EXPECT_EQ(merged.environment_of(merged.rows[1]).cpu, "processor of other");
  EXPECT_THAT(merged.rows[1].notes, ::testing::Contains(HasSubstr("processor of other")));
  // Percentiles are judged by the clock of their own machine.
  EXPECT_FALSE(merged.rows[4].cells[0].latency(kLatencyP99)->unresolved_timer);
  EXPECT_TRUE(merged.rows[3].cells[0].latency(kLatencyP99)->unresolved_timer);
  // What is written is what is read.
  EXPECT_EQ(to_json(result_from_json(to_json(merged))).dump(), to_json(merged).dump());
}

TEST(Merge, MissingAndDoubledShardsAreNamed) {
  EXPECT_THAT(refusal({shard(1, 3)}), HasSubstr("shards of 3 are missing: 2, 3"));
  EXPECT_THAT(refusal({shard(1, 3), shard(3, 3)}), HasSubstr("shard of 3 is missing: 2"));
  Shard copy = shard(1, 3);
  copy.name = "copy";
  EXPECT_THAT(refusal({shard(1, 3), copy, shard(2, 3), shard(3, 3)}),
              HasSubstr("shard 1 is there twice: 'shard-1' and 'copy'"));
}

TEST(Merge, WhatIsNoShardOfThePlanIsRefused) {
  EXPECT_THAT(refusal({{"all", whole()}}), HasSubstr("'all' is a run of its whole plan"));
  Shard cut = shard(2, 2);
  cut.run.interrupted = true;
  EXPECT_THAT(refusal({shard(1, 2), cut}), HasSubstr("omenbench run --resume shard-2"));
  EXPECT_THAT(refusal({shard(1, 2), shard(2, 3)}), HasSubstr("one is of 2 shards, the other of 3"));
  Shard seed = shard(2, 2);
  seed.run.header.plan["seed"] = 77;
  EXPECT_THAT(refusal({shard(1, 2), seed}), HasSubstr("'seed' is"));
  Shard keys = shard(2, 2);
  keys.run.header.datasets[0].sha256 = std::string(64, 'e');
  EXPECT_THAT(refusal({shard(1, 2), keys}), HasSubstr("has keys of sha256"));
  Shard commit = shard(2, 2);
  commit.run.header.tool.commit = "another";
  EXPECT_THAT(refusal({shard(1, 2), commit}), HasSubstr("another"));
}

}  // namespace
}  // namespace omenbench
