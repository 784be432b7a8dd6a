// The gate's promises as seeded simulations, its words, and its outputs.
#include "results/gate/gate.h"

#include <fmt/format.h>
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
using Json = nlohmann::ordered_json;

/// Heavy-tailed noise with a standard deviation of 3 %, unless said otherwise: Student's t with three degrees of
/// freedom.
double noise(Rng& rng, double deviation = 0.03) {
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += std::pow(testing::normal(rng), 2);
  return deviation / std::sqrt(3.0) * testing::normal(rng) / std::sqrt(squares / 3);
}

std::vector<double> rounds(Rng& rng, std::size_t count, double change) {
  std::vector<double> logs(count);
  for (double& log : logs) log = change + noise(rng);
  return logs;
}

struct Outcome {
  bool planted_red = false;
  bool other_red = false;
  bool planted_green = false;
};

/// One gate over 60 cells, each with an offset of its own of up to 2 % (another layout of the same code); the first
/// has a change planted on top.
Outcome one_gate(Rng& rng, double planted, const GateRules& rules, double deviation = 0.03) {
  std::vector<GateCell> cells(60);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double change = (rng.uniform() * 2 - 1) * 0.02 + (i == 0 ? std::log1p(planted) : 0);
    for (GateStep step; (step = next_step(cells[i], rules)) != GateStep::kDone;) {
      (step == GateStep::kScreen ? cells[i].screen : cells[i].decision).push_back(change + noise(rng, deviation));
    }
  }
  decide_gate(cells, rules);
  Outcome outcome{.planted_red = cells[0].red(), .planted_green = cells[0].word == GateWord::kPass};
  for (std::size_t i = 1; i < cells.size(); ++i) outcome.other_red |= cells[i].red();
  return outcome;
}

struct Rates {
  double found = 0, false_alarms = 0;
};

Rates rates(double max_regression, double planted) {
  constexpr int kGates = 1000;
  Rng rng(mix64(17, static_cast<std::uint64_t>(planted * 1000)));
  const GateRules rules{.max_regression = max_regression};
  Rates rates;
  for (int gate = 0; gate < kGates; ++gate) {
    const Outcome outcome = one_gate(rng, planted, rules);
    rates.found += outcome.planted_red / static_cast<double>(kGates);
    rates.false_alarms += outcome.other_red / static_cast<double>(kGates);
  }
  return rates;
}

TEST(GateSimulation, AtThreePercentTenAreFound) {
  const Rates result = rates(0.03, 0.10);
  EXPECT_GE(result.found, 0.95);
  EXPECT_LE(result.false_alarms, 0.05);
}

TEST(GateSimulation, AtFivePercentFifteenAreFound) {
  const Rates result = rates(0.05, 0.15);
  EXPECT_GE(result.found, 0.95);
  EXPECT_LE(result.false_alarms, 0.05);
}

TEST(GateSimulation, AtTenPercentTwentyAreFound) {
  const Rates result = rates(0.10, 0.20);
  EXPECT_GE(result.found, 0.95);
  EXPECT_LE(result.false_alarms, 0.05);
}

TEST(GateSimulation, ANoisyMachineHidesHardlyAnythingThatMustBeSeen) {
  for (const double deviation : {0.1, 0.2, 0.4}) {
    constexpr int kGates = 400;
    Rng rng(23);
    int green = 0, false_alarms = 0;
    for (int gate = 0; gate < kGates; ++gate) {
      const Outcome outcome = one_gate(rng, 0.15, {}, deviation);
      green += outcome.planted_green;
      false_alarms += outcome.other_red;
    }
    EXPECT_LE(green, kGates / 20) << deviation;
    EXPECT_LE(false_alarms, kGates / 20) << deviation;
  }
}

TEST(GateSimulation, WithoutAnyChangeItStaysGreen) {
  const Rates result = rates(0.03, 0);
  EXPECT_LE(result.false_alarms, 0.05);
}

TEST(GateSimulation, ChangesThatAreSaidToBeDetectableAreFoundNineTimesInTen) {
  Rng rng(5);
  const GateRules rules;
  double detectable = 0;
  std::vector<GateCell> one(1);
  for (int i = 0; i < 200; ++i) {
    one[0] = {};
    one[0].screen = rounds(rng, 6, 0);
    one[0].decision = rounds(rng, 20, 0);
    decide_gate(one, rules);
    detectable += one[0].detectable / 200;
  }
  int found = 0;
  for (int i = 0; i < 1000; ++i) {
    one[0] = {};
    one[0].screen = rounds(rng, 6, std::log1p(detectable));
    one[0].decision = rounds(rng, 20, std::log1p(detectable));
    decide_gate(one, rules);
    found += one[0].red();
  }
  EXPECT_NEAR(found, 900, 60) << "at " << detectable;
}

