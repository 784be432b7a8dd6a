// Claims: what a file may say, and what a result says about it.
#include "results/claims/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "results/summarise.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;

/// `slow` takes twice as long as `fast`, within 1 %; `twin` is as fast as `fast`.
Result result(std::uint64_t rounds = 12) {
  Run run = testing::empty_run({testing::index_summary("fast", "learned"), testing::index_summary("slow", "tree"),
                                testing::index_summary("twin", "tree"), testing::index_summary("broken", "tree")});
  Rng rng(3);
  testing::add_rounds(run, rounds, [&](const std::string& index, std::uint64_t) {
    return (index == "slow" ? 100.0 : 50.0) * (1 + 0.01 * rng.uniform());
  });
  for (TrialRecord& trial : run.trials) {
    if (trial.index == "broken") trial.status = TrialStatus::kCrash;
  }
  return summarise(run);
}

std::vector<Claim> claims_with(const std::string& parts, const std::string& more = "") {
  return read_claims(
      R"([{"id": "x", "text": "t", "source": "s", "plan": {}, )" + more + R"("parts": [)" + parts + "]}]", "test");
}

ClaimVerdict verdict_on(const std::string& parts, const std::string& more = "", std::uint64_t rounds = 12) {
  return adjudicate(claims_with(parts, more).front(), result(rounds));
}

TEST(Claims, HoldAreRefutedOrStayOpenByTheWholeInterval) {
  const std::string ratio = R"({"numerator": "slow", "denominator": "fast", )";
  const ClaimVerdict holds = verdict_on(ratio + R"("at_least": 1.9})");
  EXPECT_EQ(holds.word, ClaimWord::kHolds);
  EXPECT_NEAR(*holds.parts[0].value, 2, 0.03);
  EXPECT_EQ(verdict_on(ratio + R"("at_least": 2.1})").word, ClaimWord::kRefuted);
  EXPECT_EQ(verdict_on(ratio + R"("at_most": 2.1})").word, ClaimWord::kHolds);
  EXPECT_EQ(verdict_on(ratio + R"("at_most": 1.9})").word, ClaimWord::kRefuted);
  EXPECT_EQ(verdict_on(R"({"numerator": "twin", "denominator": "fast", "at_least": 1})").word,
            ClaimWord::kInconclusive);
  EXPECT_EQ(verdict_on(ratio + R"("at_least": 1.9})", "", 5).word, ClaimWord::kInconclusive) << "no interval";
}

TEST(Claims, CompareWithANumberWhereThereIsNoDenominator) {
  EXPECT_EQ(verdict_on(R"({"numerator": "fast", "at_most": 51})").word, ClaimWord::kHolds);
  EXPECT_EQ(verdict_on(R"({"numerator": "fast", "at_most": 49})").word, ClaimWord::kRefuted);
}

TEST(Claims, ChooseTheFastestOfSeveralAndJudgeItOnOtherRounds) {
  const ClaimVerdict verdict =
      verdict_on(R"({"numerator": ["slow", "twin"], "denominator": "fast", "rows": "every", "at_least": 1.5})");
  EXPECT_EQ(verdict.word, ClaimWord::kRefuted);
  EXPECT_THAT(verdict.parts[0].conditions, HasSubstr("twin"));
}

TEST(Claims, DoNotSpeakOfAllRowsWhenSomeWereNotMeasured) {
  Result two = result();
  two.rows.push_back(two.rows[0]);
  two.rows[1].dataset = "other";
  for (Cell& cell : two.rows[1].cells) cell.status = TrialStatus::kNotRun;
  const auto judged = [&](const std::string& rows, const std::string& threshold) {
    return adjudicate(claims_with(R"({"numerator": "slow", "denominator": "fast", "rows": ")" + rows +
                                  R"(", "at_least": )" + threshold + "}")
                          .front(),
                      two)
        .parts[0];
  };
  EXPECT_EQ(judged("every", "1.9").word, ClaimWord::kInconclusive) << "the other row might be slower";
  EXPECT_THAT(judged("every", "1.9").reason, HasSubstr("1 of 2 rows without enough rounds"));
  EXPECT_EQ(judged("every", "2.1").word, ClaimWord::kRefuted) << "one row is enough";
  EXPECT_EQ(judged("some", "1.9").word, ClaimWord::kHolds) << "one row is enough";
  EXPECT_EQ(judged("some", "2.1").word, ClaimWord::kInconclusive);
  EXPECT_EQ(judged("geomean", "1.9").word, ClaimWord::kInconclusive);
}

