// `omenbench gate`: may this change be merged?
#include "results/gate/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/interrupt.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/gate_gbench.h"
#include "tools/omenbench/gate_instructions.h"
#include "tools/omenbench/gate_rows.h"
#include "tools/omenbench/gate_selftest.h"
#include "tools/omenbench/gate_sides.h"
#include "tools/omenbench/load_datasets.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/run_options.h"
#include "workloads/workload.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInstructions = "instructions";

struct Options {
  std::optional<std::string> plan;
  GivenOptions given;
  std::string base, head, max_regression = "5%", must_see, markdown, comment, junit, json, out;
  std::string filter;
  std::vector<std::string> metrics;
  GbenchOptions gbench;
  bool selftest = false, lenient = false;
};

GateRules rules_of(const Options& options) {
  GateRules rules{.max_regression = parse_share(options.max_regression, "--max-regression")};
  if (rules.max_regression == 0) throw Error("--max-regression: must be above 0");
  if (options.must_see.empty()) return rules;
  rules.must_see = parse_share(options.must_see, "--must-see");
  if (rules.must_see <= rules.max_regression) {
    throw Error(fmt::format("--must-see {}: must be more than what is tolerated, {:.3g} % (--max-regression)",
                            options.must_see, 100 * rules.max_regression));
  }
  return rules;
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
    // Twice in a report, and twice in what the correction counts.
    if (std::ranges::find(metrics, *metric) != metrics.end()) {
      throw Error(fmt::format("--metric: '{}' is named twice", name));
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

/// What a command must repeat to ask for the same of one measurement.
std::vector<std::string> shaping_words(const Options& options, const Plan& plan) {
  const Options usual;
  std::vector<std::string> words;
  const auto add = [&](const char* option, const std::string& value, const std::string& otherwise) {
    if (value != otherwise) words.insert(words.end(), {option, value});
  };
  add("--max-regression", options.max_regression, usual.max_regression);
  add("--must-see", options.must_see, usual.must_see);
  if (options.given.has("--isa")) add("--isa", plan.isa, "");
  add("--time", options.gbench.time, usual.gbench.time);
  add("--min-time", fmt::format("{:g}s", options.gbench.min_time_s), fmt::format("{:g}s", usual.gbench.min_time_s));
  for (const std::string& counter : options.gbench.counters) add("--counter", counter, "");
  for (const std::string& renamed : options.gbench.renames) add("--rename", renamed, "");
  for (const std::string& argument : options.gbench.arguments) words.push_back("--argument=" + argument);
  return words;
}

/// The rows' datasets and workloads as -d and -w take them, by name.
std::map<std::string, std::string> spelt_in(const Plan& plan) {
  std::map<std::string, std::string> spelt;
  for (const auto& [spec, name] : names_of_datasets(plan)) spelt[name] = spec;
  for (const std::string& workload : plan.workloads) {
    if (fs::is_regular_file(workload)) spelt[load_workload(workload).name] = workload;
  }
  return spelt;
}

/// The other lanes take no trials of rows, or two gates.
void refuse_out(const Options& options) {
  if (!options.out.empty()) throw Error("--out keeps the trials of live sides that are timed; leave it out here");
}

Plan gate_plan(const Options& options) {
  Plan plan = plan_of(options.plan.value_or("gate"), options.given);
  plan.byte_strings = true;
  return plan;
}

GateReport gate_saved(const GateSide& base, const GateSide& head, const Options& options, const GateRules& rules) {
  if (counts_instructions(options)) throw Error("--metric instructions counts live sides; a saved run has no counts");
  if (options.plan || options.given.any()) {
    throw Error("saved runs are compared as they are; -d, -i, -w, -n, -t, --plan and the like go with live sides");
  }
  std::string filter = options.filter;
  if (!MeasurementFilter(filter).names("metric") || !options.metrics.empty()) {
    for (const Metric metric : parse_metrics(options.metrics)) filter += " metric:" + saved_name(metric);
  }
  const Result before = read_result(base.path), after = read_result(head.path);
  require_known(options.filter, {&before, &after});
  const Comparison comparison = compare_results(before, after, MeasurementFilter(filter));
  GateReport report{.basis = GateBasis::kSavedRuns, .rules = rules, .notes = comparison.warnings};
  report.cells = gate_of_saved(comparison, rules, report.notes);
  return report;
}

GateReport gate_live(const GateSide& base, const GateSide& head, const Options& options, const GateRules& rules,
                     const CommonOptions& common, std::optional<Record>& record) {
  if (!options.filter.empty()) {
    throw Error("--filter goes with saved runs and with --gbench; -d, -i, -w, -n, -t and --metric choose live sides");
  }
  if (counts_instructions(options)) {
    refuse_out(options);
  } else {
    record.emplace(common, options.out, "gate", "a gate");
  }
  Plan plan = gate_plan(options);
  const WorkerSet on_base = workers_of(base, plan);
  const WorkerSet on_head = workers_of(head, plan);
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
  const GateLane lane = record ? GateLane::kTimes : GateLane::kInstructions;
  const GateRows rows = prepare_gate(plan, on_base, on_head, lane, announce);
  GateReport report = counts_instructions(options)
                          ? run_instruction_gate(rows, rules, announce)
                          : run_live_gate(rows, parse_metrics(options.metrics),
                                          {.rules = rules, .budget_s = plan.budget_s}, announce, *record);
  report.spelt = spelt_in(plan);
  report.options = shaping_words(options, plan);
  return report;
}

void write_reports(const GateReport& report, const Options& options, const CommonOptions& common) {
  const auto document = [&](Detail detail) { return gate_document(report, detail); };
  const auto json = [&] { return json_text(to_json(report), 2); };
  if (!options.markdown.empty()) write_file(options.markdown, as_markdown(document(Detail::kFull)));
  // GitHub takes 65,535 characters.
  constexpr std::size_t kMostOfAComment = 65'000;
  if (!options.comment.empty()) write_file(options.comment, gate_comment(report, kMostOfAComment));
  if (!options.junit.empty()) write_file(options.junit, render_gate_junit(report));
  if (!options.json.empty()) write_file(options.json, json() + "\n");
  print_answer(common, {.document = document, .json = json});
}

/// What kept measurements that only one side has, or that have too few rounds, from being compared; the first few.
std::string why_one_sided(const GateReport& report) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> causes;
  for (const GateCell& cell : report.cells) {
    if (cell.word != GateWord::kOneSided) continue;
    const std::string cause =
        cell.head_failure.empty() ? "the sides have too few rounds of what was asked for (6 each)" : cell.head_failure;
    if (std::ranges::find(causes, cause) == causes.end() && causes.size() < kMost) causes.push_back(cause);
  }
  return fmt::format("{}", fmt::join(causes, "; "));
}

/// Throws Error when the gate cannot answer: a gate that compared nothing must not look green.
ExitCode exit_code_of(const GateReport& report) {
  if (interrupted_by() != 0) return interrupt_code();
  if (report.red()) return ExitCode::kRegression;
  if (report.cells.empty()) throw Error("nothing could be judged: the sides share nothing that can run");
  if (!report.decided()) {
    throw Error(report.count(GateWord::kCutOff) > 0
                    ? std::string("nothing could be judged: the budget ended before anything had its rounds")
                : report.count(GateWord::kUnresolved) > 0
                    ? "nothing could be judged: what was measured is too close to the timer's cost"
                    : "nothing could be judged: " + why_one_sided(report));
  }
  if (report.verdict() == "failed") return ExitCode::kCellsFailed;
  return report.verdict() == "inconclusive" ? ExitCode::kInconclusive : ExitCode::kOk;
}

/// The plan's part of a gate of benchmarks.
Plan gbench_plan(const Options& options) {
  for (const char* name : {"--dataset", "--index", "--workload", "--keys", "--threads", "--ops", "--pin", "--isa"}) {
    if (options.given.has(name)) throw Error(fmt::format("{} says nothing about benchmarks: --gbench takes -f", name));
  }
  if (options.plan || !options.metrics.empty()) {
    throw Error("--plan and --metric say nothing about benchmarks: --gbench takes -f, --time and --counter");
  }
  return gate_plan(options);
}

GateReport gate_gbench(const Options& options, const GateRules& rules, const CommonOptions& common) {
  const Plan plan = gbench_plan(options);
  install_interrupt_handlers();
  GateReport report = run_gbench_gate(options.base, options.head, options.filter, options.gbench, plan,
                                      {.rules = rules, .budget_s = plan.budget_s}, announcer(common));
  report.options = shaping_words(options, plan);
  return report;
}

ExitCode run_selftest(const Options& options, const CommonOptions& common) {
  refuse_out(options);
  if (options.lenient) throw Error("--lenient goes with --base and --head; --selftest has a verdict of its own");
  const Announce announce = announcer(common);
  const auto begin = [&announce](const std::string& shorter) {
    install_interrupt_handlers();
    announce("two gates, one after the other: " + shorter);
  };
  if (options.gbench.wanted) {
    if (options.base.empty() || !options.head.empty()) {
      throw Error("--gbench --selftest needs --base alone: the program that is compared with itself");
    }
    const Plan plan = gbench_plan(options);
    begin("-f and a shorter --min-time take less time");
    return print_gate_selftest(run_gbench_selftest(options.base, options.filter, options.gbench, plan,
                                                   {.rules = rules_of(options), .budget_s = plan.budget_s}, announce),
                               common);
  }
  if (!options.base.empty() || !options.head.empty()) throw Error("--selftest compares this program with itself");
  if (counts_instructions(options)) throw Error("--selftest is about times: a count has no noise to be tested");
  if (!options.filter.empty()) throw Error("--filter goes with saved runs and with --gbench");
  const Plan plan = gate_plan(options);
  const WorkerSet workers = discover_workers(worker_options(plan));
  begin("the usual plan takes many minutes, -d, -i and -w make it shorter");
  const GateRows rows = prepare_gate(plan, workers, workers, GateLane::kTimes, announce);
  return print_gate_selftest(selftest_gate(rows, parse_metrics(options.metrics),
                                           {.rules = rules_of(options), .budget_s = plan.budget_s}, announce),
                             common);
}

GateReport gate_sides(const Options& options, const GateRules& rules, const CommonOptions& common,
                      std::optional<Record>& record) {
  if (options.gbench.wanted) {
    refuse_out(options);
    return gate_gbench(options, rules, common);
  }
  if (options.gbench.any()) {
    throw Error("--time, --counter, --min-time, --rename and --argument go with --gbench");
  }
  const GateSide base = recognise_side(options.base, "--base");
  const GateSide head = recognise_side(options.head, "--head");
  if (base.kind != head.kind) throw Error("--base and --head must be of one kind: runs, installations or plugins");
  if (base.kind != GateSide::Kind::kSavedRun) return gate_live(base, head, options, rules, common, record);
  refuse_out(options);
  return gate_saved(base, head, options, rules);
}

/// What is to be written is tried before minutes are measured, and never replaces a side or another of these files.
void require_report_files(const Options& options) {
  std::vector<std::string> taken = {options.base, options.head};
  for (const auto& [option, file] : {std::pair{"--markdown", options.markdown}, std::pair{"--comment", options.comment},
                                     std::pair{"--junit", options.junit}, std::pair{"--json-file", options.json}}) {
    if (file.empty()) continue;
    require_output_file(file, option, taken);
    const fs::path path = fs::absolute(file).lexically_normal();
    if (!fs::is_other(path) && std::ranges::find(taken, path.string()) != taken.end()) {
      throw Error(fmt::format("{}: '{}' is the file of another option too", option, file));
    }
    taken.push_back(path.string());
  }
}

ExitCode run_gate(const Options& options, const CommonOptions& common) {
  require_report_files(options);
  if (options.selftest) return run_selftest(options, common);
  if (options.base.empty() || options.head.empty()) throw Error("gate needs --base and --head (or --selftest)");
  const GateRules rules = rules_of(options);
  std::optional<Record> record;
  GateReport report = gate_sides(options, rules, common, record);
  report.base = options.base;
  report.head = options.head;
  report.lenient = options.lenient;
  write_reports(report, options, common);
  if (record) record->close();
  return exit_code_of(report);
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option(
      "--base", options->base,
      "The side to compare with: a saved run, the executable or folder of an omenbench, a plugin (.so), or with "
      "--gbench a Google Benchmark program");
  app.add_option("--head", options->head, "The side that changed, of the same kind");
  app.add_option("--max-regression", options->max_regression, "Largest slow-down that is tolerated (default 5%)");
  app.add_option("--metric", options->metrics,
                 "throughput (default), dependent, p50, p99, bytes or build; repeatable. Or instructions: counted by "
                 "valgrind, of the same code before and after a change")
      ->allow_extra_args(false);
  add_gbench_options(app, options->gbench);
  app.add_option("-f,--filter", options->filter,
                 "Of saved runs: terms FIELD:GLOB, as 'omenbench compare' takes them. With --gbench: a regular "
                 "expression, as --benchmark_filter takes it")
      ->allow_extra_args(false);
  app.add_option("--must-see", options->must_see,
                 "Slow-down that must not pass unseen: what is too noisy to exclude it is inconclusive, exit code 4 "
                 "(default: three times what is tolerated)");
  app.add_flag("--lenient", options->lenient, "Exit with 0 although something could not be judged, or was too noisy");
  app.add_flag("--selftest", options->selftest,
               "Show that the gate works on this machine: A/A green, planted red; takes many minutes");
  app.add_option("--markdown", options->markdown, "Also write Markdown for a pull request to this file");
  app.add_option("--comment", options->comment,
                 "Also write Markdown of at most 65,000 bytes to this file, what matters least left out");
  app.add_option("--junit", options->junit, "Also write JUnit XML to this file");
  app.add_option("--json-file", options->json, "Also write JSON to this file");
  app.add_option("--out", options->out, "Directory of the trials, for --resume (default: omenbench-results/gate-TIME)");
  app.add_option("--plan", options->plan,
                 "What live sides are measured on (default: gate); see 'omenbench list plans'");
  add_plan_options(
      app, options->given,
      {{"--dataset", "Datasets instead of the plan's"},
       {"--index", "Indexes or quoted globs instead of the plan's"},
       {"--workload", "Workloads instead of the plan's"},
       {"--keys"},
       {"--threads"},
       {"--ops", "Operations per trial"},
       {"--timeout"},
       {"--budget",
        "Measuring time (default 15m); what has not got its rounds by then is named, and the gate inconclusive"},
       {"--pin"},
       {"--isa"},
       {"--pg-bin"},
       {"--seed"}});
  return [options](const CommonOptions& common) { return run_gate(*options, common); };
}

const bool registered = register_command(
    {.name = "gate",
     .summary = "Fail when a change makes an index, or any benchmark, slower than is tolerated",
     .examples =
         "  omenbench gate --base old/build/release --head build/release --max-regression 5%\n"
         "  omenbench gate --base ./libmine-main.so --head ./libmine.so --markdown gate.md --junit gate.xml\n"
         "  omenbench gate --gbench --base old/bench --head new/bench -f 'BM_copy'   any Google Benchmark program\n"
         "  omenbench gate --base old --head new --metric instructions --isa x86-64-v3\n"
         "  omenbench gate --base runs/monday --head runs/tuesday     saved runs: less sure, see docs/ci.md\n"
         "  omenbench gate --selftest\n"
         "  omenbench gate --resume omenbench-results/gate-20260101-120000",
     .tables = true,
     .keys = true,
     .resumable = true,
     .define = define});

}  // namespace
}  // namespace omenbench
