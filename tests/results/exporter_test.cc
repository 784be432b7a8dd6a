// Exports: golden texts of one small made-up run, and what their consumers trip over.
#include "results/exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "core/error.h"
#include "golden.h"
#include "results/compare/compare.h"
#include "results/summarise.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

/// Two indexes over three rounds; a third one crashed.
Result small_result() {
  Run run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("tree", "tree"),
                                testing::index_summary("broken", "tree")});
  run.header.rows[0].dataset = "my, \"keys\"";
  testing::add_rounds(run, 3, [](const std::string& index, std::uint64_t round) {
    return (index == "pgm" ? 50.0 : 80.0) + static_cast<double>(round);
  });
  for (TrialRecord& trial : run.trials) {
    if (trial.index != "broken") continue;
    trial.status = TrialStatus::kCrash;
    trial.reason = "killed by signal 11";
  }
  return summarise(run);
}

/// What it writes, of several files one after the other.
std::string text_of(const Exporter& exporter, const Result& result, const ExportOptions& options) {
  if (exporter.write_files == nullptr) return exporter.write(result, options);
  std::string text;
  for (const ExportedFile& file : exporter.write_files(result, options)) text += file.text;
  return text;
}

std::string exported(const std::string& format, const Result& result, const ExportOptions& options = {}) {
  for (const Exporter& exporter : registered_exporters()) {
    if (exporter.name == format) return text_of(exporter, result, options);
  }
  return "no such exporter";
}

TEST(Export, WritesWhatTheGoldenFilesHold) {
  const Result result = small_result();
  expect_golden("export_gbench.json", exported("gbench", result, {.one_row = true}));
  expect_golden("export_gha.json", exported("gha", result));
  expect_golden("export_bmf.json", exported("bmf", result));
  expect_golden("export_gobench.txt", exported("gobench", result));
  expect_golden("export.csv", exported("csv", result));
}

TEST(Export, TellsInCsvWhichCellLeftTheRace) {
  Result result = small_result();
  Cell& cell = result.rows[0].cells[0];
  cell.left_after = 3;
  EXPECT_THAT(exported("csv", result), HasSubstr(cell.index + ",learned,in-process,ok,ns_per_op,ns/op,1,50,,3\n"));
}

TEST(Export, LeavesFailedCellsOutAndNamesThemWhereThereIsRoom) {
  const Result result = small_result();
  for (const char* format : {"gha", "bmf"}) EXPECT_THAT(exported(format, result), Not(HasSubstr("broken"))) << format;
  const Json gbench = Json::parse(exported("gbench", result));
  for (const Json& row : gbench["benchmarks"]) {
    EXPECT_THAT(row["name"].get<std::string>(), Not(HasSubstr("broken")));
    EXPECT_GT(row["real_time"].get<double>(), 0);
  }
  EXPECT_THAT(gbench["context"]["omenbench_cells_without_result"].dump(), HasSubstr("killed by signal 11"));
  EXPECT_THAT(exported("gobench", result), HasSubstr("# no result: "));
  EXPECT_THAT(exported("csv", result), HasSubstr("broken,tree,in-process,crash,,,,,,\n"));
}

TEST(Export, GivesGoogleBenchmarkOneRowPerRoundAndNoRates) {
  const Result result = small_result();
  std::map<std::string, int> repetitions;
  const Json all = Json::parse(exported("gbench", result));
  for (const Json& row : all["benchmarks"]) {
    ++repetitions[row["name"].get<std::string>()];
    EXPECT_EQ(row["time_unit"], "ns");
    EXPECT_FALSE(row.contains("items_per_second"));
  }
  for (const auto& [name, count] : repetitions) EXPECT_EQ(count, 3) << name;
  std::set<std::string> names;
  const Json medians = Json::parse(exported("gbench", result, {.one_row = true}));
  for (const Json& row : medians["benchmarks"]) {
    EXPECT_TRUE(names.insert(row["name"].get<std::string>()).second) << row["name"];
  }
  EXPECT_EQ(names.size(), repetitions.size());
}

