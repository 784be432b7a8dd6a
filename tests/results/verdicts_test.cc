// Statuses, champions and verdicts on rows whose outcome is known by construction.
#include "results/verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "results/adaptive.h"
#include "results/statistics.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Indexes = std::vector<IndexSummary>;

IndexSummary learned(const std::string& name) { return testing::index_summary(name, "learned"); }
IndexSummary tree(const std::string& name) { return testing::index_summary(name, "tree"); }

/// Row 0 and its verdicts; the run outlives both.
struct Decided {
  explicit Decided(omenbench::Run made, double timer_cost_ns = 20)
      : run(std::move(made)), rows(view_rows(run)), verdicts(1) {
    verdicts[0] = decide_row(rows[0], timer_cost_ns);
    correct_for_many_rows(verdicts);
  }
  Decided(const Decided&) = delete;

  const Verdict* find(OpponentClass opponents, Metric metric) const {
    const auto found = std::ranges::find_if(verdicts[0], [&](const Verdict& verdict) {
      return verdict.opponents == opponents && verdict.metric == metric;
    });
    return found == verdicts[0].end() ? nullptr : &*found;
  }
  const Verdict& headline() const { return verdicts[0].at(0); }

  omenbench::Run run;
  std::vector<RowView> rows;
  std::vector<std::vector<Verdict>> verdicts;
};

/// One learned index at `ratio` times the tree's 100 ns, with a 1 % saw-tooth.
omenbench::Run duel(double ratio, std::uint64_t rounds = 12) {
  auto run = testing::empty_run({learned("pgm"), tree("btree")});
  testing::add_rounds(run, rounds, [&](const std::string& index, std::uint64_t round) {
    const double wobble = 1 + 0.001 * static_cast<double>(round % 5);
    return index == "pgm" ? 100 * ratio * wobble : 100;
  });
  return run;
}

TEST(Verdicts, FollowTheIntervalAndTheBand) {
  EXPECT_EQ(Decided(duel(0.80)).headline().word, VerdictWord::kWins);
  EXPECT_EQ(Decided(duel(1.15)).headline().word, VerdictWord::kLoses);
  EXPECT_EQ(Decided(duel(1.02)).headline().word, VerdictWord::kTie);
  EXPECT_EQ(Decided(duel(0.97)).headline().word, VerdictWord::kTie);
  EXPECT_EQ(Decided(duel(1.048)).headline().word, VerdictWord::kInconclusive);
}

// 5 % slower is 1.05, 5 % faster is its inverse 0.95238: not 0.95.
TEST(VerdictWords, DependOnTheBandAndItsInverse) {
  const auto word = [](double lo, double hi, double delta = 0.05) {
    return word_of({.median = lo, .lo = lo, .hi = hi, .coverage = 0.96}, delta);
  };
  EXPECT_EQ(word(0.9, 0.9523), VerdictWord::kWins);
  EXPECT_EQ(word(0.9, 1 / 1.05), VerdictWord::kInconclusive) << "at the border is not beyond it";
  EXPECT_EQ(word(0.9, 0.9525), VerdictWord::kInconclusive);
  EXPECT_EQ(word(0.9523, 1.0), VerdictWord::kInconclusive);
  EXPECT_EQ(word(1 / 1.05, 1.05), VerdictWord::kTie);
  EXPECT_EQ(word(0.9525, 1.0501), VerdictWord::kInconclusive);
  EXPECT_EQ(word(1.05, 1.2), VerdictWord::kInconclusive);
  EXPECT_EQ(word(1.0501, 1.2), VerdictWord::kLoses);
  EXPECT_EQ(word(0.5, 2), VerdictWord::kInconclusive);
  EXPECT_EQ(word(0.8, 0.905, 0.10), VerdictWord::kWins);
  EXPECT_EQ(word(0.8, 0.91, 0.10), VerdictWord::kInconclusive);
}

