// `omenbench decide`: which index for these keys? Reads and describes them, lets the cost model drop what cannot win,
// measures the rest within a budget, and recommends. See docs/decide.md.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <set>

#include "base/json.h"
#include "core/operation.h"
#include "harness/interrupt.h"
#include "policies/decide_field.h"
#include "policies/decide_rounds.h"
#include "results/decide/conclusion.h"
#include "results/decide/decision.h"
#include "tools/omenbench/choose_indexes.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/decide_fit.h"
#include "tools/omenbench/decide_inside.h"
#include "tools/omenbench/decide_keys.h"
#include "tools/omenbench/decide_mix.h"
#include "tools/omenbench/fitting_kinds.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/prepare.h"
#include "tools/omenbench/record.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kOperations = 1'000'000;
constexpr double kBudgetS = 180;
constexpr double kInsideBudgetS = 120;

struct Options {
  KeySource source;
  MixOptions mix;
  GivenOptions given;
  bool ordered = false, exhaustive = false, inside = false, in_place = false;
  std::vector<std::string> limits, fit;
  std::string model, out, output;
};

std::map<Metric, double> parse_limits(const std::vector<std::string>& texts) {
  std::map<Metric, double> limits;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
    if (name == "memory") {
      limits[Metric::kBytes] = static_cast<double>(parse_bytes(value, "--limit memory"));
    } else if (name == "build") {
      limits[Metric::kBuild] = 1e9 * parse_duration_s(value, "--limit build");
    } else {
      throw Error(fmt::format("--limit: expected memory=1GiB or build=10s, got '{}'", text));
    }
  }
  return limits;
}

CostModel read_model(const std::string& file) {
  const std::string where = fmt::format("--model '{}'", file);
  return CostModel::from_json(parse_json(read_file(file, "--model"), where), where);
}

/// The kind that all of a dataset's keys are of, whatever else may take them.
KeyKind kind_of(const Dataset& keys) { return keys.text() ? KeyKind::kBytes : KeyKind::kU64; }

/// The model in the program is of 64-bit keys.
CostModel model_for(const std::string& file, const Dataset& keys) {
  const bool bytes = keys.text().has_value();
  if (file.empty()) return bytes ? CostModel::none("bytes-absl-btree") : CostModel::built_in();
  CostModel model = read_model(file);
  if (model.yardstick().starts_with("bytes-") == bytes) return model;
  throw Error(fmt::format("--model '{}': was fitted beside '{}', which does not take these keys, {}", file,
                          model.yardstick(), words_of(kind_of(keys))));
}

/// The plan with the candidates' names: indexes inside the process; engines are a round trip or a disk away and take
/// part where they are asked for. Before the keys are known (null) it is only checked that there are some.
Plan with_candidates(Plan plan, const Dataset* keys) {
  const WorkerSet workers = discover_workers(worker_options(plan));
  std::vector<const WorkerIndex*> known;
  for (const WorkerIndex& index : workers.indexes) {
    const bool wanted = index.info.tier == Tier::kInProcess || !only_leave_out(plan.indexes);
    if (wanted && index.info.family != Family::kReference) known.push_back(&index);
  }
  std::vector<std::string> names = choose_indexes(plan.indexes, known);
  if (keys != nullptr) {
    const std::set<KeyKind> kinds = fitting_kinds(*keys);
    std::erase_if(names, [&](const std::string& name) { return !kinds.contains(workers.find(name)->info.key_kind); });
    if (names.empty()) {
      throw Error(fmt::format("-i {}: none of these indexes takes {}{}; 'omenbench list indexes' shows who does",
                              fmt::join(plan.indexes, " -i "), words_of(kind_of(*keys)),
                              keys->text() && !kinds.contains(KeyKind::kU128) ? " of any length" : ""));
    }
  }
  plan.indexes = std::move(names);
  return plan;
}

Plan plan_of(const Options& options) {
  Plan plan;
  plan.name = "decide";
  plan.datasets = {{name_of(options.source)}};
  plan.workloads = {"decide"};
  plan.operations.in_process = kOperations;
  plan.budget_s = kBudgetS;
  plan.seed = options.source.keys.seed;
  options.given.apply_to(plan);
  with_candidates(plan, nullptr);  // a name that is unknown is said before anything is read
  return plan;
}