TEST(Gate, CallsWhatNewlyFailsRedAndWhatFailsOnBothNot) {
  std::vector<GateCell> cells(4);
  cells[0].head_failure = "crash";
  cells[1].head_failure = cells[1].base_failure = "crash";
  cells[2].base_failure = "crash";
  cells[3].screen = {0, 0.001, -0.001, 0, 0, 0};
  decide_gate(cells, {});
  EXPECT_EQ(cells[0].word, GateWord::kNewFailure);
  EXPECT_TRUE(cells[0].red());
  EXPECT_EQ(cells[1].word, GateWord::kFailsOnBoth);
  EXPECT_EQ(cells[2].word, GateWord::kOneSided);
  EXPECT_EQ(cells[3].word, GateWord::kPass);
  EXPECT_FALSE(cells[2].red() || cells[1].red() || cells[3].red());
}

TEST(Gate, NeedsFifteenOfTwentyRoundsBeyondWhatIsTolerated) {
  for (const int beyond : {14, 15}) {
    std::vector<GateCell> cells(1);
    cells[0].screen = std::vector<double>(6, 0.1);
    for (int i = 0; i < 20; ++i) cells[0].decision.push_back(i < beyond ? 0.08 : 0.01);
    decide_gate(cells, {});
    EXPECT_EQ(cells[0].red(), beyond == 15) << beyond;
  }
}

Result saved(double pgm, double tree, std::uint64_t seed) {
  Run run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("tree<\"&", "tree")});
  Rng rng(seed);
  testing::add_rounds(run, 12, [&](const std::string& index, std::uint64_t) {
    return (index == "pgm" ? pgm : tree) * std::exp(0.02 * testing::normal(rng));
  });
  return summarise(run);
}

GateReport report_of(const Result& base, const Result& head) {
  GateReport report{.base = "old", .head = "new", .basis = GateBasis::kSavedRuns};
  report.cells =
      gate_of_saved(compare_results(base, head, MeasurementFilter("metric:ns_per_op")), report.rules, report.notes);
  return report;
}

TEST(Gate, DoesNotJudgeUpperBounds) {
  std::vector<GateCell> cells(2);
  for (GateCell& cell : cells) cell.screen = cell.decision = std::vector<double>(20, 1.0);
  cells[0].upper_bound = true;
  decide_gate(cells, {});
  EXPECT_EQ(cells[0].word, GateWord::kUnresolved);
  EXPECT_EQ(cells[1].word, GateWord::kRegression);
}

TEST(SavedGate, CountsWhatItCannotJudgeAndNeverAsAPass) {
  // p50 is ten times ns/op and the timer costs 20 ns: of pgm only an upper bound is known.
  GateReport report{.base = "old", .head = "new", .basis = GateBasis::kSavedRuns};
  const MeasurementFilter p50("metric:p50_ns");
  report.cells = gate_of_saved(compare_results(saved(15, 80, 1), saved(19, 80, 2), p50), report.rules, report.notes);
  EXPECT_EQ(report.count(GateWord::kUnresolved), 1U);
  EXPECT_EQ(report.not_judged(), 1U);
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)),
              HasSubstr("inconclusive: 1 measurement passed; 1 could not be judged"));
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("unresolved (timer): below 10 times"));
  EXPECT_THAT(render_gate_junit(report), HasSubstr("skipped=\"1\""));
  EXPECT_EQ(to_json(report)["not_judged"], 1);
  report.cells = gate_of_saved(compare_results(saved(15, 16, 1), saved(19, 16, 2), p50), report.rules, report.notes);
  EXPECT_FALSE(report.decided());
}

TEST(SavedGate, FindsAPlantedChangeAndNothingElse) {
  const GateReport same = report_of(saved(50, 80, 1), saved(50, 80, 2));
  EXPECT_FALSE(same.red()) << as_text(gate_document(same, Detail::kBrief));
  const GateReport slower = report_of(saved(50, 80, 1), saved(60, 80, 2));
  EXPECT_EQ(slower.count(GateWord::kRegression), 1U) << as_text(gate_document(slower, Detail::kBrief));
  const GateReport faster = report_of(saved(50, 80, 1), saved(40, 80, 2));
  EXPECT_FALSE(faster.red());
}