TEST(VerdictWords, HaveTheirEffects) {
  EXPECT_EQ(smallest_effect(Metric::kThroughput), 0.05);
  EXPECT_EQ(smallest_effect(Metric::kDependent), 0.05);
  EXPECT_EQ(smallest_effect(Metric::kP50), 0.05);
  EXPECT_EQ(smallest_effect(Metric::kBytes), 0.05);
  EXPECT_EQ(smallest_effect(Metric::kP99), 0.10);
  EXPECT_EQ(smallest_effect(Metric::kBuild), 0.10);
  EXPECT_TRUE(below_timer(199, 20));
  EXPECT_FALSE(below_timer(200, 20));
  EXPECT_TRUE(below_timer(200, std::nan(""))) << "of an unknown clock nothing is resolved";
}

/// Twelve rounds of which `beyond` are at `ratio`, the others equal.
omenbench::Run partly(double ratio, std::uint64_t beyond) {
  auto run = testing::empty_run({learned("pgm"), tree("btree")});
  testing::add_rounds(run, 12, [&](const std::string& index, std::uint64_t round) {
    return index == "pgm" && round < beyond ? 100 * ratio : 100.0;
  });
  return run;
}

// The sign test counts rounds beyond the band, on its side: P(Bin(12, 1/2) >= 10) is 79 / 4096.
TEST(Verdicts, CountTheRoundsBeyondTheBand) {
  const Decided better(partly(0.951, 10));
  EXPECT_DOUBLE_EQ(better.headline().p_better, 79.0 / 4096);
  EXPECT_EQ(better.headline().p_worse, 1);
  EXPECT_EQ(Decided(partly(0.953, 10)).headline().p_better, 1) << "inside the band";
  const Decided worse(partly(1.051, 10));
  EXPECT_DOUBLE_EQ(worse.headline().p_worse, 79.0 / 4096);
  EXPECT_EQ(worse.headline().p_better, 1);
  EXPECT_EQ(Decided(partly(1.049, 10)).headline().p_worse, 1);
}

TEST(Verdicts, ReportTheMedianRatioWithItsInterval) {
  const Decided decided(duel(0.5));
  const Verdict& verdict = decided.headline();
  ASSERT_TRUE(verdict.compared());
  EXPECT_NEAR(verdict.ratio, 0.501, 1e-3);
  EXPECT_NEAR(verdict.lo, 0.5, 1e-3);
  EXPECT_NEAR(verdict.coverage, 0.9614, 1e-3);
  EXPECT_EQ(verdict.ratios.size(), 12U);
  EXPECT_NEAR(*verdict.p_value, 1.0 / 4096, 1e-9);
  EXPECT_EQ(verdict.survives, true);
}

TEST(Verdicts, UseTheWiderBandForTailsAndBuilds) {
  const Decided decided(duel(0.93));
  EXPECT_EQ(decided.headline().word, VerdictWord::kWins);
  EXPECT_EQ(decided.find(OpponentClass::kOrdered, Metric::kP50)->word, VerdictWord::kWins);
  EXPECT_EQ(decided.find(OpponentClass::kOrdered, Metric::kP99)->word, VerdictWord::kTie);
  EXPECT_EQ(decided.find(OpponentClass::kOrdered, Metric::kBuild)->word, VerdictWord::kTie);
  EXPECT_EQ(decided.find(OpponentClass::kOrdered, Metric::kBytes)->word, VerdictWord::kTie);
}

TEST(Verdicts, AreAboutTheBestOverAllRoundsWhateverTheFirstOnesSay) {
  auto run = testing::empty_run({learned("early"), learned("steady"), tree("btree")});
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t round) {
    if (index == "early") return round < 3 ? 10.0 : 200.0;
    return index == "steady" ? 90.0 : 100.0;
  });
  const Decided decided(std::move(run));
  EXPECT_EQ(decided.headline().learned, "steady");
  EXPECT_EQ(decided.headline().ratios.size(), 12U);
  EXPECT_NEAR(decided.headline().ratio, 0.9, 1e-9);
  EXPECT_THAT(decided.headline().learned_rivals, ElementsAre("early")) << "faster in three rounds of twelve";
}