/// Keys that come (almost) in order are inserted in order, unless something else was asked for.
MixOptions as_they_arrive(MixOptions mix, const datasets::Description& description) {
  constexpr double kAlmost = 0.1;  // of the keys, out of order
  const bool inserts = mix_of(mix, 2, 1).workload.has(OpKind::kInsert);
  if (mix.arrival || !inserts || !description.sortedness) return mix;
  const auto rows = static_cast<double>(description.info.rows);
  if (static_cast<double>(description.sortedness->k) < kAlmost * rows) mix.arrival = "sorted";
  return mix;
}

/// Keys that are loaded, with the share of the lines that such a sample of them needs.
CostPoint point_of(const datasets::Description& description, const RowPlan& row, const Mix& mix) {
  const auto keys = static_cast<double>(row.loaded_keys == 0 ? row.keys : row.loaded_keys);
  const double share = keys / static_cast<double>(row.keys);
  const Workload& workload = mix.workload;
  const auto segments = [&](std::int64_t epsilon) {
    return std::max(1.0, share * static_cast<double>(description.segments(epsilon)));
  };
  return {.keys = keys,
          .local_segments = segments(datasets::kLocalEpsilon),
          .global_segments = segments(datasets::kGlobalEpsilon),
          .inserts = workload.share(OpKind::kInsert),
          .changes = workload.share(OpKind::kUpdate) + workload.share(OpKind::kErase) +
                     workload.share(OpKind::kReadModifyWrite),
          .scanned = mix.entries_scanned()};
}

std::string decision_text(const Decision& decision) { return json_text(to_json(decision), 1); }

void print_decision(const Decision& decision, const CommonOptions& common) {
  print_answer(common, {.document = [&](Detail) { return decision_document(decision); },
                        .json = [&] { return decision_text(decision); }});
}

/// A single trial must not use the budget up.
SessionOptions decide_session(const PreparedRun& run, const Record& record) {
  SessionOptions options = session_options(run, record.scratch());
  const auto most_ms = static_cast<std::uint64_t>(1000 * std::max(5.0, run.plan.budget_s / 3));
  options.limits.timeout_ms = std::min(options.limits.timeout_ms, most_ms);
  return options;
}

/// The budget, in seconds, that a comparison needs.
double measure(Decision& decision, const PreparedRun& run, const Options& options, Session& session,
               const Announce& announce) {
  const std::vector<Question> questions = questions_of(decision.candidates);
  const MeasureOptions measuring{.budget_s = decision.budget_s,
                                 .exhaustive = options.exhaustive,
                                 .today = decision.model.yardstick(),
                                 .questions = questions,
                                 .timer_cost_ns = decision.timer_cost_ns,
                                 .limits = parse_limits(options.limits)};
  const MeasureOutcome outcome =
      measure_candidates(session, evened_row(run.header.rows[0], decision.candidates), run.inputs[0], run.workers,
                         decision.candidates, measuring, announce);
  decision.operations = outcome.operations;
  decision.screen_operations = outcome.screen_operations;
  decision.spent_s = outcome.spent_s;
  decision.out_of_time = outcome.out_of_time;
  decision.interrupted = outcome.interrupted;
  decision.notes = outcome.notes;
  conclude(decision, questions, run.header.rows[0].mutates);
  return outcome.comparison_s;
}

/// All that is known before the first trial: keys, mix, machine, and who takes part.
Decision planned_decision(const PreparedRun& run, const Options& options, const datasets::Description& description,
                          const Mix& mix, CostModel model) {
  const RowPlan& row = run.header.rows[0];
  Decision decision;
  decision.model = std::move(model);
  decision.dataset = run.header.datasets[0];
  decision.dataset.notes.insert(decision.dataset.notes.end(), row.notes.begin(), row.notes.end());
  decision.description = datasets::to_json(description);
  decision.key_words = datasets::in_words(description, /*forecast=*/false);  // they are measured
  decision.source = options.source.query.empty() ? options.source.keys.spec : decision.dataset.source;
  decision.mix = mix.words;
  decision.workload = mix.file;
  decision.point = point_of(description, row, mix);
  decision.seed = run.plan.seed;
  decision.exhaustive = options.exhaustive;
  decision.budget_s = run.plan.budget_s;
  decision.tool = run.header.tool;
  decision.environment = run.header.environment;
  decision.timer_cost_ns = timer_cost_of(decision.environment);
  Field field = field_of(row, run.workers, decision.model, decision.point, options.ordered);
  decision.candidates = std::move(field.candidates);
  decision.unsupported = std::move(field.unsupported);
  return decision;
}