TEST(SavedGate, NamesRunsAsAShellTakesThem) {
  GateReport report = report_of(saved(50, 80, 1), saved(60, 80, 2));
  report.head = "my run";
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("omenbench compare old 'my run'"));
}

TEST(SavedGate, WritesTerminalMarkdownJunitAndJson) {
  const GateReport report = report_of(saved(50, 80, 1), saved(60, 80, 2));
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("RED  "));
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("red: 1 of 2 measurements regressed"));
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("look closer: omenbench compare old new"));
  EXPECT_THAT(as_markdown(gate_document(report, Detail::kFull)), HasSubstr("| **RED** |"));
  const std::string junit = render_gate_junit(report);
  EXPECT_THAT(junit, HasSubstr("tests=\"2\" failures=\"1\""));
  EXPECT_THAT(junit, HasSubstr("tree&lt;&quot;&amp;"));
  const Json json = to_json(report);
  EXPECT_EQ(json["verdict"], "red");
  EXPECT_EQ(json["cells"].size(), 2U);
}

TEST(GateReport, FitsIntoACommentAndShowsWhatMatters) {
  GateReport report{.base = "old", .head = "new", .subject = GateSubject::kBenchmarks};
  for (int i = 0; i < 2000; ++i) {
    GateCell& cell = report.cells.emplace_back();
    cell.index = fmt::format("BM_{}", i);
    cell.metric = "cpu_time";
    cell.screen = std::vector<double>(6, 0.0001 * (i % 7));
    report.notes.push_back(fmt::format("BM_{} has the label 'a' on base and 'b' on head", i));
  }
  report.cells[1234].head_failure = "crash";
  decide_gate(report.cells, report.rules);
  const std::string whole = as_markdown(gate_document(report, Detail::kFull));
  EXPECT_GT(whole.size(), 100'000U);
  EXPECT_THAT(whole, HasSubstr("BM_1999 |"));
  const std::string comment = gate_comment(report, 65'000);
  EXPECT_LE(comment.size(), 65'000U);
  EXPECT_GT(comment.size(), 60'000U);
  EXPECT_THAT(comment, HasSubstr("| **RED** | BM_1234 |"));
  EXPECT_THAT(comment, ::testing::ContainsRegex("[0-9,]+ measurements more in the other reports"));
  EXPECT_THAT(comment, ::testing::ContainsRegex("[0-9,]+ remarks more in the other reports"));
}

TEST(SavedGate, IsRedWhenAMeasurementHasGone) {
  Result head = saved(50, 80, 1);
  head.rows[0].cells.erase(head.rows[0].cells.begin() + 1);
  const GateReport report = report_of(saved(50, 80, 1), head);
  EXPECT_EQ(report.count(GateWord::kNewFailure), 1U) << as_text(gate_document(report, Detail::kBrief));
  EXPECT_TRUE(report.red());
}

TEST(SavedGate, LeavesEnginesOutAndSaysSo) {
  const auto with_engine = [](double engine) {
    omenbench::Run run = testing::empty_run(
        {testing::index_summary("pgm", "learned"), testing::index_summary("sqlite-file", "tree", "embedded")});
    testing::add_rounds(run, 12, [&](const std::string& index, std::uint64_t) { return index == "pgm" ? 50 : engine; });
    return summarise(run);
  };
  Result gone = with_engine(900);
  gone.rows[0].cells.erase(gone.rows[0].cells.begin() + 1);
  for (const Result& head : {with_engine(2700), gone}) {
    const GateReport report = report_of(with_engine(900), head);
    EXPECT_EQ(report.cells.size(), 1U);
    EXPECT_EQ(report.verdict(), "green");
    EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("sqlite-file is an engine"));
  }
}

TEST(GateReport, SaysInEveryFormatThatItWasInterrupted) {
  GateReport report{.base = "old", .head = "new"};
  report.interrupted = true;
  report.cells.resize(2);
  for (GateCell& cell : report.cells) cell.screen = {0, 0.001, -0.001, 0, 0, 0};
  decide_gate(report.cells, report.rules);
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("interrupted: no verdict; 2 measurements"));
  EXPECT_THAT(as_markdown(gate_document(report, Detail::kFull)), HasSubstr("## omenbench gate: interrupted"));
  EXPECT_THAT(render_gate_junit(report), HasSubstr("tests=\"3\" failures=\"0\" errors=\"1\""));
  EXPECT_EQ(to_json(report)["verdict"], "interrupted");
  report.cells[0].word = GateWord::kRegression;
  EXPECT_EQ(to_json(report)["verdict"], "red");
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("interrupted before the rest"));
}

TEST(GateReport, NamesWhatWasTooNoisyAndIsGreenOnlyWhenThatIsWanted) {
  GateReport report{.base = "old", .head = "new"};
  report.cells.resize(2);
  report.cells[0].screen = {0, 0.001, -0.001, 0, 0, 0};
  report.cells[1].screen = {-0.9, 0.4, 0, -0.5, 0.6, -0.7};
  decide_gate(report.cells, report.rules);
  EXPECT_EQ(report.count(GateWord::kPass), 1U);
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)),
              HasSubstr("inconclusive: 1 measurement passed; 1 too noisy to exclude +15 %"));
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("  open "));
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("--must-see"));
  EXPECT_THAT(render_gate_junit(report), HasSubstr("<skipped message=\"too noisy: "));
  EXPECT_EQ(to_json(report)["too_noisy"], 1);
  EXPECT_EQ(to_json(report)["verdict"], "inconclusive");
  report.lenient = true;
  EXPECT_EQ(to_json(report)["verdict"], "green");
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("green: no measurement, of one, is"));
}

