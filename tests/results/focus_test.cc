// One index against all others, on rows whose outcome is known by construction.
#include "results/focus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "results/focus_document.h"
#include "results/report/report.h"
#include "results/summarise.h"
#include "results/table.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

/// Two rows; "mine" takes 50 and 200 ns, the tree 100, the hash map 25, the engine 10,000.
omenbench::Run measured(std::uint64_t rounds = 12) {
  auto run = testing::empty_run({testing::index_summary("mine", "learned"), testing::index_summary("tree", "tree"),
                                 testing::index_summary("hash", "hash"),
                                 testing::index_summary("engine", "engine", "server")});
  run.header.rows.push_back(run.header.rows[0]);
  for (std::uint64_t row = 0; row < 2; ++row) {
    for (std::uint64_t round = 0; round < rounds; ++round) {
      for (const IndexSummary& index : run.header.indexes) {
        const double ns = index.name == "mine"   ? (row == 0 ? 50 : 200)
                          : index.name == "tree" ? 100
                          : index.name == "hash" ? 25
                                                 : 10'000;
        run.trials.push_back(testing::ok_trial(row, round, index.name, ns * (1 + 0.001 * static_cast<double>(round))));
      }
    }
  }
  return run;
}

TEST(Focus, ComparesWithEveryOtherIndexOfARow) {
  const Focus focus = focus_on(summarise(measured()), "mine");
  ASSERT_EQ(focus.rows.size(), 2U);
  const FocusRow& row = focus.rows[0];
  EXPECT_EQ(row.rank, 2U);
  EXPECT_EQ(row.of, 3U) << "engines are ranked with nobody";
  std::vector<std::string> opponents;
  for (const FocusPair& pair : row.pairs) opponents.push_back(pair.opponent);
  EXPECT_THAT(opponents, ElementsAre("hash", "tree", "engine"));
  EXPECT_NEAR(row.pairs[0].ratio, 2, 1e-6);
  EXPECT_EQ(row.pairs[0].word, VerdictWord::kLoses);
  EXPECT_EQ(row.pairs[1].word, VerdictWord::kWins);
  EXPECT_EQ(row.pairs[1].survives, true);
  EXPECT_EQ(row.pairs[1].rounds, 12U);
  EXPECT_EQ(focus.rows[1].rank, 3U);
}

TEST(Focus, SumsUpOverTheRowsTheHardestOpponentFirst) {
  const Focus focus = focus_on(summarise(measured()), "mine");
  ASSERT_EQ(focus.opponents.size(), 3U);
  EXPECT_EQ(focus.opponents[0].opponent, "hash");
  EXPECT_NEAR(focus.opponents[0].geometric_mean, 4, 1e-6);
  EXPECT_EQ(focus.opponents[0].loses, 2U);
  EXPECT_EQ(focus.opponents[1].opponent, "tree");
  EXPECT_NEAR(focus.opponents[1].geometric_mean, 1, 1e-6);
  EXPECT_EQ(focus.opponents[1].wins, 1U);
  EXPECT_EQ(focus.opponents[1].loses, 1U);
}

TEST(Focus, IsToldInASentenceByWhatIsDecided) {
  const Result result = summarise(measured());
  EXPECT_EQ(focus_on(result, "mine").in_words(),
            "mine is faster than 1 (engine, 0.010x on average), slower than 1 (hash, 4.00x on average), and neither "
            "throughout or surely of 1")
      << "a win and a loss against the tree are no average";
  EXPECT_THAT(focus_on(result, "engine", true).in_words(), HasSubstr("engine is slower than 3 (nearest: "));
  EXPECT_THAT(focus_on(result, "hash").in_words(), HasSubstr("hash is faster than 3 (nearest: "));
  EXPECT_EQ(focus_on(summarise(measured(5)), "mine").in_words(),
            "mine could be compared with no other: too few rounds, or no result");
}

TEST(Focus, IsNotCalledFasterForOneRowWhereItIsSlowerOnAverage) {
  auto run = measured();
  for (TrialRecord& trial : run.trials) {  // against the tree: 0.5x, and slower without being sure
    if (trial.row == 1 && trial.index == "mine") trial.passes[0].ns_per_op = trial.round % 2 == 0 ? 60 : 4000;
  }
  const Focus focus = focus_on(summarise(run), "mine");
  const auto tree = std::ranges::find(focus.opponents, "tree", &FocusOpponent::opponent);
  ASSERT_EQ(tree->wins, 1U);
  ASSERT_EQ(tree->loses, 0U);
  ASSERT_GT(tree->geometric_mean, 1);
  EXPECT_THAT(focus.in_words(), HasSubstr("faster than 1 (engine, "));
}

TEST(Focus, CorrectsForAllPairsOfAllRows) {
  auto run = measured(6);
  // With six rounds p is 1/64; nothing survives among so many pairs of equals.
  const auto row = run.header.rows[0];
  for (std::uint64_t more = 2; more < 30; ++more) {
    run.header.rows.push_back(row);
    for (std::uint64_t round = 0; round < 6; ++round) {
      for (const IndexSummary& index : run.header.indexes) {
        run.trials.push_back(testing::ok_trial(more, round, index.name, 100));
      }
    }
  }
  const Focus focus = focus_on(summarise(run), "mine");
  EXPECT_EQ(focus.rows[0].pairs[1].word, VerdictWord::kWins);
  EXPECT_EQ(focus.rows[0].pairs[1].survives, false);
  const auto tree = std::ranges::find(focus.opponents, "tree", &FocusOpponent::opponent);
  EXPECT_EQ(tree->wins, 0U);
  EXPECT_EQ(tree->ties, 28U);
}

