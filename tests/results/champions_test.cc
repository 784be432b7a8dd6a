// Naming the best of each side and comparing it, on sides made up by hand and in seeded simulations: the figures of
// docs/adr/0009-champions.md, which --gtest_output=json:FILE writes down as properties.
#include "results/champions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/rng.h"
#include "results/statistics.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::normal;
using testing::simulated_runs;

/// What chance may add where sanitizers leave few runs.
constexpr double kChance = simulated_runs(1000) < 1000 ? 0.05 : 0;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<double> constant(double value, std::size_t rounds = 12) { return std::vector<double>(rounds, value); }

TEST(Leaders, AreTheLeastMedianAndWhatTheRoundsCannotTellFromIt) {
  std::vector<double> slower = constant(101), close = constant(101);
  for (std::size_t round = 0; round < 3; ++round) close[round] = 99;  // faster in three of twelve
  const auto leaders = leaders_of({slower, close, constant(100)});
  ASSERT_TRUE(leaders);
  EXPECT_EQ(leaders->best, 2U);
  EXPECT_THAT(leaders->rivals, ElementsAre(1));
}

TEST(Leaders, AreNotDisplacedByTwoRoundsHoweverFarOut) {
  std::vector<double> disturbed = constant(90);
  disturbed[0] = disturbed[1] = 900;
  const auto leaders = leaders_of({constant(100), disturbed});
  EXPECT_EQ(leaders->best, 1U);
  EXPECT_THAT(leaders->rivals, IsEmpty()) << "slower in two rounds of twelve is less than chance";
}

TEST(Leaders, AreNoneWithoutAValue) {
  EXPECT_FALSE(leaders_of({}));
  EXPECT_FALSE(leaders_of({constant(kNone)}));
  EXPECT_EQ(leaders_of({constant(kNone), constant(7)})->best, 1U);
}

TEST(RoundsNeeded, GrowWithWhatIsTooCloseToTell) {
  EXPECT_EQ(rounds_needed(1, 1), 6U);
  EXPECT_EQ(rounds_needed(2, 1), 6U);
  EXPECT_EQ(rounds_needed(2, 2), 7U);
  EXPECT_EQ(rounds_needed(10, 1), 8U);
  EXPECT_EQ(rounds_needed(30, 30), 11U);
}

TEST(Contrast, OfTwoIsTheirPairedRatioWithItsSignInterval) {
  std::vector<double> ours;
  for (int round = 0; round < 12; ++round) ours.push_back(80 + round);
  const Contrast found = contrast({ours}, {}, {constant(100)}, {}, 0.05);
  ASSERT_TRUE(found.ratio);
  EXPECT_NEAR(found.ratio->median, std::sqrt(0.85 * 0.86), 1e-12);
  EXPECT_NEAR(found.ratio->lo, 0.82, 1e-12);
  EXPECT_NEAR(found.ratio->hi, 0.89, 1e-12);
  EXPECT_NEAR(found.ratio->coverage, 1 - 2 * 79.0 / 4096, 1e-12);
  EXPECT_EQ(found.ratios.size(), 12U);
  EXPECT_DOUBLE_EQ(found.p_better, 1.0 / 4096);
  EXPECT_EQ(found.p_worse, 1);
}

TEST(Contrast, HoldsWhicheverRivalIsTheBest) {
  // Two learned indexes that take turns in being the faster one, against a tree between their extremes.
  std::vector<double> even, odd;
  for (int round = 0; round < 12; ++round) {
    even.push_back(round % 2 == 0 ? 80 : 90);
    odd.push_back(round % 2 == 0 ? 90 : 80);
  }
  const Contrast found = contrast({even, odd}, {0, {1}}, {constant(100)}, {}, 0.05);
  ASSERT_TRUE(found.ratio);
  EXPECT_NEAR(found.ratio->lo, 0.80, 1e-12);
  EXPECT_NEAR(found.ratio->hi, 0.90, 1e-12);
  EXPECT_DOUBLE_EQ(found.p_better, 2.0 / 4096) << "either could be the one with the luck";
  const Contrast turned = contrast({constant(125)}, {}, {even, odd}, {0, {1}}, 0.05);
  EXPECT_NEAR(turned.ratio->lo, 125.0 / 90, 1e-12);
  EXPECT_NEAR(turned.ratio->hi, 125.0 / 80, 1e-12);
  EXPECT_DOUBLE_EQ(turned.p_worse, 2.0 / 4096);
  EXPECT_EQ(turned.p_better, 1);
  // Rounds choose for each other: a round in which one is fast makes the others choose the other.
  for (const double ratio : found.ratios) EXPECT_NEAR(ratio, 0.9, 1e-12);
}