TEST(Verdicts, NameWhatIsTooCloseToTheChampions) {
  auto run = testing::empty_run({learned("a"), learned("b"), learned("far"), tree("btree"), tree("other")});
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t round) {
    const double wobble = round % 2 == 0 ? 1 : 1.02;
    if (index == "far") return 95.0;
    if (index == "btree") return 100.0;
    return index == "a" ? 50 * wobble : index == "b" ? 51 / wobble : 120.0;
  });
  const Decided decided(std::move(run));
  EXPECT_EQ(decided.headline().word, VerdictWord::kWins);
  EXPECT_EQ(decided.headline().learned, "a");
  EXPECT_THAT(decided.headline().learned_rivals, ElementsAre("b"));
  EXPECT_THAT(decided.headline().baseline_rivals, IsEmpty());
  EXPECT_NEAR(decided.headline().lo, 0.50, 1e-9);
  EXPECT_NEAR(decided.headline().hi, 0.51, 1e-9);
}

// Ten of twelve rounds say that the learned index is slower; the medians, which name the fastest, say the opposite.
TEST(Verdicts, NeverLetAnIndexLoseThatTheMediansCallTheFastest) {
  auto run = testing::empty_run({learned("pgm"), tree("btree")});
  testing::add_rounds(run, 12, [&](const std::string& index, std::uint64_t round) {
    if (round < 2) return index == "pgm" ? 10.0 : 900.0;
    return (80 + 10 * static_cast<double>(round)) * (index == "pgm" ? 1.07 : 1);
  });
  const Decided decided(std::move(run));
  const auto median_ns = [&](std::size_t cell) {
    return median(decided.rows[0].cells[cell].values(Metric::kThroughput));
  };
  ASSERT_LT(median_ns(0), median_ns(1));
  ASSERT_GT(decided.headline().lo, 1.05);
  EXPECT_EQ(decided.headline().word, VerdictWord::kInconclusive);
}

TEST(Verdicts, NeedSixRoundsAndMoreWhereLeadersAreTooCloseToTell) {
  EXPECT_EQ(Decided(duel(0.5, 6)).headline().word, VerdictWord::kWins);
  EXPECT_EQ(Decided(duel(0.5, 5)).headline().word, VerdictWord::kUnresolved);
  EXPECT_EQ(Decided(duel(0.5, 5)).headline().reason, "too few rounds: 6 are needed, 5 are complete");
  auto run = testing::empty_run({learned("a"), learned("b"), tree("btree"), tree("same")});
  testing::add_rounds(run, 6, [](const std::string& index, std::uint64_t) { return index < "bb" ? 50.0 : 100.0; });
  const Decided decided(std::move(run));
  EXPECT_EQ(decided.headline().word, VerdictWord::kUnresolved);
  EXPECT_FALSE(decided.headline().compared());
  EXPECT_EQ(
      decided.headline().reason,
      "too few rounds: 7 are needed while 2 learned and 2 other indexes are too close to tell which is best, 6 are "
      "complete");
}

TEST(Verdicts, CountTheRoundsThatAreComplete) {
  EXPECT_THAT(Decided(duel(0.8, 1)).headline().reason, HasSubstr("6 are needed, 1 are complete"));
  EXPECT_THAT(Decided(duel(0.8, 5)).headline().reason, HasSubstr("6 are needed, 5 are complete"));
}

// Trials that fit into a time slice look fast beside longer ones that do not.
TEST(Verdicts, DoNotBelieveReadsThatTakeLongerInARowThanAloneAtTheir99thPercentile) {
  auto run = duel(0.5);
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "btree") trial.latency.percentiles[3] = 99;
  }
  const Decided busy(run);
  EXPECT_EQ(busy.headline().word, VerdictWord::kUnresolved);
  EXPECT_THAT(busy.headline().reason, HasSubstr("busy machine: btree takes 100 ns an operation in a row"));
  EXPECT_EQ(busy.find(OpponentClass::kOrdered, Metric::kBytes)->word, VerdictWord::kTie) << "bytes are what they are";
  EXPECT_EQ(row_is_decided(busy.rows[0], 20), false) << "a busy hour may pass";
  run.header.rows[0].mutates = true;
  EXPECT_EQ(Decided(run).headline().word, VerdictWord::kWins) << "one write in a thousand may pay for all";
}

