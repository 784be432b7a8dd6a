// Gates of Google Benchmark programs on planted times: what is judged, what is told apart, and what is said.
#include "policies/gate_benchmarks.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "core/error.h"
#include "core/rng.h"
#include "policies/gate_rounds.h"

namespace omenbench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two programs that exist in the test alone.
class FakePrograms final : public GbenchRunner {
 public:
  std::vector<std::string> base{"copy/8", "copy/64", "sort<int>/real_time"}, head = base;
  /// Changes what a trial of head or base says; all take 100 ns of CPU and 200 ns of real time.
  std::function<void(bool is_head, const GbenchBenchmark&, GbenchTrial&)> change = [](auto...) {};
  double noise = 0.02;
  std::size_t interrupt_after = SIZE_MAX;
  std::size_t trials = 0;

  std::vector<GbenchBenchmark> list(bool is_head, const std::string&) override {
    std::map<std::string, std::size_t> times;
    std::vector<GbenchBenchmark> all;
    for (const std::string& name : is_head ? head : base) all.push_back({name, times[name]++});
    return all;
  }
  std::optional<GbenchTrial> run(bool is_head, const GbenchBenchmark& benchmark, bool) override {
    if (++trials > interrupt_after) return std::nullopt;
    GbenchTrial trial;
    const double disturbed = std::exp(noise * (rng_.uniform() + rng_.uniform() + rng_.uniform() - 1.5));
    trial.sample.cpu_ns = 100 * disturbed;
    trial.sample.real_ns = 200 * disturbed;
    trial.sample.measured_ns = 1e8;
    change(is_head, benchmark, trial);
    return trial;
  }
  bool interrupted() const override { return trials > interrupt_after; }
  double now_s() const override { return static_cast<double>(trials) / 10; }

 private:
  Rng rng_{7};
};

GateReport measure(FakePrograms& programs, BenchmarkGateOptions options = {}) {
  BenchmarkGate source(programs, std::move(options));
  GateReport report = measure_gate(source, {}, [](const std::string&) {});
  report.subject = GateSubject::kBenchmarks;
  return report;
}

const GateCell& cell_of(const GateReport& report, const std::string& benchmark) {
  return *std::ranges::find(report.cells, benchmark, &GateCell::index);
}

TEST(BenchmarkGate, AnEqualHeadIsGreenAndAPlantedSlowDownRed) {
  FakePrograms same;
  EXPECT_EQ(measure(same).verdict(), "green");
  EXPECT_EQ(same.trials, 3U * 2 * 6) << "the screen is all that it takes";
  FakePrograms slower;
  slower.change = [](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    if (is_head && benchmark.name == "copy/64") trial.sample.cpu_ns *= 1.15;
  };
  const GateReport report = measure(slower);
  EXPECT_EQ(report.count(GateWord::kRegression), 1U);
  EXPECT_TRUE(cell_of(report, "copy/64").red());
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)),
              HasSubstr("omenbench gate --gbench --base '' --head '' -f '^copy/64$'"));
  EXPECT_THAT(as_markdown(gate_document(report, Detail::kFull)), HasSubstr("| **RED** | copy/64 | cpu_time |"));
  EXPECT_EQ(to_json(report)["cells"][1]["benchmark"], "copy/64");
}

TEST(BenchmarkGate, FindsASlowDownWhereTrialsAreHardlyEverUndisturbed) {
  // Most trials share the machine and vary by a quarter; one in ten is alone and takes a third of the time.
  int found = 0, false_red = 0;
  constexpr int kGates = 20;
  for (int seed = 1; seed <= kGates; ++seed) {
    FakePrograms programs;
    programs.noise = 0.4;
    Rng rng(static_cast<std::uint64_t>(seed));
    programs.change = [&](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
      if (rng.uniform() < 0.1) trial.sample.cpu_ns /= 3;
      if (is_head && benchmark.name == "copy/64") trial.sample.cpu_ns *= 1.15;
    };
    const GateReport report = measure(programs);
    found += cell_of(report, "copy/64").red();
    false_red += cell_of(report, "copy/8").red();
    EXPECT_NE(cell_of(report, "copy/64").word, GateWord::kPass) << seed;
  }
  EXPECT_GE(found, kGates * 9 / 10);
  EXPECT_EQ(false_red, 0);
}

