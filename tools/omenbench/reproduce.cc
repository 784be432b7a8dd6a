// `omenbench reproduce`: runs the plan of a saved result again, on the same keys and plugins, and says what agrees. The
// repetition is a run of its own in a directory of its own, which `report`, `compare` and `run --resume` read as any.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/digest.h"
#include "base/fields_json.h"
#include "base/files.h"
#include "core/suggest.h"
#include "harness/interrupt.h"
#include "results/compare/reproduction.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/record.h"
#include "tools/omenbench/run_plan.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string run, out;
  std::vector<std::string> datasets, plugins, without;
  bool rebuilt = false, times = false;
  GivenOptions given;
  GivenServers servers;
};

/// The plan of the result. Earlier versions wrote into it what became of it, too.
Plan plan_of_result(const Result& then, const std::string& where) {
  nlohmann::json plan = then.plan;
  if (!plan.is_object() || plan.empty()) throw Error(where + " holds no plan that could be run again");
  for (const char* fact :
       {"min_rounds", "max_rounds", "trial_memory_limit_bytes", "memory_limit_mechanism", "servers"}) {
    plan.erase(fact);
  }
  return plan_from_json(plan, "the plan of " + where);
}

/// Takes NAME=SPEC: the keys of the dataset NAME lie at SPEC. The result holds its datasets in the order of the plan,
/// each at every number of keys.
void place_dataset(Plan& plan, const Result& then, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Error(fmt::format("--dataset: expected NAME=FILE, as in books=/data/books_200M, got '{}'", text));
  }
  const std::string name = text.substr(0, equals);
  const std::size_t sizes = std::max<std::size_t>(1, plan.keys.size());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < plan.datasets.size() && i * sizes < then.datasets.size(); ++i) {
    names.push_back(then.datasets[i * sizes].name);
    if (names.back() != name) continue;
    plan.datasets[i] = {text.substr(equals + 1)};
    return;
  }
  throw Error(fmt::format("--dataset: the result has no dataset '{}'{}; it has {}", name, did_you_mean(name, names),
                          fmt::join(names, ", ")));
}

/// Plugins are found by content; with --rebuilt by the name of the file.
void place_plugins(Plan& plan, const Result& then, const Options& options) {
  for (const std::string& file : options.plugins) {
    const std::string hash = digest_of_file("sha256", file);
    const std::string name = fs::path(file).filename().string();
    const auto meant = [&](const PluginInfo& plugin) {
      return plugin.sha256 == hash || (options.rebuilt && plugin.file == name);
    };
    const auto found = std::ranges::find_if(then.tool.plugins, meant);
    if (found == then.tool.plugins.end()) {
      throw Error(fmt::format("--plugin '{}': the result has no plugin with its content (sha256 {:.12}); expected {}",
                              file, hash, then.tool.plugins.empty() ? "none at all" : "another file, or --rebuilt"));
    }
    const auto same_file = [&](const std::string& path) { return fs::path(path).filename() == found->file; };
    std::ranges::replace_if(plan.plugins, same_file, fs::absolute(file).lexically_normal().string());
  }
}

/// Takes away the index `name`, which a machine may lack: an engine's, a plugin's.
void leave_out(Plan& plan, const Result& then, const std::string& name) {
  std::vector<std::string> names;
  for (const Row& row : then.rows) {
    for (const Cell& cell : row.cells) names.push_back(cell.index);
  }
  if (std::ranges::find(names, name) == names.end()) {
    throw Error(fmt::format("--without: the result has no index '{}'{}", name, did_you_mean(name, names)));
  }
  if (std::erase(plan.indexes, name) == 0) plan.indexes.push_back("!" + name);  // chosen by a glob or a family
}

Plan plan_again(const Result& then, const Options& options) {
  Plan plan = plan_of_result(then, fmt::format("'{}'", options.run));
  for (const std::string& dataset : options.datasets) place_dataset(plan, then, dataset);
  for (const std::string& name : options.without) leave_out(plan, then, name);
  place_plugins(plan, then, options);
  options.given.apply_to(plan);
  plan.byte_strings = true;
  return plan;
}

/// Throws Error unless the keys are those of the result, by their SHA-256.
void require_same_keys(const Result& then, const RunHeader& now) {
  for (const DatasetFacts& dataset : then.datasets) {
    const auto same = [&](const DatasetSummary& other) {
      return other.sha256 == dataset.sha256 && other.n == dataset.n;
    };
    if (std::ranges::any_of(now.datasets, same)) continue;
    const auto found = std::ranges::find(now.datasets, dataset.name, &DatasetSummary::name);
    const std::string here = found == now.datasets.end()
                                 ? "which no dataset here has"
                                 : fmt::format("here it has {} keys of sha256 {}", found->n, found->sha256);
    throw Error(
        fmt::format("dataset '{}' is not the one of the result: that has {} keys of sha256 {}, {}; say where its keys "
                    "lie with --dataset {}=FILE",
                    dataset.name, dataset.n, dataset.sha256, here, dataset.name));
  }
}

void require_same_plugins(const Result& then, const RunHeader& now) {
  for (const PluginInfo& plugin : now.tool.plugins) {
    if (std::ranges::find(then.tool.plugins, plugin.sha256, &PluginInfo::sha256) != then.tool.plugins.end()) continue;
    const auto before = std::ranges::find(then.tool.plugins, plugin.file, &PluginInfo::file);
    throw Error(
        fmt::format("plugin '{}' is not the one of the result: its sha256 is {}, that of the result {}; give the "
                    "same file with --plugin, or compare the two builds with --rebuilt",
                    plugin.file, plugin.sha256, before == then.tool.plugins.end() ? "unknown" : before->sha256));
  }
}