TEST(Contrast, HasNoIntervalWithTooFewRounds) {
  const SideValues one = {constant(80, 6)}, two = {constant(80, 6), constant(80, 6)};
  EXPECT_TRUE(contrast(one, {}, one, {}, 0.05).ratio);
  EXPECT_TRUE(contrast(two, {0, {1}}, one, {}, 0.05).ratio);
  EXPECT_FALSE(contrast(two, {0, {1}}, two, {0, {1}}, 0.05).ratio);
  EXPECT_FALSE(contrast({constant(80, 5)}, {}, {constant(80, 5)}, {}, 0.05).ratio);
}

TEST(Contrast, LeavesOutRoundsInWhichASideHasNoValue) {
  std::vector<double> ours = constant(50, 8);
  ours[3] = kNone;
  const Contrast found = contrast({ours}, {}, {constant(100, 8)}, {}, 0.05);
  EXPECT_EQ(found.ratios.size(), 7U);
  EXPECT_NEAR(found.ratio->median, 0.5, 1e-12);
}

/// What a row may look like: logarithms of what its indexes take, and what disturbs them.
struct World {
  std::vector<double> learned, baselines;
  double noise = 0.03;
  bool heavy_tails = false;
  bool outlier_rounds = false;  ///< two, in which half of the indexes take 1.2 to 2 times as long
  std::size_t rounds = 12;

  double truth() const { return std::ranges::min(learned) - std::ranges::min(baselines); }
};

std::vector<double> best_ahead(std::size_t count, double by) {
  std::vector<double> side(count, 0);
  side[0] = -std::log1p(by);
  return side;
}

double noise_of(const World& world, Rng& rng) {
  if (!world.heavy_tails) return world.noise * normal(rng);
  double squares = 0;  // Student's t of three degrees
  for (int i = 0; i < 3; ++i) squares += std::pow(normal(rng), 2);
  return world.noise / 1.2 * normal(rng) / std::sqrt(squares / 3);
}

void draw(const World& world, Rng& rng, SideValues& learned, SideValues& baselines) {
  const auto values = [&](const std::vector<double>& side) {
    SideValues all;
    for (const double level : side) {
      std::vector<double>& rounds = all.emplace_back();
      for (std::size_t i = 0; i < world.rounds; ++i) rounds.push_back(100 * std::exp(level + noise_of(world, rng)));
    }
    return all;
  };
  learned = values(world.learned);
  baselines = values(world.baselines);
  const auto disturb = [&](std::size_t round, auto factor) {
    for (SideValues* side : {&learned, &baselines}) {
      for (std::vector<double>& rounds : *side) rounds[round] *= factor();
    }
  };
  for (std::size_t round = 0; round < world.rounds; ++round) {
    disturb(round, [drift = std::exp(0.03 * normal(rng))] { return drift; });
  }
  if (!world.outlier_rounds) return;
  const std::size_t first = rng.below(world.rounds), second = (first + 1 + rng.below(world.rounds - 1)) % world.rounds;
  for (const std::size_t round : {first, second}) {
    disturb(round, [&] { return rng.below(2) == 0 ? 1.0 : 1.2 + 0.8 * rng.uniform(); });
  }
}

/// What was chosen and said in one simulated run.
struct Said {
  std::size_t learned = 0, baseline = 0;
  Ratio ratio;
};
using Rule = Said (*)(const SideValues& learned, const SideValues& baselines);

Said by_all_rounds(const SideValues& learned, const SideValues& baselines) {
  const Leaders ours = *leaders_of(learned), theirs = *leaders_of(baselines);
  const auto ratio = contrast(learned, ours, baselines, theirs, 0.05).ratio;
  return {ours.best, theirs.best, ratio.value_or(Ratio{1, 0, 1e9, 1})};
}

/// The rule before: three rounds choose, the others compare.
Said by_three_rounds(const SideValues& learned, const SideValues& baselines) {
  const auto part = [](const SideValues& side, std::size_t from, std::size_t to) {
    SideValues some;
    for (const auto& rounds : side) some.emplace_back(rounds.begin() + from, rounds.begin() + to);
    return some;
  };
  Said said{leaders_of(part(learned, 0, 3))->best, leaders_of(part(baselines, 0, 3))->best, {}};
  const std::size_t rounds = learned[0].size();
  const auto ratio =
      contrast({part(learned, 3, rounds)[said.learned]}, {}, {part(baselines, 3, rounds)[said.baseline]}, {}, 0.05)
          .ratio;
  said.ratio = ratio.value_or(Ratio{1, 0, 1e9, 1});
  return said;
}

