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
#include "tools/omenbench/outputs.h"

namespace omenbench {

template <class Visitor>
void visit_fields(Visitor& v, Is<TimerCosts> auto& costs) {
  v.field("steady_clock_ns", costs.steady_clock_ns);
  v.field("counter_ns", costs.counter_ns);
  v.field("fenced_counter_ns", costs.fenced_counter_ns);
}
template <class Visitor>
void visit_fields(Visitor& v, Is<MissLatency> auto& miss) {
  v.field("array_bytes", miss.array_bytes);
  v.field("small_pages_ns", miss.small_pages_ns);
  v.field("huge_pages_ns", miss.huge_pages_ns, {.null_if_empty = true});
}
template <class Visitor>
void visit_fields(Visitor& v, Is<NoiseFinding> auto& finding) {
  v.field("severity", finding.severity);
  v.field("found", finding.found);
  v.field("why", finding.why);
  v.field("command", finding.command, {.null_if_empty = true});
  v.field("remedy", finding.remedy, {.null_if_empty = true});
}

namespace {

constexpr int kPairs = 12;
constexpr std::uint64_t kKeys = 200'000;
constexpr std::uint64_t kOperations = 200'000;
constexpr std::uint64_t kSeed = 1;

/// Ratio of one index to itself: what differs is noise.
struct NoiseFloor {
  int pairs = kPairs;
  double ratio = 1, lo = 1, hi = 1;
  double worker_start_ms = 0;

  /// The half width of the interval as a percentage: differences below it drown.
  double resolvable_percent() const { return 100 * std::max(hi - 1, 1 - lo); }
};
template <class Visitor>
void visit_fields(Visitor& v, Is<NoiseFloor> auto& floor) {
  v.field("pairs", floor.pairs);
  v.field("ratio", floor.ratio);
  v.field("lo", floor.lo);
  v.field("hi", floor.hi);
  v.field("worker_start_ms", floor.worker_start_ms);
}

struct Examination {
  Environment environment;
  TimerCosts timers;
  std::vector<MissLatency> miss_latency;
  double read_bandwidth_gb_s = 0;
  std::vector<NoiseFinding> findings;
  NoiseFloor noise_floor;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<Examination> auto& found) {
  v.field("environment", found.environment);
  v.field("timers", found.timers);
  v.field("miss_latency", found.miss_latency);
  v.field("read_bandwidth_gb_s", found.read_bandwidth_gb_s);
  v.field("findings", found.findings);
  v.field("noise_floor", found.noise_floor);
}

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
  const Estimate floor = estimate(logs);
  return {.ratio = std::exp(floor.median),
          .lo = std::exp(floor.interval->lo),
          .hi = std::exp(floor.interval->hi),
          .worker_start_ms = median(starts)};
}

Examination examine() {
  const Machine machine = read_machine();
  return {.environment = describe_environment(),
          .timers = probe_timers(),
          .miss_latency = probe_miss_latency(),
          .read_bandwidth_gb_s = probe_read_bandwidth(),
          .findings = find_noise(machine, observe_disturbances()),
          .noise_floor = measure_noise_floor()};
}

Table latencies(const Examination& found) {
  Table table{.columns = {{.name = "array"}, number_column("dependent load"), number_column("with huge pages")}};
  const auto nanoseconds = [](double ns) {
    return ns > 0 ? number_cell(fmt::format("{:.1f} ns", ns), ns) : TableCell{};
  };
  for (const MissLatency& miss : found.miss_latency) {
    table.lines.push_back({.cells = {{.text = human_bytes(miss.array_bytes)},
                                     nanoseconds(miss.small_pages_ns),
                                     nanoseconds(miss.huge_pages_ns)}});
  }
  return table;
}

Items noise(const Examination& found) {
  Items items;
  for (const NoiseFinding& finding : found.findings) {
    std::string text = fmt::format("{}: {}; {}", to_string(finding.severity), finding.found, finding.why);
    if (!finding.command.empty()) text += fmt::format(". Quiet it: {}", finding.command);
    if (!finding.remedy.empty()) text += fmt::format(". What helps: {}", finding.remedy);
    items.texts.push_back(std::move(text));
  }
  return items;
}

Document document_of(const Examination& found) {
  const std::string& cpu = found.environment.cpu;
  const NoiseFloor& floor = found.noise_floor;
  Document document;
  document.add(Heading{.text = cpu.empty() ? "unknown CPU" : cpu});
  document.add(Prose{fmt::format(
      "One read of the clock: steady_clock {:.1f} ns, rdtscp {:.1f} ns, fenced {:.1f} ns (single operations are timed "
      "with {}; percentiles under {:.0f} ns are printed as upper bounds).",
      found.timers.steady_clock_ns, found.timers.counter_ns, found.timers.fenced_counter_ns,
      found.environment.timer.source, 10 * found.environment.timer.cost_ns)});
  document.add(Prose{fmt::format("Reading memory in order: {:.1f} GB/s.", found.read_bandwidth_gb_s)});
  document.add(latencies(found));
  document.add(Prose{fmt::format(
      "One index against itself, {} pairs: ratio {:.3f} [{:.3f}, {:.3f}]. Differences below about {:.1f} % cannot be "
      "told from noise in so short a run; more rounds narrow that. A worker starts in {:.1f} ms.",
      floor.pairs, floor.ratio, floor.lo, floor.hi, floor.resolvable_percent(), floor.worker_start_ms)});
  if (found.findings.empty()) {
    document.add(Prose{"Nothing noisy was found."});
  } else {
    document.add(noise(found));
  }
  return document;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App&) {
  return [](const CommonOptions& common) {
    install_interrupt_handlers();
    if (!common.quiet) say("probing clocks, memory and noise; about 10 seconds\n");
    const Examination found = examine();
    print_answer(common, {.document = [&](Detail) { return document_of(found); },
                          .json = [&] { return json_text(write_json(found), 2); }});
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
