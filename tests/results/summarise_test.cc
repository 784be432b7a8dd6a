// The result document: valid against its schema, without a number where there is none, on ordinary and on broken runs.
#include "results/summarise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "golden.h"
#include "results/record_json.h"
#include "results/result_json.h"
#include "results/schema.h"
#include "results/table.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

/// As others read it.
Json summarised(const omenbench::Run& run) { return to_json(summarise(run)); }

constexpr const char* kPython = "/usr/bin/python3";

bool has_jsonschema() {
  return std::system((std::string(kPython) + " -c 'import jsonschema' > /dev/null 2>&1").c_str()) == 0;
}

/// Runs tests/results/validate.py on a document; true when it is valid.
bool valid(const std::string& document) {
  const auto folder = std::filesystem::temp_directory_path() / ("omenbench-schema-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "schema.json") << result_schema();
  std::ofstream(folder / "document.json") << document;
  const std::string command = std::string(kPython) + " " OMENBENCH_SOURCE_DIR "/tests/results/validate.py " +
                              (folder / "schema.json").string() + " " + (folder / "document.json").string();
  const int status = std::system(command.c_str());
  std::filesystem::remove_all(folder);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Paths of all numbers below a value.
void find_numbers(const Json& value, const std::string& path, std::vector<std::string>& found) {
  if (value.is_number()) found.push_back(path);
  if (!value.is_structured()) return;
  for (const auto& [name, member] : value.items()) find_numbers(member, path + "/" + name, found);
}

void expect_failed_cells_without_numbers(const Json& result) {
  for (const Json& row : result["rows"]) {
    for (const char* list : {"cells", "reference"}) {
      for (const Json& cell : row[list]) {
        if (cell["status"] == "ok") continue;
        std::vector<std::string> numbers;
        find_numbers(cell, "", numbers);
        EXPECT_THAT(numbers, ::testing::IsEmpty()) << cell.dump(1);
        EXPECT_FALSE(cell["reason"].get<std::string>().empty());
        for (const Json& verdict : row["verdicts"]) {
          EXPECT_NE(verdict["learned"], cell["index"]);
          EXPECT_TRUE(verdict["baseline"] != cell["index"] || verdict["ratio"].is_null());
        }
      }
    }
  }
}

TEST(Summarise, KeepsEveryNumberAwayFromFailedCells) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    expect_failed_cells_without_numbers(summarised(testing::random_run(seed)));
  }
}

TEST(Summarise, IsValidAgainstTheSchema) {
  if (!has_jsonschema()) GTEST_SKIP() << "python3-jsonschema is not installed";
  EXPECT_TRUE(valid(dump_line(summarised(testing::example_run()))));
}

TEST(Summarise, IsValidAgainstTheSchemaWhateverTheRun) {
  if (!has_jsonschema()) GTEST_SKIP() << "python3-jsonschema is not installed";
  std::string documents = "[";
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    documents += (seed > 0 ? "," : "") + dump_line(summarised(testing::random_run(seed)));
  }
  EXPECT_TRUE(valid(documents + "]"));  // validate.py takes a list as well
}

TEST(Summarise, WritesTheExampleThatOthersAreTestedWith) {
  expect_golden("result_example.json", summarised(testing::example_run()).dump() + "\n");
}

TEST(Result, ReadsWhatItWritesWhateverTheRun) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    const Json written = summarised(testing::random_run(seed));
    EXPECT_EQ(to_json(result_from_json(Json::parse(written.dump()))), written);
  }
}

// As older versions wrote it: of other champions, by the first three rounds.
TEST(Result, DecidesOlderVerdictsAgainFromTheBlocksOfTheirCells) {
  const Json written = summarised(testing::example_run());
  Json older = written;
  for (Json& row : older["rows"]) {
    for (Json& verdict : row["verdicts"]) {
      verdict["champions_chosen_on"] = 3;
      if (!row["mutates"]) verdict["learned"] = "rmi";
    }
  }
  const Json read = to_json(result_from_json(older));
  for (std::size_t row = 0; row < written["rows"].size(); ++row) {
    const Json &before = written["rows"][row]["verdicts"], &after = read["rows"][row]["verdicts"];
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      for (const char* field : {"class", "metric", "learned", "baseline", "verdict", "learned_rivals"}) {
        EXPECT_EQ(after[i][field], before[i][field]) << row << " " << i << " " << field;
      }
      if (before[i]["ratio"].is_null()) continue;
      EXPECT_NEAR(after[i]["ratio"].get<double>(), before[i]["ratio"].get<double>(), 1e-5) << row << " " << i;
    }
  }
}

