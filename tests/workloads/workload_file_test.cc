// Workload files: what is read, and that every complaint names file, line and field.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "workloads/workload.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A workload file that lives as long as the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    std::string pattern = (fs::temp_directory_path() / "omb-workload-XXXXXX").string();
    const int descriptor = mkstemp(pattern.data());
    if (descriptor < 0) throw std::runtime_error("mkstemp failed");
    close(descriptor);
    path_ = pattern;
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { fs::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  std::string path() const { return path_; }

 private:
  fs::path path_;
};

Workload load_text(std::string_view text) { return load_workload(TemporaryFile(text).path()); }

/// The complaint about `text`, or "" when it is accepted.
std::string complaint(std::string_view text) {
  const TemporaryFile file(text);
  try {
    load_workload(file.path());
    return "";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("file '" + file.path() + "', line "));
    return error.what();
  }
}

TEST(WorkloadFile, ReadsEveryField) {
  const Workload workload = load_text(R"({
    "name": "mine", "description": "All of it",
    "mix": {"lookup": 0.25, "scan": 0.25, "insert": 0.5},
    "chooser": "hotspot", "hot_keys": 0.1, "hot_operations": 0.9,
    "hit_ratio": 0.75, "scan_length": [1, 50], "bulk_load": 0.4
  })");
  EXPECT_EQ(workload.name, "mine");
  EXPECT_EQ(workload.description, "All of it");
  EXPECT_EQ(workload.share(OpKind::kInsert), 0.5);
  ASSERT_EQ(workload.phases.size(), 1U);
  const WorkloadPhase& phase = workload.phases[0];
  EXPECT_EQ(phase.name, "mine");
  EXPECT_EQ(phase.chooser, KeyChooser::kHotspot);
  EXPECT_EQ(phase.hot_keys, 0.1);
  EXPECT_EQ(phase.hot_operations, 0.9);
  EXPECT_EQ(phase.hit_ratio, 0.75);
  EXPECT_EQ(phase.scan_length.shortest, 1U);
  EXPECT_EQ(phase.scan_length.longest, 50U);
  EXPECT_EQ(workload.bulk_load, 0.4);
  EXPECT_TRUE(workload.ordered());
  EXPECT_TRUE(workload.mutates());
  EXPECT_TRUE(workload.reshapes());
}

TEST(WorkloadFile, IsNamedAfterItsFileWhenItNamesNothing) {
  const TemporaryFile file(R"({"mix": {"lookup": 1}})");
  EXPECT_EQ(load_workload(file.path()).name, fs::path(file.path()).stem());
}

TEST(WorkloadFile, NamesLineAndFieldOfAnUnknownFieldWithASuggestion) {
  EXPECT_THAT(complaint("{\n  \"mix\": {\"lookup\": 1},\n  \"hit_ration\": 0.5\n}"),
              HasSubstr("line 3: field 'hit_ration' is unknown, did you mean 'hit_ratio'?"));
  EXPECT_THAT(complaint("{\"mix\": {\n\"lookup\": 0.5,\n\"updat\": 0.5}}"),
              HasSubstr("line 3: field 'mix.updat' is no operation, did you mean 'update'?"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1},\n\"chooser\": \"zipfan\"}"),
              HasSubstr("line 2: field 'chooser' 'zipfan' is no key chooser, did you mean 'zipfian'?"));
}

TEST(WorkloadFile, NamesLineAndFieldOfAWrongType) {
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\":\n \"half\"}}"),
              HasSubstr("line 1: field 'mix.lookup' expected a number, got \"half\""));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1},\n\n\"hit_ratio\": \"1\"}"), HasSubstr("line 3: field 'hit_ratio'"));
  EXPECT_THAT(complaint("{\"mix\": [1]}"), HasSubstr("field 'mix' expected an object of shares"));
  EXPECT_THAT(complaint("{\"mix\": {\"scan\": 1}, \"scan_length\": 1.5}"), HasSubstr("field 'scan_length' expected"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1}, \"name\": 3}"), HasSubstr("field 'name' expected a text"));
  EXPECT_THAT(complaint("[1]"), HasSubstr("expected an object, got array"));
}

