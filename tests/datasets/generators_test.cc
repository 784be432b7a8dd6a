// Generators give exactly what was asked for, the same on every machine, in the shape their name promises.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "core/error.h"
#include "datasets/dataset.h"
#include "datasets/describe/hardness.h"
#include "datasets/describe/sortedness.h"
#include "datasets/generator.h"
#include "datasets/hilbert.h"
#include "datasets/portable_math.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

Dataset generate(const std::string& spec, std::uint64_t n, std::uint64_t seed = 1) {
  DatasetRequest request;
  request.spec = spec;
  request.keys = n;
  request.seed = seed;
  request.byte_strings = true;
  return load_dataset(request);
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const Generator& generator : generators()) names.push_back(generator.name);
  return names;
}

class EveryGenerator : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryGenerator, GivesExactlyNStrictlyAscendingKeys) {
  for (const std::uint64_t n : {1u, 2u, 3u, 17u, 1000u, 100'003u}) {
    const Dataset dataset = generate(GetParam(), n);
    ASSERT_EQ(dataset.keys().size(), n);
    EXPECT_EQ(dataset.info().n, n);
    EXPECT_EQ(dataset.info().kind, "generated");
    for (std::size_t i = 1; i < n; ++i) ASSERT_LT(dataset.keys()[i - 1], dataset.keys()[i]) << i;
    if (!dataset.text()) continue;
    const auto key = [&](std::size_t i) { return bytes_at(dataset.text()->data(), dataset.keys()[i]); };
    for (std::size_t i = 1; i < n; ++i) ASSERT_LT(key(i - 1), key(i)) << i;
  }
}

TEST_P(EveryGenerator, DependsOnTheSeedAlone) {
  const std::string first = generate(GetParam(), 5000, 1).info().sha256;
  EXPECT_EQ(generate(GetParam(), 5000, 1).info().sha256, first);
  const bool seedless = GetParam() == "sequential" || GetParam() == "uniform-dense";
  EXPECT_EQ(generate(GetParam(), 5000, 2).info().sha256 == first, seedless);
}

INSTANTIATE_TEST_SUITE_P(All, EveryGenerator, ::testing::ValuesIn(names()), [](const auto& name) {
  std::string id = name.param;
  for (char& c : id) c = c == '-' ? '_' : c;
  return id;
});

TEST(Generators, EveryFileOfTheFolderIsRegistered) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(OMENBENCH_SOURCE_DIR "/datasets/generators")) {
    files += entry.path().extension() == ".cc";
  }
  EXPECT_EQ(generators().size(), files);
}

