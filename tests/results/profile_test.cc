// What a verdict's words name: the metrics that contradict it, why it is inconclusive, the tree beside an engine.
#include "results/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "results/summarise.h"
#include "results/wording.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A learned index that takes `ratio` of a B-tree's time, wobbling by `noise`, beside an engine far away.
omenbench::Run duel(double ratio, double noise = 0.01, std::uint64_t rounds = 12) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("absl-btree", "tree"),
                                 testing::index_summary("sqlite", "engine", "embedded")});
  testing::add_rounds(run, rounds, [&](const std::string& index, std::uint64_t round) {
    if (index == "sqlite") return 50'000.0;
    return index == "pgm" ? 100 * ratio * (1 + noise * (static_cast<double>(round % 5) - 2)) : 100;
  });
  return run;
}

struct Said {
  explicit Said(const omenbench::Run& run) : result(summarise(run)), row(result.rows[0]) {}
  const Verdict& of(OpponentClass opponents, Metric metric = Metric::kThroughput) const {
    return *std::ranges::find_if(row.verdicts, [&](const Verdict& verdict) {
      return verdict.opponents == opponents && verdict.metric == metric;
    });
  }
  std::string outcome() const { return verdict_outcome(row, of(OpponentClass::kOrdered)); }

  Result result;
  const Row& row;
};

TEST(Profile, SaysInOneSentenceWhatWinsAndWhatLoses) {
  auto run = duel(0.5, 0);
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "pgm") trial.passes[1].ns_per_op *= 4;  // dependent
    if (trial.index == "pgm") trial.build_ns *= 10;
  }
  const Said said(run);
  EXPECT_EQ(said.outcome(), "wins: 2.0x faster, but loses by dependent and build");
  EXPECT_EQ(
      profile_sentence(said.row, said.of(OpponentClass::kOrdered)),
      "wins by throughput (2.00x), p50 (2.00x) and p99 (2.00x); loses by dependent (2.00x) and build (5.00x); ties "
      "by bytes");
  EXPECT_THAT(said.result.summary.headlines[0], HasSubstr("In 1 row of these the other metrics also say the opposite"));
}

TEST(Profile, SaysNothingOfTheOppositeWhereThereIsNone) {
  const Said said(duel(0.5));
  EXPECT_EQ(said.outcome(), "wins: 2.0x faster");
  EXPECT_THAT(said.result.summary.headlines[0], Not(HasSubstr("opposite")));
}

TEST(Profile, NamesWhatAPlainTreeInMemoryTakesBesideAnEngine) {
  const Said said(duel(0.5, 0));
  const Verdict& engine = said.of(OpponentClass::kEmbedded);
  EXPECT_EQ(verdict_outcome(said.row, engine), "wins: 1,000x faster (absl-btree in memory: 500x)");
  EXPECT_THAT(said.result.summary.headlines[1],
              HasSubstr("it takes 0.0010x the time (absl-btree, in memory as well, 0.0020x)"));
  Row slow = said.row;
  for (Cell& cell : slow.cells) {
    if (cell.index == "absl-btree") cell.passes.throughput->ns_per_op.median *= 1000;
  }
  EXPECT_EQ(verdict_outcome(slow, engine), "wins: 1,000x faster (absl-btree in memory: 2.0x slower)");
  EXPECT_FALSE(plain_tree_beside(said.row, said.of(OpponentClass::kOrdered)));
  EXPECT_FALSE(plain_tree_beside(said.row, said.of(OpponentClass::kEmbedded, Metric::kP50)));
}

/// pgm at 50 and a B-tree at 100 ns beside engines of these times.
std::vector<std::string> headlines_beside(const std::vector<double>& engines) {
  auto run =
      testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("absl-btree", "tree")});
  std::map<std::string, double> times = {{"pgm", 50}, {"absl-btree", 100}};
  std::vector<IndexSummary> all = run.header.indexes;
  for (std::size_t i = 0; i < engines.size(); ++i) {
    all.push_back(testing::index_summary("engine-" + std::to_string(i), "engine", "embedded"));
    times[all.back().name] = engines[i];
  }
  run = testing::empty_run(all);
  testing::add_rounds(run, 12, [&](const std::string& index, std::uint64_t) { return times.at(index); });
  return summarise(run).summary.headlines;
}