PreparedRun prepare_again(const Result& then, const Options& options, const CommonOptions& common) {
  const Plan plan = plan_again(then, options);
  PreparedRun prepared = [&] {
    try {
      return prepare_run(plan, announcer(common));
    } catch (const Error& error) {
      throw Error(fmt::format("cannot run the plan of '{}': {} (keys and plugins that lie elsewhere now: --dataset "
                              "NAME=FILE, --plugin FILE; indexes that this machine lacks: --without NAME)",
                              options.run, error.what()),
                  error.code());
    }
  }();
  if (const auto& shard = then.facts.shard) keep_shard(prepared, shard->number, shard->of);
  require_same_keys(then, prepared.header);
  if (!options.rebuilt) require_same_plugins(then, prepared.header);
  return prepared;
}

/// Runs the plan in `directory`, or goes on with it there. Returns why it has no answer; kOk: it has one.
ExitCode run_again(const Result& then, const Options& options, const CommonOptions& common, const fs::path& directory) {
  if (!common.resume.empty() && is_complete_run(directory)) return ExitCode::kOk;
  RunOptions run;
  run.servers = options.servers;
  run.silent = true;
  if (fs::exists(directory / kJournalFile)) {
    run.resume = directory.string();
    resume_run(run, common);
  } else {
    PreparedRun prepared = prepare_again(then, options, common);
    omenbench::create_directory(directory);
    if (common.resume.empty()) save_command(directory, common);
    run.out = directory.string();
    start_run(std::move(prepared), run, common);
  }
  if (interrupt_code() != ExitCode::kOk) say_how_to_resume(common, "reproduce", directory);
  return interrupt_code();
}

ExitCode code_of(const Reproduction& reproduction, bool times) {
  const bool moved = times && reproduction.moved() > 0;
  if (reproduction.count(Agreement::kDiffers) > 0 || !reproduction.newly_failed.empty() || moved) {
    return ExitCode::kRegression;
  }
  return reproduction.open_headlines() > 0 || reproduction.conclusions.empty() ? ExitCode::kInconclusive
                                                                               : ExitCode::kOk;
}

ExitCode run_reproduce(const Options& options, const CommonOptions& common) {
  if (options.run.empty()) throw Error("reproduce: name a result: a run directory, its results.json or its journal");
  const Result then = read_result(options.run);
  if (then.rows.empty()) throw Error(fmt::format("'{}' has no rows to reproduce", options.run));
  if (common.resume.empty()) refuse_unusable_directory(options.out, "a run");
  const fs::path directory =
      common.resume.empty() ? output_directory(options.out, "reproduce") : fs::path(common.resume);
  if (const ExitCode code = run_again(then, options, common, directory); code != ExitCode::kOk) return code;
  const Reproduction reproduction = compare_again(then, read_result(directory));
  write_file(directory / kReproductionFile, json_text(write_json(reproduction), 1) + "\n");
  print_answer(common, {.document = [&](Detail) { return reproduction_document(reproduction); },
                        .json = [&] { return json_text(write_json(reproduction), 1); }});
  return code_of(reproduction, options.times);
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("results", options->run, "Run directory, results.json or journal.ndjson");
  app.add_option("-d,--dataset", options->datasets,
                 "NAME=FILE: where the keys of the result's dataset NAME lie here; they must be the same (SHA-256)")
      ->allow_extra_args(false);
  app.add_option("--plugin", options->plugins, "Where a plugin of the result lies here; found by its content")
      ->allow_extra_args(false);
  app.add_option("--without", options->without,
                 "Leave this index out, as an engine that is not here; what rests on it stays open")
      ->allow_extra_args(false);
  app.add_flag("--rebuilt", options->rebuilt,
               "Plugins may be other builds: they are found by the names of their files");
  app.add_flag("--times", options->times, "Also exit with 1 when a time or size differs by itself, not only a verdict");
  add_plan_options(app, options->given,
                   {{"--blocks", "Exactly so many rounds per row (default: as the result's plan)"},
                    {"--budget", "Measuring time instead of the plan's: 90s, 10m, 1h30m"},
                    {"--timeout"},
                    {"--memory-limit"},
                    {"--pin", "Pin trial threads to these CPUs instead of the plan's"},
                    {"--isa"},
                    {"--pg-bin", "Where the PostgreSQL programs of the result's plan lie here"}});
  add_server_options(app, options->servers);
  app.add_option("--out", options->out, "Directory of the repetition (default: omenbench-results/reproduce-TIME)");
  return [options](const CommonOptions& common) { return run_reproduce(*options, common); };
}

const bool registered = register_command(
    {.name = "reproduce",
     .summary = "Rerun a saved result on the same keys, and say what agrees (1: contradicted, 4: not confirmed)",
     .examples = "  omenbench reproduce results.json\n"
                 "  omenbench reproduce RUN --budget 2m                            fewer rounds: more stays open\n"
                 "  omenbench reproduce results.json -d books=/data/books_200M     keys that lie elsewhere here\n"
                 "  omenbench reproduce RUN --without postgres                     an engine that is not here\n"
                 "  omenbench reproduce RUN --plugin ./libmine.so --rebuilt        another build of the plugin\n"
                 "  omenbench reproduce RUN --json | jq '.conclusions[] | select(.agreement != \"agrees\")'\n"
                 "  omenbench reproduce --resume omenbench-results/reproduce-20260101-120000",
     .tables = true,
     .keys = true,
     .resumable = true,
     .define = define});

}  // namespace
}  // namespace omenbench
