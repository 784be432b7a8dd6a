// What Google Benchmark programs write, of version 1.7 (Debian 12) and 1.9, and what makes their documents odd.
#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "base/pattern.h"
#include "core/error.h"
#include "harness/gbench/document.h"
#include "harness/gbench/programs.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;

constexpr const char* kWhere = "what base wrote";

std::string document(const std::string& rows, const std::string& context = R"("num_cpus": 2)") {
  return "{\"context\": {" + context + "}, \"benchmarks\": [" + rows + "]}";
}

/// Fields as 1.7 writes them; `more` begins with a comma.
std::string row(const std::string& name, const std::string& times, const std::string& more = "", int repetition = 0) {
  return R"({"name": ")" + name + R"(", "family_index": 0, "per_family_instance_index": 0, "run_name": ")" + name +
         R"(", "run_type": "iteration", "repetitions": 1, "repetition_index": )" + std::to_string(repetition) +
         R"(, "threads": 1, "iterations": 1000, )" + times + more + "}";
}

GbenchSample sample(const std::string& text, const std::string& name, std::size_t which = 0) {
  return sample_of(read_gbench(text, kWhere), name, which, kWhere);
}

TEST(GbenchDocument, HoldsTimesInAnyUnitAndCounters) {
  const GbenchSample copy =
      sample(document(row("BM_copy/8", R"("real_time": 3.5e+00, "cpu_time": 2.5e+00, "time_unit": "us")",
                          R"(, "items_per_second": 4e5, "bytes": 7, "label": "sse2")")),
             "BM_copy/8");
  EXPECT_EQ(copy.state, GbenchState::kMeasured);
  EXPECT_DOUBLE_EQ(copy.real_ns, 3500);
  EXPECT_DOUBLE_EQ(copy.cpu_ns, 2500);
  EXPECT_DOUBLE_EQ(copy.measured_ns, 3.5e6) << "of a thousand iterations";
  EXPECT_EQ(copy.label, "sse2");
  EXPECT_THAT(copy.counters, ::testing::ElementsAre(std::pair("bytes", 7), std::pair("items_per_second", 4e5)));
  for (const auto& [unit, ns] : std::map<std::string, double>{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}) {
    EXPECT_DOUBLE_EQ(
        sample(document(row("a", R"("real_time": 2, "cpu_time": 1, "time_unit": ")" + unit + "\"")), "a").real_ns,
        2 * ns);
  }
  EXPECT_THROW(read_gbench(document(row("a", R"("real_time": 2, "time_unit": "fortnights")")), kWhere), Error);
}

TEST(GbenchDocument, TellsWhoFailedAndWhoDoesNotApply) {
  // 1.7 has error_occurred alone; since 1.8 there is skipped as well.
  const GbenchSample failed = sample(document(row("a", R"("real_time": 0, "cpu_time": 0, "time_unit": "ns")",
                                                  R"(, "error_occurred": true, "error_message": "no \"file\"")")),
                                     "a");
  EXPECT_EQ(failed.state, GbenchState::kError);
  EXPECT_EQ(failed.message, "no \"file\"");
  const GbenchSample skipped = sample(document(row("a", R"("real_time": 0, "cpu_time": 0, "time_unit": "ns")",
                                                   R"(, "skipped": true, "skip_message": "no AVX-512")")),
                                      "a");
  EXPECT_EQ(skipped.state, GbenchState::kSkipped);
  EXPECT_EQ(skipped.message, "no AVX-512");
}

std::string aggregate(const std::string& name, const std::string& which, double time) {
  return R"({"name": ")" + name + "_" + which +
         R"(", "family_index": 0, "per_family_instance_index": 0, "run_name": ")" + name +
         R"(", "run_type": "aggregate", "repetitions": 3, "threads": 1, "aggregate_name": ")" + which +
         R"(", "aggregate_unit": "time", "iterations": 3, "real_time": )" + std::to_string(time) + R"(, "cpu_time": )" +
         std::to_string(time) + R"(, "time_unit": "ns"})";
}

TEST(GbenchDocument, TakesTheMedianOfRepetitionsAndAggregatesOnlyWhereThereIsNothingElse) {
  std::string rows;
  for (int i = 0; i < 3; ++i) {
    rows += row("a", R"("real_time": )" + std::to_string(10 * (i + 1)) + R"(, "cpu_time": 1, "time_unit": "ns")",
                i == 1 ? R"(, "x": 1)" : R"(, "x": 1, "y": 2)", i) +
            ",";
  }
  const std::string aggregates = aggregate("a", "mean", 99) + "," + aggregate("a", "median", 77);
  const GbenchSample all = sample(document(rows + aggregates), "a");
  EXPECT_EQ(all.real_ns, 20);
  EXPECT_FALSE(all.aggregated);
  EXPECT_FALSE(all.counters.contains("y")) << "not in every repetition";
  const GbenchSample only = sample(document(aggregates), "a");
  EXPECT_EQ(only.real_ns, 77);
  EXPECT_TRUE(only.aggregated);
  EXPECT_TRUE(std::isinf(only.measured_ns)) << "three repetitions of nobody knows how many iterations";
  EXPECT_THROW(sample(document(aggregate("a", "mean", 99)), "a"), Error);
}