TEST(BenchmarkGate, TrialsThatLostTheProcessorAreRepeatedAndCounted) {
  FakePrograms programs;
  std::size_t of_copy = 0;
  programs.change = [&](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    trial.loss.involuntary_switches = 3;
    if (!is_head || benchmark.name != "copy/64" || ++of_copy != 4) return;
    trial.loss.involuntary_switches = 200;
    trial.sample.cpu_ns *= 5;
  };
  const GateReport report = measure(programs);
  EXPECT_EQ(programs.trials, 3U * 2 * 6 + 1) << "its screen has six trials that kept the processor";
  EXPECT_EQ(report.verdict(), "green");
  EXPECT_LT(cell_of(report, "copy/64").hi, 1.1) << "the disturbed one is none of its rounds";
  EXPECT_THAT(report.notes, Contains(HasSubstr("1 trial had lost the processor")));
}

TEST(BenchmarkGate, WhatIsRepeatedDependsOnCountersAndNeverOnTimes) {
  FakePrograms slow;
  std::size_t trials = 0;
  slow.change = [&](bool, const GbenchBenchmark&, GbenchTrial& trial) {
    trial.loss = {.involuntary_switches = 4, .steal_ticks = 1, .throttled_us = 10};
    if (++trials == 20) trial.sample.cpu_ns *= 1.1;
  };
  EXPECT_THAT(measure(slow).notes, ::testing::IsEmpty());
  FakePrograms lost;
  trials = 0;
  lost.base = lost.head = {"copy/8"};
  lost.change = [&](bool is_head, const GbenchBenchmark&, GbenchTrial& trial) {
    if (is_head && ++trials >= 4 && trials <= 6) trial.loss.throttled_us = 50'000;
  };
  const GateReport report = measure(lost);
  EXPECT_EQ(lost.trials, 2U * 6 + 2) << "twice at most";
  EXPECT_THAT(report.notes, Contains(HasSubstr("2 trials had lost the processor")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("1 trial is used although it lost the processor in each of 3")));
}

TEST(BenchmarkGate, JudgesTheTimeThatABenchmarkMeasuresUnlessToldOtherwise) {
  FakePrograms programs;
  programs.base = programs.head = {"a",           "b/real_time",    "c/8/manual_time", "d/threads:1",
                                   "e/threads:2", "f/process_time", "real_time_g"};
  const auto metrics = [&](BenchmarkGateOptions::Time time) {
    std::string all;
    for (const GateCell& cell : measure(programs, {.time = time}).cells) all += cell.metric == "real_time" ? "r" : "c";
    return all;
  };
  EXPECT_EQ(metrics(BenchmarkGateOptions::Time::kAsNamed), "crrcrcc");
  EXPECT_EQ(metrics(BenchmarkGateOptions::Time::kReal), "rrrrrrr");
  EXPECT_EQ(metrics(BenchmarkGateOptions::Time::kCpu), "ccccccc");
  // A wait that costs no CPU time is seen in real time alone.
  programs.change = [](bool is_head, const GbenchBenchmark&, GbenchTrial& trial) {
    if (is_head) trial.sample.real_ns *= 2;
  };
  EXPECT_EQ(measure(programs).count(GateWord::kRegression), 3U);
}

TEST(BenchmarkGate, WhatIsGoneIsRedAndWhatWasRenamedIsComparedWhenThatIsSaid) {
  FakePrograms programs;
  programs.head = {"copy/8", "copy/65", "sort<int>/real_time"};
  const GateReport report = measure(programs);
  EXPECT_EQ(cell_of(report, "copy/64").word, GateWord::kNewFailure);
  EXPECT_THAT(report.notes, Contains("copy/65 is new on head"));
  EXPECT_THAT(report.notes, Contains("if copy/64 was only renamed: --rename 'copy/64=copy/65'"));
  const GateReport renamed = measure(programs, {.renamed = {{"copy/64", "copy/65"}}});
  EXPECT_EQ(renamed.verdict(), "green");
  EXPECT_EQ(cell_of(renamed, "copy/65").word, GateWord::kPass);
  EXPECT_THROW(measure(programs, {.renamed = {{"copy/1", "copy/65"}}}), Error);
  EXPECT_THROW(measure(programs, {.renamed = {{"copy/64", "copy/1"}}}), Error);
  programs.head = {"other"};
  EXPECT_THROW(measure(programs), Error) << "nothing in common";
}