TEST(Verdicts, LeavePercentilesNearTheTimersCostUnresolved) {
  const Decided decided(duel(0.5), 60);  // p50 is 500 and 1000 ns, p99 1000 and 2000; 10 x 60 lies between
  EXPECT_EQ(decided.find(OpponentClass::kOrdered, Metric::kP50)->word, VerdictWord::kUnresolved);
  EXPECT_THAT(decided.find(OpponentClass::kOrdered, Metric::kP50)->reason, HasSubstr("timer: p50 of pgm"));
  EXPECT_EQ(decided.find(OpponentClass::kOrdered, Metric::kP99)->word, VerdictWord::kWins);
  EXPECT_EQ(decided.headline().word, VerdictWord::kWins);
}

TEST(Verdicts, MeetHashMapsOnlyWhereNothingIsOrdered) {
  const auto build = [](bool ordered) {
    auto run = testing::empty_run({learned("pgm"), tree("btree"), testing::index_summary("hash", "hash")});
    run.header.rows[0].ordered = ordered;
    testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t) { return index == "hash" ? 20.0 : 90.0; });
    return run;
  };
  EXPECT_EQ(Decided(build(false)).find(OpponentClass::kHash, Metric::kThroughput)->word, VerdictWord::kLoses);
  EXPECT_EQ(Decided(build(true)).find(OpponentClass::kHash, Metric::kThroughput), nullptr);
}

TEST(Verdicts, KeepStaticIndexesOutOfRowsThatReshape) {
  auto run = testing::empty_run({learned("static"), learned("dynamic"), tree("btree")});
  run.header.indexes[0].is_static = true;
  run.header.rows[0].mutates = run.header.rows[0].reshapes = true;
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t) { return index == "static" ? 20.0 : 90.0; });
  EXPECT_EQ(Decided(std::move(run)).headline().learned, "dynamic");
}

omenbench::Run against_engine(bool mutates, std::uint64_t engine_operations) {
  auto run = testing::empty_run({learned("pgm"), tree("btree"), testing::index_summary("sqlite", "engine", "embedded"),
                                 testing::index_summary("postgres", "engine", "server")});
  run.header.rows[0].mutates = mutates;
  run.header.rows[0].cells[2].operations = engine_operations;
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t) {
    return index == "pgm" ? 50.0 : index == "btree" ? 100.0 : index == "sqlite" ? 2000.0 : 40'000.0;
  });
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "sqlite") trial.no_op_ns = 500;
  }
  return run;
}

