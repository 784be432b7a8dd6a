// History: what comes back out of the file, and which steps are called changes, by seeded simulation.
#include "results/history/history.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "core/rng.h"
#include "core/temporary_directory.h"
#include "results/summarise.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<double> noise(Rng& rng, std::size_t count, double sd, double correlation = 0) {
  std::vector<double> values(count);
  double drift = 0;
  for (double& value : values) {
    drift = correlation * drift + std::sqrt(1 - correlation * correlation) * testing::normal(rng);
    value = 100 * std::exp(sd * drift);
  }
  return values;
}

double flagged(double correlation) {
  Rng rng(5);
  int series = 0;
  for (int i = 0; i < 1000; ++i) series += !change_points(noise(rng, 60, 0.02, correlation)).empty();
  return series / 1000.0;
}

TEST(ChangePoints, AreNotSeenInNoise) { EXPECT_LE(flagged(0), 0.005); }
TEST(ChangePoints, AreRarelySeenInNoiseThatHasAMemory) { EXPECT_LE(flagged(0.5), 0.1); }

TEST(ChangePoints, FindAStepOfTenPercentThreePointsLater) {
  Rng rng(6);
  int found = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<double> values = noise(rng, 23, 0.015);
    for (std::size_t p = 20; p < 23; ++p) values[p] *= 1.1;
    const auto changes = change_points(values);
    found += changes.size() == 1 && changes[0].position == 20 && std::abs(changes[0].ratio - 1.1) < 0.04;
  }
  EXPECT_GE(found, 190);
}

TEST(ChangePoints, FindEveryStepOfSeveral) {
  Rng rng(7);
  std::vector<double> values = noise(rng, 60, 0.01);
  for (std::size_t p = 20; p < 60; ++p) values[p] *= p < 40 ? 1.2 : 0.9;
  const auto changes = change_points(values);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].position, 20U);
  EXPECT_EQ(changes[1].position, 40U);
  EXPECT_LT(changes[1].ratio, 1);
}

TEST(ChangePoints, LeaveSmallStepsAndTwoPointsAlone) {
  std::vector<double> values(30, 100);
  for (std::size_t i = 0; i < 30; ++i) values[i] += i % 2 == 0 ? 0.05 : -0.05;
  for (std::size_t i = 15; i < 30; ++i) values[i] *= 1.02;
  EXPECT_TRUE(change_points(values).empty()) << "2 % is below the 3 % that matter";
  values.assign(30, 100);
  values[28] = values[29] = 200;
  EXPECT_TRUE(change_points(values).empty()) << "two points are no level";
}

class HistoryFile : public ::testing::Test {
 protected:
  fs::path file() const { return folder_.path() / "history.sqlite"; }

 private:
  TemporaryDirectory folder_{"omb-history"};
};

Result run_of(int day, double ns, const std::string& machine = "here", const std::string& kernel = "6.1") {
  Run run = testing::empty_run({testing::index_summary("pgm", "learned")});
  run.header.started = fmt::format("2026-01-{:02}T00:00:00Z", day);
  run.header.tool.commit = fmt::format("c{}", day);
  run.header.environment.cpu = machine;
  run.header.environment.kernel = kernel;
  run.header.rows[0].dataset = "<script>alert('x')</script>";
  Rng rng(static_cast<std::uint64_t>(day));
  testing::add_rounds(run, 12, [&](const std::string&, std::uint64_t) { return ns * (1 + 0.01 * rng.uniform()); });
  return summarise(run);
}

TEST(History, SaysOfAChangeByHowMuchItIsMoreOrLess) {
  const auto said = [](const std::string& unit, double ratio) {
    HistorySeries series;
    series.what.unit = unit;
    series.points = {{"then", "", "", 1, 0, 0}, {"now", "", "", ratio, 0, 0}};
    series.changes = {{.position = 1, .ratio = ratio, .p_value = 0}};
    return as_text(history_document(std::span(&series, 1)));
  };
  EXPECT_THAT(said("ns/op", 1.25), HasSubstr("change: 1.25x slower at now"));
  EXPECT_THAT(said("ns/op", 0.8), HasSubstr("change: 1.25x faster at now"));
  EXPECT_THAT(said("bytes", 1.25), HasSubstr("change: 1.25x larger at now"));
  EXPECT_THAT(said("bytes", 0.8), HasSubstr("change: 1.25x smaller at now"));
}