TEST(BenchmarkGate, ThoseOfOneNameAreToldApart) {
  FakePrograms programs;
  programs.base = programs.head = {"twin", "twin"};
  programs.change = [](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    if (is_head && benchmark.which == 1) trial.sample.cpu_ns *= 1.5;
  };
  const GateReport report = measure(programs);
  EXPECT_EQ(cell_of(report, "twin").word, GateWord::kPass);
  EXPECT_TRUE(cell_of(report, "twin (the 2nd of that name)").red());
}

TEST(BenchmarkGate, AFailureOnHeadIsRedAndWhatIsSkippedOnBothSidesIsNone) {
  FakePrograms programs;
  bool head_alone = false;
  programs.change = [&](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    if (benchmark.name == "copy/8" && is_head) trial.failure = "crash: signal 11";
    if (benchmark.name == "copy/64" && (is_head || !head_alone)) {
      trial.sample.state = GbenchState::kSkipped;
      trial.sample.message = "no AVX-512";
    }
  };
  const GateReport report = measure(programs);
  EXPECT_EQ(cell_of(report, "copy/8").word, GateWord::kNewFailure);
  EXPECT_EQ(report.cells.size(), 2U) << "copy/64 is neither a failure nor a measurement";
  EXPECT_EQ(report.count(GateWord::kFailsOnBoth), 0U);
  EXPECT_THAT(report.notes, Contains("copy/64 is skipped on both sides: no AVX-512"));
  head_alone = true;
  EXPECT_EQ(cell_of(measure(programs), "copy/64").head_failure, "skipped: no AVX-512");
  programs.change = [](bool, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    if (benchmark.name == "copy/8") trial.sample.state = GbenchState::kError;
  };
  EXPECT_EQ(cell_of(measure(programs), "copy/8").word, GateWord::kFailsOnBoth);
}

TEST(BenchmarkGate, CountersAreJudgedOnRequestInTheirDirection) {
  FakePrograms programs;
  programs.base = programs.head = {"copy/8", "copy/64"};
  programs.change = [](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    trial.sample.counters = {{"items_per_second", is_head ? 0.5e6 : 1e6}, {"cycles", is_head ? 50.0 : 100.0}};
    if (benchmark.name == "copy/64" && is_head) trial.sample.counters.erase("cycles");
  };
  EXPECT_EQ(measure(programs).verdict(), "green") << "nobody asked for them";
  const GateReport report = measure(programs, {.counters = {{"items_per_second", true}, {"cycles", false}}});
  std::vector<std::string> red;
  for (const GateCell& cell : report.cells) {
    if (cell.red()) red.push_back(cell.name());
  }
  EXPECT_THAT(red, ElementsAre("copy/8 items_per_second", "copy/64 items_per_second", "copy/64 cycles"));
  EXPECT_THROW(measure(programs, {.counters = {{"cylces"}}}), Error);
}

