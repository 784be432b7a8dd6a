// From the rounds of a hunt to its verdicts, sentences, maps and JSON.
#include "results/hunt/hunt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>

#include "core/rng.h"
#include "core/temporary_directory.h"
#include "results/schema.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A hunt along one axis whose log ratios are told; each place has 12 rounds with 1 % noise.
class Made {
 public:
  explicit Made(HuntAxis axis) { report.lines.push_back({.axis = axis, .points = {}}); }

  HuntPoint& add(double value, double log_ratio, const std::string& learned = "alex",
                 const std::string& baseline = "btree", std::size_t rounds = 12) {
    HuntPoint point;
    point.place = moved({.dataset = "osm-like", .keys = 1'000'000}, report.lines[0].axis, value);
    point.grid = true;
    point.learned = learned;
    point.baseline = baseline;
    point.impression = log_ratio;
    for (std::size_t i = 0; i < rounds; ++i) {
      point.learned_ns.push_back(100 * std::exp(log_ratio + 0.01 * testing::normal(rng_)));
      point.baseline_ns.push_back(100);
    }
    report.lines[0].points.push_back(report.points.size());
    report.points.push_back(point);
    return report.points.back();
  }

  std::string text(bool of_target = false) const {
    return hunt_frontiers(report, hunt_verdicts(report))[of_target ? 1 : 0].text;
  }

  HuntReport report;

 private:
  Rng rng_{5};
};

TEST(Hunt, TellsHowManyInsertsALearnedIndexBears) {
  Made made(HuntAxis::kReadShare);
  made.add(0, 0.4);
  made.add(0.56, 0.2, "lipp", "absl-btree");
  made.add(0.69, -0.2);
  made.add(1, -0.5);
  EXPECT_THAT(made.text(), ::testing::StartsWith("alex beats btree while inserts are below 3"));
  EXPECT_THAT(made.text(), ::testing::EndsWith(" % [31, 44]; beyond that, absl-btree beats lipp"))
      << "the champions of both sides";
  const auto change = to_json(made.report)["frontiers"][0]["changes"][0];
  EXPECT_EQ(change["from_champions"], (nlohmann::ordered_json{{"learned", "lipp"}, {"classical", "absl-btree"}}));
  EXPECT_EQ(change["to_champions"], (nlohmann::ordered_json{{"learned", "alex"}, {"classical", "btree"}}));
}

TEST(Hunt, TellsOnWhichSideOfTheEdgeTheOtherWins) {
  const std::tuple<HuntAxis, double, double> lines[] = {{HuntAxis::kReadShare, 0.4, 0.6},
                                                        {HuntAxis::kSkew, 0.4, 0.6},
                                                        {HuntAxis::kScan, 100, 200},
                                                        {HuntAxis::kSize, 400, 600}};
  for (const auto& [axis, lower, upper] : lines) {
    for (const bool learned_first : {true, false}) {
      Made made(axis);
      made.add(lower, learned_first ? -0.4 : 0.4);
      made.add(upper, learned_first ? 0.4 : -0.4);
      // Read shares are told as inserts, which run the other way.
      const bool ends_above = learned_first != (axis == HuntAxis::kReadShare);
      EXPECT_THAT(made.text(), HasSubstr(ends_above ? "]; beyond that, btree beats" : "]; below that, btree beats"));
    }
  }
}

TEST(Hunt, AnEdgeBetweenNeighbouringNumbersNamesOneThatIsPossible) {
  Made small(HuntAxis::kSize);
  small.add(1, -0.2);
  small.add(2, 0.6);
  EXPECT_THAT(small.text(), HasSubstr("there are fewer than 2 keys [1, 2]"));
  Made large(HuntAxis::kSize);
  large.add(1, 0.6);
  large.add(2, -0.2);
  EXPECT_THAT(large.text(), HasSubstr("there are more than 1 key [1, 2]"));
}

TEST(Hunt, TellsTheRegionOfTheTarget) {
  Made made(HuntAxis::kSkew);
  made.add(0, -0.9, "lipp");
  made.add(1, -0.4, "lipp");
  EXPECT_EQ(made.text(), "learned wins at every skew (zipf theta) tried");
  EXPECT_THAT(made.text(true), HasSubstr("lipp is at least 2x as fast as btree while theta is below 0.4"));
  EXPECT_THAT(made.text(true), HasSubstr("; beyond that, lipp is not at least 2x as fast as btree"));
}

TEST(Hunt, SaysThatThereIsNoCrossing) {
  Made made(HuntAxis::kScan);
  made.add(1, -0.3);
  made.add(100, -0.5);
  EXPECT_EQ(made.text(), "learned wins at every scan length tried");
  made.add(1000, 0.01);
  EXPECT_EQ(made.text(),
            "learned wins at 2 of 3 values of scan length tried, the others are undecided: no change found");
}

TEST(Hunt, WhatIsUndecidedWidensTheInterval) {
  Made made(HuntAxis::kScan);
  made.add(1, -0.3);
  made.add(10, 0.0);
  made.add(100, 0.3);
  EXPECT_THAT(made.text(), HasSubstr("scans are shorter than 10 entries [1, 100]"));
}