TEST(Result, IsRefusedWithThePlaceOfWhatIsWrong) {
  const Json good = summarised(testing::example_run());
  const auto why = [&](const std::string& pointer, const Json& value) -> std::string {
    Json spoiled = good;
    spoiled[Json::json_pointer(pointer)] = value;
    try {
      result_from_json(spoiled);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(why("/rows/0/cells/1/status", "fine"), HasSubstr("rows[0].cells[1].status: expected one of ok, "));
  EXPECT_EQ(why("/rows/0/keys", -1), "rows[0].keys: expected a whole number that is not negative, got -1");
  EXPECT_EQ(why("/rows/0/keys", 1.5), "rows[0].keys: expected a whole number that is not negative, got 1.5");
  EXPECT_EQ(why("/rows/0/cells/0/passes/throughput/ns_per_op/median", -5),
            "rows[0].cells[0].passes.throughput.ns_per_op.median: expected at least 0, got -5");
  EXPECT_EQ(why("/rows/1/cells/6/total_bytes", 17), "rows[1].cells[6]: a cell that is not ok holds numbers");
  constexpr const char* kNoInterval = "rows[0].verdicts[0]: a verdict has no ratio with an interval around it";
  EXPECT_EQ(why("/rows/0/verdicts/0/ratio", nullptr), kNoInterval);
  EXPECT_EQ(why("/rows/0/verdicts/0/hi", 1e-9), kNoInterval);
  const std::string time = "rows[0].cells[0].passes.throughput.ns_per_op";
  const std::string at = "/rows/0/cells/0/passes/throughput/ns_per_op";
  EXPECT_EQ(why(at + "/median", good.at(Json::json_pointer(at + "/hi"))),
            time + ": its median is not that of its blocks");
  EXPECT_EQ(why(at + "/lo", 1e9), time + ": its interval is not that of its blocks");
  EXPECT_EQ(why(at + "/lo", nullptr), time + ": its interval is not that of its blocks");
  EXPECT_EQ(why(at + "/blocks/0", 1e9), time + ": its median is not that of its blocks");
  EXPECT_EQ(why(at + "/blocks", Json::array()), time + ": it holds no block");
  EXPECT_EQ(why("/rows", Json::object()), "rows: expected a list, got an object");
  EXPECT_EQ(why("/started", nullptr), "started: expected a text, got null");
  EXPECT_EQ(why("/schema", "omenbench.result/2"),
            "its \"schema\" is \"omenbench.result/2\" and not \"omenbench.result/1\"");
  EXPECT_EQ(why("/rows/0/cells/1/index", good["rows"][0]["cells"][0]["index"]), "rows[0]: it holds 'pgm-64' twice");
  EXPECT_THAT(why("/rows/1", good["rows"][0]), HasSubstr("is there twice"));
  EXPECT_THAT(why("/datasets/1", good["datasets"][0]), HasSubstr("is listed twice"));
  EXPECT_THAT(why("/rows/0/dataset", "nobody's"), HasSubstr("a row is of dataset nobody's, which is not listed"));
  EXPECT_THAT(why("/rows/0/verdicts/1", good["rows"][0]["verdicts"][0]), HasSubstr("it holds two verdicts against "));
  EXPECT_THAT(why("/rows/0/verdicts/0/learned", "nobody"),
              HasSubstr("a verdict compares 'nobody', which has no result"));
  EXPECT_THAT(why("/rows/0/verdicts/0/ratios", Json::array()), HasSubstr("a ratio for each of its rounds"));
  EXPECT_THAT(why("/rows/0/verdicts/0/verdict", "wins"), HasSubstr("a verdict's word is not that of its interval"));
  for (const char* field : {"/plan/name", "/plan/focus", "/plan/huge_pages"}) {
    EXPECT_THAT(why(field, 7), HasSubstr("its plan's '")) << field;
  }
  EXPECT_THAT(why("/plan", "x"), HasSubstr("its plan is no object"));
  EXPECT_EQ(why("/rows/0/rounds", 1'000'000'000), "rows[0]: it holds more than 10000 rounds");
  EXPECT_THAT(why("/rows/0/cells/0/rounds", 9000), HasSubstr("rows[0]: 'pgm-64' has more rounds than the row"));
  EXPECT_EQ(why("/rows/0/stranger", 1), "") << "later versions add members";
  Json short_one = good;
  short_one["rows"][0]["cells"][2].erase("family");
  EXPECT_THROW(result_from_json(short_one), Error);
}

TEST(Result, DerivesItsSummaryAgain) {
  Json told = summarised(testing::example_run());
  const Json truth = told["summary"];
  told["summary"]["verdicts"][0]["wins"] = 99;
  told["summary"]["headlines"] = {"learned indexes win everywhere"};
  EXPECT_EQ(to_json(result_from_json(told))["summary"], truth);
}

TEST(Schema, RefusesNumbersInFailedCellsZerosAndStrangers) {
  if (!has_jsonschema()) GTEST_SKIP() << "python3-jsonschema is not installed";
  const Json good = summarised(testing::example_run());
  const auto spoiled = [&](const std::string& pointer, const Json& value) {
    Json json = good;
    json[Json::json_pointer(pointer)] = value;
    return dump_line(json);
  };
  EXPECT_FALSE(valid(spoiled("/rows/0/cells/0/passes/throughput/ns_per_op/median", nullptr)));
  EXPECT_FALSE(valid(spoiled("/rows/0/cells/0/passes/throughput/ns_per_op/median", -5)));
  EXPECT_FALSE(valid(spoiled("/rows/1/cells/6/total_bytes", 17)));  // absl-hash, unsupported
  EXPECT_FALSE(valid(spoiled("/rows/1/cells/6/rounds", 0)));
  EXPECT_FALSE(valid(spoiled("/rows/0/cells/0/reason", "why not")));
  EXPECT_FALSE(valid(spoiled("/rows/0/verdicts/0/ratio", 0)));
  EXPECT_FALSE(valid(spoiled("/rows/0/verdicts/0/verdict", "maybe")));
  EXPECT_FALSE(valid(spoiled("/rows/0/stranger", 1)));
}

TEST(Schema, DescribesEveryFieldOfACell) {
  const Json schema = Json::parse(result_schema());
  for (const char* part : {"dataset", "cell", "row", "verdict", "estimate", "tally", "winner"}) {
    for (const auto& [name, field] : schema["$defs"][part]["properties"].items()) {
      const bool by_reference = field.contains("$ref") && (name == "class" || name == "metric" || name == "status" ||
                                                           name == "verdict" || name == "environment");
      EXPECT_TRUE(field.contains("description") || by_reference || name == "passes" || name == "net")
          << part << "." << name;
    }
  }
}

TEST(Summarise, SaysNothingWhereNothingWasMeasured) {
  const auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  const Json result = summarised(run);
  EXPECT_EQ(result["rows"][0]["cells"][0]["status"], "not_run");
  EXPECT_EQ(result["rows"][0]["rounds"], 0);
  EXPECT_TRUE(result["rows"][0]["environment"]["steal_ticks"].is_null());
  EXPECT_TRUE(result["summary"]["winners"][0]["index"].is_null());
  EXPECT_THAT(render_table(summarise(run)), HasSubstr("nothing finished"));
  EXPECT_THAT(render_markdown(summarise(run)), HasSubstr("nothing finished"));
}

TEST(Summarise, GivesAMedianButNoIntervalForASingleRound) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  testing::add_rounds(run, 1, [](const std::string&, std::uint64_t) { return 25.0; });
  const Json result = summarised(run);
  const Json& rate = result["rows"][0]["cells"][0]["passes"]["throughput"]["ns_per_op"];
  EXPECT_EQ(rate["median"], 25);
  EXPECT_TRUE(rate["lo"].is_null());
  EXPECT_EQ(result["rows"][0]["verdicts"][0]["verdict"], "unresolved");
  EXPECT_THAT(render_table(summarise(run)), HasSubstr("too few rounds"));
}

TEST(Summarise, CountsTrialsThatLostTheProcessorAndDropsNoneSilently) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 25.0; });
  run.trials[3].lost_processor = "lost the processor: 90 involuntary switches, usually 2 at most";
  run.trials[3].throttled_us = 700;
  run.superseded.assign(2, run.trials[3]);
  run.superseded.push_back(run.trials[0]);  // killed from outside
  const Json result = summarised(run);
  const Json& machine = result["rows"][0]["environment"];
  EXPECT_EQ(machine["repeated_trials"], 2);
  EXPECT_EQ(machine["disturbed_trials"], 1);
  EXPECT_EQ(machine["throttled_us"], 700);
  const std::string table = render_table(summarise(run), {.width = 500});
  EXPECT_THAT(table, HasSubstr("note: 2 trials had lost the processor"));
  EXPECT_THAT(table, HasSubstr("note: 1 trial is used although it lost the processor in each of 3 attempts"));
  EXPECT_THAT(table, HasSubstr("note: 1 trial repeated and not used"));
  const Result read = result_from_json(result);
  EXPECT_EQ(read.summary.notes, summarise(run).summary.notes);
}