TEST(Claims, DoNotTakeASingleRoundForCertain) {
  const std::string part = R"({"numerator": "slow", "denominator": "fast", "at_least": 1.9})";
  EXPECT_EQ(verdict_on(part, "", 1).word, ClaimWord::kInconclusive);
  EXPECT_EQ(verdict_on(R"({"numerator": "fast", "at_most": 60})", "", 1).word, ClaimWord::kInconclusive);
}

TEST(Claims, TakeSizesForExact) {
  Result two = result(1);
  two.rows.push_back(two.rows[0]);
  two.rows[1].dataset = "other";
  const auto bytes = static_cast<double>(two.rows[0].cells[0].total_bytes);
  const auto word = [&](double threshold) {
    return adjudicate(
               claims_with(R"({"numerator": "fast", "metric": "bytes", "at_most": )" + std::to_string(threshold) + "}")
                   .front(),
               two)
        .word;
  };
  EXPECT_EQ(word(bytes * 1.01), ClaimWord::kHolds) << "one round, the mean of two rows";
  EXPECT_EQ(word(bytes * 0.99), ClaimWord::kRefuted);
}

TEST(Claims, CompareReadsAndSizesOnADisk) {
  Result disk = result();
  const auto judged = [&](const std::string& part) { return adjudicate(claims_with(part).front(), disk); };
  const std::string reads = R"({"numerator": "slow", "denominator": "fast", "metric": "reads", "at_least": 2.9})";
  EXPECT_EQ(judged(reads).word, ClaimWord::kNotTestable) << "nobody counts pages";
  for (Cell& cell : disk.rows[0].cells) {
    if (!cell.ok()) continue;
    const double factor = cell.index == "slow" ? 3 : 1;
    cell.disk_bytes = static_cast<std::uint64_t>(1000 * factor);
    cell.pages = Pages{.page_bytes = 4096, .reads_per_op = cell.passes.throughput->ns_per_op, .model_bytes = 10};
    for (double& block : cell.pages->reads_per_op->blocks) block = factor;
    cell.pages->inner_bytes = cell.index == "slow" ? 90 : 0;
  }
  EXPECT_EQ(judged(reads).word, ClaimWord::kHolds);
  EXPECT_EQ(judged(R"({"numerator": "slow", "metric": "reads", "at_most": 2.9})").word, ClaimWord::kRefuted);
  const auto ratio = [&](const std::string& metric) {
    return *judged(R"({"numerator": "slow", "denominator": "fast", "at_least": 1, "metric": ")" + metric + "\"}")
                .parts[0]
                .value;
  };
  EXPECT_DOUBLE_EQ(ratio("disk_bytes"), 3);
  EXPECT_DOUBLE_EQ(ratio("inner_bytes"), 10) << "model and inner pages together";
}

TEST(Claims, NeedAllPartsOrAnyOfThem) {
  const std::string parts = R"({"numerator": "slow", "denominator": "fast", "at_least": 1.9},
                               {"numerator": "slow", "denominator": "fast", "at_least": 9})";
  EXPECT_EQ(verdict_on(parts).word, ClaimWord::kRefuted);
  EXPECT_EQ(verdict_on(parts, R"("holds_if": "any", )").word, ClaimWord::kHolds);
}

TEST(Claims, AreNotTestableWhereASideHasNoResult) {
  const ClaimVerdict broken = verdict_on(R"({"numerator": "broken", "denominator": "fast", "at_least": 1})");
  EXPECT_EQ(broken.word, ClaimWord::kNotTestable);
  EXPECT_THAT(broken.parts[0].reason, HasSubstr("crash"));
  EXPECT_EQ(verdict_on(R"({"numerator": "absent", "denominator": "fast", "at_least": 1})").word,
            ClaimWord::kNotTestable);
  EXPECT_EQ(verdict_on(R"({"numerator": {"index": "slow", "workload": "other-*"}, "denominator": "fast",
                           "at_least": 1})")
                .word,
            ClaimWord::kNotTestable);
}

