// The order in which a row's indexes run.
#include "harness/session/round_order.h"

#include <gmock/gmock.h>

#include <set>

namespace omenbench {
namespace {

using ::testing::ElementsAre;

TEST(RoundOrder, RunsEveryIndexOncePerRound) {
  for (std::uint64_t round = 0; round < 40; ++round) {
    const auto order = round_order(7, round, 99);
    EXPECT_EQ(std::set<std::uint64_t>(order.begin(), order.end()).size(), 7U);
  }
}

TEST(RoundOrder, PutsEveryIndexOnceAtEveryPositionWithinASquare) {
  for (std::uint64_t square = 0; square < 5; ++square) {
    for (std::uint64_t position = 0; position < 5; ++position) {
      std::set<std::uint64_t> seen;
      for (std::uint64_t round = 0; round < 5; ++round) seen.insert(round_order(5, 5 * square + round, 3)[position]);
      EXPECT_EQ(seen.size(), 5U) << "position " << position;
    }
  }
}

TEST(RoundOrder, AlternatesTwoIndexesAsAbbaBaab) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto first = [&](std::uint64_t round) { return round_order(2, round, seed)[0]; };
    EXPECT_NE(first(0), first(1));
    EXPECT_EQ(first(1), first(2));
    EXPECT_EQ(first(0), first(3));
    for (std::uint64_t round = 4; round < 24; ++round) EXPECT_EQ(first(round), first(round % 4)) << "round " << round;
  }
}

TEST(RoundOrder, DependsOnTheSeed) {
  std::set<std::vector<std::uint64_t>> orders;
  for (std::uint64_t seed = 0; seed < 50; ++seed) orders.insert(round_order(6, 0, seed));
  EXPECT_GT(orders.size(), 20U);
}

// Worked out in another language from the shuffle, the seeds and the generator that the sources name.
TEST(RoundOrder, HasKnownOrders) {
  EXPECT_THAT(round_order(5, 0, 99), ElementsAre(1, 0, 4, 2, 3));
  EXPECT_THAT(round_order(5, 1, 99), ElementsAre(3, 1, 0, 4, 2));
  EXPECT_THAT(round_order(5, 2, 99), ElementsAre(0, 4, 2, 3, 1));
  EXPECT_THAT(round_order(5, 3, 99), ElementsAre(4, 2, 3, 1, 0));
  EXPECT_THAT(round_order(5, 5, 99), ElementsAre(0, 3, 1, 2, 4)) << "the next square";
  EXPECT_THAT(round_order(3, 0, 1), ElementsAre(1, 2, 0));
  EXPECT_THAT(round_order(2, 0, 1), ElementsAre(1, 0));
  EXPECT_THAT(round_order(2, 0, 2), ElementsAre(0, 1));
  EXPECT_THAT(round_order(1, 0, 7), ElementsAre(0));
}

TEST(RoundOrder, IsEmptyWithoutIndexes) { EXPECT_TRUE(round_order(0, 0, 1).empty()); }

}  // namespace
}  // namespace omenbench
