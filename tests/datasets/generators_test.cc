// Generators give exactly what was asked for, the same on every machine, in the shape their name promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "core/error.h"
#include "datasets/dataset.h"
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
      {"lognormal", "ab0a0ebb9692"},     {"normal", "f2257b85108e"},     {"osm-like", "35de5dc26eba"},
      {"sequential", "9e1c19b3fdc1"},    {"timestamps", "732c8f1b83a6"}, {"uniform", "257b4290da75"},
      {"uniform-dense", "bd71ed137c77"}, {"zipf", "6bc6e16eefe5"},
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
