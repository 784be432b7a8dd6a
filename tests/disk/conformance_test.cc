// Every registered index over pages, in a pool of sixteen, against std::map. A new one is picked up by itself.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/temporary_directory.h"
#include "harness/conformance/suite.h"
#include "tests/indexes/real_keys.h"

namespace omenbench::conformance {
namespace {

std::vector<const IndexInfo*> all_indexes() {
  std::vector<const IndexInfo*> indexes;
  for (const IndexInfo& info : registered_indexes()) indexes.push_back(&info);
  return indexes;
}

class DiskConformance : public testing::TestWithParam<const IndexInfo*> {
 protected:
  DiskConformance() : options_(options_from_environment()) { options_.engine_directory = folder_.path().string(); }

  void expect_no_finding(const std::vector<KeySet>& sets) {
    for (std::size_t place = 0; place < sets.size(); ++place) {
      for (const Check& check : checks_on(*GetParam(), sets[place], place, options_)) {
        if (const std::optional<Finding> finding = check.run()) ADD_FAILURE() << to_text(*GetParam(), *finding);
      }
    }
  }

  const TemporaryDirectory folder_{"omb-test"};
  Options options_;
};

TEST_P(DiskConformance, AnswersLikeStdMapOnEveryKeySet) { expect_no_finding(suite_key_sets(*GetParam())); }

TEST_P(DiskConformance, AnswersLikeStdMapOnRealKeys) {
  const std::vector<Key> cells = real_sosd_keys("osm_cellids_1M_uint64.xz");
  const std::vector<Key> commits = real_sosd_keys("commit_ts_353k_uint64.xz");
  if (cells.empty() || commits.empty()) GTEST_SKIP() << "real keys not found: set OMENBENCH_TEST_DATA";
  expect_no_finding(
      {{"osm_cellids_1M, every 32nd", every(32, cells)}, {"commit_ts_353k, every 20th", every(20, commits)}});
}

INSTANTIATE_TEST_SUITE_P(Index, DiskConformance, testing::ValuesIn(all_indexes()), [](const auto& parameter) {
  std::string name = parameter.param->name;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(DiskRegistry, HoldsOneIndexPerSourceFile) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(OMENBENCH_SOURCE_DIR "/indexes/disk")) {
    files += entry.path().extension() == ".cc";
  }
  EXPECT_EQ(registered_indexes().size(), files);
}

}  // namespace
}  // namespace omenbench::conformance