TEST(Claims, NameWhatHasNoRatio) {
  Result measured = result();
  for (Cell& cell : measured.rows[0].cells) {
    cell.index_bytes = 0;  // texts in less room than they have
    cell.no_op_ns = 60;    // beyond what "fast" takes, below "slow"
  }
  const auto reason = [&](const std::string& part) {
    return adjudicate(claims_with(part).front(), measured).parts[0].reason;
  };
  EXPECT_EQ(reason(R"({"numerator": "slow", "denominator": "fast", "metric": "index_bytes", "at_least": 1})"),
            "slow on data lookup: no index_bytes that is above 0");
  EXPECT_EQ(reason(R"({"numerator": "slow", "denominator": "fast", "metric": "net", "at_least": 1})"),
            "fast on data lookup: not above its round trip");
}

TEST(Claims, PickRowsByTheirNumberOfKeys) {
  const auto word = [](const std::string& keys) {
    return verdict_on(R"({"numerator": {"index": "slow", "keys": )" + keys +
                      R"(}, "denominator": {"index": "fast", "keys": )" + keys + R"(}, "at_least": 1.9})")
        .word;
  };
  const std::uint64_t keys = result().rows[0].keys;
  EXPECT_EQ(word(std::to_string(keys)), ClaimWord::kHolds);
  EXPECT_EQ(word(std::to_string(keys + 1)), ClaimWord::kNotTestable);
}

TEST(Claims, DoNotJudgePercentilesThatTheTimerCannotResolve) {
  Result measured = result();
  for (Cell& cell : measured.rows[0].cells) {
    if (cell.ok()) cell.passes.latency->percentiles[kLatencyP99]->unresolved_timer = cell.index == "slow";
  }
  const ClaimVerdict verdict = adjudicate(
      claims_with(R"({"numerator": "slow", "denominator": "fast", "metric": "p99", "at_least": 1})").front(), measured);
  EXPECT_EQ(verdict.word, ClaimWord::kNotTestable);
  EXPECT_THAT(verdict.parts[0].reason, HasSubstr("too short for the timer"));
}

TEST(Claims, DoNotBelieveReadsThatLostTheProcessor) {
  Result measured = result();
  for (Cell& cell : measured.rows[0].cells) {
    if (cell.ok() && cell.index == "slow") cell.passes.latency->percentiles[kLatencyP99]->median = 1;
  }
  const Claim claim = claims_with(R"({"numerator": "slow", "denominator": "fast", "at_least": 1})").front();
  const ClaimVerdict verdict = adjudicate(claim, measured);
  EXPECT_EQ(verdict.word, ClaimWord::kNotTestable);
  EXPECT_THAT(verdict.parts[0].reason, HasSubstr("busy machine: slow takes"));
  measured.rows[0].mutates = true;
  EXPECT_EQ(adjudicate(claim, measured).word, ClaimWord::kHolds);
}

/// `alone` beside `others` more, corrected together.
ClaimVerdict corrected(ClaimVerdict alone, std::size_t others) {
  std::vector<ClaimVerdict> more(others, verdict_on(R"({"numerator": "twin", "denominator": "fast", "at_least": 1})"));
  std::vector<ClaimVerdict*> all = {&alone};
  for (ClaimVerdict& one : more) all.push_back(&one);
  EXPECT_EQ(correct_claims(all), alone.parts.size() + others);
  for (const ClaimVerdict& one : more) EXPECT_FALSE(one.survives) << "inconclusive";
  return alone;
}

TEST(Claims, SurviveTheCorrectionWhenTheirRoundsAreEnoughForSoMany) {
  const ClaimVerdict holds = verdict_on(R"({"numerator": "slow", "denominator": "fast", "at_least": 1.9})");
  EXPECT_DOUBLE_EQ(holds.parts[0].p_value, std::pow(2, -11)) << "12 of 12 rounds, two-sided";
  EXPECT_TRUE(corrected(holds, 101).survives) << "102 p < 0.05";
  EXPECT_FALSE(corrected(holds, 102).survives) << "103 p > 0.05";
  EXPECT_EQ(corrected(holds, 102).word, ClaimWord::kHolds) << "the word stays, the tool marks it";
}

