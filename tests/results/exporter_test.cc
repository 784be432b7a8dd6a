// Exports: golden texts of one small made-up run, and what their consumers trip over.
#include "results/exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "golden.h"
#include "results/summarise.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

/// Two indexes over three rounds; a third one crashed.
Json small_result() {
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

std::string exported(const std::string& format, const Json& result, bool one_row = false) {
  for (const Exporter& exporter : registered_exporters()) {
    if (exporter.name == format) return exporter.write(result, {.one_row = one_row});
  }
  return "no such exporter";
}

TEST(Export, WritesWhatTheGoldenFilesHold) {
  const Json result = small_result();
  expect_golden("export_gbench.json", exported("gbench", result, true));
  expect_golden("export_gha.json", exported("gha", result));
  expect_golden("export_bmf.json", exported("bmf", result));
  expect_golden("export_gobench.txt", exported("gobench", result));
  expect_golden("export.csv", exported("csv", result));
}

TEST(Export, LeavesFailedCellsOutAndNamesThemWhereThereIsRoom) {
  const Json result = small_result();
  for (const char* format : {"gha", "bmf"}) EXPECT_THAT(exported(format, result), Not(HasSubstr("broken"))) << format;
  const Json gbench = Json::parse(exported("gbench", result));
  for (const Json& row : gbench["benchmarks"]) {
    EXPECT_THAT(row["name"].get<std::string>(), Not(HasSubstr("broken")));
    EXPECT_GT(row["real_time"].get<double>(), 0);
  }
  EXPECT_THAT(gbench["context"]["omenbench_cells_without_result"].dump(), HasSubstr("killed by signal 11"));
  EXPECT_THAT(exported("gobench", result), HasSubstr("# no result: "));
  EXPECT_THAT(exported("csv", result), HasSubstr("broken,tree,in-process,crash,,,,\n"));
}

TEST(Export, GivesGoogleBenchmarkOneRowPerRoundAndNoRates) {
  const Json result = small_result();
  std::map<std::string, int> repetitions;
  const Json all = Json::parse(exported("gbench", result));
  for (const Json& row : all["benchmarks"]) {
    ++repetitions[row["name"].get<std::string>()];
    EXPECT_EQ(row["time_unit"], "ns");
    EXPECT_FALSE(row.contains("items_per_second"));
  }
  for (const auto& [name, count] : repetitions) EXPECT_EQ(count, 3) << name;
  std::set<std::string> names;
  const Json medians = Json::parse(exported("gbench", result, true));
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

TEST(Export, SurvivesEveryRunThatTheSchemaAllows) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Json result = summarise(testing::random_run(seed));
    for (const Exporter& exporter : registered_exporters()) {
      const std::string text = exporter.write(result, {});
      EXPECT_THAT(text, Not(HasSubstr("nan"))) << exporter.name << ", seed " << seed;
      if (exporter.name == "gbench" || exporter.name == "gha" || exporter.name == "bmf") {
        EXPECT_TRUE(Json::accept(text)) << exporter.name << ", seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace omenbench