TEST(Summarise, NamesABusyMachineWithWhatHelps) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 25.0; });
  run.header.environment.doubts = {{"other work is running", "it competes", "stop it"}};
  for (const std::string& text : {render_table(summarise(run)), render_markdown(summarise(run))}) {
    EXPECT_THAT(text, HasSubstr("note: at the start other work is running: it competes. What helps: stop it"));
  }
}

TEST(Summarise, ShowsSizesAfterTheLoadAndAfterTheOperationsOfRowsThatWrite) {
  auto run = testing::empty_run({testing::index_summary("alex", "learned"), testing::index_summary("t", "tree"),
                                 testing::index_summary("lsm", "engine", "embedded")});
  run.header.rows[0].mutates = true;
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 25.0; });
  for (TrialRecord& trial : run.trials) {
    trial.total_bytes = trial.index == "lsm" ? 0 : 20'000;  // of 1,000 keys
    trial.end_total_bytes = trial.index == "alex" ? 31'500 : 0;
    if (trial.index == "lsm") {
      trial.disk_bytes = 24'000;
      trial.log_bytes = 100;
      trial.end_disk_bytes = 24'000;
      trial.end_log_bytes = 8'000;
    }
  }
  const Json result = summarised(run);
  EXPECT_EQ(result["rows"][0]["cells"][0]["end_total_bytes"], 31'500);
  EXPECT_EQ(result["rows"][0]["cells"][2]["log_bytes"], 100);
  EXPECT_THAT(
      result["rows"][0]["notes"][0],
      "bytes per loaded key, after the load -> after the operations: alex 20.0 -> 31.5; on disk lsm 24.0 -> 24.0 "
      "and 8.0 of logs");
  EXPECT_FALSE(result["rows"][0]["cells"][1].contains("end_total_bytes")) << "not known is not 0";
}

