// Who takes part in a decision.
#include "policies/decide_field.h"

#include <gmock/gmock.h>

#include "core/error.h"
#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::simulated_index;
using testing::simulated_row;

WorkerSet workers() {
  WorkerSet set;
  for (const auto& [name, family] : {std::pair("oracle", Family::kReference), std::pair("tree", Family::kTree),
                                     std::pair("learned", Family::kLearned), std::pair("hash", Family::kHash)}) {
    set.indexes.push_back(simulated_index(name, family));
    set.indexes.back().info.capabilities.ordered = family != Family::kHash;
  }
  return set;
}

std::vector<std::string> names(const Field& field) {
  std::vector<std::string> all;
  for (const Candidate& candidate : field.candidates) all.push_back(candidate.index.name);
  return all;
}

Field field(const RowPlan& row, bool ordered = false) {
  return field_of(row, workers(), CostModel::none("tree"), {.keys = 100}, ordered);
}

TEST(DecideField, HasEveryIndexButTheReference) {
  const Field all = field(simulated_row(workers().indexes));
  EXPECT_THAT(names(all), ElementsAre("tree", "learned", "hash"));
  EXPECT_THAT(all.unsupported, IsEmpty());
}

TEST(DecideField, TellsWhyOthersCannotServe) {
  RowPlan row = simulated_row(workers().indexes);
  row.cells[2].status = TrialStatus::kUnsupported;
  row.cells[2].reason = "cannot insert";
  const Field some = field(row, /*ordered=*/true);
  EXPECT_THAT(names(some), ElementsAre("tree"));
  EXPECT_THAT(some.unsupported, ElementsAre(Pair("learned", "cannot insert"), Pair("hash", "keeps no order")));
}

TEST(DecideField, KeepsWhatWillNotRunWithTheReason) {
  RowPlan row = simulated_row(workers().indexes);
  row.cells[1].status = TrialStatus::kOom;
  row.cells[1].reason = "needs 9 GiB";
  EXPECT_EQ(field(row).candidates[0].out, "needs 9 GiB");
}

TEST(DecideField, WithoutAnybodyIsAnError) {
  RowPlan row = simulated_row(workers().indexes);
  for (CellPlan& cell : row.cells) {
    cell.status = TrialStatus::kUnsupported;
    cell.reason = "cannot erase";
  }
  try {
    field(row);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "no index can serve this mix: tree cannot erase");
  }
}

Candidate predicted(const std::string& name, Family family, double log_ratio) {
  WorkerIndex index = simulated_index(name, family);
  index.info.capabilities.ordered = family != Family::kHash;
  return {.index = summary_of(index), .predicted = Prediction{log_ratio, 0.1}, .out = {}};
}

TEST(DropImplausible, EveryKindKeepsItsLikelyWinners) {
  std::vector<Candidate> candidates = {
      predicted("hash", Family::kHash, -3),       predicted("slow-hash", Family::kHash, -1),
      predicted("learned", Family::kLearned, -2), predicted("slow-learned", Family::kLearned, 0),
      predicted("tree", Family::kTree, -0.5),     predicted("yardstick", Family::kTree, 1),
      predicted("failed", Family::kTree, 2),
  };
  candidates.back().out = "needs 9 GiB";
  drop_implausible(candidates, "yardstick");
  const std::string slow = "too slow by the cost model, not measured";
  std::vector<std::string> out;
  for (const Candidate& candidate : candidates) out.push_back(candidate.out);
  EXPECT_THAT(out, ElementsAre("", slow, "", slow, "", "", "needs 9 GiB"));
}

TEST(EvenedRow, HasTheOperationsOfTheSlowestWhoTakesPart) {
  RowPlan row = simulated_row(workers().indexes);
  row.operations = 1000;
  row.cells[1].operations = 500;
  row.cells[2].operations = 800;
  row.cells[3].operations = 10;  // no candidate
  const std::vector<Candidate> candidates = {predicted("tree", Family::kTree, 0),
                                             predicted("learned", Family::kLearned, 0)};
  EXPECT_EQ(evened_row(row, candidates).operations, 500);
}

}  // namespace
}  // namespace omenbench
