// `omenbench gate`: may this change be merged?
#include "results/gate/gate.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "harness/interrupt.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/gate_instructions.h"
#include "tools/omenbench/gate_rows.h"
#include "tools/omenbench/gate_selftest.h"
#include "tools/omenbench/gate_sides.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/run_options.h"

namespace omenbench {
namespace {

constexpr std::string_view kInstructions = "instructions";

struct Options {
  std::optional<std::string> plan;
  GivenOptions given;
  std::string base, head, max_regression = "5%", markdown, junit, json;
  std::vector<std::string> metrics;
  bool selftest = false, strict = false;
};

double tolerated(const Options& options) {
  const double share = parse_share(options.max_regression, "--max-regression");
  if (share == 0) throw Error("--max-regression: must be above 0");
  return share;
}

std::vector<Metric> parse_metrics(const std::vector<std::string>& names) {
  if (names.empty()) return {Metric::kThroughput};
  std::vector<Metric> metrics;
  for (const std::string& name : names) {
    const auto metric = std::ranges::find(kMetrics, name, [](Metric m) { return std::string(to_string(m)); });
    if (metric == kMetrics.end()) {
      std::vector<std::string> known;
      for (const Metric one : kMetrics) known.emplace_back(to_string(one));
      known.emplace_back(kInstructions);
      throw Error(fmt::format("--metric: unknown metric '{}', expected one of {}", name, fmt::join(known, ", ")));
    }
    metrics.push_back(*metric);
  }
  return metrics;
}

/// The lane that counts instead of timing; nothing else can be asked for with it.
bool counts_instructions(const Options& options) {
  const bool wanted = std::ranges::find(options.metrics, kInstructions) != options.metrics.end();
  if (wanted && options.metrics.size() > 1) throw Error("--metric instructions is a lane of its own: ask for it alone");
  return wanted;
}

/// What a saved result calls a metric.
std::string saved_name(Metric metric) {
  switch (metric) {
    case Metric::kThroughput:
      return "ns_per_op";
    case Metric::kDependent:
      return "dependent_ns_per_op";
    case Metric::kP50:
      return "p50_ns";
    case Metric::kP99:
      return "p99_ns";
    case Metric::kBytes:
      return "total_bytes";
    case Metric::kBuild:
      return "build_ns";
  }
  __builtin_unreachable();
}

Plan gate_plan(const Options& options) { return plan_of(options.plan.value_or("gate"), options.given); }

GateReport gate_saved(const GateSide& base, const GateSide& head, const Options& options, const GateRules& rules) {
  if (counts_instructions(options)) throw Error("--metric instructions counts live sides; a saved run has no counts");
  if (options.plan || options.given.any()) {
    throw Error("saved runs are compared as they are; -d, -i, -w, -n, -t, --plan and the like go with live sides");
  }
  std::string filter;
  for (const Metric metric : parse_metrics(options.metrics)) filter += " metric:" + saved_name(metric);
  const Comparison comparison =
      compare_results(read_result(base.path), read_result(head.path), MeasurementFilter(filter));
  GateReport report{.basis = GateBasis::kSavedRuns, .rules = rules, .notes = comparison.warnings};
  report.cells = gate_of_saved(comparison, rules, report.notes);
  return report;
}

GateReport gate_live(const GateSide& base, const GateSide& head, const Options& options, const GateRules& rules,
                     const CommonOptions& common) {
  Plan plan = gate_plan(options);
  const WorkerSet on_base = workers_of(base, plan.isa);
  const WorkerSet on_head = workers_of(head, plan.isa);
  if (head.kind == GateSide::Kind::kPlugin) {
    // What is compared is the plugin, not what it would be run beside.
    if (!options.given.has("--index")) plan.indexes = on_head.plugins.front().indexes;
    plan.plugins = {head.path.string()};
  }
  install_interrupt_handlers();
  if (counts_instructions(options)) {
    if (!options.given.has("--ops")) plan.operations = {.in_process = kCountedOperations, .forced = true};
  }
  const Announce announce = announcer(common);
  const GateRows rows = prepare_gate(plan, on_base, on_head, announce);
  if (counts_instructions(options)) return run_instruction_gate(rows, rules, announce);
  return run_live_gate(rows, {.rules = rules, .metrics = parse_metrics(options.metrics)}, announce);
}

void write_reports(const GateReport& report, const Options& options, const CommonOptions& common) {
  if (!options.markdown.empty()) write_file(options.markdown, render_gate_markdown(report));
  if (!options.junit.empty()) write_file(options.junit, render_gate_junit(report));
  if (!options.json.empty()) write_file(options.json, to_json(report).dump(2) + "\n");
  switch (common.format) {
    case OutputFormat::kJson:
      fmt::print("{}\n", to_json(report).dump(2));
      break;
    case OutputFormat::kMarkdown:
      fmt::print("{}", render_gate_markdown(report));
      break;
    case OutputFormat::kTable:
      fmt::print("{}", render_gate(report));
      break;
  }
}

/// Throws Error when the gate cannot answer: a gate that compared nothing must not look green.
ExitCode exit_code_of(const GateReport& report, bool strict) {
  if (interrupted_by() != 0) return interrupted_by() == SIGINT ? ExitCode::kInterrupted : ExitCode::kTerminated;
  if (report.red()) return ExitCode::kRegression;
  if (report.cells.empty())
    throw Error("nothing could be judged: engines are left out, and the sides share nothing else");
  if (!report.decided()) {
    throw Error(report.count(GateWord::kUnresolved) > 0
                    ? "nothing could be judged: what was measured is too close to the timer's cost"
                    : "nothing could be judged: the sides have too few rounds of what was asked for (6 each)");
  }
  if (report.count(GateWord::kFailsOnBoth) > 0) return ExitCode::kCellsFailed;
  return strict && report.not_judged() + report.blind() > 0 ? ExitCode::kInconclusive : ExitCode::kOk;
}

ExitCode run_gate(const Options& options, const CommonOptions& common) {
  if (options.selftest) {
    if (!options.base.empty() || !options.head.empty()) throw Error("--selftest compares this program with itself");
    if (options.strict) throw Error("--strict goes with --base and --head; --selftest has a verdict of its own");
    if (counts_instructions(options)) throw Error("--selftest is about times: a count has no noise to be tested");
    const Plan plan = gate_plan(options);
    const WorkerSet workers = discover_workers({.isa = plan.isa});
    install_interrupt_handlers();
    const LiveGateOptions live{.rules = {.max_regression = tolerated(options)},
                               .metrics = parse_metrics(options.metrics)};
    const Announce announce = announcer(common);
    return run_gate_selftest(prepare_gate(plan, workers, workers, announce), live, common, announce);
  }
  if (options.base.empty() || options.head.empty()) throw Error("gate needs --base and --head (or --selftest)");
  const GateRules rules{.max_regression = tolerated(options)};
  const GateSide base = recognise_side(options.base, "--base");
  const GateSide head = recognise_side(options.head, "--head");
  if (base.kind != head.kind) throw Error("--base and --head must be of one kind: runs, installations or plugins");
  GateReport report = base.kind == GateSide::Kind::kSavedRun ? gate_saved(base, head, options, rules)
                                                             : gate_live(base, head, options, rules, common);
  report.base = options.base;
  report.head = options.head;
  write_reports(report, options, common);
  return exit_code_of(report, options.strict);
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--base", options->base,
                 "The side to compare with: a saved run, the executable or folder of an omenbench, or a plugin (.so)");
  app.add_option("--head", options->head, "The side that changed, of the same kind");
  app.add_option("--max-regression", options->max_regression, "Largest slow-down that is tolerated (default 5%)");
  app.add_option("--metric", options->metrics,
                 "throughput (default), dependent, p50, p99, bytes or build; repeatable. Or instructions: counted by "
                 "valgrind, of the same code before and after a change")
      ->allow_extra_args(false);
  app.add_flag("--strict", options->strict,
               "Exit with 4 when a measurement could not be judged, or passes but is too noisy to see 4 times what is "
               "tolerated, "
               "and none is red");
  app.add_flag("--selftest", options->selftest,
               "Show that the gate works on this machine: A/A green, planted red; takes many minutes");
  app.add_option("--markdown", options->markdown, "Also write Markdown for a pull request to this file");
  app.add_option("--junit", options->junit, "Also write JUnit XML to this file");
  app.add_option("--json-file", options->json, "Also write JSON to this file");
  app.add_option("--plan", options->plan,
                 "What live sides are measured on (default: gate); see 'omenbench list plans'");
  add_plan_options(app, options->given,
                   {{"--dataset", "Datasets instead of the plan's"},
                    {"--index", "Indexes or quoted globs instead of the plan's"},
                    {"--workload", "Workloads instead of the plan's"},
                    {"--keys"},
                    {"--threads"},
                    {"--ops", "Operations per block"},
                    {"--timeout"},
                    {"--pin"},
                    {"--isa"},
                    {"--seed"}});
  return [options](const CommonOptions& common) { return run_gate(*options, common); };
}

const bool registered = register_command(
    {.name = "gate",
     .summary = "Fail when a change makes an index slower than is tolerated",
     .examples = "  omenbench gate --base old/build/release --head build/release --max-regression 5%\n"
                 "  omenbench gate --base ./libmine-main.so --head ./libmine.so --markdown gate.md --junit gate.xml\n"
                 "  omenbench gate --base old --head new --metric instructions --isa x86-64-v3\n"
                 "  omenbench gate --base runs/monday --head runs/tuesday     saved runs: less sure, see docs/ci.md\n"
                 "  omenbench gate --selftest",
     .define = define});

}  // namespace
}  // namespace omenbench
