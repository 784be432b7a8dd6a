// Seconds become operations: what a probe's paces make of a row.
#include "harness/phase_seconds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omenbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

WorkloadPhase phase_of(OpKind kind, double seconds, std::uint64_t operations = 0) {
  WorkloadPhase phase;
  phase.mix[static_cast<int>(kind)] = 1;
  phase.seconds = seconds;
  phase.operations = operations;
  return phase;
}

TrialRecord probe_of(const std::string& index, double ns_per_op, const std::vector<double>& phases = {}) {
  TrialRecord probe;
  probe.index = index;
  probe.passes[static_cast<int>(Pass::kThroughput)] = {.present = true, .operations = 100, .ns_per_op = ns_per_op};
  for (const double pace : phases) probe.phases.push_back({.name = "p", .ns_per_op = pace});
  return probe;
}

RowPlan row_of(const std::vector<std::string>& indexes) {
  RowPlan row;
  row.keys = row.loaded_keys = 1000;
  row.operations = 100;
  for (const std::string& index : indexes) row.cells.push_back({.index = index, .reason = {}, .operations = 100});
  return row;
}

constexpr std::uint64_t kMost = 1'000'000'000;

TEST(PhaseSeconds, GivesEachIndexOfAReadOnlyRowAsManyOperationsAsItDoesInTheTime) {
  const Workload workload = single_phase("w", phase_of(OpKind::kLookup, 2));
  RowPlan row = row_of({"fast", "slow", "failed"});
  count_seconds(workload, {probe_of("fast", 100), probe_of("slow", 50'000)}, kMost, row);
  EXPECT_EQ(row.cells[0].operations, 20'000'000U);
  EXPECT_EQ(row.cells[1].operations, 40'000U);
  EXPECT_EQ(row.cells[2].operations, 100U) << "that was not probed";
  EXPECT_EQ(row.operations, 20'000'000U);
  EXPECT_THAT(row.phase_operations, ElementsAre(20'000'000U));
}

TEST(PhaseSeconds, SaysWhichIndexesRunOutOfOperations) {
  const Workload workload = single_phase("w", phase_of(OpKind::kLookup, 2));
  RowPlan row = row_of({"fast", "slow"});
  count_seconds(workload, {probe_of("fast", 100), probe_of("slow", 50'000)}, 1'000'000, row);
  EXPECT_EQ(row.cells[0].operations, 1'000'000U);
  EXPECT_EQ(row.cells[1].operations, 40'000U);
  EXPECT_THAT(row.notes.back(), HasSubstr("ends after 1000000 operations, before the 2 s are over: fast"));
}

TEST(PhaseSeconds, GivesAllIndexesWhatTheSlowestDoesWhereTheyWrite) {
  const Workload workload = single_phase("w", phase_of(OpKind::kUpdate, 2));
  RowPlan row = row_of({"fast", "slow"});
  count_seconds(workload, {probe_of("fast", 100), probe_of("slow", 50'000)}, kMost, row);
  EXPECT_EQ(row.cells[0].operations, 40'000U);
  EXPECT_EQ(row.cells[1].operations, 40'000U);
}

TEST(PhaseSeconds, CountsEveryPhaseByTheIndexThatIsSlowestInIt) {
  Workload workload = single_phase("w", phase_of(OpKind::kLookup, 1));
  workload.phases.push_back(phase_of(OpKind::kScan, 3));
  workload.phases.push_back(phase_of(OpKind::kScan, 0, 5000));
  RowPlan row = row_of({"a", "b"});
  count_seconds(workload, {probe_of("a", 0, {100'000, 1000, 7}), probe_of("b", 0, {1000, 1'000'000, 7})}, kMost, row);
  EXPECT_THAT(row.phase_operations, ElementsAre(10'000U, 3000U, 5000U));
  for (const CellPlan& cell : row.cells) EXPECT_EQ(cell.operations, 18'000U);
  const Workload counted = with_counts(workload, row.phase_operations);
  EXPECT_DOUBLE_EQ(counted.phases[0].share, 10.0 / 18);
  EXPECT_DOUBLE_EQ(counted.phases[2].share, 5.0 / 18);
}

TEST(PhaseSeconds, EndsBeforeTheKeysToInsertRunOut) {
  const Workload workload = single_phase("w", phase_of(OpKind::kInsert, 10));
  RowPlan row = row_of({"a"});
  row.loaded_keys = 400;
  count_seconds(workload, {probe_of("a", 1000)}, kMost, row);
  EXPECT_EQ(row.operations, 600U);
  EXPECT_THAT(row.notes.front(), HasSubstr("with 600 operations instead of 10000000: keys to insert or erase run out"));
}

}  // namespace
}  // namespace omenbench