TEST(Export, KeepsEveryRoundForBenchstatOnALineWithoutBlanksInItsName) {
  std::istringstream lines(exported("gobench", small_result()));
  std::map<std::string, int> rounds;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("Benchmark")) continue;
    std::istringstream fields(line);
    std::string name, value, unit;
    int iterations = 0;
    ASSERT_TRUE(fields >> name >> iterations) << line;
    int metrics = 0;
    while (fields >> value >> unit) ++metrics;
    EXPECT_GE(metrics, 6) << line;
    ++rounds[name];
  }
  EXPECT_EQ(rounds.size(), 2U);
  for (const auto& [name, count] : rounds) EXPECT_EQ(count, 3) << name;
}

/// One index with everything that the modes of a run add.
Result result_with_modes() {
  Run run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 3, [](const std::string&, std::uint64_t) { return 50.0; });
  for (TrialRecord& trial : run.trials) {
    const double round = static_cast<double>(trial.round);
    trial.phases = {{.name = "fill in", .operations = 10, .ns_per_op = 70 + round, .p50 = 1000, .p99 = 2000}};
    trial.kinds = {{.name = "insert", .operations = 10, .p50 = 3000, .p99 = 4000 + round}};
    trial.open = {.offered_per_s = 50'000, .achieved_per_s = 40'000, .latency = trial.latency, .lag_p50 = 0};
    trial.open->latency.percentiles[3] = 9000 + round;
    trial.search = SearchRecord{.p99_limit_ns = 1e6, .max_per_s = 200'000, .probes = {}};
    trial.windows = {{.ops_per_s = 1e6, .p50 = 100, .p99 = 200, .longest_ns = 300}, {.ops_per_s = 2e6}};
  }
  return summarise(run);
}

TEST(Export, CarriesPhasesKindsOpenLoopsAndHighestRates) {
  const Result result = result_with_modes();
  const Json bmf = Json::parse(exported("bmf", result)).begin().value();
  EXPECT_EQ(bmf["phase_fill in_ns_per_op"]["value"], 71);
  EXPECT_EQ(bmf["phase_fill in_p99_ns"]["value"], 2000);
  EXPECT_EQ(bmf["insert_p99_ns"]["value"], 4001);
  EXPECT_EQ(bmf["open_50000_per_s_p99_ns"]["value"], 9001);
  EXPECT_EQ(bmf["open_50000_per_s_gap_ns"]["value"], 25'000);
  EXPECT_EQ(bmf["p99_under_1000000_max_rate_gap_ns"]["value"], 5000) << "smaller is better";
  const std::string gha = exported("gha", result);
  EXPECT_THAT(gha, HasSubstr("open_50000_per_s_p99_ns"));
  const std::string gobench = exported("gobench", result);
  EXPECT_THAT(gobench, HasSubstr(" 71 phase-fill-in-ns/op"));
  EXPECT_THAT(gobench, HasSubstr(" 9001 open-50000-per-s-p99-ns/op"));
  const Json gbench = Json::parse(exported("gbench", result));
  std::set<std::string> names;
  for (const Json& row : gbench["benchmarks"]) {
    EXPECT_GT(row["real_time"].get<double>(), 0) << row["name"];
    names.insert(row["name"].get<std::string>());
  }
  EXPECT_EQ(std::ranges::count_if(names, [](const auto& name) { return name.ends_with("/insert_p99_ns"); }), 1);
  const std::string csv = exported("csv", result);
  EXPECT_THAT(csv, HasSubstr("phase_fill in_ns_per_op,ns/op,2,71,,\n"));
  EXPECT_THAT(csv, HasSubstr("window_1_p99_ns,ns,1,200,,\n"));
  EXPECT_THAT(csv, HasSubstr("window_2_ops_per_s,1/s,1,2000000,,\n"));
  EXPECT_THAT(exported("bmf", result), Not(HasSubstr("window_")));
}

TEST(Export, NeverGivesAnUpperBoundForAValue) {
  omenbench::Run run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 15.0; });  // p50 150 ns, the timer 20 ns
  const Result result = summarise(run);
  for (const char* format : {"bmf", "gbench", "gha", "gobench"}) {
    EXPECT_THAT(exported(format, result), Not(HasSubstr("p50"))) << format;
    EXPECT_THAT(exported(format, result), HasSubstr("p99")) << format;
  }
  EXPECT_THAT(exported("csv", result), HasSubstr("p50_ns,ns,1,150,<=,\n"));
  EXPECT_THAT(exported("csv", result), HasSubstr("p99_ns,ns,1,300,,\n"));
  EXPECT_THAT(exported("md", result), HasSubstr("&lt;=150"));
}