TEST_F(HistoryFile, KeepsRunsApartByMachineAndFindsTheCommitOfAChange) {
  {
    History history(file(), HistoryAccess::kAppend);
    for (int day = 20; day >= 1; --day) EXPECT_TRUE(history.add(run_of(day, day < 12 ? 50 : 70)));
    EXPECT_TRUE(history.add(run_of(3, 90, "there")));
    EXPECT_FALSE(history.add(run_of(3, 90, "there"))) << "the same run twice";
  }
  const std::vector<HistorySeries> series =
      History(file(), HistoryAccess::kRead).series(MeasurementFilter("metric:ns_per_op"));
  ASSERT_EQ(series.size(), 2U);
  ASSERT_EQ(series[0].points.size(), 20U);
  EXPECT_EQ(series[0].points.front().commit, "c1") << "in order of time, however they were added";
  ASSERT_EQ(series[0].changes.size(), 1U);
  EXPECT_EQ(series[0].points[series[0].changes[0].position].commit, "c12");
  EXPECT_NEAR(series[0].changes[0].ratio, 1.4, 0.02);
  EXPECT_THAT(series[1].fingerprint, ::testing::StartsWith("there"));
  EXPECT_THAT(as_text(history_document(series)), HasSubstr("change: 1.40x slower at 2026-01-12T00:00:00Z, commit c12"));
  const std::string page = render_history_page(series);
  EXPECT_THAT(page, HasSubstr("\"changes\":[{\"position\":11}]"));
  EXPECT_THAT(page, HasSubstr("change: 1.40x slower"));
  EXPECT_EQ(to_json(series)["series"][0]["changes"][0]["commit"], "c12");
}

TEST_F(HistoryFile, KeepsOtherOperationsApartAndRunsOfTheSameSecond) {
  History history(file(), HistoryAccess::kAppend);
  Result other = run_of(1, 60);
  other.rows[0].stream_sha256[0] = std::string(64, 'f');
  EXPECT_TRUE(history.add(run_of(1, 50)));
  EXPECT_TRUE(history.add(other)) << "begun in the same second, yet another run";
  EXPECT_EQ(history.series(MeasurementFilter("metric:ns_per_op")).size(), 2U) << "other operations, another series";
}

TEST_F(HistoryFile, KeepsNoUpperBounds) {
  History history(file(), HistoryAccess::kAppend);
  EXPECT_TRUE(history.add(run_of(1, 15)));  // p50 150 ns, the timer 20 ns
  EXPECT_TRUE(history.series(MeasurementFilter("metric:p50_ns")).empty());
  EXPECT_EQ(history.series(MeasurementFilter("metric:p99_ns")).size(), 1U);
}

TEST_F(HistoryFile, RefusesWhatIsNoHistory) {
  std::ofstream(file())
      << "this is no database, but it is long enough to look like a file of some other kind entirely\n"
      << std::string(4096, 'x');
  for (const HistoryAccess access : {HistoryAccess::kRead, HistoryAccess::kAppend}) {
    EXPECT_THROW(History(file(), access), Error);
    EXPECT_THROW(History(fs::path("/nonexistent/history.sqlite"), access), Error);
  }
}

void change(const fs::path& file, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
  sqlite3_close(database);
}

TEST_F(HistoryFile, NamesAKernelUpdateWithinASeries) {
  History history(file(), HistoryAccess::kAppend);
  for (int day = 1; day <= 6; ++day) history.add(run_of(day, 50, "here", day < 4 ? "6.1-30" : "6.1-31"));
  const auto series = history.series(MeasurementFilter("metric:ns_per_op"));
  ASSERT_EQ(series.size(), 1U) << "another kernel is not another machine";
  EXPECT_THAT(as_text(history_document(series)), HasSubstr("    kernel 6.1-31 from 2026-01-04T00:00:00Z on\n"));
  EXPECT_THAT(render_history_page(series), HasSubstr("<span class=\"sub\">kernel 6.1-31 from"));
}