/// All rounds choose, and the same rounds compare the two as if nothing had been chosen.
Said by_luck(const SideValues& learned, const SideValues& baselines) {
  const std::size_t ours = leaders_of(learned)->best, theirs = leaders_of(baselines)->best;
  return {ours, theirs, *contrast({learned[ours]}, {}, {baselines[theirs]}, {}, 0.05).ratio};
}

/// Each round judged by the pair that the others choose, with the interval of rounds that do not depend on each other.
Said by_cross_fitting(const SideValues& learned, const SideValues& baselines) {
  Said said = by_all_rounds(learned, baselines);
  const Contrast found = contrast(learned, *leaders_of(learned), baselines, *leaders_of(baselines), 0.05);
  std::vector<double> logs;
  for (const double ratio : found.ratios) logs.push_back(std::log(ratio));
  const Estimate fitted = estimate(logs);
  said.ratio = {std::exp(fitted.median), std::exp(fitted.interval->lo), std::exp(fitted.interval->hi), 0};
  return said;
}

/// Shares of `runs` simulated runs.
struct Shares {
  double right_pair = 0;  ///< the truly best of both sides were named
  double covered = 0;     ///< the interval holds the ratio of the truly best
  double wrong = 0;       ///< a win or loss beyond the band that is none
  double decided = 0;     ///< wins, loses
  double bias = 0;        ///< mean of the logarithm of the ratio, less the truth
};

Shares simulate(const World& world, Rule rule, int runs, std::uint64_t seed) {
  Rng rng(seed);
  Shares shares;
  const double truth = world.truth(), band = std::log(1.05);
  for (int run = 0; run < runs; ++run) {
    SideValues learned, baselines;
    draw(world, rng, learned, baselines);
    const Said said = rule(learned, baselines);
    const double lo = std::log(said.ratio.lo), hi = std::log(said.ratio.hi);
    const bool wins = hi<-band, loses = lo> band;
    shares.right_pair += world.learned[said.learned] == std::ranges::min(world.learned) &&
                         world.baselines[said.baseline] == std::ranges::min(world.baselines);
    shares.covered += lo <= truth && truth <= hi;
    shares.wrong += (wins && truth > -band) || (loses && truth < band);
    shares.decided += wins || loses;
    shares.bias += std::log(said.ratio.median) - truth;
  }
  for (double* share : {&shares.right_pair, &shares.covered, &shares.wrong, &shares.decided, &shares.bias}) {
    *share /= runs;
  }
  return shares;
}

/// For the record: what docs/adr/0009-champions.md quotes.
void note(const std::string& what, double share) {
  ::testing::Test::RecordProperty(what, fmt::format("{:.3f}", share));
}

TEST(Champions, AreTheBestPairDespiteTwoOutlierRounds) {
  for (const std::size_t count : {2, 5, 15}) {
    const World world{.learned = best_ahead(count, 0.10),
                      .baselines = best_ahead(count, 0.10),
                      .noise = 0.03,
                      .heavy_tails = true,
                      .outlier_rounds = true};
    const int runs = simulated_runs(1000);
    const Shares now = simulate(world, by_all_rounds, runs, 1), before = simulate(world, by_three_rounds, runs, 1);
    EXPECT_GE(now.right_pair, 0.95 - kChance) << count;
    EXPECT_GE(now.covered, 0.94 - kChance) << count;
    EXPECT_LT(before.right_pair, now.right_pair) << count;
    EXPECT_LE(now.wrong, before.wrong) << count;
    note(fmt::format("right_pair_of_{}", count), now.right_pair);
    note(fmt::format("right_pair_of_{}_by_three_rounds", count), before.right_pair);
    note(fmt::format("wrong_of_{}_by_three_rounds", count), before.wrong);
  }
}

