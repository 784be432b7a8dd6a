// What a hunt promises, as seeded simulations: a planted frontier lies in the interval it tells, and where there is
// none it tells none.
#include "results/hunt/frontier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/rng.h"
#include "results/statistics.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

const Threshold kEven{.log_ratio = 0, .band = std::log1p(0.05)};
const Threshold kTwice{.log_ratio = std::log(0.5), .band = 0};

/// Heavy-tailed noise with a standard deviation of 3 %: Student's t with three degrees of freedom.
double noise(Rng& rng) {
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += std::pow(testing::normal(rng), 2);
  return 0.03 / std::sqrt(3.0) * testing::normal(rng) / std::sqrt(squares / 3);
}

/// A world of one axis from 0 to 1, and a hunt in it that is led by next_probe alone.
class Hunt {
 public:
  Hunt(std::function<double(double)> truth, std::uint64_t seed) : truth_(std::move(truth)), rng_(seed) {
    for (const double at : {0.0, 0.2, 0.5, 0.8, 1.0}) add(at);
  }

  /// Returns the rounds that it took.
  std::size_t run(const Threshold& threshold, double resolution, std::size_t most_rounds) {
    std::size_t used = 0;
    while (used < most_rounds) {
      const auto probe = next_probe(line(threshold), threshold, resolution);
      if (!probe) break;
      if (probe->between) {
        used += 3;
        add((spots_[probe->point].at + spots_[probe->point + 1].at) / 2);
        continue;
      }
      Spot& spot = spots_[probe->point];
      const std::size_t rounds = *next_look(spot.rounds, spot.impression, threshold) - spot.rounds.size();
      for (std::size_t i = 0; i < rounds; ++i) spot.rounds.push_back(truth_(spot.at) + noise(rng_));
      used += rounds;
    }
    return used;
  }

  std::vector<FrontierPoint> line(const Threshold& threshold) const {
    std::vector<FrontierPoint> points;
    for (const Spot& spot : spots_) {
      const Judgement known = judge(spot.rounds, spot.impression, threshold);
      points.push_back({.position = spot.at,
                        .log_ratio = known.log_ratio,
                        .side = known.side,
                        .exhausted = !next_look(spot.rounds, spot.impression, threshold),
                        .looks = looks_completed(spot.rounds.size())});
    }
    return points;
  }

 private:
  struct Spot {
    double at, impression;
    std::vector<double> rounds;
  };

  void add(double at) {
    std::vector<double> first;
    for (int i = 0; i < 3; ++i) first.push_back(truth_(at) + noise(rng_));
    const auto place = std::ranges::upper_bound(spots_, at, {}, &Spot::at);
    spots_.insert(place, {at, median(first), {}});
  }

  std::function<double(double)> truth_;
  Rng rng_;
  std::vector<Spot> spots_;
};

struct Tally {
  int covered = 0, single = 0;
  std::vector<double> widths, errors;
};

Tally hunts(const std::function<double(double)>& truth, const Threshold& threshold, double crossing) {
  Tally tally;
  for (int i = 0; i < 200; ++i) {
    Hunt hunt(truth, mix64(41, i));
    hunt.run(threshold, 0.03, 500);
    const std::vector<FrontierPoint> line = hunt.line(threshold);
    const std::vector<Crossing> found = crossings(line, threshold);
    if (found.size() != 1) continue;
    ++tally.single;
    const double from = line[found[0].from].position;
    const double to = line[found[0].to].position;
    tally.covered += from <= crossing && crossing <= to;
    tally.widths.push_back(to - from);
    tally.errors.push_back(std::abs(found[0].position - crossing));
  }
  return tally;
}

TEST(Frontier, APlantedCrossingLiesInTheIntervalThatIsTold) {
  for (const double slope : {0.5, 1.0, 3.0}) {
    const Tally tally = hunts([&](double at) { return slope * (at - 0.37); }, kEven, 0.37);
    EXPECT_GE(tally.covered, 180) << slope;
    // What lies within the band of 5 % cannot be decided; beyond it the interval must be narrow.
    EXPECT_LT(median(tally.widths), 2 * kEven.band / slope + 0.12) << slope;
    EXPECT_LT(median(tally.errors), 0.03) << slope;
  }
}

TEST(Frontier, ACrossingThatFallsLiesInItsIntervalToo) {
  EXPECT_GE(hunts([](double at) { return 1.2 * (0.37 - at); }, kEven, 0.37).covered, 180);
}