TEST_F(HistoryFile, KeepsRunsUnderAnotherQuotaApart) {
  History history(file(), HistoryAccess::kAppend);
  history.add(run_of(1, 50));
  omenbench::Run limited = testing::empty_run({testing::index_summary("pgm", "learned")});
  limited.header.environment.cpu = "here";
  limited.header.environment.cpu_quota = 0.4;
  testing::add_rounds(limited, 12, [&](const std::string&, std::uint64_t round) { return 50.0 + double(round); });
  Result result = summarise(limited);
  result.rows[0].dataset = history.series(MeasurementFilter(""))[0].what.dataset;
  EXPECT_TRUE(history.add(result));
  const auto series = history.series(MeasurementFilter("metric:ns_per_op"));
  ASSERT_EQ(series.size(), 2U);
  EXPECT_THAT(series[1].fingerprint, HasSubstr("quota 0.4 CPUs"));
}

TEST_F(HistoryFile, OfAnEarlierVersionIsReadAndContinued) {
  History(file(), HistoryAccess::kAppend).add(run_of(1, 50));
  change(file(), "alter table runs drop column kernel; alter table runs drop column seal; pragma user_version = 0");
  EXPECT_EQ(History(file(), HistoryAccess::kRead).series(MeasurementFilter("metric:ns_per_op")).size(), 1U);
  History(file(), HistoryAccess::kAppend).add(run_of(2, 50));
  const auto series = History(file(), HistoryAccess::kRead).series(MeasurementFilter("metric:ns_per_op"));
  ASSERT_EQ(series[0].points.size(), 2U);
  EXPECT_EQ(series[0].points[0].kernel, "");
  EXPECT_EQ(series[0].points[1].kernel, "6.1");
}

TEST_F(HistoryFile, ChangesNothingSilentlyWhereABitIsFlipped) {
  for (int day = 1; day <= 3; ++day) History(file(), HistoryAccess::kAppend).add(run_of(day, 50));
  const auto all = [&] { return to_json(History(file(), HistoryAccess::kRead).series(MeasurementFilter(""))); };
  const auto before = all();
  std::ifstream in(file(), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  Rng rng(9);
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::string damaged = whole;
    damaged[rng.below(whole.size())] ^= static_cast<char>(1U << rng.below(8));
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << damaged;
    try {
      EXPECT_EQ(all(), before) << i;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 40);
}

TEST_F(HistoryFile, OfAVersionWithoutSealsGetsThemWhenItIsContinued) {
  History(file(), HistoryAccess::kAppend).add(run_of(1, 50));
  change(file(), "alter table runs drop column seal; pragma user_version = 1");
  EXPECT_EQ(History(file(), HistoryAccess::kRead).series(MeasurementFilter("metric:ns_per_op")).size(), 1U);
  History(file(), HistoryAccess::kAppend).add(run_of(2, 50));
  change(file(), "update points set median = median * 2 where run = 1");
  EXPECT_THROW(History(file(), HistoryAccess::kRead), Error);
}

TEST_F(HistoryFile, OfALaterVersionOrDamagedIsRefused) {
  const auto refusal = [&](HistoryAccess access) -> std::string {
    try {
      History history(file(), access);
    } catch (const Error& error) {
      return error.what();
    }
    return "taken";
  };
  History(file(), HistoryAccess::kAppend).add(run_of(1, 50));
  change(file(), "pragma user_version = 7");
  EXPECT_THAT(refusal(HistoryAccess::kRead), HasSubstr("is of version 7"));
  EXPECT_THAT(refusal(HistoryAccess::kAppend), HasSubstr("is of version 7"));
  change(file(), "pragma user_version = 1");
  {
    std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(fs::file_size(file()) - 4096));
    bytes << std::string(4096, '\x5a');
  }
  EXPECT_THAT(refusal(HistoryAccess::kRead), HasSubstr("is damaged"));
}

}  // namespace
}  // namespace omenbench