TEST(Export, GivesAnIntervalOnlyWhereThereIsOneAndNoLongestOperation) {
  const auto result_of = [](std::uint64_t rounds) {
    omenbench::Run run = testing::empty_run({testing::index_summary("pgm", "learned")});
    testing::add_rounds(run, rounds, [](const std::string&, std::uint64_t round) { return 50.0 + double(round); });
    return summarise(run);
  };
  for (const std::uint64_t rounds : {5, 6}) {
    const Result result = result_of(rounds);
    const Json bmf = Json::parse(exported("bmf", result)).begin().value();
    const Json gha = Json::parse(exported("gha", result))[0];
    EXPECT_EQ(bmf["ns_per_op"].contains("lower_value"), rounds == 6);
    EXPECT_EQ(bmf["ns_per_op"].contains("upper_value"), rounds == 6);
    EXPECT_EQ(gha.contains("range"), rounds == 6);
    EXPECT_THAT(gha["extra"].get<std::string>(),
                HasSubstr(rounds == 6 ? "6 rounds, interval [" : "5 rounds, no interval"));
    for (const char* format : {"bmf", "gbench", "gha", "gobench"}) {
      EXPECT_THAT(exported(format, result), Not(HasSubstr("max"))) << format;
    }
    EXPECT_THAT(exported("csv", result), HasSubstr(",max_ns,ns,1,"));
  }
}

TEST(Export, OfARunInWhichEverythingFailedIsEmptyAndValid) {
  omenbench::Run run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 50.0; });
  for (TrialRecord& trial : run.trials) trial.status = TrialStatus::kCrash;
  const Result result = summarise(run);
  EXPECT_EQ(Json::parse(exported("gha", result)), Json::array());
  EXPECT_EQ(Json::parse(exported("bmf", result)), Json::object());
  EXPECT_EQ(Json::parse(exported("gbench", result))["benchmarks"], Json::array());
  EXPECT_THAT(exported("gobench", result), Not(HasSubstr("Benchmark")));
  EXPECT_THAT(exported("csv", result), HasSubstr(",crash,,,,,,\n"));
}

TEST(Export, HoldsOnlyWhatAFilterKeeps) {
  Result result = small_result();
  const MeasurementFilter filter("index:p* index:broken metric:ns_per_op");
  filter.prune(result);
  ASSERT_EQ(result.rows[0].cells.size(), 2U) << "a metric is no reason to take a cell away";
  for (const Verdict& verdict : result.rows[0].verdicts) EXPECT_NE(verdict.baseline, "tree");
  const ExportOptions options{.keeps = [&](const Measurement& one) { return filter.keeps(one); }};
  const Json bmf = Json::parse(exported("bmf", result, options));
  ASSERT_EQ(bmf.size(), 1U);
  EXPECT_EQ(bmf.begin().value().size(), 1U);
  EXPECT_EQ(Json::parse(exported("gha", result, options)).size(), 1U);
  EXPECT_EQ(Json::parse(exported("gbench", result, options))["benchmarks"].size(), 3U);
  const std::string csv = exported("csv", result, options);
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 3 + 1) << csv;
  Result none = small_result();
  MeasurementFilter("dataset:other").prune(none);
  EXPECT_TRUE(none.rows.empty());
}