TEST(Headlines, SayInOneSentenceOfSeveralEnginesThatTheyAreBehindEverywhere) {
  EXPECT_EQ(headlines_beside({5'000, 50'000}).size(), 3) << "two engines have a sentence each";
  const std::vector<std::string> many = headlines_beside({5'000, 50'000, 500'000});
  ASSERT_EQ(many.size(), 2);
  EXPECT_EQ(many[1],
            "Best learned index against 3 engines: faster in every row; on average it takes 0.00010x (engine-2) to "
            "0.010x (engine-0) the time; absl-btree, in memory as well, 0.00020x to 0.020x.");
  const std::vector<std::string> open = headlines_beside({5'000, 50'000, 500'000, 50});
  ASSERT_EQ(open.size(), 3);
  EXPECT_THAT(open[1], HasSubstr("against engine-3: tied in 1 of 1 row")) << "whoever keeps up has a sentence";
}

TEST(Profile, TakesAnyTreeWhereNoneIsKnownAsABTree) {
  auto run = duel(0.5, 0);
  for (std::string* name : {&run.header.indexes[1].name, &run.header.rows[0].cells[1].index}) *name = "own-tree";
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "absl-btree") trial.index = "own-tree";
  }
  const Said said(run);
  EXPECT_EQ(plain_tree_beside(said.row, said.of(OpponentClass::kEmbedded))->index, "own-tree");
}

TEST(Causes, AreNoiseTheEdgeRivalsAndContradiction) {
  const Said noisy(duel(0.97, 0.1));
  EXPECT_EQ(noisy.outcome(), "inconclusive: too noisy to tell whether 5 % apart");
  EXPECT_THAT(verdict_conditions(noisy.of(OpponentClass::kOrdered)), HasSubstr("rounds from 0.78x to 1.16x"));
  const Said edge(duel(1.048, 0.004));
  EXPECT_EQ(edge.outcome(), "inconclusive: about as far apart as counts, 5 %");
  Verdict verdict = edge.of(OpponentClass::kOrdered);
  verdict.lo = 1.06;
  verdict.hi = 1.08;
  EXPECT_EQ(why_inconclusive(verdict).what, "medians and rounds contradict each other");
  verdict.lo = 0.7;
  verdict.ratio = 0.85;
  verdict.hi = 1.1;
  verdict.learned_rivals = {"rmi"};
  verdict.ratios.assign(12, 0.85);
  EXPECT_EQ(why_inconclusive(verdict).what, "too close to tell which is the best");
  verdict.learned_rivals.clear();
  EXPECT_EQ(why_inconclusive(verdict).what, "too noisy to tell whether 5 % apart");
}

TEST(Causes, OfNoiseNameTheRoundsThatMayTell) {
  const Said said(duel(1, 0.0));
  Verdict verdict = said.of(OpponentClass::kOrdered);
  verdict.word = VerdictWord::kInconclusive;
  verdict.ratio = 1 / 1.05 / 1.05;  // one band away from its edge
  verdict.lo = verdict.ratio / 1.05 / 1.05;
  verdict.hi = verdict.ratio * 1.05 * 1.05;  // a half width of two bands: four times the rounds
  EXPECT_EQ(
      why_inconclusive(verdict).more,
      "rounds from 1.00x to 1.00x; about 48 rounds may tell; omenbench doctor says what makes this machine noisy");
}

TEST(Causes, OfATildeAreNamedBesideIt) {
  Verdict verdict = Said(duel(0.5)).of(OpponentClass::kOrdered);
  verdict.survives = false;
  EXPECT_THAT(verdict_conditions(verdict), HasSubstr("~: among so many rows a win may be chance (p 0.00024)"));
}

}  // namespace
}  // namespace omenbench