/// Checksums of 10,000 keys with seed 1: a change here changes every published result.
TEST(Generators, AreTheSameOnEveryMachine) {
  const std::map<std::string, std::string> expected = {
      {"books-like", "e8562cfed27e"},    {"clusters", "8e87719c5f64"},   {"fb-like", "09cfd0c86d69"},
      {"iot", "ae5cf653ab79"},           {"pla-hard", "91af346a8c10"},   {"self-similar", "2e0bbf55ed01"},
      {"tick", "c987b145b6ee"},          {"wiki-like", "fbb4fc160648"},  {"zipf-keys", "9cc1b1cb9258"},
      {"lognormal", "ab0a0ebb9692"},     {"normal", "f2257b85108e"},     {"osm-like", "35de5dc26eba"},
      {"sequential", "9e1c19b3fdc1"},    {"timestamps", "732c8f1b83a6"}, {"uniform", "257b4290da75"},
      {"uniform-dense", "bd71ed137c77"}, {"zipf", "6bc6e16eefe5"},       {"emails", "708c486856d2"},
      {"hex-digests", "ee8e5b6f7d0c"},   {"urls", "68cc1e60f642"},       {"uuid-v4", "d2f5f8d57216"},
      {"uuid-v7", "b8368b5cb061"},
  };
  for (const std::string& name : names()) {
    const auto golden = expected.find(name);
    ASSERT_NE(golden, expected.end()) << name;
    EXPECT_EQ(generate(name, 10'000).info().sha256.substr(0, 12), golden->second) << name;
  }
}

TEST(Generators, UniformFillsItsRangeEvenlyDownToTheLowestBit) {
  const Dataset dataset = generate("uniform", 100'000);
  std::vector<int> high(64), low(64);
  for (const Key key : dataset.keys()) {
    ASSERT_LT(key, 1ULL << 63);
    ++high[key >> 57];
    ++low[key & 63];
  }
  // 1562 in the mean, deviation 39: six of them.
  for (int i = 0; i < 64; ++i) {
    EXPECT_NEAR(high[i], 1562, 235) << i;
    EXPECT_NEAR(low[i], 1562, 235) << i;
  }
}

TEST(Generators, UniformDenseStartsAt42WithoutGaps) {
  const Dataset dataset = generate("uniform-dense", 1000);
  EXPECT_EQ(dataset.keys().front(), 42u);
  EXPECT_EQ(dataset.keys().back(), 1041u);
  const Dataset half = generate("uniform-dense:density=0.5", 1000);
  EXPECT_LE(half.keys().back(), 42u + 2000);
  EXPECT_GT(half.keys().back(), 42u + 1900);
}

TEST(Generators, LognormalHasItsMedianAndSpread) {
  const Dataset dataset = generate("lognormal:sigma=1", 100'000);
  const auto at = [&](double q) { return static_cast<double>(dataset.keys()[static_cast<std::size_t>(q * 1e5)]); };
  EXPECT_NEAR(at(0.5) / 1e15, 1, 0.03);
  EXPECT_NEAR(at(0.8413) / at(0.5), std::exp(1), 0.1);
  EXPECT_NEAR(at(0.1587) / at(0.5), std::exp(-1), 0.03);
  EXPECT_LT(generate("lognormal:sigma=50", 1000).keys().back(), 1ULL << 63);
}

TEST(Generators, NormalIsSymmetricAndSpansTheRange) {
  const Dataset dataset = generate("normal", 100'000);
  EXPECT_LT(dataset.keys().front(), 2048u);
  EXPECT_GT(dataset.keys().back(), (1ULL << 63) - 4096);
  const auto at = [&](double q) { return static_cast<double>(dataset.keys()[static_cast<std::size_t>(q * 1e5)]); };
  EXPECT_NEAR((at(0.9) - at(0.5)) / (at(0.5) - at(0.1)), 1, 0.05);
  EXPECT_NEAR((at(0.9) - at(0.1)) / (at(0.8413) - at(0.1587)), 1.2816, 0.02);
}

TEST(Generators, ZipfGapsFollowTheLaw) {
  const Dataset dataset = generate("zipf:theta=1", 200'000);
  std::vector<int> gaps(70'000);
  for (std::size_t i = 1; i < dataset.keys().size(); ++i) ++gaps[dataset.keys()[i] - dataset.keys()[i - 1]];
  // Harmonic number of 65,536: 11.667.
  EXPECT_NEAR(gaps[1] / 2e5, 1 / 11.667, 0.003);
  EXPECT_NEAR(gaps[2] / 2e5, 0.5 / 11.667, 0.003);
  EXPECT_NEAR(gaps[10] / 2e5, 0.1 / 11.667, 0.001);
}

TEST(Generators, TimestampsHaveJitterBurstsAndPauses) {
  const Dataset dataset = generate("timestamps", 1'000'000);
  EXPECT_EQ(dataset.keys().front(), 1'600'000'000'000'000'000u);
  std::uint64_t tiny = 0, usual = 0, pauses = 0, hours = 0;
  for (std::size_t i = 1; i < dataset.keys().size(); ++i) {
    const Key gap = dataset.keys()[i] - dataset.keys()[i - 1];
    tiny += gap <= 2;
    usual += gap > 2 && gap <= 1000;
    pauses += gap >= 1'000'000 && gap < 3'600'000'000'000;
    hours += gap >= 3'600'000'000'000;
  }
  EXPECT_EQ(tiny + usual + pauses + hours, 999'999u);
  EXPECT_NEAR(static_cast<double>(tiny), 1e5, 1.5e4);
  EXPECT_NEAR(static_cast<double>(pauses), 90, 60);
  EXPECT_LE(hours, 8u);
  EXPECT_EQ(generate("timestamps:bursts=1", 1000).keys().back() / 2000, 800'000'000'000'000u);
}

TEST(Generators, OsmLikeIsClusteredWithin62Bits) {
  const Dataset dataset = generate("osm-like", 100'000);
  EXPECT_LT(dataset.keys().back(), 1ULL << 62);
  // Half of the gaps are far below the mean gap: clusters.
  std::vector<Key> gaps;
  for (std::size_t i = 1; i < dataset.keys().size(); ++i) gaps.push_back(dataset.keys()[i] - dataset.keys()[i - 1]);
  std::nth_element(gaps.begin(), gaps.begin() + 50'000, gaps.end());
  EXPECT_LT(gaps[50'000], (1ULL << 62) / 100'000 / 10);
}

TEST(Generators, SequentialTakesAll64Bits) {
  const Dataset dataset = generate("sequential:start=18446744073709551605,step=5", 3);
  EXPECT_EQ(dataset.keys().back(), ~0ULL);
  EXPECT_THROW(generate("sequential:start=18446744073709551605,step=5", 4), Error);
}

double segments_per_million(const Dataset& dataset, std::int64_t epsilon) {
  return 1e6 * static_cast<double>(count_segments(dataset.keys(), epsilon)) / static_cast<double>(dataset.info().n);
}

TEST(Generators, PlaHardHasTheHardnessThatWasAskedFor) {
  for (const auto& [local, global] : {std::pair{3700., 25.}, {7000., 55.}, {1000., 10.}, {300., 0.}}) {
    const Dataset dataset = generate(fmt::format("pla-hard:local={},global={}", local, global), 1'000'000);
    EXPECT_NEAR(segments_per_million(dataset, kLocalEpsilon), local, 0.03 * local + 3);
    EXPECT_NEAR(segments_per_million(dataset, kGlobalEpsilon), global, 0.1 * global + 2);
  }
}

TEST(Generators, StandInsHaveThePublishedHardnessOfWhatTheyStandFor) {
  EXPECT_NEAR(segments_per_million(generate("books-like", 1'000'000), kLocalEpsilon), 1313, 40);
  const Dataset fb = generate("fb-like", 1'000'000);
  EXPECT_NEAR(segments_per_million(fb, kLocalEpsilon), 5277, 100);
  EXPECT_NEAR(segments_per_million(fb, kGlobalEpsilon), 8.4, 3);
  EXPECT_LT(fb.keys()[fb.keys().size() - 21], 1ULL << 36);
  EXPECT_GT(fb.keys()[fb.keys().size() - 20], 1ULL << 59);
  EXPECT_GT(fb.keys().back(), 1ULL << 63);
}

TEST(Generators, ZipfKeysFollowTheLaw) {
  // With theta 1 the logarithm of a key is uniform.
  const Dataset dataset = generate("zipf-keys:theta=1,range=1000000000000", 100'000);
  const auto at = [&](double q) { return static_cast<double>(dataset.keys()[static_cast<std::size_t>(q * 1e5)]); };
  EXPECT_NEAR(std::log10(at(0.75)), 9, 0.05);
  EXPECT_NEAR(std::log10(at(0.9)), 10.8, 0.05);
  EXPECT_EQ(dataset.keys()[100], 101u);  // small keys are without gaps
  // With theta 0 keys are uniform.
  EXPECT_NEAR(segments_per_million(generate("zipf-keys:theta=0", 200'000), kLocalEpsilon), 260, 30);
  EXPECT_THROW(generate("zipf-keys:range=10", 11), Error);
}

TEST(Generators, SelfSimilarKeepsItsShareOnEveryScale) {
  const Dataset dataset = generate("self-similar:skew=0.8", 100'000);
  const std::span<const Key> keys = dataset.keys();
  for (int level = 1; level <= 4; ++level) {
    // The fullest range of each level holds 0.8 of the one before.
    const std::size_t ranges = std::size_t{1} << level;
    std::vector<double> counts(ranges);
    for (const Key key : keys) ++counts[key >> (62 - level)];
    EXPECT_NEAR(*std::ranges::max_element(counts) / 1e5, std::pow(0.8, level), 0.01) << level;
  }
}

TEST(Generators, ClustersAreNarrowAndManyKeysWide) {
  const Dataset dataset = generate("clusters:clusters=10,noise=0,width=0.001", 100'000);
  // Few gaps are wide, and they take up nearly all of the range.
  std::vector<Key> gaps;
  for (std::size_t i = 1; i < dataset.keys().size(); ++i) gaps.push_back(dataset.keys()[i] - dataset.keys()[i - 1]);
  std::ranges::sort(gaps, std::greater<>());
  double wide = 0;
  for (std::size_t i = 0; i < 9; ++i) wide += static_cast<double>(gaps[i]);
  EXPECT_GT(wide / static_cast<double>(dataset.keys().back() - dataset.keys().front()), 0.9);
}

std::vector<Key> arrivals(const std::string& spec, std::uint64_t n) {
  DatasetRequest request;
  request.spec = spec;
  request.keys = n;
  return load_original(request).values;
}

TEST(Generators, ThatHaveAnOrderOfArrivalGiveTheSameKeysInIt) {
  for (const char* spec : {"iot", "tick:prices=1", "tick"}) {
    std::vector<Key> keys = arrivals(spec, 20'000);
    const Dataset dataset = generate(spec, 20'000);
    EXPECT_EQ(std::ranges::is_sorted(keys), std::string(spec) == "tick") << spec;
    std::ranges::sort(keys);
    EXPECT_TRUE(std::ranges::equal(keys, dataset.keys())) << spec;
  }
}

TEST(Generators, IotReportsArriveInOrderButForTheLateOnes) {
  const auto times = [](const std::string& spec) {
    std::vector<Key> keys = arrivals(spec, 20'000);
    for (Key& key : keys) key &= (1ULL << 44) - 1;
    return keys;
  };
  EXPECT_TRUE(std::ranges::is_sorted(times("iot:late=0")));
  const std::vector<Key> some = times("iot:late=0.1");
  std::vector<Key> sorted = some;
  std::ranges::sort(sorted);
  const Sortedness order = sortedness(some, sorted);
  EXPECT_NEAR(static_cast<double>(order.k), 2000, 200);
  EXPECT_GT(order.l, 1000u);  // an hour at 100 reports a minute is 6,000
}

TEST(Generators, IotDropoutsLoseTheShareThatWasAskedFor) {
  const auto span = [](const std::string& spec) {
    const Dataset dataset = generate(spec, 200'000);
    return static_cast<double>(dataset.keys().back() - dataset.keys().front());
  };
  const std::string one = "iot:devices=1,jitter=0,dropouts=";
  EXPECT_NEAR(span(one + "0"), 200'000 * 60'000., 60'000);
  EXPECT_NEAR(span(one + "0.2") / span(one + "0"), 1.25, 0.03);
}

TEST(Generators, TicksBringTicks) {
  const auto cv = [](const std::string& spec) {
    const Dataset dataset = generate(spec, 200'000);
    const std::span<const Key> keys = dataset.keys();
    const double mean = static_cast<double>(keys.back() - keys.front()) / static_cast<double>(keys.size() - 1);
    double squares = 0;
    for (std::size_t i = 1; i < keys.size(); ++i) {
      squares += std::pow(static_cast<double>(keys[i] - keys[i - 1]) / mean - 1, 2);
    }
    return std::pair{mean / 1e9, std::sqrt(squares / static_cast<double>(keys.size()))};
  };
  // Without it a Poisson process; with it 1 / (1 - branching) times as many events, in bursts.
  EXPECT_NEAR(cv("tick:branching=0").first, 2, 0.03);
  EXPECT_NEAR(cv("tick:branching=0").second, 1, 0.02);
  EXPECT_NEAR(cv("tick").first, 0.4, 0.03);
  EXPECT_GT(cv("tick").second, 2);
}

TEST(Generators, WikiLikeKeepsTheWeeksRhythm) {
  const Dataset dataset = generate("wiki-like", 300'000);
  std::vector<int> days(7);
  for (const Key key : dataset.keys()) ++days[(key / 86'400 + 4) % 7];  // 0: Sunday
  EXPECT_NEAR(days[0] / 300'000. * 7, 0.52, 0.05);
  EXPECT_NEAR(days[3] / 300'000. * 7, 1.26, 0.05);
}

std::string error_of(const std::string& spec) {
  try {
    generate(spec, 10);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Generators, WrongParametersAreToldWithASuggestion) {
  EXPECT_EQ(error_of("lognormal:sgima=3"),
            "generator 'lognormal': no parameter 'sgima' (it has sigma, scale), did you mean 'sigma'?");
  EXPECT_EQ(error_of("uniform:x=3"), "generator 'uniform': no parameter 'x' (it has none)");
  EXPECT_EQ(error_of("lognormal:sigma"), "generator 'lognormal': expected 'sigma=VALUE', got 'sigma'");
  EXPECT_EQ(error_of("lognormal:sigma=abc"),
            "generator 'lognormal': parameter 'sigma': expected a number from 0.01 to 50, got 'abc'");
  EXPECT_NE(error_of("lognormal:sigma=0"), "");
  EXPECT_NE(error_of("sequential:step=-1"), "");
  EXPECT_NE(error_of("pla-hard:local=30,global=20").find("less than twice"), std::string::npos);
}

TEST(Generators, StateTheirParametersAsTheirSource) {
  EXPECT_EQ(generate("lognormal:sigma=1.5", 10, 7).info().source, "lognormal:sigma=1.5,scale=1000000000000000 seed 7");
  EXPECT_EQ(generate("lognormal:sigma=1.5", 10, 7).info().name, "lognormal:sigma=1.5");
}

TEST(PortableMath, AgreesWithTheLibraryToTheLastBits) {
  for (double x = 1e-16; x < 1e19; x *= 1.37) {
    EXPECT_NEAR(portable_log(x), std::log(x), 4e-16 * std::max(1.0, std::abs(std::log(x)))) << x;
  }
  EXPECT_EQ(portable_log(1), 0);
  for (double x = -600; x < 600; x += 0.73) EXPECT_NEAR(portable_exp(x) / std::exp(x), 1, 1e-15) << x;
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-16);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 1e-14);
  EXPECT_NEAR(normal_quantile(1e-12), -7.034483825301132, 1e-12);
}

TEST(HilbertCurve, VisitsEachCellOnceAndOnlyStepsToNeighbours) {
  const HilbertCurve curve;
  for (const std::uint32_t corner : {0u, 1u << 20, (1u << 31) - 64}) {
    std::vector<std::pair<Key, std::pair<int, int>>> cells;
    for (std::uint32_t x = 0; x < 64; ++x) {
      for (std::uint32_t y = 0; y < 64; ++y) cells.push_back({curve.code(corner + x, corner + y), {x, y}});
    }
    std::sort(cells.begin(), cells.end());
    for (std::size_t i = 1; i < cells.size(); ++i) {
      ASSERT_EQ(cells[i].first, cells[i - 1].first + 1);
      const auto [x1, y1] = cells[i - 1].second;
      const auto [x2, y2] = cells[i].second;
      ASSERT_EQ(std::abs(x1 - x2) + std::abs(y1 - y2), 1);
    }
  }
  EXPECT_EQ(curve.code(0, 0), 0u);
}

TEST(MakeStrictlyAscending, KeepsToItsEnd) {
  std::vector<Key> keys = {0, 0, 0, 5, 9, 9, 9};
  make_strictly_ascending(keys, 9);
  EXPECT_EQ(keys, (std::vector<Key>{0, 1, 2, 5, 7, 8, 9}));
  std::vector<Key> full = {3, 3, 3, 3};
  make_strictly_ascending(full, 3);
  EXPECT_EQ(full, (std::vector<Key>{0, 1, 2, 3}));
}

}  // namespace
}  // namespace omenbench::datasets
