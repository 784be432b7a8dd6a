// Every real dataset of the catalogue gives the rows, distinct keys and hardness that its provenance states, and the
// same files load without the catalogue's help as a user would name them.
#include <cstdlib>
#include <filesystem>
#include <set>

#include "datasets/catalogue.h"
#include "datasets/describe/hardness.h"
#include "test_files.h"

namespace omenbench::datasets {
namespace {

class RealData : public DatasetTest {
 protected:
  void SetUp() override {
    if (real_data().empty()) GTEST_SKIP() << "real data not found: set OMENBENCH_TEST_DATA to its folder";
    setenv("OMENBENCH_DATA", real_data().c_str(), 1);
  }
  void TearDown() override { unsetenv("OMENBENCH_DATA"); }
  std::string file(const std::string& name) const { return real_data() + "/" + name; }
};

struct Golden {
  const char* name;
  std::uint64_t rows, keys;
  const char* key_type;
  std::uint64_t segments;  ///< of the optimal piecewise linear approximation at epsilon 64
};

class CatalogueGolden : public RealData, public ::testing::WithParamInterface<Golden> {};

TEST_P(CatalogueGolden, HasTheRowsDistinctKeysAndHardnessOfItsProvenance) {
  const Golden& golden = GetParam();
  const Dataset dataset = load(golden.name);
  const DatasetInfo& info = dataset.info();
  EXPECT_EQ(info.kind, "real");
  EXPECT_EQ(info.rows, golden.rows);
  EXPECT_EQ(info.n, golden.keys);
  EXPECT_EQ(info.duplicates, golden.rows - golden.keys);
  EXPECT_EQ(info.duplicates_dropped, info.duplicates);
  EXPECT_EQ(info.key_type.substr(0, std::string(golden.key_type).size()), golden.key_type);
  EXPECT_FALSE(info.citation.empty());
  EXPECT_EQ(info.sha256.size(), 64u);
  EXPECT_EQ(estimate_keys(request(golden.name)), golden.keys);
  EXPECT_EQ(count_segments(dataset.keys(), 64), golden.segments);
  for (std::size_t i = 1; i < dataset.keys().size(); ++i) ASSERT_LT(dataset.keys()[i - 1], dataset.keys()[i]);
}

INSTANTIATE_TEST_SUITE_P(
    All, CatalogueGolden,
    ::testing::Values(Golden{"osm-cellids-1m", 1'036'094, 1'036'094, "uint64", 1827},
                      Golden{"commits-353k", 352'726, 305'848, "uint64", 264},
                      Golden{"commit-timestamps", 352'726, 305'848, "uint64 (in the range of epoch s)", 264},
                      Golden{"osm-nodes-1m", 1'037'248, 1'037'248, "uint64", 2940},
                      Golden{"google-ngrams", 763'146, 369'453, "uint64", 75},
                      Golden{"nab", 321'206, 119'293, "timestamp s", 29},
                      Golden{"nab-series", 321'206, 321'157, "composite: file 6 bits", 67},
                      Golden{"etth1", 17'420, 17'420, "timestamp s", 1},
                      Golden{"prsa", 420'768, 35'064, "timestamp s", 1},
                      Golden{"prsa-stations", 420'768, 420'768, "composite: station 4 bits (rank among 12 texts)", 12},
                      Golden{"azure-vm-noise", 836'124, 578'864, "timestamp ms", 11},
                      Golden{"azure-llm-code", 8'819, 8'819, "timestamp us", 25},
                      Golden{"azure-llm-conv", 19'366, 19'366, "timestamp us", 6},
                      Golden{"lean-tick", 2'022'969, 2'022'969, "timestamp ns", 3059},
                      Golden{"geoip-ipv4", 385'602, 385'602, "uint64", 914},
                      Golden{"flights-3m", 3'000'000, 213'834, "timestamp s", 182},
                      Golden{"scarab-recs", 1'245'184, 258'368, "uint64", 18},
                      Golden{"azure-vm-noise-series", 836'124, 836'122, "composite: file 7 bits", 165},
                      Golden{"cities", 171'075, 171'038, "uint64", 373},
                      Golden{"geoip-ipv6", 276'626, 269'316, "IPv6 address, first 64 bits", 367},
                      Golden{"mlperf-nvidia", 429'122, 170'980, "timestamp ms", 314},
                      Golden{"mooncake-arrivals", 12'031, 1'180, "uint64", 1},
                      Golden{"mooncake-blocks", 288'500, 182'790, "uint64", 1},
                      Golden{"words-insane", 663'473, 412'485, "first 8 bytes of a text", 1766},
                      Golden{"cloudphysics-w106", 5'292'456, 275'171, "uint32", 384}),
    [](const auto& golden) {
      std::string name = golden.param.name;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

TEST_F(RealData, HasTheSpansOfItsProvenance) {
  const Dataset geoip = load("geoip-ipv4");
  EXPECT_EQ(geoip.keys().front(), 15'726'992u);
  EXPECT_EQ(geoip.keys().back(), 4'026'470'400u);
  const Dataset nodes = load("osm-nodes-1m");
  EXPECT_EQ(nodes.keys().front(), 751u);
  EXPECT_EQ(nodes.keys().back(), 6'857'258'046u);
  const Dataset blocks = load("cloudphysics-w106");
  EXPECT_EQ(blocks.keys().front(), 0u);
  EXPECT_EQ(blocks.keys().back(), 1'197'769u);
  EXPECT_EQ(load("lean-tick").keys().front(), 1'398'902'400'043'142'000u);  // 2014-05-01, 43.142 ms past midnight
}

TEST_F(RealData, EveryNumericFileIsReadByARecipeOfTheCatalogue) {
  std::set<std::filesystem::path> read;
  for (const CatalogueEntry& entry : catalogue()) {
    for (const std::string& found : locate_files(entry, directory_.path())) read.insert(found);
  }
  for (const auto& found : std::filesystem::recursive_directory_iterator(real_data())) {
    const std::string name = found.path().filename().string();
    const bool data = found.is_regular_file() && !name.ends_with(".md") && !name.ends_with(".tsv") &&
                      found.path().parent_path().filename() != "LICENSES";
    // Paths of source files: nothing in them is a number.
    EXPECT_TRUE(!data || name == "repo_paths.txt.xz" || read.contains(found.path())) << found.path();
  }
}

TEST_F(RealData, PlacesOnTheMapAreTheCellsThatWereDerivedFromThem) {
  const std::string recipe = write("cells.json", R"({"format": "csv", "key": {"s2_cell": ["lat", "lon"]}})");
  const Dataset derived = load(file("sosd/osm_nodes_1M.csv.xz") + ":@" + recipe);
  EXPECT_EQ(derived.info().sha256, load("osm-cellids-1m").info().sha256);
}

TEST_F(RealData, TheTwoFormsOfTheCommitTimesAreTheSameKeys) {
  EXPECT_EQ(load("commits-353k").info().sha256, load("commit-timestamps").info().sha256);
}

TEST_F(RealData, FilesLoadAsAUserWouldNameThem) {
  EXPECT_EQ(load(file("sosd/osm_cellids_1M_uint64.xz")).info().n, 1'036'094u);
  EXPECT_EQ(load(file("ip_geo/tor_geoip_ipv4.csv.xz") + ":1").info().n, 385'602u);
  EXPECT_EQ(load(file("transport/flights-3m.csv.zst") + ":date").info().n, 213'834u);
  EXPECT_EQ(load(file("tick/oanda_xauusd_2014-05/*.zip") + ":@lean-tick").info().n, 2'022'969u);
  EXPECT_EQ(load(file("tick/oanda_xauusd_2014-05/20140504_quote.zip") + ":@lean-tick").info().n, 9'889u);
  EXPECT_EQ(load(file("iot/nab_real.tar.xz") + ":timestamp").info().n, 119'293u);
}

TEST_F(RealData, TheOnlyPlausibleColumnIsFound) {
  EXPECT_EQ(load(file("iot/ETTh1.csv.xz")).info().n, 17'420u);
  EXPECT_EQ(load(file("sosd/osm_nodes_1M.csv.xz")).info().n, 1'037'248u);
  EXPECT_EQ(load(file("sosd/commit_timestamps.csv.xz")).info().n, 305'848u);
  EXPECT_EQ(load(file("ai/AzureLLMInferenceTrace_code.csv.xz")).info().n, 8'819u);
  EXPECT_NE(error_of(file("ip_geo/tor_geoip_ipv4.csv.xz")).find("which column holds the keys?"), std::string::npos);
}

TEST_F(RealData, CompositeColumnsOrderByTheFirstThenTheSecond) {
  const Dataset dataset = load(file("sosd/commit_timestamps.csv.xz") + ":repo,committer_epoch_s");
  EXPECT_EQ(dataset.info().rows, 352'726u);
  EXPECT_GT(dataset.info().n, 305'848u);
  EXPECT_EQ(dataset.info().key_type.find("composite: repo 4 bits (rank among 9 texts)"), 0u);
}

TEST_F(RealData, DebiansFilesLoadWhereTheirPackagesAreInstalled) {
  for (const char* name : {"tor-geoip", "words"}) {
    if (locate_files(*find_catalogue_entry(name), {}).empty()) continue;
    EXPECT_GT(load(name).info().n, 10'000u) << name;
  }
}

}  // namespace
}  // namespace omenbench::datasets