TEST(BenchmarkGate, ACounterOfNothingIsAValueAndOneThatIsNoNumberIsNone) {
  FakePrograms programs;
  programs.base = programs.head = {"copy/8", "copy/64"};
  programs.change = [](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    trial.sample.counters = {{"allocations", is_head && benchmark.name == "copy/64" ? 3 : 0}};
  };
  const BenchmarkGateOptions options{.counters = {{"allocations", false}}};
  const auto words = [](const GateReport& report) {
    std::map<std::string, GateWord> by_name;
    for (const GateCell& cell : report.cells) by_name[cell.name()] = cell.word;
    return by_name;
  };
  using enum GateWord;
  EXPECT_THAT(words(measure(programs, options)),
              ElementsAre(std::pair("copy/64 allocations", kRegression), std::pair("copy/64 cpu_time", kPass),
                          std::pair("copy/8 allocations", kPass), std::pair("copy/8 cpu_time", kPass)));
  // Once the program was asked which counters there are, one is no number: of head alone, then of both.
  for (const bool both : {false, true}) {
    programs.trials = 0;
    programs.change = [&](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
      trial.sample.counters = {{"allocations", 3}};
      if (programs.trials > 4 && benchmark.name == "copy/64" && (is_head || both)) trial.sample.counters.clear();
    };
    const GateReport report = measure(programs, options);
    std::map<std::string, GateWord> expected = {{"copy/64 allocations", kNewFailure},
                                                {"copy/64 cpu_time", kPass},
                                                {"copy/8 allocations", kPass},
                                                {"copy/8 cpu_time", kPass}};
    if (both) expected.erase("copy/64 allocations");
    EXPECT_EQ(words(report), expected);
    EXPECT_EQ(report.notes.size(), both ? 1U : 0U) << "what is not judged is named";
  }
}

TEST(BenchmarkGate, ALabelThatIsAnotherInEveryTrialIsToldOnce) {
  FakePrograms programs;
  programs.change = [&](bool, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    if (benchmark.name == "copy/8") trial.sample.label = std::to_string(programs.trials);
  };
  EXPECT_THAT(measure(programs).notes, ElementsAre(HasSubstr("copy/8 has the label ")));
}

TEST(BenchmarkGate, AdviceNamesTheWholeBenchmark) {
  FakePrograms programs;
  programs.base = programs.head = {"copy (the fast one)"};
  programs.change = [](bool is_head, const GbenchBenchmark&, GbenchTrial& trial) {
    if (is_head) trial.sample.cpu_ns *= 2;
  };
  EXPECT_THAT(as_text(gate_document(measure(programs), Detail::kBrief)), HasSubstr(R"(-f '^copy \(the fast one\)$')"));
}

TEST(BenchmarkGate, NotesWhatAReaderMustKnow) {
  FakePrograms programs;
  programs.change = [](bool is_head, const GbenchBenchmark& benchmark, GbenchTrial& trial) {
    trial.library_version = is_head ? "v1.9.4" : "";
    if (benchmark.name != "copy/8") return;
    trial.sample.label = is_head ? "avx2" : "sse2";
    trial.sample.aggregated = true;
  };
  const GateReport report = measure(programs);
  EXPECT_THAT(report.notes, Contains(HasSubstr("copy/8 shows only aggregates")));
  EXPECT_THAT(report.notes, Contains("copy/8 has the label 'sse2' on base and 'avx2' on head"));
  EXPECT_THAT(report.notes, Contains(HasSubstr("different versions of Google Benchmark, before 1.8 and v1.9.4")));
}

TEST(BenchmarkGate, DoesNotJudgeWhatIsTooShortForTheClock) {
  FakePrograms programs;
  programs.change = [](bool, const GbenchBenchmark&, GbenchTrial& trial) { trial.sample.measured_ns = 9000; };
  const GateReport report = measure(programs);
  EXPECT_EQ(report.count(GateWord::kUnresolved), 3U);
  EXPECT_THAT(as_text(gate_document(report, Detail::kBrief)), HasSubstr("a longer --min-time"));
}

TEST(BenchmarkGate, KeepsWhatWasCompleteBeforeAnInterrupt) {
  FakePrograms programs;
  programs.base.clear();
  for (int i = 0; i < 40; ++i) programs.base.push_back("b/" + std::to_string(i));
  programs.head = programs.base;
  programs.interrupt_after = 16 * 12 + 30;  // one group of sixteen and some of the next
  const GateReport report = measure(programs);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.count(GateWord::kPass), 16U);
  EXPECT_THAT(report.notes, Contains("interrupted: 1 of 3 groups of benchmarks were measured"));
}

}  // namespace
}  // namespace omenbench