TEST(Verdicts, MeetEveryEngineForItselfWithGrossAndNetRatio) {
  const Decided decided(against_engine(false, 100'000));
  const Verdict* sqlite = decided.find(OpponentClass::kEmbedded, Metric::kThroughput);
  EXPECT_NEAR(sqlite->ratio, 0.025, 1e-9);
  EXPECT_EQ(sqlite->floor_ns, 500);
  EXPECT_NEAR(sqlite->net->ratio, 50.0 / 1500, 1e-8);
  const Verdict* postgres = decided.find(OpponentClass::kServer, Metric::kThroughput);
  EXPECT_NEAR(postgres->ratio, 0.00125, 1e-9);
  EXPECT_FALSE(postgres->net);  // its floor is not known
  EXPECT_EQ(decided.find(OpponentClass::kEmbedded, Metric::kBytes), nullptr);
  EXPECT_EQ(decided.find(OpponentClass::kServer, Metric::kBuild), nullptr);
}

TEST(Verdicts, ShareAnEnginesRoundTripAmongTheThreadsThatWaitForIt) {
  auto run = against_engine(false, 100'000);
  run.header.rows[0].threads = 4;
  const Decided decided(std::move(run));
  const auto of = [&](Metric metric) { return decided.find(OpponentClass::kEmbedded, metric); };
  EXPECT_EQ(of(Metric::kThroughput)->floor_ns, 125);
  EXPECT_NEAR(of(Metric::kThroughput)->net->ratio, 50.0 / (2000 - 125), 1e-8);
  EXPECT_EQ(of(Metric::kDependent)->floor_ns, 125);
  EXPECT_NEAR(of(Metric::kDependent)->net->ratio, 100.0 / (4000 - 125), 1e-8);
  EXPECT_EQ(of(Metric::kP50)->floor_ns, 500) << "one operation waits for a whole round trip";
  EXPECT_NEAR(of(Metric::kP50)->net->ratio, 500.0 / (20'000 - 500), 1e-8);
}

TEST(Verdicts, HaveNoNetRatioOfAnEngineThatIsNoSlowerThanItsRoundTrip) {
  auto run = against_engine(false, 100'000);
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "sqlite") trial.no_op_ns = 2000;
  }
  const Decided decided(std::move(run));
  EXPECT_FALSE(decided.find(OpponentClass::kEmbedded, Metric::kThroughput)->net);
  EXPECT_FALSE(decided.find(OpponentClass::kEmbedded, Metric::kP99)->net);
  EXPECT_TRUE(decided.find(OpponentClass::kEmbedded, Metric::kP50)->net);
}

TEST(Verdicts, CompareAStreamThatWritesOverTheShorterPrefix) {
  auto run = against_engine(true, 100'000);
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "pgm") trial.prefixes = {{20'000, 70.0}, {100'000, 80.0}};
  }
  const Decided decided(std::move(run));
  const Verdict* sqlite = decided.find(OpponentClass::kEmbedded, Metric::kThroughput);
  ASSERT_TRUE(sqlite->ratio);
  EXPECT_NEAR(sqlite->ratio, 80.0 / 2000, 1e-9);
  EXPECT_NEAR(sqlite->net->ratio, 80.0 / 1500, 1e-8);
  EXPECT_EQ(sqlite->operations, 100'000U);
  EXPECT_NEAR(decided.headline().ratio, 0.5, 1e-9);  // in memory both ran the whole stream
}

TEST(Verdicts, DoNotCompareLatenciesOfDifferentPrefixesOfAStreamThatWrites) {
  const Decided apart(against_engine(true, 100'000));
  const Verdict* p99 = apart.find(OpponentClass::kEmbedded, Metric::kP99);
  EXPECT_EQ(p99->word, VerdictWord::kUnresolved);
  EXPECT_THAT(p99->reason, HasSubstr("1,000,000 and 100,000"));
  const Verdict* throughput = apart.find(OpponentClass::kEmbedded, Metric::kThroughput);
  EXPECT_EQ(throughput->word, VerdictWord::kUnresolved);
  EXPECT_EQ(throughput->reason, "pgm noted no time at operation 100,000, where the stream of sqlite ends");
  const Decided equal(against_engine(true, 1'000'000));
  EXPECT_EQ(equal.find(OpponentClass::kEmbedded, Metric::kP99)->word, VerdictWord::kWins);
  EXPECT_EQ(equal.find(OpponentClass::kEmbedded, Metric::kThroughput)->word, VerdictWord::kWins);
}

TEST(Verdicts, SayThatASideHasNoResultAndNothingElse) {
  auto run = duel(0.5);
  run.trials[2].status = TrialStatus::kWrongResult;  // pgm in round 1
  const Decided decided(std::move(run));
  ASSERT_EQ(decided.verdicts[0].size(), 1U);
  EXPECT_EQ(decided.headline().reason, "no learned index has a result");
  EXPECT_EQ(decided.headline().learned, "");
}

TEST(Verdicts, AreNoneWithoutALearnedIndexOrAnOpponent) {
  auto only_trees = testing::empty_run({tree("a"), tree("b")});
  testing::add_rounds(only_trees, 12, [](const std::string&, std::uint64_t) { return 10.0; });
  EXPECT_THAT(Decided(std::move(only_trees)).verdicts[0], IsEmpty());
  auto alone = testing::empty_run({learned("pgm")});
  testing::add_rounds(alone, 12, [](const std::string&, std::uint64_t) { return 10.0; });
  EXPECT_THAT(Decided(std::move(alone)).verdicts[0], IsEmpty());
}

TEST(Correction, DropsALoneFindingAmongManyRowsAndKeepsManyFindings) {
  auto run = testing::empty_run({learned("pgm"), tree("btree")});
  run.header.rows.assign(40, run.header.rows[0]);
  const auto fill = [&](std::size_t winners) {
    auto filled = run;
    for (std::uint64_t row = 0; row < 40; ++row) {
      for (std::uint64_t round = 0; round < 6; ++round) {
        filled.trials.push_back(testing::ok_trial(row, round, "pgm", row < winners ? 50 : 100));
        filled.trials.push_back(testing::ok_trial(row, round, "btree", 100));
      }
    }
    return filled;
  };
  const auto survivors = [&](std::size_t winners) {
    const auto filled = fill(winners);
    const std::vector<RowView> rows = view_rows(filled);
    std::vector<std::vector<Verdict>> verdicts;
    for (const RowView& row : rows) verdicts.push_back(decide_row(row, 20));
    correct_for_many_rows(verdicts);
    std::size_t count = 0;
    for (const auto& row : verdicts) count += row.at(0).survives == true;
    return count;
  };
  EXPECT_EQ(survivors(1), 0U);  // p = 1/64 > 0.05 / 80
  EXPECT_EQ(survivors(40), 40U);
}

TEST(Rows, GiveACellTheWorstOfItsTrials) {
  auto run = duel(1);
  run.trials[0].status = TrialStatus::kTimeout;
  run.trials[4].status = TrialStatus::kCrash;
  run.trials[4].reason = "signal 11";
  const auto rows = view_rows(run);
  EXPECT_EQ(rows[0].cells[0].status, TrialStatus::kCrash);
  EXPECT_EQ(rows[0].cells[0].reason, "signal 11");
  EXPECT_THAT(rows[0].cells[0].trials, IsEmpty());
  EXPECT_EQ(rows[0].cells[1].trials.size(), 12U);
}

TEST(Rows, CallWhatBeatsTheOracleTwiceImplausible) {
  auto run = testing::empty_run({learned("liar"), tree("btree"), testing::index_summary("oracle-gather", "reference"),
                                 testing::index_summary("engine", "engine", "embedded")});
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t) {
    return index == "liar" ? 3.9 : index == "btree" ? 4.1 : index == "engine" ? 1.0 : 8.0;
  });
  const auto rows = view_rows(run);
  EXPECT_EQ(rows[0].cells[0].status, TrialStatus::kImplausible);
  EXPECT_THAT(rows[0].cells[0].trials, IsEmpty());
  EXPECT_EQ(rows[0].cells[1].status, TrialStatus::kOk);
  EXPECT_EQ(rows[0].cells[2].status, TrialStatus::kOk);
  EXPECT_EQ(rows[0].cells[3].status, TrialStatus::kOk);
}

TEST(Rows, DoNotCondemnTheHonestForADisturbedOracle) {
  auto run = testing::empty_run({learned("honest"), testing::index_summary("oracle-gather", "reference")});
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t round) {
    return index == "honest" ? 9.0 : round == 7 ? 8.0 : 30.0;  // one round of the bound was quiet
  });
  EXPECT_EQ(view_rows(run)[0].cells[0].status, TrialStatus::kOk);
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "honest") trial.passes[0].ns_per_op = 3.9;
  }
  EXPECT_EQ(view_rows(run)[0].cells[0].status, TrialStatus::kImplausible);
}

