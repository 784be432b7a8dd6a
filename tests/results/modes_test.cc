// Phases, kinds, open loop, search, time line and cold caches, from records to the result and its tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "results/record_json.h"
#include "results/result_json.h"
#include "results/summarise.h"
#include "results/table.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

/// As others read it.
Json summarised(const omenbench::Run& run) { return to_json(summarise(run)); }

omenbench::Run plain_run() {
  omenbench::Run run =
      testing::empty_run({testing::index_summary("pgm", "learned"), testing::index_summary("tree", "tree")});
  testing::add_rounds(run, 12, [](const std::string& index, std::uint64_t round) {
    return (index == "pgm" ? 50.0 : 100.0) + static_cast<double>(round % 3);
  });
  return run;
}

/// The run with something done to every trial.
template <class Change>
Json result_with(Change change) {
  omenbench::Run run = plain_run();
  for (TrialRecord& trial : run.trials) change(trial);
  return summarised(run);
}

const Json& first_cell(const Json& result) { return result["rows"][0]["cells"][0]; }

TEST(Modes, AJournalGivesThemBack) {
  const omenbench::Run run = testing::random_run(4);
  std::size_t with_modes = 0;
  for (const TrialRecord& trial : run.trials) {
    with_modes += trial.open.has_value() && trial.search.has_value() && !trial.windows.empty();
    const std::string line = dump_line(trial_to_json(trial));
    EXPECT_EQ(dump_line(trial_to_json(trial_from_json(Json::parse(line)))), line);
  }
  EXPECT_GT(with_modes, 0U);
}

TEST(Modes, AreAbsentWhereNotMeasured) {
  const Json result = summarised(plain_run());
  for (const char* name : {"phases", "kinds", "timeline"}) EXPECT_FALSE(first_cell(result).contains(name)) << name;
  for (const char* name : {"open", "rate_search"}) EXPECT_FALSE(first_cell(result)["passes"].contains(name)) << name;
}

TEST(Modes, AnIndexThatCannotKeepUpIsNamed) {
  const Json result = result_with([](TrialRecord& trial) {
    trial.open = OpenRecord{.offered_per_s = 1000,
                            .achieved_per_s = trial.index == "pgm" ? 999.0 : 700.0,
                            .latency = trial.latency,
                            .lag_p50 = 5,
                            .lag_p99 = 9,
                            .lag_max = 10};
  });
  EXPECT_EQ(first_cell(result)["passes"]["open"]["lag"]["p99"]["median"], 9);
  const std::string text = render_table(result_from_json(result));
  EXPECT_THAT(text, HasSubstr("open loop, 1,000 operations/s"));
  EXPECT_THAT(text, HasSubstr("tree cannot keep up"));
  EXPECT_THAT(text, Not(HasSubstr("pgm cannot keep up")));
  EXPECT_THAT(render_markdown(result_from_json(result)), HasSubstr("| index | done/s |"));
}

TEST(Modes, TheHighestRateHasAnIntervalOverTheRounds) {
  const Json result = result_with([](TrialRecord& trial) {
    const double rate = 1000.0 + static_cast<double>(trial.round);
    trial.search = SearchRecord{.p99_limit_ns = 1e6, .max_per_s = rate, .probes = {{rate, rate, 5e5, true}}};
  });
  const Json& search = first_cell(result)["passes"]["rate_search"];
  EXPECT_EQ(search["max_rate"]["median"], 1005.5);
  EXPECT_EQ(search["max_rate"]["lo"], 1002);
  EXPECT_EQ(search["probes"].size(), 12U);
  EXPECT_THAT(render_table(result_from_json(result)), HasSubstr("stays at or below 1.00 ms"));
}

std::vector<WindowRecord> windows(double last_rate, std::uint64_t last_bytes) {
  std::vector<WindowRecord> list(8, {1e6, 100, 200, 300, 1000, 5000});
  for (std::size_t i = 6; i < 8; ++i) {
    list[i].ops_per_s = last_rate;
    list[i].allocated_bytes = last_bytes;
  }
  return list;
}

TEST(Modes, DegradationAndGrowthAreSaidInWords) {
  const Json result = result_with(
      [](TrialRecord& trial) { trial.windows = trial.index == "pgm" ? windows(0.8e6, 1500) : windows(0.99e6, 1000); });
  const Json& notices = first_cell(result)["timeline"]["notices"];
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_THAT(notices[0].get<std::string>(), HasSubstr("throughput falls by 20 %"));
  EXPECT_THAT(notices[1].get<std::string>(), HasSubstr("allocated memory rises by 50 %"));
  EXPECT_THAT(notices[1].get<std::string>(), HasSubstr("a leak?"));
  EXPECT_TRUE(result["rows"][0]["cells"][1]["timeline"]["notices"].empty()) << "1 % is not worth a word";
}

TEST(Modes, GrowthIsNoLeakWhereKeysAreAdded) {
  omenbench::Run run = plain_run();
  run.header.rows[0].mutates = run.header.rows[0].reshapes = true;
  for (TrialRecord& trial : run.trials) trial.windows = windows(1e6, 1500);
  const Json result = summarised(run);
  const Json& notices = first_cell(result)["timeline"]["notices"];
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0].get<std::string>(), Not(HasSubstr("leak")));
}

TEST(Modes, ATrendThatOnlySomeRoundsShowIsNotSaid) {
  const Json result =
      result_with([](TrialRecord& trial) { trial.windows = windows(trial.round % 2 == 0 ? 0.5e6 : 1.1e6, 1000); });
  EXPECT_TRUE(first_cell(result)["timeline"]["notices"].empty());
}

TEST(Modes, ColdRowsAreJudgedByTheirMedianLatency) {
  omenbench::Run run = plain_run();
  run.header.rows[0].cold = true;
  for (TrialRecord& trial : run.trials) trial.passes[0] = trial.passes[1] = trial.passes[3] = {};
  const Json result = summarised(run);
  const Json& headline = result["rows"][0]["verdicts"][0];
  EXPECT_EQ(headline["metric"], "p50");
  EXPECT_EQ(headline["headline"], true);
  EXPECT_EQ(headline["verdict"], "wins");
  EXPECT_EQ(result["summary"]["winners"][0]["metric"], "p50");
  EXPECT_EQ(result["summary"]["verdicts"][0]["wins"], 1);
  const std::string text = render_table(result_from_json(result));
  EXPECT_THAT(text, HasSubstr("(cold caches)"));
  EXPECT_THAT(text, HasSubstr("With cold caches, by p50"));
}

}  // namespace
}  // namespace omenbench
