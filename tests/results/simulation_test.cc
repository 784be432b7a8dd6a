// The acceptance bands of docs/measurement.md as seeded simulations: what our intervals, pairing and champions promise
// must hold on noise like that of real machines. Seeds are fixed, so these either always pass or always fail.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/rng.h"
#include "results/statistics.h"
#include "results/summarise.h"
#include "results/verdicts.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using testing::normal;

/// What a process has of its own: every one gets another address layout and another share of disturbances, so blocks
/// differ by more than their samples do.
struct Process {
  explicit Process(Rng& rng) : level(100 * std::exp(0.05 * normal(rng))), tail(0.02 * std::exp(0.5 * normal(rng))) {}
  double level, tail;
};

/// One latency: lognormal body, about one in fifty in a tail up to ten times as long.
double latency(Rng& rng, const Process& process) {
  const double body = process.level * std::exp(0.25 * normal(rng));
  return rng.uniform() < process.tail ? body * (2 + 8 * rng.uniform()) : body;
}

/// Share of `runs` whose interval over 12 blocks covers the median of the blocks' own statistics.
double coverage(double p, int runs, std::uint64_t seed) {
  constexpr std::size_t kSamples = 1000;
  const auto block_statistic = [p](Rng& rng) {
    const Process process(rng);
    std::vector<double> samples(kSamples);
    for (double& sample : samples) sample = latency(rng, process);
    std::ranges::sort(samples);
    return order_statistic(samples, p);
  };
  Rng rng(seed);
  std::vector<double> many(4001);
  for (double& value : many) value = block_statistic(rng);
  const double truth = median(many);
  int covered = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<double> blocks(12);
    for (double& block : blocks) block = block_statistic(rng);
    const Estimate result = estimate(blocks);
    covered += result.interval->lo <= truth && truth <= result.interval->hi;
  }
  return static_cast<double>(covered) / runs;
}

TEST(Simulation, IntervalsOfTheMedianLatencyCoverIt) { EXPECT_GE(coverage(0.5, 600, 11), 0.94); }

TEST(Simulation, IntervalsOfP99CoverIt) { EXPECT_GE(coverage(0.99, 600, 12), 0.94); }

/// What goes wrong otherwise, and what this file would not notice if blocks did not differ: pooled samples, with the
/// interval of independent ones, cover far less.
TEST(Simulation, PoolingSamplesAcrossBlocksWouldCoverFarLess) {
  Rng rng(13);
  constexpr std::size_t kSamples = 1000;
  std::vector<double> many;
  for (int i = 0; i < 400'000; ++i) many.push_back(latency(rng, Process(rng)));
  std::ranges::sort(many);
  const double truth = order_statistic(many, 0.99);
  int covered = 0;
  constexpr int kRuns = 200;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<double> pooled;
    for (int block = 0; block < 12; ++block) {
      const Process process(rng);
      for (std::size_t i = 0; i < kSamples; ++i) pooled.push_back(latency(rng, process));
    }
    std::ranges::sort(pooled);
    const double n = static_cast<double>(pooled.size()), spread = 1.96 * std::sqrt(n * 0.99 * 0.01);
    const double lo = pooled[static_cast<std::size_t>(n * 0.99 - spread)];
    const double hi = pooled[static_cast<std::size_t>(n * 0.99 + spread)];
    covered += lo <= truth && truth <= hi;
  }
  EXPECT_LT(static_cast<double>(covered) / kRuns, 0.94);
}

/// A machine whose speed drifts by 10 % over the run and wobbles by 1 %, with a disturbance now and then.
class DriftingMachine {
 public:
  explicit DriftingMachine(std::uint64_t seed) : rng_(seed), phase_(rng_.uniform()) {}
  double time(double ns) {
    const double drift = 1 + 0.1 * std::sin(6.2831853 * (phase_ + 0.02 * step_++));
    const double disturbance = rng_.uniform() < 0.05 ? 1 + 0.4 * rng_.uniform() : 1;
    return ns * drift * disturbance * std::exp(0.01 * normal(rng_));
  }
  bool coin() { return rng_.below(2) == 0; }

 private:
  Rng rng_;
  double phase_;
  double step_ = 0;
};

/// Share of A/A comparisons whose interval of the ratio excludes 1.
double false_differences(bool interleaved, int runs) {
  int differences = 0;
  for (int run = 0; run < runs; ++run) {
    DriftingMachine machine(100 + run);
    std::vector<double> a(12), b(12), logs(12);
    if (interleaved) {
      for (std::size_t round = 0; round < a.size(); ++round) {
        const bool first = machine.coin();
        (first ? a : b)[round] = machine.time(100);
        (first ? b : a)[round] = machine.time(100);
      }
    } else {
      for (double& block : a) block = machine.time(100);
      for (double& block : b) block = machine.time(100);
    }
    for (std::size_t i = 0; i < logs.size(); ++i) logs[i] = std::log(a[i] / b[i]);
    const Estimate result = estimate(logs);
    differences += result.interval->lo > 0 || result.interval->hi < 0;
  }
  return static_cast<double>(differences) / runs;
}

