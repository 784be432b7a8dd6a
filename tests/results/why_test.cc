// The sentence that says why, and where counts go.
#include "results/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/exporter.h"
#include "results/result_json.h"
#include "results/summarise.h"
#include "results/table.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Counts = std::array<double, kEvents>;  // instructions, mispredictions, first and last level misses, TLB misses

constexpr double kNone = kNotMeasured;

void add_counts(omenbench::Run& run, const std::string& index, const Counts& per_operation) {
  TrialRecord trial;
  trial.index = index;
  trial.counts = CountsRecord{
      .source = Counting::kCallgrind, .isa = "x86-64-v3", .operations = 100'000, .per_operation = per_operation};
  run.explaining.push_back(trial);
}

/// A learned index that takes `ratio` of a tree's time, and what was counted of both.
omenbench::Run duel(double ratio, const Counts& learned, const Counts& tree) {
  auto run =
      testing::empty_run({testing::index_summary("pgm-64", "learned"), testing::index_summary("simd-tree", "tree")});
  run.header.rows[0].realised = {{"lookup", 1.0}};
  testing::add_rounds(run, 12,
                      [&](const std::string& index, std::uint64_t) { return index == "pgm-64" ? 100 * ratio : 100; });
  add_counts(run, "pgm-64", learned);
  add_counts(run, "simd-tree", tree);
  return run;
}

std::string why(double ratio, const Counts& learned, const Counts& tree) {
  return why_sentence(summarise(duel(ratio, learned, tree)).rows[0]);
}

TEST(Why, NamesWhatTheSlowerOneDoesMoreOfTheDearestFirst) {
  EXPECT_EQ(why(1.5, {200, 1.2, 6, 3.3, kNone}, {190, 0.4, 3.9, 1.2, kNone}),
            "pgm-64 is slower than simd-tree: 2.1 more last-level misses, 0.80 more mispredictions a lookup");
  EXPECT_EQ(why(0.5, {190, 0.4, 3.9, 1.2, kNone}, {200, 1.2, 6, 3.3, kNone}),
            "simd-tree is slower than pgm-64: 2.1 more last-level misses, 0.80 more mispredictions a lookup");
}

TEST(Why, SaysWhatItDoesLessOfAsWell) {
  EXPECT_EQ(why(1.5, {100, 3, 2, 1, kNone}, {500, 0, 2, 1, kNone}),
            "pgm-64 is slower than simd-tree: 3.0 more mispredictions a lookup (and 400 fewer instructions)");
}

TEST(Why, OwnsUpWhereTheCountsDoNotExplainIt) {
  EXPECT_THAT(why(1.5, {100, 1, 2, 1, kNone}, {100, 1, 2, 1, kNone}), HasSubstr("does not explain"));
  EXPECT_THAT(why(1.5, {100, 1, 2, 1, kNone}, {300, 1, 2, 1, kNone}), HasSubstr("(and 200 fewer instructions)"));
}

TEST(Why, TellsWhatIsNotToldApartAsSuch) {
  EXPECT_EQ(why(1.0, {100, 2, 2, 1, kNone}, {200, 1, 2, 1, kNone}),
            "simd-tree and pgm-64 are not told apart: the former has 100 more instructions, 1.0 fewer mispredictions "
            "a lookup");
}

TEST(Why, ComparesOnlyWhatWasCountedOfBoth) {
  EXPECT_THAT(why(1.5, {100, 2, 2, 1, 5}, {100, 1, 2, 1, kNone}), Not(HasSubstr("TLB")));
  EXPECT_THAT(why(1.5, {100, 2, 2, 1, 5}, {100, 1, 2, 1, 1}), HasSubstr("4.0 more TLB misses"));
  auto run = duel(1.5, {100, 2, 2, 1, 5}, {100, 1, 2, 1, 1});
  run.explaining[0].counts.reset();
  run.explaining[0].reason = "planted";
  EXPECT_EQ(why_sentence(summarise(run).rows[0]), "");
  run.explaining.clear();
  EXPECT_EQ(why_sentence(summarise(run).rows[0]), "");
}

TEST(Why, WithoutAVerdictComparesTheTwoFastest) {
  auto run = testing::empty_run({testing::index_summary("art", "tree"), testing::index_summary("btree", "tree"),
                                 testing::index_summary("slow", "tree")});
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t) {
    return index == "art" ? 100 : index == "btree" ? 120.0 : 500;
  });
  for (const char* index : {"art", "btree", "slow"}) {
    add_counts(run, index, {std::string_view(index) == "btree" ? 150.0 : 100, 0, 0, 0, 0});
  }
  EXPECT_EQ(why_sentence(summarise(run).rows[0]), "btree is slower than art: 50 more instructions an operation");
}

TEST(Why, StandsBelowATableOfTheCountsAndUnknownOnesHaveNoColumn) {
  const Result result = summarise(duel(1.5, {200, 1.2, 6, 3.3, kNone}, {190, 0.4, 3.9, 1.2, kNone}));
  const std::string table = render_table(result, {});
  EXPECT_THAT(table, HasSubstr("counted by callgrind in x86-64-v3 workers"));
  EXPECT_THAT(table, HasSubstr("LL misses"));
  EXPECT_THAT(table, Not(HasSubstr("TLB")));
  EXPECT_THAT(table, HasSubstr("2.1 more last-level misses"));
  EXPECT_THAT(render_markdown(result), HasSubstr("LL misses"));
}

TEST(Why, ResultsHoldNullAndNotZeroForWhatIsNotKnown) {
  const Result result = summarise(duel(1.5, {200, 1.2, 6, 0, kNone}, {190, 0.4, 3.9, 1.2, kNone}));
  const auto json = to_json(result)["rows"][0]["cells"][0]["explained"];
  EXPECT_EQ(json["source"], "callgrind");
  EXPECT_EQ(json["ll_misses"], 0);
  EXPECT_TRUE(json["tlb_misses"].is_null());
  EXPECT_TRUE(json["reason"].is_null());
  EXPECT_EQ(to_json(result_from_json(to_json(result))), to_json(result));
  const auto counts = counts_of(result);
  EXPECT_EQ(counts.size(), 8U);
  EXPECT_EQ(counts[0].metric, "callgrind_instructions_per_op");
  for (const Measurement& one : all_measurements_of(result)) EXPECT_THAT(one.metric, Not(HasSubstr("misses")));
}

}  // namespace
}  // namespace omenbench