TEST(Champions, AreCoveredByTheirIntervalHoweverCloseTheirRivals) {
  const std::vector<double> close = {0, 0.01, 0.02, 0.03, 0.05};
  const std::pair<const char*, World> worlds[] = {
      {"ten_equal", {.learned = std::vector<double>(10, 0), .baselines = std::vector<double>(10, 0)}},
      {"ten_equal_against_one", {.learned = std::vector<double>(10, 0), .baselines = {0}, .noise = 0.08}},
      {"one_against_ten", {.learned = {0}, .baselines = std::vector<double>(10, 0), .noise = 0.08}},
      {"close", {.learned = close, .baselines = close, .noise = 0.02, .heavy_tails = true}},
      {"close_outliers", {.learned = close, .baselines = close, .heavy_tails = true, .outlier_rounds = true}},
      {"six_rounds", {.learned = {0, 0}, .baselines = {0}, .noise = 0.08, .rounds = 6}},
      {"eight_rounds", {.learned = std::vector<double>(10, 0), .baselines = {0}, .noise = 0.08, .rounds = 8}}};
  for (const auto& [name, world] : worlds) {
    const Shares shares = simulate(world, by_all_rounds, simulated_runs(1000), 2);
    EXPECT_GE(shares.covered, 0.94 - kChance) << name;
    EXPECT_LE(shares.wrong, 0.05 + kChance) << name;
    EXPECT_NEAR(shares.bias, 0, 0.01 + kChance / 4) << name;
    note(fmt::format("covered_{}", name), shares.covered);
  }
  // What it is that the rivals pay for.
  for (const auto& [name, world] : {worlds[0], worlds[3]}) {
    const Shares fitted = simulate(world, by_cross_fitting, simulated_runs(1000), 2);
    EXPECT_LT(fitted.covered, 0.94) << name;
    note(fmt::format("covered_{}_by_cross_fitting", name), fitted.covered);
  }
  const Shares luck = simulate(worlds[1].second, by_luck, simulated_runs(1000), 2);
  EXPECT_LT(luck.covered, 0.94);
  EXPECT_LT(luck.bias, -0.02);
  note("covered_by_luck", luck.covered);
}

TEST(Champions, OfEqualIndexesAreSeldomSaidToDiffer) {
  for (const std::size_t count : {1, 2, 10, 30}) {
    const std::vector<double> equal(count, 0);
    const World world{.learned = equal, .baselines = equal, .noise = 0.08};
    const Shares shares = simulate(world, by_all_rounds, simulated_runs(count > 10 ? 200 : 1000), 3);
    EXPECT_LE(shares.wrong, 0.05 + kChance) << count;
    note(fmt::format("false_of_{}_and_{}", count, count), shares.wrong);
  }
}

TEST(Champions, WithCloseRivalsAreStillToldFromTheOtherSide) {
  World world{.learned = {0, 0.01, 0.02, 0.03, 0.05}, .baselines = {0, 0.01, 0.02, 0.03, 0.05}, .noise = 0.02};
  for (double& level : world.learned) level -= std::log(1.18);
  const Shares now = simulate(world, by_all_rounds, simulated_runs(500), 4);
  EXPECT_GE(now.decided, 0.95);
  note("decided_18_percent_apart", now.decided);
}

/// Looks after every round from 12 to 48 and stops when the verdict would stand with intervals that miss with
/// `alpha_to_stop`; what is said then is said at the usual level.
Shares simulate_stopping(double truth, double alpha_to_stop, int runs, std::uint64_t seed) {
  Rng rng(seed);
  Shares shares;
  const double band = std::log(1.05);
  for (int run = 0; run < runs; ++run) {
    SideValues ours(1), theirs(1);
    const auto compare = [&](double alpha) {
      const Ratio ratio = *contrast(ours, {}, theirs, {}, 0.05, alpha).ratio;
      return std::pair(std::log(ratio.lo), std::log(ratio.hi));
    };
    for (std::size_t round = 1; round <= 48; ++round) {
      ours[0].push_back(std::exp(truth + 0.03 * normal(rng)));
      theirs[0].push_back(std::exp(0.03 * normal(rng)));
      if (round < 12) continue;
      const auto [lo, hi] = compare(alpha_to_stop);
      if (hi < -band || lo > band || (lo >= -band && hi <= band)) break;
    }
    const auto [lo, hi] = compare(kAlpha);
    shares.covered += lo <= truth && truth <= hi;
    shares.wrong += hi < -band || (lo > band && truth <= band);
  }
  shares.covered /= runs;
  shares.wrong /= runs;
  return shares;
}

TEST(Champions, AreCoveredThoughARowEndsWhenItIsDecided) {
  for (const double truth : {0.03, 0.045, std::log(1.05), 0.07}) {
    const Shares shares = simulate_stopping(truth, 0.01, simulated_runs(500), 5);
    EXPECT_GE(shares.covered, 0.94 - kChance) << truth;
    EXPECT_LE(shares.wrong, 0.05 + kChance) << truth;
    note(fmt::format("covered_when_stopped_at_{:.3f}", truth), shares.covered);
  }
  // What stopping at the first verdict would do at the edge of the band.
  const Shares first = simulate_stopping(std::log(1.05), kAlpha, simulated_runs(500), 5);
  EXPECT_LT(first.covered, 0.90);
  EXPECT_GT(first.wrong, 0.05 - kChance);
  note("covered_when_stopped_at_the_first_verdict", first.covered);
}

}  // namespace
}  // namespace omenbench