TEST(Claims, PayForThePickOfTheBestRow) {
  const std::string part = R"({"numerator": "slow", "denominator": "fast", "rows": "some", "at_least": )";
  Result two = result();
  two.rows.push_back(two.rows[0]);
  two.rows[1].dataset = "other";
  const auto p_value = [&](const std::string& threshold) {
    return adjudicate(claims_with(part + threshold + "}").front(), two).parts[0].p_value;
  };
  EXPECT_DOUBLE_EQ(p_value("1.9"), 2 * std::pow(2, -11)) << "holds in the better of two rows";
  EXPECT_DOUBLE_EQ(p_value("2.9"), std::pow(2, -11)) << "refuted even in the better of them: nothing was picked";
}

TEST(Claims, AreAsStrongAsThePartsThatTheyNeed) {
  const std::string parts = R"({"numerator": "slow", "denominator": "fast", "at_least": 1.9},
                               {"numerator": "slow", "denominator": "fast", "at_most": 2.1})";
  ClaimVerdict verdict = verdict_on(parts);
  verdict.parts[1].p_value = 0.5;
  EXPECT_FALSE(corrected(verdict, 0).survives) << "needs both";
  verdict.one_part_decides = true;
  EXPECT_TRUE(corrected(verdict, 0).survives) << "needs one";
}

std::string complaint(const std::string& text) {
  try {
    read_claims(text, "mine.json");
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(ClaimFile, NamesClaimPartAndField) {
  EXPECT_THAT(complaint("{}"), HasSubstr("mine.json: expected a list of claims"));
  EXPECT_THAT(complaint("[{}]"), HasSubstr("field '[0].id' is missing"));
  EXPECT_THAT(complaint(R"([{"id": "a", "text": "t", "source": "s", "pln": {}}])"),
              HasSubstr("claim 'a', line 1: field '[0].pln' is unknown, did you mean 'plan'?"));
  const std::string head = R"([{"id": "a", "text": "t", "source": "s", "plan": {}, "parts": [)";
  EXPECT_THAT(complaint(head + "]}]"), HasSubstr("expected a list of parts"));
  EXPECT_THAT(complaint(head + R"({"numerator": "a"}]}])"),
              HasSubstr("field '[0].parts[0].numerator' expected either 'at_least' or 'at_most'"));
  EXPECT_THAT(complaint(head + R"({"numerator": "a", "at_least": 1, "metric": "sped"}]}])"),
              HasSubstr("'sped' is no metric"));
  EXPECT_THAT(complaint(head + R"({"numerator": "a", "at_least": 0}]}])"), HasSubstr("must be above 0"));
  EXPECT_THAT(complaint(head + R"({"numerator": "a", "at_least": 1, "rows": "most"}]}])"),
              HasSubstr("every, some or geomean"));
  EXPECT_THAT(complaint("[" + std::string(R"({"id": "a", "text": "t", "source": "s", "not_testable": "x"},)") +
                        R"({"id": "a", "text": "t", "source": "s", "not_testable": "x"}])"),
              HasSubstr("claim 'a' is given twice"));
}

/// Two rows that differ in keys, each with lookups and scans: larger sets take twice as long, scans ten times.
Result four_rows() {
  Result all = result();
  const Row row = all.rows[0];
  all.rows.clear();
  for (const double keys : {1.0, 2.0}) {
    for (const double work : {1.0, 10.0}) {
      Row next = row;
      next.keys = keys == 1 ? 1000 : 2000;
      next.workload = work == 1 ? "sosd-lookup" : "scan-100";
      for (Cell& cell : next.cells) {
        if (!cell.ok()) continue;
        for (double& block : cell.passes.throughput->ns_per_op.blocks) block *= keys * work;
      }
      all.rows.push_back(next);
    }
  }
  return all;
}

TEST(Claims, CompareRowsThatDifferOnlyInWhatTheSidesSetApart) {
  const auto value = [](const std::string& numerator, const std::string& denominator, const std::string& rows) {
    const std::string part = R"({"numerator": {"index": "fast", )" + numerator +
                             R"(}, "denominator": {"index": "fast", )" + denominator + R"(}, "rows": ")" + rows +
                             R"(", "at_least": 1.5})";
    const PartVerdict verdict = adjudicate(claims_with(part).front(), four_rows()).parts[0];
    EXPECT_EQ(verdict.word, ClaimWord::kHolds);
    return *verdict.value;
  };
  EXPECT_NEAR(value(R"("keys": 2000)", R"("keys": 1000)", "every"), 2, 0.1) << "lookups with lookups, scans with scans";
  EXPECT_NEAR(value(R"("keys": 2000)", R"("keys": 1000)", "some"), 2, 0.1);
  EXPECT_NEAR(value(R"("workload": "scan-*")", R"("workload": "sosd-*")", "every"), 10, 0.5) << "sizes kept apart";
  EXPECT_NEAR(value(R"("keys": 2000)", R"("keys": 1000)", "geomean"), 2, 0.1) << "rows that are not paired";
}

