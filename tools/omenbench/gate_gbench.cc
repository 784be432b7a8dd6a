// See the header.
#include "tools/omenbench/gate_gbench.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/units.h"
#include "core/error.h"
#include "harness/environment.h"
#include "harness/machine_difference.h"
#include "policies/gate_benchmarks.h"
#include "tools/omenbench/prepare.h"

namespace omenbench {
namespace {

/// Rates, by the names that the library gives them.
bool is_rate(const std::string& counter) { return counter.ends_with("_per_second"); }

WantedCounter parse_counter(const std::string& text) {
  for (const bool more : {false, true}) {
    const std::string ending = more ? ":more" : ":less";
    if (text.ends_with(ending)) return {text.substr(0, text.size() - ending.size()), more};
  }
  return {text, is_rate(text)};
}

BenchmarkGateOptions::Time parse_time(const std::string& text) {
  if (text == "as-named") return BenchmarkGateOptions::Time::kAsNamed;
  if (text == "real") return BenchmarkGateOptions::Time::kReal;
  if (text == "cpu") return BenchmarkGateOptions::Time::kCpu;
  throw Error(fmt::format("--time '{}': expected as-named, real or cpu", text));
}

BenchmarkGateOptions benchmark_options(const std::string& filter, const GbenchOptions& options, const Plan& plan) {
  BenchmarkGateOptions result{.filter = filter, .time = parse_time(options.time), .seed = plan.seed};
  for (const std::string& text : options.counters) {
    const WantedCounter counter = parse_counter(text);
    if (std::ranges::find(result.counters, counter.name, &WantedCounter::name) != result.counters.end()) {
      throw Error(fmt::format("--counter: '{}' is named twice", counter.name));
    }
    result.counters.push_back(counter);
  }
  for (const std::string& text : options.renames) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      throw Error(fmt::format("--rename '{}': expected NAME_ON_BASE=NAME_ON_HEAD", text));
    }
    result.renamed[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return result;
}

GbenchProcessOptions process_options(const std::string& base, const std::string& head, const GbenchOptions& options,
                                     const Plan& plan) {
  return {.base = base,
          .head = head,
          .min_time_s = options.min_time_s,
          .timeout_ms = static_cast<std::uint64_t>(plan.timeout_s * 1000),
          .arguments = options.arguments};
}

}  // namespace

void add_gbench_options(CLI::App& app, GbenchOptions& options) {
  app.add_flag("--gbench", options.wanted,
               "The sides are two Google Benchmark programs (1.7 or newer): each of their benchmarks is judged");
  app.add_option("--time", options.time,
                 "With --gbench, which time: real, cpu, or as-named (default): real where a benchmark measures it "
                 "(/real_time, /manual_time) or has several threads, else cpu");
  app.add_option("--counter", options.counters,
                 "With --gbench, also judge this counter of the benchmarks; repeatable. Less is better, but for "
                 "*_per_second; NAME:more and NAME:less say it")
      ->allow_extra_args(false);
  add_value(
      app, "--min-time",
      [&options](const std::string& text) { options.min_time_s = parse_duration_s(text, "--min-time"); },
      "With --gbench, how long one trial measures, where the benchmark does not set it itself (default 0.1s)");
  app.add_option("--rename", options.renames, "With --gbench: BASE_NAME=HEAD_NAME are the same benchmark; repeatable")
      ->allow_extra_args(false);
  app.add_option("--argument", options.arguments, "With --gbench, one more argument for both programs; repeatable")
      ->allow_extra_args(false);
}

GateReport run_gbench_gate(const std::string& base, const std::string& head, const std::string& filter,
                           const GbenchOptions& options, const Plan& plan, const LiveGateOptions& live,
                           const Announce& announce) {
  const Environment machine = describe_environment();
  announce_doubts(machine, announce);
  GbenchPrograms programs(process_options(base, head, options, plan));
  BenchmarkGate source(programs, benchmark_options(filter, options, plan));
  GateReport report = measure_gate(source, live, announce);
  report.subject = GateSubject::kBenchmarks;
  std::ranges::move(at_the_start(machine.doubts), std::back_inserter(report.notes));
  return report;
}

GateSelftest run_gbench_selftest(const std::string& program, const std::string& filter, const GbenchOptions& options,
                                 const Plan& plan, const LiveGateOptions& live, const Announce& announce) {
  GbenchPrograms programs(process_options(program, program, options, plan));
  BenchmarkGate source(programs, benchmark_options(filter, options, plan));
  GateSelftest test = test_gate(source, live, announce);
  test.same.subject = GateSubject::kBenchmarks;
  if (test.planted) test.planted->subject = GateSubject::kBenchmarks;
  return test;
}

}  // namespace omenbench