TEST(Rows, BelieveNoBytesThatTheDataDoesNotFitIn) {
  auto run = duel(1);
  EXPECT_EQ(view_rows(run)[0].cells[0].bytes_doubt, "");
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "pgm") trial.total_bytes = 16 * 1000 - 1;
  }
  const CellView cell = view_rows(run)[0].cells[0];
  EXPECT_EQ(cell.bytes_doubt, "memory: 15999 bytes were counted when the entries alone take 16000");
  EXPECT_TRUE(cell.ok());
  for (const double value : cell.values(Metric::kBytes)) EXPECT_TRUE(std::isnan(value));
  EXPECT_FALSE(std::isnan(cell.values(Metric::kThroughput)[0]));
}

TEST(Rows, BelieveNoBytesFarBelowTheGrowthOfTheProcess) {
  constexpr std::uint64_t kMiB = 1 << 20;
  auto run = duel(1);
  for (TrialRecord& trial : run.trials) {
    trial.total_bytes = 100 * kMiB;
    trial.rss_delta_bytes = trial.index == "pgm" ? 217 * kMiB : 216 * kMiB;
  }
  EXPECT_THAT(view_rows(run)[0].cells[0].bytes_doubt, ::testing::HasSubstr("while the process grew by"));
  EXPECT_EQ(view_rows(run)[0].cells[1].bytes_doubt, "");
}

