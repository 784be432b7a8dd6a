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

TEST(WorkloadFile, ReadsPhasesAndRepeatsThem) {
  const Workload workload = load_text(R"({
    "bulk_load": 0.5, "repeat": 2, "threads": 4,
    "arrival": {"order": "late", "late": 0.1, "delay": 0.01},
    "phases": [
      {"name": "in", "mix": {"insert": 1}, "operations": 300},
      {"mix": {"scan": 1}, "scan_length": {"longest": 9, "theta": 0.5}, "rate": 50, "seconds": 2, "threads": 3}
    ]})");
  ASSERT_EQ(workload.phases.size(), 4U);
  EXPECT_EQ(workload.phases[0].name, "in 1");
  EXPECT_EQ(workload.phases[3].name, "phase 2 2");
  EXPECT_EQ(workload.operations, 800U);
  EXPECT_DOUBLE_EQ(workload.phases[0].share, 0.375);
  EXPECT_DOUBLE_EQ(workload.phases[1].share, 0.125);
  EXPECT_EQ(workload.phases[1].rate, 50);
  EXPECT_EQ(workload.phases[1].threads, 3U);
  EXPECT_EQ(workload.phases[1].scan_length.shortest, 1U);
  EXPECT_EQ(workload.phases[1].scan_length.longest, 9U);
  EXPECT_EQ(workload.phases[1].scan_length.theta, 0.5);
  EXPECT_EQ(workload.threads, 4U);
  EXPECT_EQ(workload.arrival.order, ArrivalOrder::kLate);
  EXPECT_EQ(workload.arrival.displaced, 0.1);
  EXPECT_EQ(workload.arrival.distance, 0.01);
  EXPECT_DOUBLE_EQ(workload.share(OpKind::kInsert), 0.75);
}

TEST(WorkloadFile, LeavesTheSizeOfAPhaseThatLastsSecondsInAClosedLoopToAProbe) {
  const Workload workload = load_text(R"({"phases": [
      {"mix": {"lookup": 1}, "seconds": 2}, {"mix": {"scan": 1}, "operations": 500},
      {"mix": {"update": 1}, "rate": 50, "seconds": 4}]})");
  EXPECT_TRUE(workload.timed());
  EXPECT_EQ(workload.operations, 0U);
  EXPECT_EQ(workload.phases[0].seconds, 2);
  EXPECT_EQ(workload.phases[0].operations, 0U);
  EXPECT_EQ(workload.phases[1].operations, 500U);
  EXPECT_EQ(workload.phases[2].operations, 200U);
  EXPECT_EQ(workload.phases[2].seconds, 0);
  for (const WorkloadPhase& phase : workload.phases) EXPECT_DOUBLE_EQ(phase.share, 1.0 / 3);
  EXPECT_TRUE(load_text(R"({"mix": {"lookup": 1}, "seconds": 0.5})").timed());
  EXPECT_FALSE(load_text(R"({"mix": {"lookup": 1}, "seconds": 3, "rate": 10})").timed());
}

TEST(WorkloadFile, SharesPhasesEquallyWhenTheySayNothing) {
  const Workload workload =
      load_text(R"({"phases": [{"mix": {"lookup": 1}}, {"mix": {"scan": 1}}, {"mix": {"update": 1}}]})");
  for (const WorkloadPhase& phase : workload.phases) EXPECT_DOUBLE_EQ(phase.share, 1.0 / 3);
  EXPECT_EQ(workload.operations, 0U);
}

TEST(WorkloadFile, NamesThePhaseOfAComplaint) {
  const auto phases = [](const std::string& second) {
    return "{\"phases\": [\n{\"mix\": {\"lookup\": 1}, \"share\": 0.5},\n{\"mix\": {\"lookup\": 1}, " + second + "}]}";
  };
  EXPECT_EQ(complaint(phases("\"share\": 0.5")), "");
  EXPECT_THAT(complaint(phases("\"share\": 0.5, \"teta\": 1")),
              HasSubstr("line 3: field 'phases[1].teta' is unknown, did you mean 'theta'?"));
  EXPECT_THAT(complaint(phases("\"share\": 0.4")), HasSubstr("line 1: field 'phases' have shares that must sum to 1"));
  EXPECT_THAT(complaint(phases("\"operations\": 4")), HasSubstr("size all phases by 'share', all by 'operations'"));
  EXPECT_THAT(complaint(phases("\"seconds\": 4")), HasSubstr("size all phases by 'share', all by 'operations'"));
  EXPECT_THAT(complaint(phases("\"seconds\": 0")), HasSubstr("line 3: field 'phases[1].seconds' must be above 0"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1}, \"operations\": 5,\n\"seconds\": 1}"),
              HasSubstr("line 2: field 'seconds' does not go with 'operations'"));
  EXPECT_THAT(complaint(phases("\"share\": 0.5, \"operations\": 4")), HasSubstr("one of three ways to size a phase"));
  EXPECT_THAT(complaint(phases("\"share\": 0.5, \"threads\": 4")), HasSubstr("needs the workload's own 'threads'"));
  EXPECT_THAT(complaint(phases("\"share\": 0.5, \"name\": \"phase 1\"")), HasSubstr("is that of an earlier phase"));
  EXPECT_THAT(complaint("{\"phases\": []}"), HasSubstr("at least one phase"));
  EXPECT_THAT(complaint("{\"repeat\": 20, " + phases("\"share\": 0.5").substr(1)),
              HasSubstr("field 'repeat' makes 40 phases, at most 32"));
  EXPECT_THAT(complaint("{\"phases\": [{\"share\": 1}]}"), HasSubstr("field 'phases[0].mix' is missing"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1}, \"phases\": []}"), HasSubstr("belongs into each of the 'phases'"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1}, \"repeat\": 2}"), HasSubstr("repeats a list of 'phases'"));
}

TEST(WorkloadFile, RefusesAChooserThatChoosesNothing) {
  EXPECT_THAT(complaint("{\"bulk_load\": 0.5, \"mix\": {\"insert\": 1},\n\"chooser\": \"zipfian\"}"),
              HasSubstr("line 2: field 'chooser' chooses nothing"));
}

TEST(WorkloadFile, RefusesArrivalsThatCannotBeMeant) {
  const std::string inserts = "{\"mix\": {\"insert\": 1}, \"bulk_load\": 0.5,\n";
  EXPECT_EQ(complaint(inserts + "\"arrival\": \"sorted\"}"), "");
  EXPECT_THAT(complaint(inserts + "\"arrival\": \"sortd\"}"), HasSubstr("line 2: field 'arrival' 'sortd' is no order"));
  EXPECT_THAT(complaint(inserts + "\"arrival\": \"late\"}"), HasSubstr("needs an object with the parameters"));
  EXPECT_THAT(complaint(inserts + "\"arrival\": {\"order\": \"late\", \"late\": 0.1}}"),
              HasSubstr("field 'arrival.delay' is missing"));
  EXPECT_THAT(complaint(inserts + "\"arrival\": {\"order\": \"time\", \"bits\": 65}}"),
              HasSubstr("must lie between 1 and 64"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1}, \"arrival\": \"sorted\"}"), HasSubstr("changes nothing"));
  EXPECT_THAT(complaint("{\"mix\": {\"lookup\": 1}, \"insert_from\": \"normal\"}"),
              HasSubstr("needs a mix with inserts"));
  EXPECT_THAT(complaint(inserts + "\"insert_from\": \"normal\", \"arrival\": \"sorted\"}"),
              HasSubstr("random order of arrival only"));
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