TEST(Focus, SaysWhyAPairIsNotCompared) {
  EXPECT_EQ(focus_on(summarise(measured(5)), "mine").rows[0].pairs[0].reason, "too few rounds: 5 of 6");
  auto writing = measured();
  writing.header.rows[0].mutates = true;
  writing.header.rows[0].cells[3].operations = 20'000;
  EXPECT_THAT(focus_on(summarise(writing), "mine").rows[0].pairs[2].reason, HasSubstr("1,000,000 and 20,000"));
  auto failed = measured();
  failed.trials[0].status = TrialStatus::kCrash;
  failed.trials[0].reason = "signal 11";
  const Focus focus = focus_on(summarise(failed), "mine");
  EXPECT_EQ(focus.rows[0].failure, "crash: signal 11");
  EXPECT_THAT(focus.rows[0].pairs, IsEmpty());
  EXPECT_EQ(focus.opponents[0].rows, 1U);
  EXPECT_THROW(focus_on(summarise(measured()), "nobody"), Error);
}

TEST(Focus, IsOnThePlansChoiceElseOnWhatPluginsBring) {
  auto run = measured();
  const auto titles = [&] {
    std::vector<std::string> found;
    for (const Focus& focus : foci_of(summarise(run))) found.push_back(focus.title());
    return found;
  };
  EXPECT_THAT(titles(), IsEmpty());
  run.header.tool.plugins = {{.file = "libmine.so",
                              .sha256 = "",
                              .version = "",
                              .compiler = "",
                              .isa = "",
                              .indexes = {"mine", "not-chosen"}}};
  EXPECT_THAT(titles(), ElementsAre("mine against every other"));
  run.header.plan["focus"] = "tree";
  EXPECT_THAT(titles(), ElementsAre("tree against every other"));
  run.header.plan["versus"] = "engine";
  EXPECT_THAT(titles(), ElementsAre("tree against every other", "every other against engine"));
}

TEST(Focus, IsOnWhatAReaderAsksForInPlaceOfThePlans) {
  auto run = measured();
  run.header.plan["focus"] = "tree";
  Result result = summarise(run);
  result.versus = "hash";
  ASSERT_EQ(foci_of(result).size(), 1U);
  EXPECT_EQ(foci_of(result)[0].title(), "every other against hash");
  result.focus = "mine";
  ASSERT_EQ(foci_of(result).size(), 2U);
  EXPECT_EQ(foci_of(result)[0].title(), "mine against every other");
  result.versus = "hush";
  EXPECT_THAT([&] { foci_of(result); },
              ThrowsMessage<Error>(HasSubstr("--versus: no row has an index 'hush', did you mean 'hash'?")));
}

TEST(Versus, TellsOfEveryOtherWhatItIsToTheBaseline) {
  const Focus focus = focus_on(summarise(measured()), "engine", true);
  const FocusRow& row = focus.rows[0];
  EXPECT_EQ(row.of, 0U) << "an engine has no rank among what lies in memory";
  EXPECT_EQ(row.pairs[0].opponent, "hash");
  EXPECT_NEAR(row.pairs[0].ratio, 25.0 / 10'000, 1e-6);
  EXPECT_LT(row.pairs[0].hi, 0.003);
  EXPECT_EQ(row.pairs[0].word, VerdictWord::kWins);
  EXPECT_EQ(row.pairs[0].survives, true);
  EXPECT_EQ(focus.opponents[0].opponent, "hash") << "the best first";
  EXPECT_NEAR(focus.opponents[0].geometric_mean, 0.0025, 1e-6);
  EXPECT_EQ(focus.opponents[0].wins, 2U);
  EXPECT_EQ(focus.opponents[0].loses, 0U);
  const Focus slower = focus_on(summarise(measured()), "hash", true);
  EXPECT_EQ(slower.rows[0].pairs[0].word, VerdictWord::kLoses);
  EXPECT_NEAR(slower.rows[0].pairs[0].ratio, 2, 1e-6);
  EXPECT_EQ(slower.opponents.back().opponent, "engine");
}

TEST(Versus, IsPartOfTheTables) {
  auto run = measured();
  run.header.plan["versus"] = "engine";
  const Result result = summarise(run);
  for (const std::string& text : {as_text(result_document(result, Detail::kFull)), render_report(result)}) {
    EXPECT_THAT(text, HasSubstr("every other against engine"));
    EXPECT_THAT(text, HasSubstr("it / engine"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("engine is number")));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("Mean rank")));
  }
}

TEST(FocusDocument, IsPartOfEveryFormatWhereThereIsAFocus) {
  auto run = measured();
  EXPECT_THAT(as_text(result_document(summarise(run), Detail::kBrief)), ::testing::Not(HasSubstr("every other")));
  run.header.plan["focus"] = "mine";
  const Result result = summarise(run);
  const Document document = result_document(result, Detail::kFull);
  for (const std::string& text :
       {as_text(document), as_markdown(document), as_latex(document), render_report(result)}) {
    EXPECT_THAT(text, HasSubstr("mine against every other"));
    EXPECT_THAT(text, HasSubstr("number 2 of 3 in memory"));
    EXPECT_THAT(text, HasSubstr("4.00x"));
  }
}

}  // namespace
}  // namespace omenbench