TEST(Rows, UseOnlyCompleteRoundsOfAnInterruptedRun) {
  auto run = duel(1, 8);
  run.interrupted = true;
  run.trials.pop_back();
  const auto rows = view_rows(run);
  EXPECT_EQ(rows[0].rounds.size(), 7U);
  EXPECT_EQ(rows[0].cells[0].trials.size(), 7U);
}

TEST(Rows, CallARoundCompleteWhenEveryCellThatStillLivesHasRunInIt) {
  auto run = duel(1, 4);  // trials: pgm and btree of round 0, of round 1, ...
  run.trials.erase(run.trials.begin() + 7);
  EXPECT_THAT(view_rows(run)[0].rounds, ::testing::ElementsAre(0, 1, 2));
  run.trials[1].status = TrialStatus::kCrash;  // in round 0: btree is not expected any more
  EXPECT_THAT(view_rows(run)[0].rounds, ::testing::ElementsAre(0, 1, 2, 3));
  run = duel(1, 4);
  run.trials[7].status = TrialStatus::kCrash;  // in round 3, so it was still expected in round 1
  run.trials.erase(run.trials.begin() + 3);
  EXPECT_THAT(view_rows(run)[0].rounds, ::testing::ElementsAre(0, 2, 3));
}

TEST(Rows, HaveNoNumbersBeforeTheFirstCompleteRound) {
  auto run = duel(1, 1);
  run.interrupted = true;
  run.trials.pop_back();
  const auto rows = view_rows(run);
  EXPECT_THAT(rows[0].rounds, IsEmpty());
  EXPECT_EQ(rows[0].cells[0].status, TrialStatus::kInterrupted);
  EXPECT_EQ(rows[0].cells[1].status, TrialStatus::kInterrupted);
  EXPECT_EQ(rows[0].cells[1].reason, "the run ended before this cell's turn");
}

TEST(Settling, WaitsForTheMinimumAndForNarrowIntervals) {
  const SettleRule rule{.minimum_rounds = 12, .timer_cost_ns = 20};
  const auto settled = [&](const omenbench::Run& run) {
    return row_is_settled(run.trials, run.header.rows[0], run.header.indexes, rule);
  };
  EXPECT_FALSE(settled(duel(1, 11)));
  EXPECT_TRUE(settled(duel(1, 12)));
  auto noisy = duel(1, 12);
  for (TrialRecord& trial : noisy.trials) {
    if (trial.index == "pgm") trial.passes[0].ns_per_op *= 1 + 0.02 * static_cast<double>(trial.round % 6);
  }
  EXPECT_FALSE(settled(noisy));
  for (TrialRecord& trial : noisy.trials) {
    if (trial.index == "pgm" && trial.round == 11) trial.status = TrialStatus::kCrash;
  }
  EXPECT_TRUE(settled(noisy));  // a failed cell is not waited for
}

TEST(Settling, DoesNotWaitForReferencesOrPercentilesBelowTheTimer) {
  auto run = testing::empty_run({tree("btree"), testing::index_summary("oracle-gather", "reference")});
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t round) {
    return index == "btree" ? 5.0 : 8.0 + static_cast<double>(round);
  });
  for (TrialRecord& trial : run.trials) trial.latency.percentiles[0] = 50 + 5 * static_cast<double>(trial.round % 6);
  const auto settled = [&](double timer_cost_ns) {
    return row_is_settled(run.trials, run.header.rows[0], run.header.indexes,
                          {.minimum_rounds = 12, .timer_cost_ns = timer_cost_ns});
  };
  EXPECT_TRUE(settled(20));
  EXPECT_FALSE(settled(1));
}

}  // namespace
}  // namespace omenbench