void leave_out_the_slow(Decision& decision, const Announce& announce) {
  if (decision.model.samples() == 0) {
    announce("no cost model: nothing is left out for its sake");
  } else if (!decision.model.covers(decision.point)) {
    announce("the cost model was not fitted to keys and mixes like these: nothing is left out for its sake");
  } else if (!decision.exhaustive) {
    drop_implausible(decision.candidates, decision.model.yardstick());
  }
}

/// Measures in a session of its own, says the answer, and leaves the record.
ExitCode measure_and_answer(Decision& decision, const PreparedRun& run, const Options& options, Record& record,
                            const CommonOptions& common, const Announce& announce) {
  install_interrupt_handlers();
  ProcessRunner runner;
  Session session(runner, decide_session(run, record));
  announce_repeats(session, announce);
  record.open(run.header, session);
  start_servers(session, run, {}, announce);
  const double comparison_s = measure(decision, run, options, session, announce);
  try {
    require_answer(decision, options.limits, comparison_s);
  } catch (const Error&) {
    record.discard();
    throw;
  }
  print_decision(decision, common);
  const ExitCode code = record.close();
  write_file(record.directory() / kDecisionFile, decision_text(decision) + "\n");
  write_file(record.directory() / kWorkloadFile, decision.workload.dump(2) + "\n");
  if (!common.quiet) say("record: {}\n", record.directory().string());
  return code;
}

/// What is wrong with the options is said before anything is read.
void check_options(const Options& options) {
  check_source(options.source);
  options.source.keys.request();
  parse_limits(options.limits);
  if (!options.model.empty()) read_model(options.model);
  mix_of(options.mix, 2, 1);
}

ExitCode decide(const Options& options, const CommonOptions& common) {
  check_options(options);
  Record record(common, options.out, "decide", "a decision");
  const Announce announce = announcer(common);
  Plan plan = plan_of(options);
  end_at_interrupt("interrupted before anything was measured\n");
  announce(fmt::format("reading and describing {}", plan.datasets[0][0]));
  DescribedKeys keys = read_keys(options.source);
  CostModel model = model_for(options.model, keys.dataset);
  plan = with_candidates(std::move(plan), &keys.dataset);
  refuse_too_few_keys(options.mix, keys.dataset.keys().size(), plan.operations.in_process);
  const MixOptions asked = as_they_arrive(options.mix, keys.description);
  Mix mix = mix_of(asked, keys.dataset.keys().size(), plan.operations.in_process);
  if (asked.arrival && !options.mix.arrival) mix.words += ", as the keys arrive (--arrival random: anywhere)";
  std::vector<Dataset> datasets;
  datasets.push_back(std::move(keys.dataset));
  const PreparedRun run = prepare_run(plan, announce, {std::move(datasets), {mix.workload}});
  Decision decision = planned_decision(run, options, keys.description, mix, std::move(model));
  leave_out_the_slow(decision, announce);
  return measure_and_answer(decision, run, options, record, common, announce);
}

void add_source_options(CLI::App& app, KeySource& source) {
  app.add_option("source", source.keys.spec, "File (with :column), name of the catalogue, or generator");
  app.add_option("--pg", source.postgres,
                 "Take the keys from PostgreSQL: service=NAME, a postgresql:// URL without password, env:VAR");
  app.add_option("--sqlite", source.sqlite, "Take the keys from this SQLite file (opened read-only)");
  app.add_option("--query", source.query,
                 "With --pg, --sqlite or a DuckDB database: 'select COLUMN from TABLE'; with Parquet files "
                 "the table is called file");
  add_count_options(app, source.keys);
  add_duplicates_option(app, source.keys);
}

/// What `--inside` has no use for.
void refuse_with_inside(const Options& options) {
  const auto refuse = [](const char* name) {
    throw Error(fmt::format("{} does not go with --inside, which compares a database's own indexes", name));
  };
  if (options.ordered) refuse("--ordered");
  if (options.exhaustive) refuse("--exhaustive");
  if (!options.limits.empty()) refuse("--limit");
  if (!options.model.empty()) refuse("--model");
  if (!options.out.empty()) refuse("--out");
  if (!options.fit.empty()) refuse("--fit");
  for (const char* name : {"--index", "--plugin", "--ops", "--timeout", "--pin", "--huge-pages"}) {
    if (options.given.has(name)) refuse(name);
  }
}

