// Percentiles by phase, by kind of operation and by window, from samples made up so that the answers are known.
#include "harness/trial_samples.h"

#include <gmock/gmock.h>

#include <cmath>
#include <memory>

namespace omenbench {
namespace {

/// Two threads of 4,000 operations: lookups of `base` ns in the first half, inserts of twice that in the second.
struct Example {
  Example() {
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::uint32_t i = 0; i < 4'000; ++i) {
        const bool second = i >= 2'000;
        operations[t].push_back({.kind = second ? OpKind::kInsert : OpKind::kLookup});
        latencies[t].push_back((second ? 200 : 100) * (t == 0 ? 1 : 10));
        open[t].push_back(second ? 3'000'000'000'000 : 0);
        lags[t].push_back(i % 2 == 0 ? 0 : 50);
      }
      threads.push_back({.operations = operations[t],
                         .phase_ends = ends,
                         .latencies = latencies[t],
                         .open_latencies = open[t],
                         .lags = lags[t]});
    }
    for (const Pass pass : {Pass::kThroughput, Pass::kLatency, Pass::kOpen}) {
      output->passes[static_cast<int>(pass)].done = 1;
    }
    output->passes[static_cast<int>(Pass::kThroughput)].phase_elapsed_ns[1] = 80'000;
    output->passes[static_cast<int>(Pass::kOpen)].phase_elapsed_ns[1] = 2'000'000'000;
  }

  std::vector<Operation> operations[2];
  std::vector<std::uint32_t> latencies[2];
  std::vector<std::uint64_t> open[2], lags[2];
  std::vector<std::uint64_t> ends = {2'000, 4'000};
  std::vector<ThreadSamples> threads;
  std::unique_ptr<TrialOutput> output = std::make_unique<TrialOutput>();
};

TEST(TrialSamples, GivesEveryPhaseItsOwnTimes) {
  const Example example;
  const std::vector<PhasePlan> phases = {{"warm", 0}, {"load", 500}};
  const auto records = phase_records(example.threads, phases, *example.output);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].name, "load");
  EXPECT_EQ(records[1].operations, 4'000U);
  EXPECT_EQ(records[1].ns_per_op, 20);
  EXPECT_EQ(records[0].p50, 100);
  EXPECT_EQ(records[0].p99, 1'000);
  EXPECT_EQ(records[1].p99, 2'000);
  EXPECT_TRUE(std::isnan(records[0].open_p99)) << "a closed phase has no latency from an intended start";
  EXPECT_EQ(records[1].offered_per_s, 500);
  EXPECT_EQ(records[1].open_p99, 3e12);
}

TEST(TrialSamples, SaysNothingOfPhasesOrKindsWhereThereIsOne) {
  Example example;
  EXPECT_TRUE(phase_records(example.threads, std::vector<PhasePlan>{{"all", 0}}, *example.output).empty());
  for (auto& operations : example.operations) {
    for (Operation& operation : operations) operation.kind = OpKind::kLookup;
  }
  EXPECT_TRUE(kind_records(example.threads).empty());
}

TEST(TrialSamples, TellsKindsOfOperationsApart) {
  const Example example;
  const auto records = kind_records(example.threads);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].name, "lookup");
  EXPECT_EQ(records[0].p50, 100);
  EXPECT_EQ(records[1].name, "insert");
  EXPECT_EQ(records[1].operations, 4'000U);
  EXPECT_EQ(records[1].p50, 200);
}

TEST(TrialSamples, CutsTheLatencyPassIntoWindowsOfEqualOperations) {
  const Example example;
  example.output->windows[3].allocated_bytes = 77;
  const auto records = window_records(example.threads, 4, *example.output);
  ASSERT_EQ(records.size(), 4U);
  EXPECT_DOUBLE_EQ(records[0].ops_per_s, 1e9 / 100 + 1e9 / 1'000);
  EXPECT_DOUBLE_EQ(records[3].ops_per_s, 1e9 / 200 + 1e9 / 2'000);
  EXPECT_EQ(records[0].longest_ns, 1'000);
  EXPECT_EQ(records[3].longest_ns, 2'000);
  EXPECT_EQ(records[3].allocated_bytes, 77U);
}

TEST(TrialSamples, CountsOnlyPhasesWithArrivalsInTheOpenPass) {
  const Example example;
  const std::vector<PhasePlan> phases = {{"warm", 0}, {"load", 500}};
  const OpenRecord record = open_record(example.threads, phases, *example.output);
  EXPECT_EQ(record.latency.samples, 4'000U);
  EXPECT_EQ(record.achieved_per_s, 2'000);
  EXPECT_TRUE(std::isnan(record.offered_per_s)) << "the phases differ";
  EXPECT_EQ(record.latency.percentiles[0], 3e12);
  EXPECT_EQ(record.lag_max, 50);
}

TEST(TrialSamples, TakesTheHighestRateThatPassed) {
  const Example example;
  example.output->probe_count = 3;
  example.output->probes[0] = {.rate = 100, .achieved = 99, .p99_ns = 5, .operations = 1000, .passed = 1};
  example.output->probes[1] = {.rate = 400, .achieved = 300, .p99_ns = 50, .operations = 1000, .passed = 0};
  example.output->probes[2] = {.rate = 200, .achieved = 199, .p99_ns = 8, .operations = 1000, .passed = 1};
  const SearchRecord record = search_record(10, *example.output);
  EXPECT_EQ(record.max_per_s, 200);
  EXPECT_EQ(record.probes.size(), 3U);
  example.output->probe_count = 0;
  EXPECT_TRUE(std::isnan(search_record(10, *example.output).max_per_s));
}

}  // namespace
}  // namespace omenbench
