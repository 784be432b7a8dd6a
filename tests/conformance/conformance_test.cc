// Every registered in-process index, over every key set, against std::map. A new index is picked up by itself.
#include "tests/conformance/conformance.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/indexes/real_keys.h"

namespace omenbench::conformance {
namespace {

const std::vector<KeySet>& key_sets() {
  static const std::vector<KeySet> sets = synthetic_key_sets(8'000, 7);
  return sets;
}

std::string test_name(const ::testing::TestParamInfo<const IndexInfo*>& parameter) {
  std::string name = parameter.param->name;
  std::ranges::replace(name, '-', '_');
  return name;
}

std::vector<const IndexInfo*> all_indexes() {
  std::vector<const IndexInfo*> indexes;
  for (const IndexInfo& info : registered_indexes()) indexes.push_back(&info);
  return indexes;
}

/// Every `step`-th key: the full sets would spend minutes in the inserts of sorted vectors.
std::vector<Key> every(std::size_t step, const std::vector<Key>& keys) {
  std::vector<Key> some;
  for (std::size_t i = 0; i < keys.size(); i += step) some.push_back(keys[i]);
  return some;
}

class Conformance : public ::testing::TestWithParam<const IndexInfo*> {};

TEST_P(Conformance, AnswersLikeStdMapOnEveryKeySet) {
  for (const KeySet& set : key_sets()) EXPECT_EQ(check(*GetParam(), set, {}), "");
}

TEST_P(Conformance, AnswersLikeStdMapOnRealKeys) {
  const std::vector<Key> cells = real_sosd_keys("osm_cellids_1M_uint64.xz");
  const std::vector<Key> commits = real_sosd_keys("commit_ts_353k_uint64.xz");
  if (cells.empty() || commits.empty()) GTEST_SKIP() << "real keys not found: set OMENBENCH_TEST_DATA";
  EXPECT_EQ(check(*GetParam(), {"osm_cellids_1M, every 16th", every(16, cells)}, {}), "");
  EXPECT_EQ(check(*GetParam(), {"commit_ts_353k, every 5th", every(5, commits)}, {}), "");
}

TEST_P(Conformance, TellsTheTruthAboutItsMemory) {
  Rng rng(5);
  std::vector<Key> keys(300'000);
  for (Key& key : keys) key = rng.next();
  detail::sort_unique(keys);
  const Case c = make_case(keys, {.name = "lookups", .weights = {1}, .foreign = false}, 100, 1);
  const auto output = std::make_unique<TrialOutput>();
  ASSERT_EQ(run_case(*GetParam(), c, {}, output.get()), "");
#ifndef OMENBENCH_SANITIZED  // sanitizers replace malloc and with it the count of its bytes
  const auto total = static_cast<double>(output->total_bytes);
  EXPECT_GE(total, 16.0 * static_cast<double>(keys.size())) << "an index keeps its own copy of every entry";
  EXPECT_LE(total, GetParam()->peak_bytes_per_key * static_cast<double>(keys.size()) + 65536);
  if (output->self_reported_bytes != 0) {
    EXPECT_NEAR(static_cast<double>(output->self_reported_bytes), total, 0.1 * total);
  }
#endif
}

INSTANTIATE_TEST_SUITE_P(Index, Conformance, ::testing::ValuesIn(all_indexes()), test_name);

TEST(Registry, HoldsOneIndexPerSourceFile) {
  std::size_t files = 0;
  for (const char* folder : {"learned", "trees", "arrays", "hashes", "reference"}) {
    const std::filesystem::path path = std::filesystem::path(OMENBENCH_SOURCE_DIR) / "indexes" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) files += entry.path().extension() == ".cc";
  }
  EXPECT_EQ(registered_indexes().size(), files);
}

}  // namespace
}  // namespace omenbench::conformance