TEST(SavedGate, IsUndecidedWhenNothingCanBeCompared) {
  omenbench::Run run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 2, [](const std::string&, std::uint64_t) { return 50.0; });
  const GateReport report = report_of(summarise(run), summarise(run));
  EXPECT_FALSE(report.red());
  EXPECT_FALSE(report.decided());
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("undecided: no measurement, of one, can be"));
  EXPECT_EQ(to_json(report)["verdict"], "undecided");
}

TEST(Compare, KeepsColdAndWarmApart) {
  Result cold = saved(50, 80, 1);
  cold.rows[0].cold = true;
  EXPECT_THROW(compare_results(saved(50, 80, 1), cold, MeasurementFilter("")), Error);
}

TEST(Compare, NamesEnginesOfWhichTheRunsHadOtherVersions) {
  Result base = saved(50, 80, 1), head = saved(50, 80, 2);
  EXPECT_THAT(engine_differences(base, head), ::testing::IsEmpty());
  base.rows[0].cells[0].engine_version = "PostgreSQL 15.20";
  EXPECT_THAT(engine_differences(base, head), ::testing::IsEmpty()) << "one of them did not start";
  head.rows[0].cells[0].engine_version = "PostgreSQL 17.12";
  const std::string name = base.rows[0].cells[0].index;
  EXPECT_THAT(compare_results(base, head, MeasurementFilter("")).warnings,
              ::testing::Contains("engine '" + name +
                                  "' is PostgreSQL 15.20 in the first run and PostgreSQL 17.12 in the second: ratios "
                                  "are those of the versions"));
}

TEST(Compare, MarksWhatChanceExplains) {
  const Comparison same = compare_results(saved(50, 80, 7), saved(50, 80, 8), MeasurementFilter(""));
  for (const Compared& cell : same.cells) EXPECT_FALSE(cell.differs()) << cell.base.metric;
  const Comparison slower = compare_results(saved(50, 80, 7), saved(55, 80, 8), MeasurementFilter("metric:ns_per_op"));
  ASSERT_EQ(slower.cells.size(), 2U);
  EXPECT_TRUE(slower.cells[0].differs());
  EXPECT_NEAR(*slower.cells[0].ratio, 1.1, 0.02);
  EXPECT_THAT(as_text(comparison_document(slower, {})), HasSubstr("1.1"));
  EXPECT_THAT(as_text(comparison_document(slower, {})), HasSubstr("~ ["));
}

TEST(Compare, MakesNoVerdictOfUpperBounds) {
  // p50 is ten times ns/op, the timer costs 20 ns: 150 ns against 400 ns is unresolved, 400 against 800 is not.
  const Comparison below = compare_results(saved(15, 40, 1), saved(40, 80, 2), MeasurementFilter("metric:p50_ns"));
  ASSERT_EQ(below.cells.size(), 2U);
  EXPECT_TRUE(below.cells[0].unresolved());
  EXPECT_FALSE(below.cells[0].ratio);
  EXPECT_FALSE(below.cells[0].differs());
  EXPECT_TRUE(below.cells[1].differs());
  EXPECT_THAT(as_text(comparison_document(below, {})), HasSubstr("unresolved (timer)"));
  EXPECT_THAT(as_text(comparison_document(below, {})), ::testing::ContainsRegex("<=1[45][0-9]"));
  EXPECT_EQ(to_json(below)["cells"][0]["base"]["upper_bound"], true);
  EXPECT_EQ(to_json(below)["cells"][0]["head"]["upper_bound"], false);
  EXPECT_TRUE(to_json(below)["cells"][0]["ratio"].is_null());
}

