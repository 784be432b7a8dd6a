// The gate's rules as known answers: what is suspicious, what is red, what it says it could have seen.
#include <gtest/gtest.h>

#include <cmath>

#include "results/gate/gate.h"

namespace omenbench {
namespace {

/// ln of 1 % more per round: 1.01, 1.02, ...
std::vector<double> rising(int rounds, int first = 1) {
  std::vector<double> logs;
  for (int i = 0; i < rounds; ++i) logs.push_back(std::log1p((first + i) / 100.0));
  return logs;
}

/// Six rounds that alternate around no change, by this much.
std::vector<double> swinging(double change, int rounds = 6) {
  std::vector<double> logs;
  for (int i = 0; i < rounds; ++i) logs.push_back(std::log1p(i % 2 == 0 ? change : -change));
  return logs;
}

GateCell decided(const std::vector<double>& decision, const GateRules& rules = {}) {
  std::vector<GateCell> cells(1);
  cells[0].screen = std::vector<double>(6, 0.1);
  cells[0].decision = decision;
  decide_gate(cells, rules);
  return cells[0];
}

TEST(GateScreen, SendsOnWhatIsSlowerThanHalfOfWhatIsTolerated) {
  const GateRules rules{.max_regression = 0.05};
  const auto suspicious = [&](double change) {
    return is_suspicious(std::vector<double>(6, std::log1p(change)), rules);
  };
  EXPECT_FALSE(suspicious(-0.1));
  EXPECT_FALSE(suspicious(0.0249));
  EXPECT_TRUE(suspicious(0.0251));
  EXPECT_FALSE(is_suspicious({}, rules));
  EXPECT_FALSE(is_suspicious(std::vector<double>{1, 1, 0, 0, 0}, rules)) << "the median decides";
}

// Twenty rounds: the interval runs from the 6th to the 15th, and 15 of them lie beyond 5 %.
TEST(GateDecision, TakesMedianIntervalAndTailOfTheFreshRounds) {
  const GateCell cell = decided(rising(20));
  EXPECT_NEAR(cell.ratio, std::sqrt(1.10 * 1.11), 1e-12);
  EXPECT_NEAR(cell.lo, 1.06, 1e-12);
  EXPECT_NEAR(cell.hi, 1.15, 1e-12);
  EXPECT_NEAR(cell.p_value, 21'700.0 / 1'048'576, 1e-15);
  EXPECT_TRUE(cell.suspicious);
  EXPECT_FALSE(cell.alone);
  EXPECT_EQ(cell.word, GateWord::kRegression);
}

TEST(GateDecision, LooksAtItsRoundsInTheWayThatVariesLess) {
  GateCell cell;
  cell.decision = rising(20);
  EXPECT_EQ(cell.decisive(), cell.decision) << "the only way";
  cell.middle = std::vector<double>(20, 0.3);
  EXPECT_EQ(cell.decisive(), cell.middle) << "without spread, however large";
  std::swap(cell.middle, cell.decision);
  EXPECT_EQ(cell.decisive(), cell.decision);
  std::vector<GateCell> cells(1);
  cells[0].screen = std::vector<double>(6, 0.1);
  cells[0].decision = swinging(0.3, 20);
  cells[0].middle = std::vector<double>(20, 0.3);
  EXPECT_EQ(next_step(cells[0], {}), GateStep::kDone);
  decide_gate(cells, {});
  EXPECT_EQ(cells[0].word, GateWord::kRegression);
  EXPECT_NEAR(cells[0].p_value, std::pow(0.5, 20), 1e-12);
}

TEST(GateDecision, IsRedOnlyWhenTheWholeIntervalIsBeyondWhatIsTolerated) {
  EXPECT_EQ(decided(rising(20), {.max_regression = 0.0599}).word, GateWord::kRegression);
  EXPECT_EQ(decided(rising(20), {.max_regression = 0.0601}).word, GateWord::kPass);
  EXPECT_FALSE(decided(rising(20), {.max_regression = 0.0601}).alone);
  EXPECT_EQ(decided(std::vector<double>(20, -1)).word, GateWord::kPass);
}

TEST(GateDecision, CorrectsForAllThatCameToTheSecondStage) {
  std::vector<GateCell> cells(3);
  for (GateCell& cell : cells) cell.screen = std::vector<double>(6, 0.1);
  cells[0].decision = rising(20);                    // p = 0.021, above 0.05 / 3
  cells[1].decision = std::vector<double>(20, 0.0);  // p = 1
  cells[2].decision = std::vector<double>(20, 0.0);
  const GateRules rules{.must_see = 0.2};
  decide_gate(cells, rules);
  EXPECT_EQ(cells[0].word, GateWord::kPass);
  EXPECT_TRUE(cells[0].alone);
  EXPECT_FALSE(cells[1].alone);
  cells[2] = {};
  cells[2].screen = std::vector<double>(6, 0.0);  // not suspicious: no comparison
  decide_gate(cells, rules);
  EXPECT_EQ(cells[0].word, GateWord::kRegression) << "0.021 is below 0.05 / 2";
  EXPECT_FALSE(cells[2].suspicious);
}

TEST(GateDecision, DescribesAScreenThatPassedByItself) {
  std::vector<GateCell> cells(1);
  cells[0].screen = rising(6, -3);  // 0.97 .. 1.02
  decide_gate(cells, {});
  EXPECT_EQ(cells[0].word, GateWord::kPass);
  EXPECT_NEAR(cells[0].lo, 0.97, 1e-12);
  EXPECT_NEAR(cells[0].hi, 1.02, 1e-12);
  EXPECT_EQ(cells[0].p_value, 1);
  cells[0] = {};
  cells[0].screen = rising(5, -3);
  decide_gate(cells, {});
  EXPECT_NEAR(cells[0].ratio, 0.99, 1e-12);
  EXPECT_EQ(cells[0].lo, 0) << "five rounds have no interval";
  EXPECT_EQ(cells[0].word, GateWord::kOneSided);
}

// Half of the rounds 0.01 above and half 0.01 below their middle: a median deviation of 0.01.
TEST(GateDecision, SaysWhichChangeItCouldHaveSeen) {
  std::vector<double> rounds;
  for (int i = 0; i < 20; ++i) rounds.push_back(i % 2 == 0 ? 0.01 : -0.01);
  EXPECT_NEAR(decided(rounds).detectable, 1.05 * std::exp(0.95 * 1.4826 * 0.01) - 1, 1e-12);
  EXPECT_NEAR(decided(std::vector<double>(20, 0.3)).detectable, 0.05, 1e-12)
      << "without spread, whatever is not tolerated";
}

TEST(GateDecision, IsTooNoisyWhenItsIntervalDoesNotExcludeWhatMustBeSeen) {
  const auto word = [](double change, const GateRules& rules) {
    std::vector<GateCell> cells(1);
    cells[0].screen = swinging(change);
    decide_gate(cells, rules);
    return cells[0].word;
  };
  const GateRules rules{.max_regression = 0.05};
  EXPECT_EQ(word(0.149, rules), GateWord::kPass) << "three times what is tolerated, unless said otherwise";
  EXPECT_EQ(word(0.151, rules), GateWord::kTooNoisy);
  EXPECT_EQ(word(0.151, {.max_regression = 0.05, .must_see = 0.16}), GateWord::kPass);
  EXPECT_EQ(decided(std::vector<double>(20, 0.3)).word, GateWord::kRegression) << "it has seen one";
  EXPECT_EQ(decided(rising(20, -3)).word, GateWord::kPass);
  EXPECT_EQ(decided(rising(20, 1), {.max_regression = 0.0601, .must_see = 0.14}).word, GateWord::kTooNoisy);
}

GateStep step(std::vector<double> screen, std::vector<double> decision = {}) {
  GateCell cell;
  cell.screen = std::move(screen);
  cell.decision = std::move(decision);
  return next_step(cell, {});
}

TEST(GateSteps, ScreenUntilWhatMustBeSeenIsExcluded) {
  EXPECT_EQ(step({}), GateStep::kScreen);
  EXPECT_EQ(step(std::vector<double>(5, 0.0)), GateStep::kScreen);
  EXPECT_EQ(step(std::vector<double>(6, 0.0)), GateStep::kDone);
  EXPECT_EQ(step(std::vector<double>(6, 0.03)), GateStep::kDecide) << "slower than half of what is tolerated";
  EXPECT_EQ(step(swinging(0.2)), GateStep::kScreen) << "too noisy for six rounds";
  EXPECT_EQ(step(swinging(0.2, 12)), GateStep::kScreen);
  EXPECT_EQ(step(swinging(0.2, 13)), GateStep::kScreen) << "looked at only after six more";
  EXPECT_EQ(step(swinging(0.2, 24)), GateStep::kDecide) << "too noisy for any screen";
  // Ten of twelve below what must be seen are enough for an interval of 95 %, not for a second look.
  std::vector<double> twelve(12, -0.1);
  twelve[0] = twelve[1] = 0.2;
  EXPECT_EQ(step(twelve), GateStep::kScreen);
  twelve[0] = -0.1;
  EXPECT_EQ(step(twelve), GateStep::kDone);
}

TEST(GateSteps, DecideUntilItIsProvenOrExcluded) {
  const std::vector<double> screen(6, 0.1);
  EXPECT_EQ(step(screen, std::vector<double>(19, 0.0)), GateStep::kDecide);
  EXPECT_EQ(step(screen, std::vector<double>(20, 0.0)), GateStep::kDone);
  EXPECT_EQ(step(screen, std::vector<double>(20, 0.3)), GateStep::kDone);
  std::vector<double> barely(20, 0.3);  // 16 of 20 beyond what is tolerated: p = 0.006, too much beside other suspects
  for (int i = 0; i < 4; ++i) barely[static_cast<std::size_t>(i)] = 0.0;
  EXPECT_EQ(step(screen, barely), GateStep::kDecide);
  barely[0] = barely[1] = 0.3;
  EXPECT_EQ(step(screen, barely), GateStep::kDone);
  EXPECT_EQ(step(screen, swinging(0.2, 20)), GateStep::kDecide);
  EXPECT_EQ(step(screen, swinging(0.2, 60)), GateStep::kDone) << "for better or worse";
}

TEST(GateSteps, KnowWhichRoundsAreExtra) {
  const auto extra = [](std::vector<double> screen, std::vector<double> decision = {}) {
    GateCell cell;
    cell.screen = std::move(screen);
    cell.decision = std::move(decision);
    return is_extra(cell, {});
  };
  EXPECT_FALSE(extra({}));
  EXPECT_FALSE(extra(std::vector<double>(6, 0.1))) << "what is suspicious is decided in any case";
  EXPECT_TRUE(extra(swinging(0.2)));
  EXPECT_FALSE(extra(std::vector<double>(6, 0.1), std::vector<double>(19, 0.1)));
  EXPECT_TRUE(extra(std::vector<double>(6, 0.1), swinging(0.2, 20)));
}

TEST(GateWords, OfFailures) {
  const auto word = [](const char* base, const char* head) {
    GateCell cell;
    cell.base_failure = base;
    cell.head_failure = head;
    return word_of_failures(cell);
  };
  EXPECT_EQ(word("", ""), std::nullopt);
  EXPECT_EQ(word("", "crash"), GateWord::kNewFailure);
  EXPECT_EQ(word("crash", ""), GateWord::kOneSided);
  EXPECT_EQ(word("crash", "crash"), GateWord::kFailsOnBoth);
}

TEST(GateWords, OfWhatCannotBeJudged) {
  std::vector<GateCell> cells(3);
  cells[0].screen = std::vector<double>(6, 1.0);
  cells[0].upper_bound = true;
  cells[2].screen = std::vector<double>(6, 1.0);
  cells[2].head_failure = "crash";
  decide_gate(cells, {});
  EXPECT_EQ(cells[0].word, GateWord::kUnresolved);
  EXPECT_EQ(cells[1].word, GateWord::kOneSided) << "no rounds";
  EXPECT_EQ(cells[2].word, GateWord::kNewFailure);
}

TEST(GateVerdict, IsTheFirstOfRedInterruptedUndecidedFailedInconclusiveAndGreen) {
  GateReport report;
  EXPECT_EQ(report.verdict(), "undecided") << "of nothing";
  report.cells.resize(2);
  report.cells[0].word = report.cells[1].word = GateWord::kOneSided;
  EXPECT_EQ(report.verdict(), "undecided");
  EXPECT_EQ(report.not_judged(), 2U);
  report.cells[0].base_failure = "crash";
  EXPECT_TRUE(report.decided()) << "that it failed before is known";
  report.cells[0] = {};
  EXPECT_EQ(report.verdict(), "inconclusive") << "what could be judged is not all";
  report.cells[1].base_failure = "crash";
  EXPECT_EQ(report.verdict(), "green") << "what failed before is no regression";
  report.cells[1] = {};
  report.cells[1].word = GateWord::kTooNoisy;
  EXPECT_EQ(report.verdict(), "inconclusive");
  EXPECT_EQ(report.not_judged(), 0U);
  report.lenient = true;
  EXPECT_EQ(report.verdict(), "green");
  report.lenient = false;
  report.cells[1].word = GateWord::kUnresolved;
  EXPECT_EQ(report.not_judged(), 1U);
  report.interrupted = true;
  EXPECT_EQ(report.verdict(), "interrupted");
  report.cells[1].word = GateWord::kNewFailure;
  EXPECT_EQ(report.verdict(), "red");
  report.cells[1].word = GateWord::kFailsOnBoth;
  EXPECT_FALSE(report.red());
  report.interrupted = false;
  EXPECT_EQ(report.verdict(), "failed") << "exit 3 must not read green";
  report.lenient = true;
  EXPECT_EQ(report.verdict(), "failed");
  report.cells[1].word = GateWord::kRegression;
  EXPECT_TRUE(report.red());
}

Measurement measured(const std::vector<double>& blocks, const std::string& metric = "ns_per_op") {
  Measurement measurement;
  measurement.dataset = "data";
  measurement.workload = "lookup";
  measurement.index = "pgm";
  measurement.tier = "in-process";
  measurement.metric = metric;
  measurement.blocks = blocks;
  return measurement;
}

std::vector<GateCell> saved(const Measurement& base, const Measurement& head,
                            std::vector<std::string>* notes = nullptr) {
  Comparison comparison;
  comparison.cells.push_back(compare_measurements(base, head));
  std::vector<std::string> own;
  return gate_of_saved(comparison, {}, notes != nullptr ? *notes : own);
}

std::vector<double> six(double factor) {
  std::vector<double> blocks;
  for (int i = 0; i < 6; ++i) blocks.push_back(factor * (100 + i));
  return blocks;
}

TEST(SavedGateRules, JudgeTwoSamples) {
  const GateCell slower = saved(measured(six(1)), measured(six(1.2)))[0];
  EXPECT_EQ(slower.word, GateWord::kRegression);
  EXPECT_NEAR(slower.ratio, 1.2, 1e-9);
  EXPECT_NEAR(slower.p_value, 1.0 / 924, 1e-12) << "every pair lies beyond 5 %, one order of 924";
  EXPECT_NEAR(slower.detectable, 1.05 * slower.ratio / slower.lo - 1, 1e-12);
  const GateCell a_little = saved(measured(six(1)), measured(six(1.03)))[0];
  EXPECT_TRUE(a_little.suspicious);
  EXPECT_EQ(a_little.word, GateWord::kPass);
  EXPECT_GT(a_little.p_value, 0.5);
  const GateCell less = saved(measured(six(1)), measured(six(1.02)))[0];
  EXPECT_FALSE(less.suspicious) << "below half of what is tolerated";
  const GateCell faster = saved(measured(six(1)), measured(six(0.5)))[0];
  EXPECT_EQ(faster.word, GateWord::kPass);
  EXPECT_NEAR(faster.p_value, 1 - 1.0 / 924, 1e-12);
}

TEST(SavedGateRules, CompareBytesExactlyWhenTheyAreTheSameInEveryBlock) {
  const auto bytes = [](double base, double head) {
    return saved(measured({base, base}, "total_bytes"), measured({head, head}, "total_bytes"))[0];
  };
  EXPECT_EQ(bytes(1000, 1049).word, GateWord::kPass);
  EXPECT_EQ(bytes(1000, 1051).word, GateWord::kRegression);
  EXPECT_NEAR(bytes(1000, 1051).ratio, 1.051, 1e-12);
  EXPECT_EQ(saved(measured({1000, 1001}, "total_bytes"), measured({2000, 2000}, "total_bytes"))[0].word,
            GateWord::kOneSided);
  EXPECT_EQ(saved(measured({1000, 1000}), measured({2000, 2000}))[0].word, GateWord::kOneSided)
      << "two blocks of a time have no interval";
}

TEST(SavedGateRules, DoNotJudgeBoundsAndLeaveEnginesOut) {
  Measurement bound = measured(six(1));
  bound.upper_bound = true;
  EXPECT_EQ(saved(bound, measured(six(2)))[0].word, GateWord::kUnresolved);
  EXPECT_EQ(saved(measured(six(1)), bound)[0].word, GateWord::kUnresolved);
  Measurement engine = measured(six(1));
  engine.tier = "embedded";
  engine.index = "sqlite-file";
  std::vector<std::string> notes;
  EXPECT_TRUE(saved(engine, engine, &notes).empty());
  EXPECT_EQ(notes.size(), 1U);
}

TEST(SavedGateRules, CallWhatIsGoneANewFailure) {
  Comparison comparison;
  comparison.gone.push_back(measured(six(1)));
  std::vector<std::string> notes;
  const std::vector<GateCell> cells = gate_of_saved(comparison, {}, notes);
  ASSERT_EQ(cells.size(), 1U);
  EXPECT_EQ(cells[0].word, GateWord::kNewFailure);
  EXPECT_FALSE(cells[0].head_failure.empty());
}

TEST(ComparedMeasurements, GiveHeadOverBaseWithItsInterval) {
  const Compared twice = compare_measurements(measured({1, 2, 3, 4}), measured({20, 22, 24, 26}));
  EXPECT_NEAR(*twice.ratio, std::sqrt(26.0 / 3 * 10), 1e-9);  // the middle two of sixteen ratios
  EXPECT_NEAR(*twice.lo, 20.0 / 4, 1e-9);
  EXPECT_NEAR(*twice.hi, 26.0, 1e-9);
  EXPECT_NEAR(twice.p_value, 2.0 / 70, 1e-12);
  EXPECT_TRUE(twice.differs());
  const Compared half = compare_measurements(measured({20, 22, 24, 26}), measured({1, 2, 3, 4}));
  EXPECT_NEAR(*half.ratio * *twice.ratio, 1, 1e-9);
  EXPECT_TRUE(half.differs());
  EXPECT_FALSE(compare_measurements(measured({1, 2, 3, 4}), measured({1, 2, 3, 4})).differs());
}

TEST(ComparedMeasurements, HaveNoRatioWithoutPositiveValues) {
  EXPECT_FALSE(compare_measurements(measured({0, 1, 2, 3}), measured({1, 2, 3, 4})).ratio);
  EXPECT_FALSE(compare_measurements(measured({1, 2, 3, 4}), measured({1, 2, 3, 0})).ratio);
  const Compared few = compare_measurements(measured({1, 2, 3}), measured({2, 4, 6}));
  EXPECT_TRUE(few.ratio);
  EXPECT_FALSE(few.lo);
  EXPECT_FALSE(few.differs()) << "without an interval";
}

TEST(MeasurementFilters, NeedOneMatchPerField) {
  const Measurement measurement = measured({1});
  const auto keeps = [&](const char* text) { return MeasurementFilter(text).keeps(measurement); };
  EXPECT_TRUE(keeps(""));
  EXPECT_TRUE(keeps("index:p*"));
  EXPECT_TRUE(keeps("index:alex index:pgm"));
  EXPECT_TRUE(keeps("index:pgm workload:lookup"));
  EXPECT_FALSE(keeps("index:pgm workload:scan"));
  EXPECT_FALSE(keeps("index:alex"));
}

}  // namespace
}  // namespace omenbench