TEST(Hunt, DoesNotSearchBetweenLookupsAndScans) {
  Made made(HuntAxis::kScan);
  made.add(0, -0.5);
  made.add(1, 0.4);
  const auto frontiers = hunt_frontiers(made.report, hunt_verdicts(made.report));
  ASSERT_EQ(frontiers[0].changes.size(), 1u);
  EXPECT_TRUE(frontiers[0].changes[0].jump);
  EXPECT_THAT(frontiers[0].text, HasSubstr("alex beats btree in lookups; in scans of 1"));
}

TEST(Hunt, WhatWasTriedInVainIsNotTriedAgain) {
  Made made(HuntAxis::kScan);
  made.add(1, -0.5);
  made.add(2, 0.5);
  // Between scans of 1 and of 2 entries there is none.
  EXPECT_FALSE(next_probe(frontier_points(made.report, made.report.lines[0], even_threshold()), even_threshold(),
                          resolution_of(HuntAxis::kScan)));
}

TEST(Hunt, AFirstImpressionIsNoVerdict) {
  Made made(HuntAxis::kSkew);
  made.add(0, -0.5, "alex", "btree", 3);
  made.add(1, 0.5);
  const auto verdicts = hunt_verdicts(made.report);
  EXPECT_EQ(verdicts[0].word, VerdictWord::kUnresolved);
  EXPECT_FALSE(verdicts[0].ratio);
  EXPECT_EQ(verdicts[1].word, VerdictWord::kLoses);
  EXPECT_EQ(hunt_cell(made.report.points[0], verdicts[0]).number, "(-0.72)");
  EXPECT_THAT(made.text(), HasSubstr("classical wins at 1 of 2"));
}

TEST(Hunt, AVerdictThatManyComparisonsWouldGiveByChanceIsMarked) {
  Made made(HuntAxis::kSkew);
  made.add(0, -0.5);
  for (int i = 1; i < 40; ++i) made.add(0.1 * i, 0.0);
  const auto verdicts = hunt_verdicts(made.report);
  EXPECT_EQ(verdicts[0].word, VerdictWord::kWins);
  EXPECT_FALSE(verdicts[0].survives);
  EXPECT_THAT(hunt_cell(made.report.points[0], verdicts[0]).number, HasSubstr("~"));
}

TEST(Hunt, MapsHoldEveryPlaceOfTheGrid) {
  Made made(HuntAxis::kReadShare);
  made.add(0, 0.5);
  made.add(0.5, -0.2).grid = false;
  made.add(1, -1.0, "<lipp>");
  const auto panels = hunt_panels(made.report);
  ASSERT_EQ(panels.size(), 1u);
  EXPECT_THAT(panels[0].columns, ElementsAre(0, 1));
  const std::string table = as_text(hunt_document(made.report, Detail::kBrief));
  EXPECT_THAT(table, HasSubstr("-1.44*"));
  EXPECT_THAT(table, HasSubstr("osm-like 1M"));
  EXPECT_THAT(table, HasSubstr("Of 3 places tried, learned wins at 2 and classical at 1; learned is at least 2x as "
                               "fast as classical at 1."));
  EXPECT_THAT(table, HasSubstr("* at least 2x as fast"));
  EXPECT_THAT(as_markdown(hunt_document(made.report, Detail::kFull)), HasSubstr("| osm-like 1M |"));
  const std::string page = hunt_page(made.report);
  EXPECT_THAT(page, HasSubstr("&lt;lipp&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<lipp>")));
}

TEST(Hunt, LabelsAFileByItsNameWithoutItsFolder) {
  EXPECT_EQ(hunt_label({.dataset = "/data/sets/ticks.csv:ts", .keys = 1000}, std::nullopt), "ticks.csv:ts 1k");
  EXPECT_EQ(hunt_label({.dataset = "data/a.log:@recipes/b.json", .keys = 1000}, std::nullopt),
            "a.log:@recipes/b.json 1k");
  EXPECT_EQ(hunt_label({.dataset = "uniform", .keys = 1000}, std::nullopt), "uniform 1k");
}

TEST(Hunt, TellsDecidedTooShortAndUntriedPlacesApart) {
  Made made(HuntAxis::kReadShare);
  made.add(0, 0.5);
  made.add(0.2, -0.1, "alex", "btree", 3);
  made.add(0.5, 0.0);
  made.add(0.8, 0, "", "", 0).failure = "no learned index has a result here";
  made.add(1, 0, "", "", 0);  // the budget ended before
  const std::string text = hunt_region_text(made.report, hunt_verdicts(made.report));
  EXPECT_THAT(text, HasSubstr("Of 4 places tried, learned wins at 0 and classical at 1, 1 is a tie, 1 has too few "
                              "rounds, 1 could not be compared"));
  EXPECT_THAT(hunt_effort_text(made.report), HasSubstr("4 of 5 places of the grid and 0 between them were tried"));
}

