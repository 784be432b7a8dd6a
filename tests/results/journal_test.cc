// The journal must give back what was put in, and survive being cut off anywhere.
#include "results/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/error.h"
#include "core/rng.h"
#include "results/record_json.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;

class Journal : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("omenbench-journal-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "journal.ndjson";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string content() const {
    std::ifstream in(path_, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void put(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

  void write(const omenbench::Run& run, bool end = true) const {
    std::filesystem::remove(path_);
    JournalWriter writer(path_, run.header);
    for (const TrialRecord& trial : run.trials) writer.add_trial(trial);
    for (const TrialRecord& trial : run.superseded) writer.add_superseded(trial);
    if (end) writer.add_end(run.interrupted);
  }

  std::string error_of_reading() const {
    try {
      read_journal(path_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_, path_;
};

omenbench::Run small_run() {
  auto run = testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("tree", "tree")});
  testing::add_rounds(run, 2,
                      [](const std::string&, std::uint64_t round) { return 10.25 + static_cast<double>(round); });
  return run;
}

TEST_F(Journal, GivesBackWhatWasPutIn) {
  auto run = testing::example_run();
  run.trials.resize(80);  // every line is synced, which takes its time
  run.superseded.push_back(run.trials[3]);
  write(run);
  const auto back = read_journal(path_);
  EXPECT_EQ(header_to_json(back.header), header_to_json(run.header));
  ASSERT_EQ(back.trials.size(), run.trials.size());
  for (std::size_t i = 0; i < run.trials.size(); ++i) {
    EXPECT_EQ(dump_line(trial_to_json(back.trials[i])), dump_line(trial_to_json(run.trials[i])));
  }
  EXPECT_EQ(back.superseded.size(), 1U);
  EXPECT_FALSE(back.interrupted);
}

TEST_F(Journal, KeepsHowHardKeysAreAndReadsOnesThatDoNotSay) {
  auto run = small_run();
  run.header.datasets.resize(2);
  run.header.datasets[0].hardness = KeyHardness{2'400, 91, 6.25};
  write(run);
  const auto datasets = read_journal(path_).header.datasets;
  ASSERT_TRUE(datasets[0].hardness);
  EXPECT_EQ(datasets[0].hardness->local_segments, 2'400);
  EXPECT_EQ(datasets[0].hardness->global_segments, 91);
  EXPECT_EQ(datasets[0].hardness->rmi_log2_error, 6.25);
  EXPECT_FALSE(datasets[1].hardness);
}

TEST_F(Journal, KeepsEveryFieldOfATrial) {
  TrialRecord trial = testing::ok_trial(0, 3, "pgm", 33.3);
  trial.status = TrialStatus::kOom;
  trial.reason = "limit \"8 GiB\" \n reached";
  trial.latency.percentiles[5] = std::nan("");
  trial.self_reported_bytes = ~0ULL;
  trial.engine_settings_json = R"({"a": 1})";
  trial.position = 4;
  trial.disk_bytes = 5;
  trial.cache_bytes = 6;
  trial.log_bytes = trial.end_total_bytes = trial.end_disk_bytes = trial.end_log_bytes = 8;
  trial.throttled_us = 9;
  trial.lost_processor = "lost";
  trial.no_op_ns = 7.5;
  trial.prefixes = {{20'000, 41.5}};
  const auto json = trial_to_json(trial);
  const TrialRecord back = trial_from_json(nlohmann::ordered_json::parse(dump_line(json)));
  EXPECT_EQ(dump_line(trial_to_json(back)), dump_line(json));
  EXPECT_EQ(back.self_reported_bytes, ~0ULL);
  EXPECT_TRUE(std::isnan(back.latency.percentiles[5]));
  EXPECT_EQ(back.latency.percentiles[0], trial.latency.percentiles[0]);
  EXPECT_EQ(back.reason, trial.reason);
  EXPECT_EQ(back.prefixes, trial.prefixes);
  for (const auto& [name, value] : json.items()) {
    if (value.is_number_unsigned() && name != "row" && name != "steal_ticks" && name != "involuntary_switches") {
      EXPECT_NE(value, 0) << name << " is not tried by this test";
    }
  }
}

TEST_F(Journal, CutOffAnywhereLosesTheLastLineAtMost) {
  write(small_run());
  const std::string whole = content();
  const std::size_t header_end = whole.find('\n') + 1;
  for (std::size_t length = header_end; length <= whole.size(); ++length) {
    const bool at_an_end = length == whole.size() || whole[length] == '\n' || whole[length - 1] == '\n';
    if (!at_an_end && length % 41 != 0) continue;
    put(whole.substr(0, length));
    const auto run = read_journal(path_);
    const std::string_view kept(whole.data(), length);
    const auto lines = std::ranges::count(kept, '\n');
    EXPECT_EQ(run.trials.size(), static_cast<std::size_t>(std::min<std::ptrdiff_t>(lines - 1, 4)));
    EXPECT_EQ(run.interrupted, length != whole.size());
  }
  put(whole.substr(0, header_end - 1));
  EXPECT_THAT(error_of_reading(), HasSubstr("header line is missing or cut off"));
}

TEST_F(Journal, IsContinuedBehindItsLastWholeLine) {
  const auto run = small_run();
  write(run, false);
  const std::string whole = content();
  put(whole.substr(0, whole.size() - 5));
  {
    JournalWriter writer(path_);
    writer.supersede_round(0, 1);
    writer.add_trial(run.trials[2]);
    writer.add_trial(run.trials[3]);
    writer.add_end(false);
  }
  const auto back = read_journal(path_);
  EXPECT_EQ(back.trials.size(), 4U);
  EXPECT_EQ(back.superseded.size(), 1U);
  EXPECT_FALSE(back.interrupted);
}

TEST_F(Journal, IsNotChangedByAWriterThatWritesNothing) {
  write(small_run());
  const std::string whole = content();
  for (const std::size_t length : {whole.find('\n') - 7, whole.size() - 5}) {
    put(whole.substr(0, length));
    { JournalWriter writer(path_); }
    EXPECT_EQ(content(), whole.substr(0, length));
  }
}

TEST_F(Journal, NamesTheLineThatIsDamaged) {
  write(small_run());
  const std::string whole = content();
  const std::size_t second = whole.find('\n') + 1, third = whole.find('\n', second) + 1;
  std::string damaged = whole;
  damaged[second + 3] = '\x01';
  put(damaged);
  EXPECT_THAT(error_of_reading(), HasSubstr("journal.ndjson', line 2: "));
  for (const char* line : {"{\"trial\": {\"row\": 0}}\n", "\n", "{\"wine\": 1}\n"}) {
    damaged = whole;
    damaged.insert(third, line);
    put(damaged);
    EXPECT_THAT(error_of_reading(), HasSubstr("line 3: the line is not the one that was written as number 3"));
  }
}

/// What readers take out of a journal.
std::string told_by(const omenbench::Run& run) {
  std::string text = dump_line(header_to_json(run.header));
  for (const TrialRecord& trial : run.trials) text += dump_line(trial_to_json(trial));
  return text;
}

TEST_F(Journal, LetsNoDamageChangeANumberSilently) {
  write(small_run());
  const std::string whole = content(), truth = told_by(read_journal(path_));
  std::vector<std::string> lines;
  std::istringstream stream(whole);
  for (std::string line; std::getline(stream, line);) lines.push_back(line + "\n");
  Rng rng(11);
  int refused = 0, shorter = 0;
  for (int i = 0; i < 4000; ++i) {
    std::string damaged = whole;
    if (i % 4 == 0) {
      damaged[rng.below(damaged.size())] ^= static_cast<char>(1 << rng.below(8));
    } else if (i % 4 == 1) {
      damaged.erase(rng.below(damaged.size()), 1 + rng.below(40));
    } else {
      std::vector<std::string> moved = lines;
      const std::size_t a = rng.below(moved.size()), b = rng.below(moved.size());
      if (i % 4 == 2) std::swap(moved[a], moved[b]);
      if (i % 4 == 3) moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(a), lines[b]);
      damaged.clear();
      for (const std::string& line : moved) damaged += line;
      if (damaged == whole) continue;
    }
    put(damaged);
    try {
      const omenbench::Run run = read_journal(path_);
      // What was lost at the end is what a killed run loses: it counts as interrupted, and what is left is true.
      EXPECT_TRUE(run.interrupted) << i;
      EXPECT_TRUE(truth.starts_with(told_by(run))) << i;
      ++shorter;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 3000);
  EXPECT_LT(shorter, 400);
}

TEST_F(Journal, ReadsAndContinuesOnesWithoutSeals) {
  const auto run = small_run();
  std::string text = dump_line({{"journal", kUnsealedJournalSchema}, {"header", header_to_json(run.header)}}) + "\n";
  for (const TrialRecord& trial : run.trials) text += dump_line({{"trial", trial_to_json(trial)}}) + "\n";
  put(text);
  EXPECT_EQ(read_journal(path_).trials.size(), 4U);
  JournalWriter(path_).add_end(false);
  EXPECT_FALSE(read_journal(path_).interrupted);
  text.replace(text.find("journal/1"), 9, "journal/2");
  put(text);
  EXPECT_THAT(error_of_reading(), HasSubstr("line 1: expected a header of 'omenbench.journal/1'"));
}

TEST_F(Journal, RefusesNumbersOutOfRange) {
  const nlohmann::ordered_json good = trial_to_json(testing::ok_trial(0, 3, "pgm", 33.3));
  for (const auto& [field, value] : {std::pair<const char*, nlohmann::ordered_json>("build_ns", -1),
                                     {"round", 1e30},
                                     {"status", "fine"},
                                     {"total_bytes", "many"}}) {
    nlohmann::ordered_json bad = good;
    bad[field] = value;
    EXPECT_THROW(trial_from_json(bad), Error) << field;
  }
}

TEST_F(Journal, RefusesTrialsOfRowsAndIndexesItDoesNotKnow) {
  auto run = small_run();
  run.trials[1].index = "stranger";
  write(run);
  EXPECT_THAT(error_of_reading(), HasSubstr("line 3: the header has no index 'stranger'"));
  run.trials[1] = run.trials[0];
  run.trials[1].row = 9;
  write(run);
  EXPECT_THAT(error_of_reading(), HasSubstr("line 3: there is no row 9"));
}

TEST_F(Journal, CountsTheLaterOfTwoTrialsOfTheSameRound) {
  auto run = small_run();
  TrialRecord killed = run.trials[3];
  killed.status = TrialStatus::kInterrupted;
  run.trials.insert(run.trials.begin() + 3, killed);
  write(run);
  const auto back = read_journal(path_);
  EXPECT_EQ(back.trials.size(), 4U);
  EXPECT_EQ(back.trials[3].status, TrialStatus::kOk);
  ASSERT_EQ(back.superseded.size(), 1U);
  EXPECT_EQ(back.superseded[0].status, TrialStatus::kInterrupted);
}

TEST_F(Journal, LearnsWhatBecameKnownOfARow) {
  auto run = small_run();
  {
    JournalWriter writer(path_, run.header);
    RowPlan row = run.header.rows[0];
    row.realised = {{"hit_ratio", 0.5}};
    writer.add_row(0, row);
  }
  EXPECT_EQ(read_journal(path_).header.rows[0].realised.at(0).second, 0.5);
}

TEST_F(Journal, LearnsRowsThatASearchFindsOnTheWay) {
  auto run = small_run();
  TrialRecord trial = run.trials[0];
  trial.row = 1;
  {
    JournalWriter writer(path_, run.header);
    writer.add_row(1, run.header.rows[0]);
    writer.add_trial(trial);
  }
  EXPECT_EQ(read_journal(path_).header.rows.size(), 2U);
  JournalWriter(path_).add_row(3, run.header.rows[0]);
  EXPECT_THAT(error_of_reading(), HasSubstr("line 4: there is no row 3"));
}

TEST_F(Journal, KeepsEveryTrialOfBothSidesOfAGate) {
  auto run = small_run();
  const TrialRecord one = run.trials[0];
  run.trials.clear();
  for (std::uint64_t position = 0; position < 4; ++position) {
    run.trials.push_back(one);
    run.trials.back().side = position % 2 == 0 ? "base" : "head";
    run.trials.back().position = position;
  }
  write(run);
  EXPECT_EQ(read_journal(path_).trials.size(), 4U);
  EXPECT_EQ(read_journal(path_).trials[3].side, "head");
}

TEST_F(Journal, NeverOverwritesOne) {
  write(small_run());
  EXPECT_THROW(JournalWriter(path_, small_run().header), Error);
  EXPECT_THROW(JournalWriter(folder_ / "absent.ndjson"), Error);
  EXPECT_THROW(read_journal(folder_ / "absent.ndjson"), Error);
}

TEST_F(Journal, TakesNamesThatAreNoText) {
  auto run = small_run();
  run.header.rows[0].dataset = "\xff\xfe";
  write(run);
  EXPECT_EQ(read_journal(path_).header.rows[0].dataset, "\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace omenbench
