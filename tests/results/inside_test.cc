// What follows from the times of a database's indexes.
#include "results/decide/inside.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omenbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

InsideCandidate candidate(const std::string& name, double point, std::uint64_t bytes) {
  InsideCandidate one{.name = name, .statement = "CREATE " + name, .bytes = bytes};
  for (int round = 0; round < 8; ++round) {
    one.times.build.push_back(100);
    one.times.point.push_back(point * (1 + 0.001 * round));
    one.times.range.push_back(10 * point);
    one.times.insert.push_back(50);
  }
  return one;
}

InsideDecision decision(std::vector<InsideCandidate> candidates) {
  InsideDecision made{.database = "Some 1.0", .source = "x", .yardstick = "tree", .rows = 1000, .distinct = 1000};
  made.mix = {.points = 0.5, .ranges = 0.25, .inserts = 0.25, .range_length = 100};
  made.candidates = std::move(candidates);
  made.rounds = 8;
  return made;
}

TEST(Inside, WeighsTheOperationsByTheirShares) {
  InsideCandidate one = candidate("tree", 100, 1);
  EXPECT_DOUBLE_EQ(mix_times(one, {.points = 0.5, .ranges = 0.25, .inserts = 0.25})[0], 50 + 250 + 12.5);
  one.times.range.clear();  // not part of the mix
  EXPECT_DOUBLE_EQ(mix_times(one, {.points = 1})[0], 100);
  one.times.point.resize(2);  // interrupted
  EXPECT_EQ(mix_times(one, {.points = 1}).size(), 2U);
}

TEST(Inside, TakesTheFastestWhereOthersAreClearlySlower) {
  const auto made = decision({candidate("tree", 100, 1000), candidate("small", 120, 10), candidate("fast", 80, 2000)});
  EXPECT_EQ(inside_choice(made), 2U);
}

TEST(Inside, TakesTheSmallestOfThoseThatAreAsFast) {
  const auto made = decision({candidate("tree", 100, 1000), candidate("small", 103, 10), candidate("tiny", 200, 1)});
  EXPECT_EQ(inside_choice(made), 1U);
}

TEST(Inside, SaysWhereItsRoundsAreTooFewForAnInterval) {
  auto made = decision({candidate("tree", 100, 1000), candidate("fast", 80, 900)});
  EXPECT_THAT(as_text(inside_document(made)), Not(HasSubstr("too few rounds")));
  for (InsideCandidate& one : made.candidates) one.times.build.resize(5);
  EXPECT_THAT(as_text(inside_document(made)), HasSubstr("0.81x (too few rounds for an interval)"));
}

TEST(Inside, PassesOverWhatWasNotMeasuredAndOverExtensionsWhereAsked) {
  InsideCandidate hash = candidate("hash", 1, 1);
  hash.times = {};
  hash.out = "serves no ranges";
  InsideCandidate learned = candidate("learned", 50, 100);
  learned.extension = true;
  const auto made = decision({candidate("tree", 100, 1000), hash, learned});
  EXPECT_EQ(inside_choice(made), 2U);
  EXPECT_EQ(inside_choice(made, /*plain=*/true), 0U);
  EXPECT_EQ(inside_choice(decision({hash})), std::nullopt);
  const std::string text = as_text(inside_document(made));
  EXPECT_THAT(text, HasSubstr("Recommendation: learned"));
  EXPECT_THAT(text, HasSubstr("Type: CREATE learned"));
  EXPECT_THAT(text, HasSubstr("Without an extension: CREATE tree (tree)"));
  EXPECT_THAT(text, HasSubstr("serves no ranges"));
  EXPECT_THAT(as_text(inside_document(decision({hash}))), HasSubstr("No answer"));
}

TEST(Inside, SaysInJsonWhatItSaysInWords) {
  const auto json = to_json(decision({candidate("tree", 100, 1000), candidate("small", 103, 10)}));
  EXPECT_EQ(json["choice"], "small");
  EXPECT_EQ(json["statement"], "CREATE small");
  EXPECT_EQ(json["candidates"][0]["bytes"], 1000);
  EXPECT_EQ(json["candidates"][0]["point_ns"]["blocks"].size(), 8U);
  EXPECT_LT(json["candidates"][0]["mix_ns"]["lo"], json["candidates"][0]["mix_ns"]["hi"]);
}

}  // namespace
}  // namespace omenbench