TEST(Hunt, ItsPageSaysThatItWasInterruptedAndOnWhichMachine) {
  Made made(HuntAxis::kReadShare);
  made.add(0, 0.5);
  made.add(1, -0.5);
  made.report.environment.cpu = "Some CPU";
  made.report.operations = 200'000;
  made.report.indexes = {"alex", "btree"};
  made.report.started = "2026-01-02T03:04:05Z";
  EXPECT_THAT(hunt_page(made.report), Not(HasSubstr("interrupted, this is")));
  made.report.interrupted = true;
  const std::string page = hunt_page(made.report);
  EXPECT_THAT(page, HasSubstr("interrupted, this is what was known by then"));
  EXPECT_THAT(page, HasSubstr("Some CPU; contenders: alex, btree; 200,000 operations per trial; 2026-01-02."));
}

TEST(Hunt, ItsMapKnowsWhatIsDecidedWhatReachesTheTargetAndWhereTheWinnerChanges) {
  Made made(HuntAxis::kReadShare);
  made.add(0, 2, "alex", "btree", 3);
  made.add(0.5, 0.5);
  made.add(0.75, -0.2).grid = false;
  made.add(1, -1.5);
  const nlohmann::json axis = hunt_data(made.report)["axes"].at(0);
  EXPECT_EQ(axis["id"], "read-share");
  EXPECT_EQ(axis["columns"].size(), 3u);
  const nlohmann::json& row = axis["rows"].at(0);
  ASSERT_EQ(row["cells"].size(), 3u);
  EXPECT_EQ(row["cells"][0]["decided"], false) << "three rounds are a first impression";
  EXPECT_EQ(row["cells"][1]["decided"], true);
  EXPECT_FALSE(row["cells"][1].contains("target"));
  EXPECT_EQ(row["cells"][2]["target"], true);
  ASSERT_EQ(row["probes"].size(), 1u);
  EXPECT_NEAR(row["probes"][0]["x"].get<double>(), 1.5, 1e-9) << "half way between the columns";
  const auto of_winner = [](const nlohmann::json& change) { return !change["target"].get<bool>(); };
  const auto change = std::ranges::find_if(row["changes"], of_winner);
  ASSERT_NE(change, row["changes"].end());
  EXPECT_NEAR((*change)["from"].get<double>(), 1, 1e-9);
  EXPECT_NEAR((*change)["to"].get<double>(), 1.5, 1e-9);
}

TEST(Hunt, JsonTellsWhatIsKnownAndNullForTheRest) {
  Made made(HuntAxis::kReadShare);
  made.add(0, 0.5);
  HuntPoint& empty = made.add(1, 0, "", "", 0);
  empty.failure = "no learned index has a result here";
  const nlohmann::ordered_json json = to_json(made.report);
  EXPECT_EQ(json["points"][0]["verdict"], "loses");
  EXPECT_TRUE(json["points"][1]["ratio"].is_null());
  EXPECT_TRUE(json["points"][1]["learned"].is_null());
  EXPECT_EQ(json["points"][1]["failure"], "no learned index has a result here");
  EXPECT_EQ(json["frontiers"].size(), 2u);
}

TEST(Hunt, JsonObeysItsSchema) {
  if (std::system("/usr/bin/python3 -c 'import jsonschema' > /dev/null 2>&1") != 0) {
    GTEST_SKIP() << "python3-jsonschema is not installed";
  }
  Made made(HuntAxis::kReadShare);
  made.report.options = nlohmann::ordered_json::object();
  made.add(0, 0.5).tried.push_back({.index = "alex", .learned = true, .ns_per_op = {101.5}, .failure = {}});
  made.add(0.5, 0, "", "", 0).failure = "no learned index has a result here";
  made.add(0.95, -0.2);
  made.add(1, -1, "pgm-64").static_allowed = true;
  const TemporaryDirectory folder("omb-test");
  const std::string schema = folder.path() / "schema.json", file = folder.path() / "hunt.json";
  const auto valid = [&](const nlohmann::ordered_json& document) {
    std::ofstream(schema) << schema_of("hunt");
    std::ofstream(file) << document.dump();
    const std::string command =
        "/usr/bin/python3 " OMENBENCH_SOURCE_DIR "/tests/results/validate.py " + schema + " " + file;
    return std::system(command.c_str()) == 0;
  };
  nlohmann::ordered_json document = to_json(made.report);
  EXPECT_EQ(document["frontiers"][0]["changes"].size(), 1u);
  EXPECT_TRUE(valid(document));
  document["points"][0]["verdict"] = "probably";
  EXPECT_FALSE(valid(document));
}

TEST(Hunt, PlacesAreRoundedToWhatTheirAxisDistinguishes) {
  EXPECT_EQ(moved({}, HuntAxis::kSize, 305'848).keys, 305'848u) << "a file's own size must stay possible";
  EXPECT_EQ(moved({}, HuntAxis::kScan, 31.6).scan, 32u);
  EXPECT_DOUBLE_EQ(moved({}, HuntAxis::kReadShare, 0.98749).read_share, 0.987);
  for (const HuntAxis axis : kHuntAxes) EXPECT_DOUBLE_EQ(value_at(axis, position_on(axis, 1)), 1) << to_string(axis);
}

}  // namespace
}  // namespace omenbench