TEST(Summarise, SaysInTheTableWhichEnginesLibraryChecksItself) {
  auto run = testing::empty_run({testing::index_summary("lsm", "engine", "embedded")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 25.0; });
  for (TrialRecord& trial : run.trials) trial.engine_settings_json = R"({"assertions": "compiled in"})";
  EXPECT_THAT(render_table(summarise(run)), HasSubstr("built with assertions"));
  for (TrialRecord& trial : run.trials) trial.engine_settings_json = R"({"assertions": "compiled out"})";
  EXPECT_THAT(render_table(summarise(run)), Not(HasSubstr("assertions")));
}

TEST(Summarise, TreatsNaNAsMissing) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  testing::add_rounds(run, 12,
                      [](const std::string& index, std::uint64_t) { return index == "t" ? 25 : std::nan(""); });
  const Json result = summarised(run);
  const Json& cell = result["rows"][0]["cells"][0];
  EXPECT_EQ(cell["status"], "ok");
  EXPECT_TRUE(cell["passes"]["throughput"].is_null());
  EXPECT_TRUE(cell["passes"]["latency"]["p50"].is_null());
  EXPECT_EQ(result["rows"][0]["verdicts"][0]["verdict"], "unresolved");
  EXPECT_EQ(dump_line(result).find("nan"), std::string::npos);
}