TEST(Compare, FiltersByGlobsAndRefusesUnknownFields) {
  const Result result = saved(50, 80, 1);
  EXPECT_EQ(compare_results(result, result, MeasurementFilter("index:p* metric:ns_per_op")).cells.size(), 1U);
  EXPECT_EQ(compare_results(result, result, MeasurementFilter("metric:ns_per_op metric:build_ns")).cells.size(), 4U);
  EXPECT_THROW(MeasurementFilter("indx:pgm"), Error);
  EXPECT_THROW(MeasurementFilter("pgm"), Error);
  EXPECT_THROW(compare_results(result, result, MeasurementFilter("index:nothing")), Error);
}

TEST(Compare, SaysWhatEachRunHasWhenNothingIsInCommon) {
  const auto message = [](const Result& base, const Result& head, const char* filter) -> std::string {
    try {
      compare_results(base, head, MeasurementFilter(filter));
    } catch (const Error& error) {
      return error.what();
    }
    return "compared";
  };
  const Result base = saved(50, 80, 1);
  Result head = base;
  head.rows[0].dataset = "books";
  EXPECT_THAT(message(base, head, ""), HasSubstr("the first has 'data 1000 keys lookup 1 thread', the second 'books "));
  head = base;
  for (Cell& cell : head.rows[0].cells) cell.index += "-2";
  EXPECT_THAT(message(base, head, "metric:ns_per_op"), HasSubstr("the second pgm-2 ns_per_op"));
  EXPECT_THAT(message(base, head, "metric:p42_ns"), HasSubstr("no measurement that matches 'metric:p42_ns'"));
}

/// A result of two rows, the second on other data.
Result two_rows(double pgm, std::uint64_t seed) {
  Result result = saved(pgm, 80, seed);
  Row second = saved(30, 40, seed + 100).rows[0];
  second.dataset = "books";
  result.rows.push_back(second);
  return result;
}

TEST(SavedGate, NamesARowThatChangedOrVanishedAndJudgesTheRest) {
  const Result base = two_rows(50, 1);
  Result changed = two_rows(60, 2), gone = two_rows(60, 2);
  changed.rows[1].stream_sha256[0] = "another";
  gone.rows.pop_back();
  for (const Result& head : {changed, gone}) {
    const GateReport report = report_of(base, head);
    EXPECT_EQ(report.cells.size(), 4U);
    EXPECT_EQ(report.count(GateWord::kRegression), 1U) << "of the first row, which can be compared";
    EXPECT_EQ(report.count(GateWord::kOneSided), 2U);
    EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("not compared: row 'books, 1000 keys"));
  }
  Result same = two_rows(50, 2);
  same.rows.pop_back();
  EXPECT_EQ(report_of(base, same).verdict(), "inconclusive") << "what vanished may hide anything";
  changed.rows[0].stream_sha256[0] = "another";
  EXPECT_THROW(report_of(base, changed), Error) << "nothing is left";
}

TEST(Compare, RefusesOtherKeysAndOtherOperations) {
  const Result base = saved(50, 80, 1);
  Result head = base;
  head.datasets[0].sha256 = "another";
  EXPECT_THROW(compare_results(base, head, MeasurementFilter("")), Error);
  head = base;
  head.rows[0].stream_sha256[3] = "another";
  EXPECT_THROW(compare_results(base, head, MeasurementFilter("")), Error);
  head = base;
  head.environment.cpu_quota = 0.4;
  EXPECT_THAT(compare_results(base, head, MeasurementFilter("")).warnings,
              ::testing::ElementsAre(HasSubstr("the runs differ in CPU quota: none and 0.4 CPUs"),
                                     HasSubstr("not the same machine under the same conditions")));
  head = base;
  head.environment.kernel = "newer";
  EXPECT_THAT(compare_results(base, head, MeasurementFilter("")).warnings,
              ::testing::ElementsAre(HasSubstr("kernel: test and newer")))
      << "no other machine";
  head = base;
  head.plan["huge_pages"] = true;
  EXPECT_THAT(compare_results(base, head, MeasurementFilter("")).warnings,
              ::testing::Contains(HasSubstr("--huge-pages: off and on")));
}

}  // namespace
}  // namespace omenbench