TEST(Claims, TakeRoundsOnTheThresholdForNoEvidence) {
  Result flat = result();
  for (Cell& cell : flat.rows[0].cells) {
    if (!cell.ok()) continue;
    for (double& block : cell.passes.throughput->ns_per_op.blocks) block = 50;
  }
  const Claim claim = claims_with(R"({"numerator": "slow", "denominator": "fast", "at_least": 1})").front();
  EXPECT_EQ(adjudicate(claim, flat).parts[0].p_value, 1);
}

TEST(ClaimFile, RefusesIdsThatAreNoNamesOfFolders) {
  for (const std::string& id : {std::string("../evil"), std::string("/tmp/x"), std::string(""), std::string("a/b"),
                                std::string(".hidden"), std::string(65, 'x')}) {
    EXPECT_THAT(complaint(R"([{"id": ")" + id + R"(", "text": "t", "source": "s", "not_testable": "x"}])"),
                HasSubstr("must be 1 to 64 letters"))
        << id;
  }
}

TEST(ClaimFile, RefusesToCompareASideWithItself) {
  EXPECT_THAT(complaint(R"([{"id": "a", "text": "t", "source": "s", "plan": {},
                             "parts": [{"numerator": "x", "denominator": "x", "at_least": 1}]}])"),
              HasSubstr("compares x with itself"));
  EXPECT_THAT(complaint(R"([{"id": "a", "text": "t", "source": "s", "plan": 5, "parts": []}])"),
              HasSubstr("field '[0].plan' must be an object"));
}

TEST(ClaimFile, RefusesKeysThatItsPlanDoesNotHave) {
  const auto with = [](const std::string& keys) {
    return complaint(R"([{"id": "a", "text": "t", "source": "s", "plan": {"keys": [1000, 2000]},
                          "parts": [{"numerator": {"index": "x", "keys": )" +
                     keys + R"(}, "at_least": 1}]}])");
  };
  EXPECT_EQ(with("2000"), "");
  EXPECT_THAT(with("3000"), HasSubstr("3000 keys are not among the plan's"));
  EXPECT_THAT(with("\"2000\""), HasSubstr("numerator.keys' must be a whole number"));
}

TEST(ClaimFile, RefusesToCompareWhatItDoesNotMeasure) {
  EXPECT_THAT(complaint(R"([{"id": "a", "text": "t", "source": "s", "plan": {"indexes": ["pgm-*", "rmi"]},
                             "parts": [{"numerator": "pgm-64", "denominator": "rmy", "at_least": 1}]}])"),
              HasSubstr("'rmy' is not among the plan's indexes, did you mean 'rmi'?"));
}

TEST(BuiltInClaims, AreThoseOfTheList) {
  std::size_t testable = 0;
  std::vector<std::string> ids;
  for (const Claim& claim : built_in_claims()) {
    ids.push_back(claim.id);
    testable += claim.untestable.empty();
    EXPECT_FALSE(claim.text.empty());
    EXPECT_FALSE(claim.source.empty());
  }
  EXPECT_EQ(ids.size(), 36U);
  EXPECT_EQ(testable, 36U);
  EXPECT_THAT(ids, ::testing::IsSupersetOf({"odb-1", "odb-15", "lit-1", "lit-14", "lit-20"}));
}

}  // namespace
}  // namespace omenbench
