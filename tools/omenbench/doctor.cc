// `omenbench doctor`: is this machine quiet enough to measure on, how small a difference can it show, and what would
// quiet it?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/fields_json.h"
#include "datasets/dataset.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/probes.h"
#include "harness/session/row_rounds.h"
#include "results/statistics.h"
#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kPairs = 12;
constexpr std::uint64_t kKeys = 200'000;
constexpr std::uint64_t kOperations = 200'000;
constexpr std::uint64_t kSeed = 1;

/// Ratio of one index to itself: what differs is noise.
struct NoiseFloor {
  Estimate log_ratio;
  double start_ms = 0;
};

/// A/A: `binary-search` against itself, in pairs of trials whose order alternates, through the very worker of `run`.
NoiseFloor measure_noise_floor() {
  const WorkerSet workers = discover_workers({});
  const WorkerIndex* index = workers.find("binary-search");
  if (index == nullptr) throw Error("the worker has no 'binary-search'; rebuild it");
  const Dataset dataset = load_dataset({.spec = "uniform", .keys = kKeys, .seed = kSeed, .cache = {}});
  const Workload workload = load_workload("sosd-lookup");
  RowPlan plan;
  plan.dataset = dataset.info().name;
  plan.keys = kKeys;
  plan.workload = workload.name;
  plan.operations = kOperations;
  const RowInput input{dataset.keys(), dataset.info().sha256, workload};
  ProcessRunner runner;
  Session session(runner, {.seed = kSeed, .limits = {}});
  RowRounds rounds(session, 0, plan, input);
  const std::vector<Contestant> twice(2, {index, kOperations});
  std::vector<double> logs;
  std::vector<double> starts;
  for (std::uint64_t pair = 0; pair < kPairs; ++pair) {
    const auto trials = rounds.begin(pair, twice).run();
    if (!trials) throw Error("interrupted", ExitCode::kInterrupted);
    for (const TrialRecord& trial : *trials) {
      if (trial.status != TrialStatus::kOk) throw Error("the A/A trial failed: " + trial.reason);
      starts.push_back(trial.start_ms);
    }
    logs.push_back(std::log((*trials)[0].passes[0].ns_per_op / (*trials)[1].passes[0].ns_per_op));
  }
  return {estimate(logs), median(starts)};
}

std::string size_text(std::uint64_t bytes) {
  return bytes >= (1U << 20) ? fmt::format("{} MiB", bytes >> 20) : fmt::format("{} KiB", bytes >> 10);
}

Json noise_json(const NoiseFloor& floor) {
  return {{"pairs", kPairs},
          {"ratio", std::exp(floor.log_ratio.median)},
          {"lo", std::exp(floor.log_ratio.interval->lo)},
          {"hi", std::exp(floor.log_ratio.interval->hi)},
          {"worker_start_ms", floor.start_ms}};
}

Json examine() {
  Json report;
  const Machine machine = read_machine();
  report["environment"] = write_json(describe_environment());
  const TimerCosts timers = probe_timers();
  report["timers"] = {{"steady_clock_ns", timers.steady_clock_ns},
                      {"counter_ns", timers.counter_ns},
                      {"fenced_counter_ns", timers.fenced_counter_ns}};
  report["miss_latency"] = Json::array();
  for (const MissLatency& miss : probe_miss_latency()) {
    report["miss_latency"].push_back({{"array_bytes", miss.array_bytes},
                                      {"small_pages_ns", miss.small_pages_ns},
                                      {"huge_pages_ns", miss.huge_pages_ns > 0 ? Json(miss.huge_pages_ns) : Json()}});
  }
  report["read_bandwidth_gb_s"] = probe_read_bandwidth();
  report["findings"] = Json::array();
  for (const NoiseFinding& finding : find_noise(machine, observe_disturbances())) {
    report["findings"].push_back({{"severity", to_string(finding.severity)},
                                  {"found", finding.found},
                                  {"why", finding.why},
                                  {"command", finding.command.empty() ? Json() : Json(finding.command)}});
  }
  report["noise_floor"] = noise_json(measure_noise_floor());
  return report;
}

/// The half width of the A/A interval as a percentage: differences below it drown.
double resolvable_percent(const Json& floor) {
  return 100 * std::max(floor["hi"].get<double>() - 1, 1 - floor["lo"].get<double>());
}

void print_text(const Json& report, bool markdown) {
  const Json& environment = report["environment"];
  const char* heading = markdown ? "## " : "";
  fmt::print("{}{}\n\n", heading, environment.value("cpu", "unknown CPU"));
  const Json& timers = report["timers"];
  fmt::print(
      "One read of the clock: steady_clock {:.1f} ns, rdtscp {:.1f} ns, fenced {:.1f} ns (single operations are\n"
      "timed with {}; percentiles under {:.0f} ns are printed as upper bounds)\n",
      timers["steady_clock_ns"].get<double>(), timers["counter_ns"].get<double>(),
      timers["fenced_counter_ns"].get<double>(), environment["timer"].value("source", ""),
      10 * environment["timer"]["cost_ns"].get<double>());
  fmt::print("Reading memory in order: {:.1f} GB/s\n\n", report["read_bandwidth_gb_s"].get<double>());
  fmt::print("{}", markdown ? "| array | dependent load | with huge pages |\n|---|---|---|\n"
                            : "array        dependent load   with huge pages\n");
  for (const Json& miss : report["miss_latency"]) {
    const std::string huge =
        miss["huge_pages_ns"].is_null() ? "-" : fmt::format("{:.1f} ns", miss["huge_pages_ns"].get<double>());
    const std::string size = size_text(miss["array_bytes"].get<std::uint64_t>());
    const std::string small = fmt::format("{:.1f} ns", miss["small_pages_ns"].get<double>());
    fmt::print(fmt::runtime(markdown ? "| {} | {} | {} |\n" : "{:<12} {:>14}   {:>15}\n"), size, small, huge);
  }
  const Json& floor = report["noise_floor"];
  fmt::print(
      "\nOne index against itself, {} pairs: ratio {:.3f} [{:.3f}, {:.3f}]. Differences below about {:.1f} % cannot\n"
      "be told from noise in so short a run; more rounds narrow that. A worker starts in {:.1f} ms.\n\n",
      floor["pairs"].get<int>(), floor["ratio"].get<double>(), floor["lo"].get<double>(), floor["hi"].get<double>(),
      resolvable_percent(floor), floor["worker_start_ms"].get<double>());
  if (report["findings"].empty()) fmt::print("Nothing noisy was found.\n");
  for (const Json& finding : report["findings"]) {
    fmt::print("{}{}: {}\n    {}\n", markdown ? "- " : "", finding["severity"].get<std::string>(),
               finding["found"].get<std::string>(), finding["why"].get<std::string>());
    if (!finding["command"].is_null()) fmt::print("    quiet it:  {}\n", finding["command"].get<std::string>());
  }
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App&) {
  return [](const CommonOptions& common) {
    install_interrupt_handlers();
    if (!common.quiet) say("probing clocks, memory and noise; about 10 seconds\n");
    const Json report = examine();
    if (common.format == OutputFormat::kJson) {
      fmt::print("{}\n", report.dump(2));
    } else {
      print_text(report, common.format == OutputFormat::kMarkdown);
    }
    return ExitCode::kOk;
  };
}

const bool registered =
    register_command({.name = "doctor",
                      .summary = "Measure this machine's clock, memory and noise, and say what would quiet it",
                      .examples = "  omenbench doctor\n"
                                  "  omenbench doctor --json > machine.json",
                      .define = define});

}  // namespace
}  // namespace omenbench