TEST(WorkloadFile, RefusesImpossibleValues) {
  const std::string mix = "{\"mix\": {\"lookup\": 1},\n";
  EXPECT_THAT(complaint(mix + "\"hit_ratio\": 1.5}"), HasSubstr("line 2: field 'hit_ratio' must lie between 0 and 1"));
  EXPECT_THAT(complaint(mix + "\"theta\": 0.9}"), HasSubstr("field 'theta' applies to the choosers zipfian"));
  EXPECT_THAT(complaint(mix + "\"chooser\": \"zipfian\", \"theta\": 0}"), HasSubstr("field 'theta' must be above 0"));
  EXPECT_THAT(complaint(mix + "\"hot_keys\": 0.5}"), HasSubstr("field 'hot_keys' applies to the hotspot chooser only"));
  EXPECT_THAT(complaint(mix + "\"scan_length\": 5}"), HasSubstr("field 'scan_length' needs a mix with scans"));
  EXPECT_THAT(complaint("{\"mix\": {\"scan\": 1}, \"scan_length\": 0}"), HasSubstr("must lie between 1 and 10000"));
  EXPECT_THAT(complaint("{\"mix\": {\"scan\": 1}, \"scan_length\": [9, 3]}"),
              HasSubstr("must not begin above its end"));
  EXPECT_THAT(complaint("{\"mix\": {\"scan\": 1}, \"hit_ratio\": 1}"), HasSubstr("field 'hit_ratio' needs a mix"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 0.5, \"scan\": 0.4}}"),
              HasSubstr("field 'mix' must sum to 1, got 0.9"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 2, \"scan\": -1}}"), HasSubstr("must lie between 0 and 1"));
  EXPECT_THAT(complaint("{\"mix\": {\"insert\": 1}}"), HasSubstr("set 'bulk_load' below 1"));
  EXPECT_THAT(complaint("{\"name\": \"x\"}"), HasSubstr("field 'mix' is missing"));
}

TEST(WorkloadFile, RefusesBrokenJsonAndFieldsGivenTwiceWithTheirLine) {
  EXPECT_THAT(complaint("{\n\"mix\": {\"lookup\": 1}\n\"theta\": 1}"), HasSubstr("line 3: not valid JSON"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1},\n\"mix\": {\"scan\": 1}}"),
              HasSubstr("line 2: field 'mix' is given twice"));
  EXPECT_THAT(complaint(""), HasSubstr("not valid JSON"));
}

TEST(Presets, AreNamedAfterTheirFilesAndSorted) {
  std::vector<std::string> names;
  for (const Workload& workload : list_workloads()) {
    names.push_back(workload.name);
    EXPECT_FALSE(workload.description.empty()) << workload.name;
    EXPECT_EQ(load_workload(workload.name).description, workload.description);
  }
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_THAT(names, testing::IsSupersetOf({"miss-50", "scan-100", "sosd-lookup", "ycsb-a", "ycsb-c", "zipf-lookup"}));
  std::size_t files = 0;
  for (const auto& file : fs::directory_iterator(fs::path(OMENBENCH_SOURCE_DIR) / "workloads/presets")) {
    files += file.path().extension() == ".json";
  }
  EXPECT_EQ(names.size(), files);
}

TEST(Presets, MeanWhatTheirNamesSay) {
  const Workload a = load_workload("ycsb-a");
  EXPECT_EQ(a.share(OpKind::kLookup), 0.5);
  EXPECT_EQ(a.share(OpKind::kUpdate), 0.5);
  EXPECT_EQ(a.phases[0].chooser, KeyChooser::kZipfian);
  EXPECT_EQ(a.phases[0].theta, 0.99);
  EXPECT_FALSE(a.reshapes());
  EXPECT_EQ(load_workload("miss-50").phases[0].hit_ratio, 0.5);
  EXPECT_EQ(load_workload("scan-100").phases[0].scan_length.shortest, 100U);
  EXPECT_EQ(load_workload("scan-100").phases[0].scan_length.longest, 100U);
}

TEST(Presets, AnUnknownNameIsAnsweredWithTheClosest) {
  try {
    load_workload("sosd-lokup");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("unknown workload 'sosd-lokup', did you mean 'sosd-lookup'?"));
  }
  try {
    load_workload("./missing.json");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("workload file './missing.json' does not exist"));
  }
}

}  // namespace
}  // namespace omenbench