/// Two rows of the small result, under these names.
Result named(const std::string& workload, const std::string& dataset, const std::string& other_workload,
             const std::string& other_dataset) {
  Result result = small_result();
  result.rows.push_back(result.rows[0]);
  result.rows[0].workload = workload;
  result.rows[0].dataset = dataset;
  result.rows[1].workload = other_workload;
  result.rows[1].dataset = other_dataset;
  return result;
}

TEST(Export, RefusesNamesThatAReaderWouldTakeForOne) {
  const auto refuses = [](const std::string& format, const Result& result) {
    try {
      exported(format, result);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("would both be named")) << format;
      return true;
    }
    return false;
  };
  const Result slashes = named("scan/10", "keys", "scan", "10/keys");
  for (const char* format : {"gha", "bmf", "gbench"}) EXPECT_TRUE(refuses(format, slashes)) << format;
  EXPECT_FALSE(refuses("csv", slashes)) << "its columns keep them apart";
  const Result signs = named("a b", "k", "a-b", "k");
  for (const char* format : {"gobench", "asv"}) EXPECT_TRUE(refuses(format, signs)) << format;
  for (const char* format : {"gha", "bmf", "gbench"}) EXPECT_FALSE(refuses(format, signs)) << format;
  Result phases = small_result();
  for (const char* name : {"a b", "a_b"}) {
    for (Cell& cell : phases.rows[0].cells) {
      if (!cell.ok()) continue;
      PhasePart& phase = cell.phases.emplace_back();
      phase.name = name;
      phase.ns_per_op = cell.passes.throughput->ns_per_op;
    }
  }
  for (const char* format : {"gobench", "asv"}) EXPECT_TRUE(refuses(format, phases)) << format << " mixes phases";
}

TEST(Export, KeepsWhateverNamesHoldInsideTheirField) {
  const std::string name = "a, \"b\":\n<c> 'd'\tBenchmarkE 1 2 ns/op";
  Result result = named(name, name, "w", "k");
  result.rows[0].cells.back().reason = "died\nBenchmarkFake 1 5 ns/op";
  for (const char* format : {"gha", "bmf", "gbench"}) EXPECT_TRUE(Json::accept(exported(format, result))) << format;
  for (std::istringstream lines(exported("gobench", result)); lines;) {
    std::string line;
    std::getline(lines, line);
    const bool known = line.starts_with("BenchmarkA") || line.starts_with("BenchmarkW");
    EXPECT_TRUE(known || !line.starts_with("Benchmark")) << line;
  }
  EXPECT_THAT(exported("csv", result), HasSubstr("\"a, \"\"b\"\":\n<c>"));
}

TEST(Export, NamesNoTwoFilesAlike) {
  Result result = small_result();
  Row& row = result.rows[0];
  row.workload = "w";
  for (const std::string& index :
       {std::string("x y"), std::string("x_y"), std::string("x_y-2"), std::string(300, 'z')}) {
    row.cells.push_back(row.cells[0]);
    row.cells.back().index = index;
  }
  const auto hgrm = std::ranges::find(registered_exporters(), "hgrm", &Exporter::name);
  std::set<std::string> names;
  std::size_t files = 0;
  for (const ExportedFile& file : hgrm->write_files(result, {})) {
    names.insert(file.name);
    EXPECT_LT(file.name.size(), 255U);
    ++files;
  }
  EXPECT_GE(files, 6U);
  EXPECT_EQ(names.size(), files);
}

TEST(Export, SurvivesEveryRunThatTheSchemaAllows) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Result result = summarise(testing::random_run(seed));
    for (const Exporter& exporter : registered_exporters()) {
      const std::string text = text_of(exporter, result, {});
      EXPECT_THAT(text, Not(HasSubstr("nan"))) << exporter.name << ", seed " << seed;
      if (exporter.name == "gbench" || exporter.name == "gha" || exporter.name == "bmf") {
        EXPECT_TRUE(Json::accept(text)) << exporter.name << ", seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace omenbench