void add_measuring_options(CLI::App& app, Options& options) {
  app.add_option("--limit", options.limits, "Only indexes within memory=1GiB, build=10s; repeatable")
      ->allow_extra_args(false);
  app.add_flag("--ordered", options.ordered, "Leave hash maps out even where the mix has neither ranges nor scans");
  add_plan_options(app, options.given,
                   {{"--budget", "Time to measure (default 3m, with --inside 2m); reading the keys is not counted"},
                    {"--index", "Choose among these indexes, engines or quoted globs only; repeatable"},
                    {"--plugin", "Let the indexes of this shared object take part; repeatable"},
                    {"--ops", "Operations per trial, at most (default 1M)"},
                    {"--timeout", "Longest trial (default 60s)"},
                    {"--pin"},
                    {"--huge-pages"},
                    {"--isa"},
                    {"--pg-bin", "PostgreSQL's programs for private servers, of --inside, too"}});
  app.add_flag("--exhaustive", options.exhaustive, "Measure every index in every round, to check decide or to fit");
  app.add_option("--model", options.model, "Cost model to use instead of the built-in one (written by --fit)");
  app.add_option("--out", options.out,
                 "Directory of the record: decision, trials, workload (default: omenbench-results/decide-TIME)");
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_source_options(app, options->source);
  app.add_option("--mix", options->mix.mix,
                 "Percentages of reads, lower-bounds, scan, inserts, updates, erases, read-modify-writes (default "
                 "reads=95,inserts=5)");
  add_whole(app, "--scan-length", options->mix.scan_length, "Entries of a scan (default 100)", 1, kMaxScan);
  app.add_option("--skew", options->mix.skew, "Which keys are used: uniform (default), zipf, latest or hotspot");
  app.add_option("--arrival", options->mix.arrival,
                 "How inserted keys come: random or sorted (default: sorted where the keys themselves come in order)");
  add_measuring_options(app, *options);
  app.add_flag("--inside", options->inside,
               "With --pg or --sqlite: which of the database's own indexes, measured on a copy of the column in a "
               "private server or file");
  app.add_flag("--in-place", options->in_place,
               "With --inside and --pg: measure in that server, in a schema omb_<hex> that is dropped at the end");
  app.add_option("--fit", options->fit, "Instead: fit the cost model to the records of earlier decisions")
      ->expected(1, -1);
  app.add_option("-o,--output", options->output, "With --fit: write the model to this file");
  return [options](const CommonOptions& common) {
    if (options->inside) {
      refuse_with_inside(*options);
      Plan plan;
      plan.budget_s = kInsideBudgetS;
      options->given.apply_to(plan);
      return decide_inside(options->source, options->in_place, options->mix, plan, common);
    }
    if (options->in_place) throw Error("--in-place goes with --inside, which compares a database's own indexes");
    if (options->fit.empty()) {
      if (!options->output.empty()) throw Error("-o goes with --fit; --out DIR writes the record of a decision");
      return decide(*options, common);
    }
    if (!options->source.keys.spec.empty() || !options->source.query.empty()) {
      throw Error("--fit takes records of earlier decisions and no keys");
    }
    return fit_cost_model(options->fit, options->output, common);
  };
}

const bool registered = register_command(
    {.name = "decide",
     .summary = "Which index for these keys? Measures the plausible ones and recommends",
     .examples =
         "  omenbench decide trades.csv:timestamp\n"
         "  omenbench decide users.csv:email --mix reads=90,scan=10\n"
         "  omenbench decide keys.csv --mix reads=80,inserts=10,scan=10 --budget 5m\n"
         "  omenbench decide osm-like -n 10M --mix reads=100 --ordered --limit memory=256MiB\n"
         "  omenbench decide 'trades/*.parquet:ts'\n"
         "  omenbench decide 'trades/*.parquet' --query 'select ts from file where price > 0'\n"
         "  omenbench decide shop.duckdb:orders.created_at\n"
         "  omenbench decide --sqlite app.db --query 'select created_at from orders'\n"
         "  omenbench decide --pg service=shop --query 'select ts from trades' --arrival sorted\n"
         "  omenbench decide --pg service=shop --query 'select id from users'        a uuid, a text, a bytea\n"
         "  omenbench decide --pg service=shop --query 'select ts from trades' --inside --mix reads=70,scan=30\n"
         "  omenbench decide --pg service=shop --query 'select ts from trades' --inside --in-place\n"
         "  omenbench decide uniform -n 1M --exhaustive --out record && omenbench decide --fit record*\n"
         "  omenbench decide --resume omenbench-results/decide-20260101-120000",
     .tables = true,
     .keys = true,
     .resumable = true,
     .define = define});

}  // namespace
}  // namespace omenbench
