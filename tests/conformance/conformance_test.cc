// Every registered in-process index, over every key set, against std::map. A new index is picked up by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "harness/conformance/suite.h"
#include "tests/indexes/real_keys.h"

namespace omenbench::conformance {
namespace {

std::string test_name(const ::testing::TestParamInfo<const IndexInfo*>& parameter) {
  std::string name = parameter.param->name;
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == kDoorSign; }, '_');
  return name;
}

std::vector<const IndexInfo*> all_indexes() {
  std::vector<const IndexInfo*> indexes;
  for (const IndexInfo& info : registered_indexes()) indexes.push_back(&info);
  // Behind a door one that is static and one that writes stand for the others.
  for (const IndexInfo& info : indexes_behind_doors()) {
    if (info.run == nullptr) continue;
    if (info.name.ends_with("+pgm-64") || info.name.ends_with("+btree")) indexes.push_back(find_index(info.name));
  }
  return indexes;
}

/// The real key sets are integers.
std::vector<const IndexInfo*> indexes_of_integers() {
  std::vector<const IndexInfo*> indexes = all_indexes();
  std::erase_if(indexes, [](const IndexInfo* info) { return info->key_kind != KeyKind::kU64; });
  return indexes;
}

std::vector<const IndexInfo*> indexes_of_records() {
  std::vector<const IndexInfo*> indexes = all_indexes();
  for (const IndexInfo& info : indexes_behind_doors()) {
    if (info.run == nullptr) indexes.push_back(find_index(info.name));
  }
  std::erase_if(indexes, [](const IndexInfo* info) { return !info->capabilities.records; });
  return indexes;
}

std::vector<const IndexInfo*> indexes_of_repeats() {
  std::vector<const IndexInfo*> indexes = all_indexes();
  std::erase_if(indexes, [](const IndexInfo* info) { return !info->capabilities.repeats; });
  return indexes;
}

class Conformance : public ::testing::TestWithParam<const IndexInfo*> {
 protected:
  void expect_no_finding(const Check& check) {
    if (const std::optional<Finding> finding = check.run()) ADD_FAILURE() << to_text(*GetParam(), *finding);
  }

  const Options options_ = options_from_environment();
};

TEST_P(Conformance, AnswersLikeStdMapOnEveryKeySet) {
  const std::vector<KeySet> sets = suite_key_sets(*GetParam());
  for (std::size_t place = 0; place < sets.size(); ++place) {
    for (const Check& check : checks_on(*GetParam(), sets[place], place, options_)) expect_no_finding(check);
  }
}

class ConformanceOfRepeats : public Conformance {};

TEST_P(ConformanceOfRepeats, AnswersLikeStdMultimapWhereKeysRepeat) {
  const IndexInfo repeating = where_keys_repeat(*GetParam());
  const std::vector<KeySet> sets = suite_repeated_key_sets(repeating);
  for (const Check& check : checks_of_form(repeating, sets, options_)) expect_no_finding(check);
  const std::optional<Finding> memory = check_memory(repeating, options_);
  if (memory) ADD_FAILURE() << to_text(repeating, *memory);
}

class ConformanceOfRecords : public Conformance {};

TEST_P(ConformanceOfRecords, AnswersLikeStdMapOfRecords) {
  const IndexInfo holding = with_records(*GetParam(), kMostRecordBytes);
  const std::vector<KeySet> sets = suite_record_key_sets(holding);
  for (const Check& check : checks_of_form(holding, sets, options_)) expect_no_finding(check);
}

TEST_P(ConformanceOfRecords, TellsTheTruthAboutTheMemoryOfRecords) {
  constexpr std::uint64_t kBytes = 64;
  const IndexInfo holding = with_records(*GetParam(), kBytes);
  const std::optional<Finding> finding = check_memory(holding, options_, kBytes);
  if (finding) ADD_FAILURE() << to_text(holding, *finding);
}

class ConformanceOfIntegers : public Conformance {};

TEST_P(ConformanceOfIntegers, AnswersLikeStdMapOnRealKeys) {
  const std::vector<Key> cells = real_sosd_keys("osm_cellids_1M_uint64.xz");
  const std::vector<Key> commits = real_sosd_keys("commit_ts_353k_uint64.xz");
  if (cells.empty() || commits.empty()) GTEST_SKIP() << "real keys not found: set OMENBENCH_TEST_DATA";
  // Not the full sets: the inserts of sorted vectors would take minutes.
  const std::vector<KeySet> sets = {{"osm_cellids_1M, every 16th", every(16, cells)},
                                    {"commit_ts_353k, every 20th", every(20, commits)}};
  for (std::size_t place = 0; place < sets.size(); ++place) {
    for (const Check& check : checks_on(*GetParam(), sets[place], place, options_)) expect_no_finding(check);
  }
}

TEST_P(Conformance, TellsTheTruthAboutItsMemory) {
  const std::optional<Finding> finding = check_memory(*GetParam(), options_);
  if (finding) ADD_FAILURE() << to_text(*GetParam(), *finding);
}

INSTANTIATE_TEST_SUITE_P(Index, Conformance, ::testing::ValuesIn(all_indexes()), test_name);
INSTANTIATE_TEST_SUITE_P(Index, ConformanceOfRepeats, ::testing::ValuesIn(indexes_of_repeats()), test_name);
INSTANTIATE_TEST_SUITE_P(Index, ConformanceOfRecords, ::testing::ValuesIn(indexes_of_records()), test_name);
INSTANTIATE_TEST_SUITE_P(Index, ConformanceOfIntegers, ::testing::ValuesIn(indexes_of_integers()), test_name);

TEST(Registry, HoldsOneIndexPerSourceFile) {
  std::size_t files = 0;
  for (const char* folder : {"learned", "trees", "arrays", "hashes", "reference"}) {
    const std::filesystem::path path = std::filesystem::path(OMENBENCH_SOURCE_DIR) / "indexes" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) files += entry.path().extension() == ".cc";
  }
  EXPECT_EQ(registered_indexes().size(), files);
  const auto strays = forms_without_index();
  EXPECT_TRUE(strays.empty()) << strays.front() << " has a form for repeated keys or records, and is no index";
}

}  // namespace
}  // namespace omenbench::conformance