TEST(GbenchDocument, TellsBenchmarksOfOneNameApart) {
  const auto instance = [](int family, int time) {
    return R"({"name": "a", "family_index": )" + std::to_string(family) +
           R"(, "per_family_instance_index": 0, "run_name": "a", "run_type": "iteration", "iterations": 1, "real_time": )" +
           std::to_string(time) + R"(, "cpu_time": 1, "time_unit": "ns"})";
  };
  const std::string text = document(instance(0, 10) + "," + instance(1, 50) + "," + instance(1, 70));
  EXPECT_EQ(sample(text, "a", 0).real_ns, 10);
  EXPECT_EQ(sample(text, "a", 1).real_ns, 60) << "of two repetitions";
  EXPECT_THROW(sample(text, "a", 2), Error);
  EXPECT_EQ((GbenchBenchmark{"a", 1}).shown(), "a (the 2nd of that name)");
  EXPECT_EQ((GbenchBenchmark{"a", 10}).shown(), "a (the 11th of that name)");
}

TEST(GbenchDocument, LeavesComplexitiesOut) {
  const std::string rows = row("a/8", R"("real_time": 1, "cpu_time": 1, "time_unit": "ns")") +
                           R"(, {"name": "a_BigO", "run_name": "a", "run_type": "aggregate", "aggregate_name": "BigO",
                                 "cpu_coefficient": 1.5, "real_coefficient": 1.5, "big_o": "N", "time_unit": "ns"},
                                {"name": "a_RMS", "run_name": "a", "run_type": "aggregate", "aggregate_name": "RMS",
                                 "rms": 0.1})";
  const GbenchDocument read = read_gbench(document(rows), kWhere);
  EXPECT_EQ(read.rows.size(), 1U);
  EXPECT_TRUE(read.complexities);
}

TEST(GbenchDocument, SurvivesCountersThatAreNoNumbers) {
  const GbenchSample odd =
      sample(document(row("a<\\\"NaN\\\">", R"("real_time": 1, "cpu_time": 1, "time_unit": "ns")",
                          R"(, "x": NaN, "y": -Infinity, "z": Infinity, "w": 3, "label": "says Infinity\\")")),
             "a<\"NaN\">");
  EXPECT_THAT(odd.counters, ::testing::ElementsAre(std::pair("w", 3)));
  EXPECT_EQ(odd.label, "says Infinity\\");
}

TEST(GbenchDocument, SurvivesTextThatIsNoJson) {
  const std::string text = document(
      row("f\xfcr", R"("real_time": 1, "cpu_time": 1, "time_unit": "ns")", ", \"label\": \"\x1b[1mfast\x1b[0m\""),
      "\"executable\": \"/home/caf\xe9/bench\"");
  EXPECT_EQ(sample(text, "f\xfcr").label, "\x1b[1mfast\x1b[0m");
}

TEST(GbenchDocument, KnowsTheLibraryWhereItSaysItsVersion) {
  EXPECT_EQ(
      read_gbench(document("", R"("library_version": "v1.9.4", "json_schema_version": 1)"), kWhere).library_version,
      "v1.9.4");
  EXPECT_EQ(read_gbench(document(""), kWhere).library_version, "");
}

TEST(GbenchDocument, RefusesWhatIsNoneAndNamesIt) {
  const std::string whole = document(row("a", R"("real_time": 1, "cpu_time": 1, "time_unit": "ns")"));
  for (const std::string& text : {std::string(), std::string("hello"), std::string("[]"), std::string("{}"),
                                  whole.substr(0, whole.size() - 9), "hello\n" + whole}) {
    try {
      read_gbench(text, kWhere);
      ADD_FAILURE() << "taken: " << text;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(kWhere));
    }
  }
  EXPECT_THROW(sample(whole, "b"), Error);
}

TEST(ExactPattern, EscapesWhatAnExpressionWouldRead) {
  EXPECT_EQ(exact_pattern("BM_f<std::vector<int>>/8/threads:2"), "^BM_f<std::vector<int>>/8/threads:2$");
  EXPECT_EQ(exact_pattern("a.b*(c)[d]{e}+?^$|\\"), R"(^a\.b\*\(c\)\[d\]\{e\}\+\?\^\$\|\\$)");
}

}  // namespace
}  // namespace omenbench
