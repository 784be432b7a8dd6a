// Several runs side by side: what is compared, what is not and why, and that nothing of a result becomes markup.
#include "results/report/several.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "results/compare/side_by_side.h"
#include "results/report/assets.h"
#include "results/result_json.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;

Result example() {
  std::ifstream file(OMENBENCH_SOURCE_DIR "/tests/golden/result_example.json");
  return result_from_json(nlohmann::ordered_json::parse(file));
}

/// The example on another machine, where one index of the first row takes `factor` times as long.
Result slower(double factor) {
  Result result = example();
  result.environment.fingerprint = "another";  // as another processor makes it
  BlockEstimate& time = result.rows[0].cells[0].passes.throughput->ns_per_op;
  time.median *= factor;
  *time.lo *= factor;
  *time.hi *= factor;
  for (double& block : time.blocks) block *= factor;
  return result;
}

const SideBySide& cell_of(const std::vector<RowSideBySide>& rows, const std::string& index, const std::string& metric) {
  for (const SideBySide& cell : rows[0].cells) {
    if (cell.index == index && cell.metric == metric) return cell;
  }
  throw std::runtime_error("no such cell");
}

TEST(SideBySide, GivesEveryRunsValueAndItsRatioToTheFirst) {
  const std::vector<Result> runs = {example(), slower(2), example()};
  const auto rows = side_by_side(runs);
  ASSERT_EQ(rows.size(), example().rows.size());
  const SideBySide& cell = cell_of(rows, example().rows[0].cells[0].index, "ns_per_op");
  ASSERT_EQ(cell.values.size(), 3U);
  EXPECT_FALSE(cell.changes[0]);
  EXPECT_NEAR(*cell.changes[1]->ratio, 2, 0.01);
  EXPECT_TRUE(cell.changes[1]->differs());
  EXPECT_NEAR(*cell.changes[2]->ratio, 1, 1e-9);
  EXPECT_FALSE(cell.changes[2]->differs());
}

TEST(SideBySide, KeepsValuesButNoRatioWhereKeysOrOperationsDiffer) {
  Result other_keys = example();
  other_keys.datasets[0].sha256 = "another";
  Result other_operations = example();
  other_operations.rows[0].stream_sha256[0] = "another";
  Result shorter = example();
  shorter.rows.erase(shorter.rows.begin());
  const std::vector<Result> runs = {example(), other_keys, other_operations, shorter};
  const RowSideBySide row = side_by_side(runs)[0];
  EXPECT_THAT(row.incomparable[1], HasSubstr("is not the same in both runs"));
  EXPECT_THAT(row.incomparable[2], HasSubstr("ran other operations"));
  EXPECT_THAT(row.incomparable[3], HasSubstr("this run has no such row"));
  for (const SideBySide& cell : row.cells) {
    for (const auto& change : cell.changes) EXPECT_FALSE(change);
    EXPECT_TRUE(cell.values[1]);
    EXPECT_FALSE(cell.values[3]);
  }
}

TEST(SideBySide, KnowsRowsThatOnlyLaterRunsHave) {
  Result shorter = example();
  shorter.rows.erase(shorter.rows.begin());
  const std::vector<Result> runs = {shorter, example()};
  const auto rows = side_by_side(runs);
  ASSERT_EQ(rows.size(), example().rows.size());
  EXPECT_EQ(rows.back().incomparable[1], "the first run has no such row");
}

TEST(Several, TellsWhatChangedAndBetweenWhich) {
  Result failed = slower(2);
  failed.rows[0].cells[1].status = TrialStatus::kTimeout;
  failed.rows[0].cells[1].reason = "no end after 60 s";
  const std::vector<NamedResult> runs = {{"runs/monday", example()}, {"runs/tuesday", failed}};
  const std::string page = render_several(runs);
  for (const char* text : {"runs/monday", "runs/tuesday", "2.00x", "1 slower", "from different machines",
                           "environment.fingerprint \u2260", "wrong_result", "timeout: no end after 60 s"}) {
    EXPECT_NE(page.find(text), std::string::npos) << text;
  }
  EXPECT_NE(page.find("\"ratios\":[{\"differs\":true"), std::string::npos);
}

TEST(SideBySide, SaysWhereAnIntervalIsMissedAndWhereNone) {
  const auto told = [](const char* metric, const char* unit, const char* tier) {
    Measurement few;
    few.unit = unit;
    few.blocks = {1, 1, 1};
    few.metric = metric;
    few.tier = tier;
    return std::string(compare_measurements(few, few).no_interval());
  };
  EXPECT_EQ(told("ns_per_op", "ns", "in-process"), "too few rounds");
  EXPECT_EQ(told("build_ns", "ns", "in-process"), "too few rounds");
  EXPECT_EQ(told("build_ns", "ns", "embedded"), "") << "an engine loads once";
  EXPECT_EQ(told("total_bytes", "bytes", "in-process"), "") << "the same in every round";
}

TEST(Several, MakesNoRatioOfUpperBounds) {
  Result bounded = example();
  bounded.rows[0].cells[0].passes.latency->percentiles[kLatencyP99]->unresolved_timer = true;
  const std::vector<Result> runs = {example(), bounded};
  const SideBySide cell = cell_of(side_by_side(runs), example().rows[0].cells[0].index, "p99_ns");
  EXPECT_FALSE(cell.changes[1]->ratio);
  const std::string page = render_several(std::vector<NamedResult>{{"a", example()}, {"b", bounded}});
  EXPECT_NE(page.find("unresolved (timer)</small></td>"), std::string::npos);
  EXPECT_NE(page.find("&lt;="), std::string::npos);
}

TEST(Several, LetsNoNameBecomeMarkup) {
  const std::string hostile = "<script>alert(1)</script>\"'`&";
  Result result = example();
  result.tool.commit = hostile;
  result.environment.cpu = hostile;
  for (Row& row : result.rows) {
    row.workload = hostile;
    for (Cell& cell : row.cells) {
      cell.index += hostile;
      if (!cell.ok()) cell.reason = hostile;
    }
  }
  const std::string page = render_several(std::vector<NamedResult>{{hostile, result}, {hostile, result}});
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
}

}  // namespace
}  // namespace omenbench