TEST(Summarise, MarksInterruptionAndWhatItDidNotUse) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  testing::add_rounds(run, 8, [](const std::string& index, std::uint64_t) { return index == "t" ? 50 : 25; });
  run.interrupted = true;
  run.superseded.push_back(run.trials.back());
  run.trials.pop_back();
  run.trials.back().passes[0].ns_per_op = 1e6;  // of the split round: must not be seen
  const Json result = summarised(run);
  EXPECT_EQ(result["interrupted"], true);
  EXPECT_EQ(result["superseded"], 1);
  EXPECT_EQ(result["rows"][0]["rounds"], 7);
  EXPECT_EQ(result["rows"][0]["cells"][0]["passes"]["throughput"]["ns_per_op"]["blocks"].size(), 7U);
  EXPECT_EQ(result["rows"][0]["verdicts"][0]["verdict"], "wins");
  EXPECT_THAT(result["summary"]["notes"], Contains("1 trial repeated and not used"));
}

TEST(Summarise, SaysHowManyRoundsTheBudgetTook) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 7, [](const std::string&, std::uint64_t) { return 25.0; });
  EXPECT_TRUE(summarised(run)["rows"][0]["notes"].empty());
  run.header.facts.min_rounds = 12;
  EXPECT_THAT(summarised(run)["rows"][0]["notes"], ElementsAre("7 of 12 rounds: the budget ended"));
  run.interrupted = true;
  EXPECT_THAT(summarised(run)["rows"][0]["notes"], ElementsAre("7 of 12 rounds: the run was interrupted"));
  run.header.facts.min_rounds = 7;
  EXPECT_TRUE(summarised(run)["rows"][0]["notes"].empty());
}

TEST(Summarise, CountsWhatWasCutOffApartFromWhatFailed) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  run.interrupted = true;
  const Json notes = summarised(run)["summary"]["notes"];
  EXPECT_THAT(notes, Contains(HasSubstr("2 of 2 cells have no numbers: 2 interrupted (")));
}

TEST(Summarise, SaysLastHowManyCellsHaveNoNumbersAndWhy) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree"),
                                 testing::index_summary("u", "tree"), testing::index_summary("v", "tree")});
  testing::add_rounds(run, 7, [](const std::string&, std::uint64_t) { return 25.0; });
  const auto fail = [&](std::size_t which, TrialStatus status, const std::string& reason) {
    run.header.rows[0].cells[which].status = status;
    run.header.rows[0].cells[which].reason = reason;
  };
  fail(0, TrialStatus::kUnsupported, "no order");  // is no cell that numbers were wanted of
  fail(1, TrialStatus::kNotRun, "needs 1 GiB");
  fail(2, TrialStatus::kNotRun, "needs 1 GiB");
  EXPECT_EQ(summarised(run)["summary"]["notes"].back(), "2 of 3 cells have no numbers: 2 not_run (needs 1 GiB)");
  fail(2, TrialStatus::kCrash, "signal 11");
  EXPECT_EQ(summarised(run)["summary"]["notes"].back(),
            "2 of 3 cells have no numbers: 1 crash (signal 11), 1 not_run (needs 1 GiB)");
}

TEST(Summarise, MeasuresAnEnginesLoadOnce) {
  const Json result = summarised(testing::example_run());
  for (const Json& cell : result["rows"][0]["cells"]) {
    if (cell["tier"] == "in-process") continue;
    EXPECT_EQ(cell["build_ns"]["blocks"].size(), 1U);
    EXPECT_TRUE(cell["build_ns"]["lo"].is_null());
    EXPECT_EQ(cell["block_kind"], "reconnect");
    EXPECT_TRUE(cell["total_bytes"].is_null());
  }
  EXPECT_EQ(result["rows"][2]["cells"][8]["block_kind"], "process");
}

TEST(Summarise, SaysWhereAnEngineWasAnotherInSomeRounds) {
  omenbench::Run run = testing::empty_run({testing::index_summary("postgres", "engine", "server")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 50000; });
  for (TrialRecord& trial : run.trials) trial.engine_version = trial.round < 2 ? "PostgreSQL 1" : "PostgreSQL 2";
  const auto notes = [&] { return summarise(run).rows[0].cells[0].notes; };
  EXPECT_THAT(notes(),
              Contains(HasSubstr("its rounds mix versions: PostgreSQL 1 in 2 rounds, PostgreSQL 2 in 4 rounds")));
  for (TrialRecord& trial : run.trials) trial.engine_version = "PostgreSQL 2";
  EXPECT_THAT(notes(), Not(Contains(HasSubstr("mix versions"))));
}

