// What is said before a run about what it cannot decide.
#include "policies/outlook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulated_runner.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::simulated_index;
using testing::simulated_row;

/// `rows` equal rows of a tree, a hash map and, unless told otherwise, a learned index; a round of all takes 10 s.
struct Foreseen {
  explicit Foreseen(std::size_t rows, bool with_learned = true) {
    std::vector<WorkerIndex> known = {simulated_index("btree", Family::kTree), simulated_index("hash", Family::kHash)};
    if (with_learned) known.push_back(simulated_index("alex", Family::kLearned));
    plans.assign(rows, simulated_row(known));
    for (const WorkerIndex& index : known) indexes.push_back(summary_of(index));
  }
  std::vector<std::string> say(double budget_s, std::optional<std::uint64_t> blocks = std::nullopt) const {
    return what_cannot_be_decided({.rows = plans,
                                   .indexes = indexes,
                                   .round_s = 10,
                                   .budget_s = budget_s,
                                   .blocks = blocks,
                                   .rows_elsewhere = rows_elsewhere});
  }
  std::uint64_t rows_elsewhere = 0;
  std::vector<RowPlan> plans;
  std::vector<IndexSummary> indexes;
};

TEST(Outlook, SaysNothingWhereEveryRowCanBeDecided) {
  EXPECT_THAT(Foreseen(1).say(60), IsEmpty());
  EXPECT_THAT(Foreseen(24).say(120), IsEmpty());
  EXPECT_THAT(Foreseen(24).say(120, 12), IsEmpty());
}

TEST(Outlook, NamesTheBudgetThatAVerdictTakes) {
  EXPECT_THAT(Foreseen(1).say(55),
              ElementsAre("the budget of 55 s holds about 5 rounds of these rows, too few for any verdict, which takes "
                          "6: --budget 90s, or fewer rows, indexes or operations (--ops)"));
}

TEST(Outlook, SaysWhenNotEvenTheFirstRoundFits) {
  const std::vector<std::string> said = Foreseen(1).say(0.5);
  ASSERT_EQ(said.size(), 2);
  EXPECT_EQ(said[0],
            "the first round of all rows takes about 10 s, more than the budget of 0.5 s: what has not had its turn by "
            "then is not run");
  EXPECT_THAT(said[1], HasSubstr("the budget of 0.5 s holds no round of these rows, too few for any verdict"));
}

TEST(Outlook, NamesTheRoundsThatAVerdictTakes) {
  EXPECT_THAT(Foreseen(1).say(600, 3),
              ElementsAre("--blocks 3 asks for 3 rounds, too few for any verdict, which takes 6: --blocks 6"));
}

TEST(Outlook, SaysWhenNoRowCouldSurviveAmongSoMany) {
  EXPECT_THAT(
      Foreseen(24).say(90),
      ElementsAre("the budget of 90 s holds about 9 rounds of these rows: too few for a lone difference among 24 "
                  "rows to survive the correction for comparing often (it would carry ~), which takes 10: "
                  "--budget 2m, or fewer rows, indexes or operations (--ops)"));
  EXPECT_THAT(Foreseen(24).say(600, 9),
              ElementsAre("--blocks 9 asks for 9 rounds: too few for a lone difference among 24 rows to survive the "
                          "correction for comparing often (it would carry ~), which takes 10: --blocks 10"));
}

TEST(Outlook, OfAShardCountsTheRowsOfTheWholePlanAndAsksForItsBudget) {
  Foreseen shard(3);
  EXPECT_THAT(shard.say(90), IsEmpty());
  shard.rows_elsewhere = 21;
  EXPECT_THAT(shard.say(90),
              ElementsAre("the budget of 90 s holds about 9 rounds of these rows: too few for a lone difference among "
                          "24 rows to survive the correction for comparing often (it would carry ~), which takes 10: "
                          "--budget 15m, or fewer rows, indexes or operations (--ops)"));
}

TEST(Outlook, SaysWhichRowsHaveNothingToCompare) {
  EXPECT_THAT(Foreseen(2, false).say(600),
              ElementsAre("2 of 2 rows will have no verdict: no learned index takes part there; -i adds one"));
  Foreseen reshaping(3);
  reshaping.plans[1].reshapes = true;
  for (IndexSummary& index : reshaping.indexes) index.is_static = index.name == "alex";
  EXPECT_THAT(reshaping.say(600),
              ElementsAre("1 of 3 rows will have no verdict: no learned index takes part there; -i adds one"));
  Foreseen ordered(1);
  ordered.plans[0].ordered = true;
  ordered.plans[0].cells[0].status = TrialStatus::kNotRun;
  EXPECT_THAT(ordered.say(600), ElementsAre("1 of 1 row will have no verdict: no tree, array, hash map or engine takes "
                                            "part there; -i adds one"));
}

}  // namespace
}  // namespace omenbench