TEST(Simulation, InterleavedPairsSeeFewDifferencesWhereNoneAre) { EXPECT_LE(false_differences(true, 2000), 0.07); }

TEST(Simulation, MeasuringOneAfterTheOtherWouldSeeMany) { EXPECT_GE(false_differences(false, 500), 0.5); }

/// One index under two names on a drifting machine; `slower` is what is planted on the learned side.
omenbench::Run twin_run(std::uint64_t seed, double slower) {
  auto run =
      testing::empty_run({testing::index_summary("twin-a", "learned"), testing::index_summary("twin-b", "tree")});
  DriftingMachine machine(seed);
  for (std::uint64_t round = 0; round < 12; ++round) {
    const bool learned_first = machine.coin();
    for (const bool learned : {learned_first, !learned_first}) {
      const double ns = machine.time(learned ? 100 * slower : 100);
      run.trials.push_back(testing::ok_trial(0, round, learned ? "twin-a" : "twin-b", ns));
    }
  }
  return run;
}

TEST(Simulation, OneIndexUnderTwoNamesNeverWins) {
  int covers = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto result = summarise(twin_run(1000 + seed, 1));
    const Verdict& headline = result.rows[0].verdicts[0];
    EXPECT_NE(headline.word, VerdictWord::kWins) << seed;
    EXPECT_NE(headline.word, VerdictWord::kLoses) << seed;
    covers += headline.lo <= 1 && headline.hi >= 1;
  }
  EXPECT_GE(covers, 17);
}

TEST(Simulation, ACopySlowedByFifteenPercentComesOutOnTheRightSide) {
  int right = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto result = summarise(twin_run(2000 + seed, 1.15));
    right += result.rows[0].verdicts[0].word == VerdictWord::kLoses;
  }
  EXPECT_GE(right, 18);
}

/// Ten equal learned indexes against one tree of the same speed: the luckiest of ten must not look faster than it is.
TEST(Simulation, ChampionsAreNotFlatteredByTheirChoice) {
  Rng rng(77);
  std::vector<double> judged, flattered;
  int wins = 0;
  for (int run = 0; run < 200; ++run) {
    std::vector<IndexSummary> indexes = {testing::index_summary("tree", "tree")};
    for (int i = 0; i < 10; ++i) indexes.push_back(testing::index_summary("l" + std::to_string(i), "learned"));
    auto made = testing::empty_run(indexes);
    testing::add_rounds(made, 12,
                        [&](const std::string&, std::uint64_t) { return 100 * std::exp(0.08 * normal(rng)); });
    const std::vector<RowView> rows = view_rows(made);
    const Verdict headline = decide_row(rows[0], 20).at(0);
    judged.push_back(std::log(headline.ratio));
    wins += headline.word == VerdictWord::kWins;
    double best = 1e9;
    for (const CellView& cell : rows[0].cells) {
      if (cell.learned()) best = std::min(best, median(cell.values(Metric::kThroughput)));
    }
    flattered.push_back(std::log(best / median(rows[0].cells[0].values(Metric::kThroughput))));
  }
  const auto mean = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  };
  EXPECT_NEAR(mean(judged), 0, 0.01);
  EXPECT_LT(mean(flattered), -0.03);  // what choosing and judging on the same rounds would have said
  EXPECT_LE(wins, 10);
}

/// Many rows without any difference beyond the band: the false discovery rate bounds what is coloured.
TEST(Simulation, CorrectionKeepsFalseFindingsOfManyRowsRare) {
  int runs_with_findings = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Rng rng(9000 + seed);
    auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("tree", "tree")});
    run.header.rows.assign(30, run.header.rows[0]);
    for (std::uint64_t row = 0; row < 30; ++row) {
      for (std::uint64_t round = 0; round < 12; ++round) {
        // Exactly on the edge of the band: the hardest null.
        run.trials.push_back(testing::ok_trial(row, round, "pgm", 100 / 1.05 * std::exp(0.03 * normal(rng))));
        run.trials.push_back(testing::ok_trial(row, round, "tree", 100 * std::exp(0.03 * normal(rng))));
      }
    }
    const auto result = summarise(run);
    bool any = false;
    for (const Row& row : result.rows) any |= row.verdicts[0].survives == true;
    runs_with_findings += any;
  }
  EXPECT_LE(runs_with_findings, 4);  // 5 % of 40, and room for chance
}

}  // namespace
}  // namespace omenbench