TEST(Summarise, KnowsTheHeadlineOfADocumentThatDoesNotSayIt) {
  const Json written = summarised(testing::example_run());
  Json older = written;
  std::size_t headlines = 0;
  for (Json& row : older["rows"]) {
    for (Json& verdict : row["verdicts"]) headlines += verdict["headline"].get<bool>(), verdict.erase("headline");
  }
  ASSERT_GT(headlines, 0U);
  EXPECT_EQ(to_json(result_from_json(older)), written);
}

TEST(Summarise, GivesHardnessPerMillionKeys) {
  auto run = testing::example_run();
  run.header.datasets[0].n = 2'000'000;
  run.header.datasets[0].hardness = KeyHardness{3'000, 10, 4.5};
  run.header.datasets[1].hardness.reset();
  const Json datasets = summarised(run)["datasets"];
  EXPECT_EQ(datasets[0]["hardness"]["local_per_million"], 1'500);
  EXPECT_EQ(datasets[0]["hardness"]["global_per_million"], 5);
  EXPECT_EQ(datasets[0]["hardness"]["rmi_log2_error"], 4.5);
  EXPECT_TRUE(datasets[1]["hardness"].is_null());
}

TEST(Summarise, TakesIndexBytesAgainstTheKeysThatWereLoaded) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 25.0; });
  EXPECT_EQ(summarised(run)["rows"][0]["cells"][0]["index_bytes"], 20'000 - 16 * 1000);
  run.header.rows[0].loaded_keys = 500;
  EXPECT_EQ(summarised(run)["rows"][0]["cells"][0]["index_bytes"], 20'000 - 16 * 500);
  run.header.rows[0].entry_bytes = 19'000;
  EXPECT_EQ(summarised(run)["rows"][0]["cells"][0]["index_bytes"], 1'000) << "texts";
  run.header.rows[0].entry_bytes = 50'000;
  EXPECT_EQ(summarised(run)["rows"][0]["cells"][0]["index_bytes"], 0) << "held in less room than they have";
}

TEST(Summarise, ShowsNoBytesThatCannotBe) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 25.0; });
  for (TrialRecord& trial : run.trials) trial.total_bytes = 9'000;
  const Cell cell = summarise(run).rows[0].cells[0];
  EXPECT_EQ(cell.total_bytes, 0U);
  EXPECT_FALSE(cell.index_bytes);
  EXPECT_THAT(cell.notes, Contains("memory: 9000 bytes were counted when the entries alone take 16000"));
}

TEST(Summarise, WarnsWhenTwoCountsOfMemoryDisagree) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned")});
  testing::add_rounds(run, 6, [](const std::string&, std::uint64_t) { return 25.0; });
  for (TrialRecord& trial : run.trials) trial.self_reported_bytes = 10'000;
  EXPECT_THAT(summarised(run)["rows"][0]["cells"][0]["notes"], Contains("self_reported_bytes is 50 % of total_bytes"));
}

TEST(Summarise, NamesWhatRepaysALongerBuild) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  testing::add_rounds(run, 6, [](const std::string& index, std::uint64_t) { return index == "t" ? 100 : 50; });
  for (TrialRecord& trial : run.trials) trial.build_ns = trial.index == "t" ? 1'000'000 : 6'000'000;
  const Json conditions = summarised(run)["rows"][0]["verdicts"][0]["conditions"];
  EXPECT_EQ(conditions["break_even_operations"], 100'000);
}

TEST(Summarise, WarnsWhenNoLoneDifferenceCouldSurvive) {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("t", "tree")});
  run.header.rows.assign(60, run.header.rows[0]);
  for (std::uint64_t row = 0; row < 60; ++row) {
    for (std::uint64_t round = 0; round < 6; ++round) {
      for (const char* index : {"pgm", "t"}) run.trials.push_back(testing::ok_trial(row, round, index, 50));
    }
  }
  EXPECT_THAT(summarised(run)["summary"]["notes"],
              Contains(Json("with 6 rounds compared a lone difference among 60 rows "
                            "cannot survive the correction; --blocks 12 can")));
}

}  // namespace
}  // namespace omenbench