TEST(Frontier, TheEdgeOfTheRegionThatIsTwiceAsFastIsFound) {
  const Tally tally = hunts([](double at) { return at - 1.1; }, kTwice, 1.1 + std::log(0.5));
  EXPECT_GE(tally.covered, 180);
  EXPECT_LT(median(tally.widths), 0.12);
}

TEST(Frontier, FlatWorldsHaveNoCrossing) {
  for (const double level : {-0.4, -0.05, 0.0, 0.03, 0.4}) {
    const Tally tally = hunts([&](double) { return level; }, kEven, 0);
    EXPECT_LE(tally.single, 4) << level;
  }
}

TEST(Frontier, AWorldThatFallsBackHasTwoCrossings) {
  int found = 0;
  for (int i = 0; i < 50; ++i) {
    Hunt hunt([](double at) { return 3 * (std::abs(at - 0.5) - 0.2); }, mix64(43, i));
    hunt.run(kEven, 0.03, 700);
    const std::vector<FrontierPoint> line = hunt.line(kEven);
    const std::vector<Crossing> both = crossings(line, kEven);
    found += both.size() == 2 && !both[0].below_first && both[1].below_first && line[both[0].from].position <= 0.3 &&
             line[both[0].to].position >= 0.3 && line[both[1].from].position <= 0.7 && line[both[1].to].position >= 0.7;
  }
  EXPECT_GE(found, 45);
}

TEST(Frontier, UndecidedPointsWidenTheInterval) {
  std::vector<FrontierPoint> line = {{.position = 0, .log_ratio = -0.3, .side = Side::kBelow},
                                     {.position = 0.4, .log_ratio = -0.01, .exhausted = true},
                                     {.position = 1, .log_ratio = 0.3, .side = Side::kAbove}};
  const std::vector<Crossing> found = crossings(line, kEven);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].from, 0u);
  EXPECT_EQ(found[0].to, 2u);
  EXPECT_TRUE(found[0].below_first);
  // The wider of the gaps beside it comes next.
  const auto probe = next_probe(line, kEven, 0.05);
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->between);
  EXPECT_EQ(probe->point, 1u);
}

TEST(Frontier, EndsAreDecidedBeforeAnythingBetweenThemIsTried) {
  const std::vector<FrontierPoint> line = {{.position = 0, .log_ratio = -0.3, .side = Side::kBelow},
                                           {.position = 1, .log_ratio = 0.3}};
  const auto probe = next_probe(line, kEven, 0.05);
  ASSERT_TRUE(probe);
  EXPECT_FALSE(probe->between);
  EXPECT_EQ(probe->point, 1u);
}

TEST(Frontier, AFirstLookComesBeforeASecond) {
  const std::vector<FrontierPoint> line = {{.position = 0, .log_ratio = -0.3, .looks = 1},
                                           {.position = 1, .log_ratio = 0.3}};
  EXPECT_EQ(next_probe(line, kEven, 0.05)->point, 1u);
}

TEST(Frontier, NothingLiesBetweenPointsOfDifferentGroups) {
  const std::vector<FrontierPoint> line = {{.position = 0, .log_ratio = -0.3, .side = Side::kBelow},
                                           {.position = 1, .log_ratio = 0.3, .side = Side::kAbove, .group = 1}};
  EXPECT_FALSE(next_probe(line, kEven, 0.05));
  EXPECT_TRUE(crossings(line, kEven).at(0).jump);
}

TEST(Frontier, LookingAgainKeepsTheErrorOfOneLook) {
  Rng rng(44);
  int wrong = 0;
  constexpr int kPoints = 2000;
  for (int i = 0; i < kPoints; ++i) {
    std::vector<double> rounds;
    Side side = Side::kUndecided;
    for (const std::size_t look : kLooks) {
      while (rounds.size() < look) rounds.push_back(noise(rng));
      if (side == Side::kUndecided) side = judge(rounds, 0, {.log_ratio = 0, .band = 0}).side;
    }
    wrong += side != Side::kUndecided;
  }
  EXPECT_LE(wrong, kPoints / 20);
}

TEST(Frontier, TooFewRoundsDecideNothing) {
  const std::vector<double> rounds(11, -1.0);
  EXPECT_EQ(judge(rounds, -1, kEven).side, Side::kUndecided);
  EXPECT_EQ(next_look(rounds, -1, kEven), 12u);
  const std::vector<double> enough(12, -1.0);
  EXPECT_EQ(judge(enough, -1, kEven).side, Side::kBelow);
  EXPECT_FALSE(next_look(enough, -1, kEven));
}

}  // namespace
}  // namespace omenbench
