// `omenbench check`: the conformance suite on built-in indexes or on those of a plugin. Everything runs in worker
// processes: an index that answers wrongly, crashes or hangs gives a finding with the smallest stream that shows it.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "core/error.h"
#include "core/temporary_directory.h"
#include "harness/check_process.h"
#include "harness/clock.h"
#include "harness/environment.h"
#include "harness/given_server.h"
#include "harness/interrupt.h"
#include "harness/private_server.h"
#include "harness/workers.h"
#include "results/text.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/connection.h"
#include "tools/omenbench/plan.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/prepare.h"
#include "tools/omenbench/status_line.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct CheckOptions {
  std::vector<std::string> indexes, plugins, extra_workers, without;
  std::string isa;
  std::optional<std::string> steps, timeout;
  GivenOptions given;
  GivenServers servers;
  std::uint64_t seed = 1;
  std::uint64_t findings = UINT64_MAX;
  bool soak = false;
};

/// The indexes that were asked for: by name or glob, or, with plugins and no name, all of the plugins.
std::vector<const WorkerIndex*> chosen_indexes(const WorkerSet& workers, const CheckOptions& options) {
  std::vector<std::string> known;
  for (const WorkerIndex& index : workers.indexes) known.push_back(index.info.name);
  std::vector<std::string> names;
  if (options.indexes.empty()) {
    for (const PluginFacts& plugin : workers.plugins) {
      names.insert(names.end(), plugin.indexes.begin(), plugin.indexes.end());
    }
  } else {
    refuse_lacking(options.indexes, workers);
    names = match_names(options.indexes, known, "index");
  }
  if (names.empty()) throw Error("name an index, or a plugin with --plugin FILE.so; see 'omenbench list indexes'");
  std::vector<const WorkerIndex*> chosen;
  for (const std::string& name : names) chosen.push_back(workers.find(name));
  return chosen;
}

CheckRequest request_of(const CheckOptions& options) {
  CheckRequest request;
  if (options.steps) request.steps = parse_count(*options.steps, "--steps");
  if (options.timeout) {
    request.timeout_s = static_cast<std::uint64_t>(std::max(1.0, parse_duration_s(*options.timeout, "--timeout")));
  }
  request.everywhere = options.soak;
  request.seed = options.seed;
  request.most_findings = options.findings;
  request.without = options.without;
  const std::uint64_t available = available_memory_bytes();
  request.memory_limit_bytes = available - available / 10;
  return request;
}

/// Says every few seconds, or on one line of a terminal all the time, what is being checked.
class CheckProgress {
 public:
  explicit CheckProgress(bool quiet) : quiet_(quiet), interactive_(stderr_is_interactive()) {}

  void show(const std::string& index, const CheckOutcome& so_far, const std::string& keys, const std::string& mix) {
    constexpr std::uint64_t kLineEveryNs = 10'000'000'000;
    const std::uint64_t now = steady_now_ns();
    if (last_ns_ == 0 && !interactive_) last_ns_ = now;
    if (quiet_ || (!interactive_ && now - last_ns_ < kLineEveryNs)) return;
    last_ns_ = now;
    const std::string line = fmt::format("{}: check {}/{}, {}, {}", index, so_far.done + 1, so_far.checks, keys, mix);
    if (interactive_) {
      line_.show(line);
    } else {
      say("{}\n", line);
    }
  }

  void clear() { line_.clear(); }

 private:
  bool quiet_, interactive_;
  StatusLine line_;
  std::uint64_t last_ns_ = 0;
};

/// Engines that need a server get a private one, or the given one.
CheckOutcome check_one(const WorkerIndex& index, CheckRequest request, const CheckOptions& options,
                       CheckProgress& progress) {
  const TemporaryDirectory scratch("omenbench-check");
  std::optional<PrivateServer> server;
  request.directory = scratch.path().string();
  if (const auto given = options.servers.find(index.info.server); given != options.servers.end()) {
    request.connection = given->second.connection;
    request.given = true;
    look_at_given_server(index, request.connection, 0);
  } else if (!index.info.server.empty()) {
    server.emplace(index);
    request.connection = server->connection();
  }
  // Processes of sanitized code and servers take their time.
  if (index.engine) request.timeout_s = std::max<std::uint64_t>(request.timeout_s, 60);
  return run_check_process(index, request,
                           [&](const CheckOutcome& so_far, const std::string& keys, const std::string& mix) {
                             progress.show(index.info.name, so_far, keys, mix);
                           });
}

/// Findings of one cause: the one that is shown, and where the others were.
struct CauseGroup {
  std::string cause;
  const CheckFinding* shown = nullptr;
  std::vector<std::string> keys, mixes;
  std::uint64_t findings = 0;
};

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// In the order in which they were met.
std::vector<CauseGroup> by_cause(const CheckOutcome& outcome) {
  std::vector<CauseGroup> groups;
  for (const CheckFinding& finding : outcome.findings) {
    auto group = std::ranges::find(groups, finding.cause, &CauseGroup::cause);
    if (group == groups.end()) group = groups.insert(group, {finding.cause, &finding, {}, {}, 0});
    if (group->shown->smallest.empty() && !finding.smallest.empty()) group->shown = &finding;
    add_new(group->keys, finding.keys);
    add_new(group->mixes, finding.mix);
    ++group->findings;
  }
  return groups;
}

Json to_json(const WorkerIndex& index, const CheckOutcome& outcome) {
  Json findings = Json::array();
  for (const CheckFinding& finding : outcome.findings) {
    findings.push_back({{"cause", finding.cause},
                        {"operation", finding.operation},
                        {"keys", finding.keys},
                        {"mix", finding.mix},
                        {"what", finding.what},
                        {"smallest_stream", finding.smallest}});
  }
  Json causes = Json::array();
  for (const CauseGroup& group : by_cause(outcome)) {
    causes.push_back(
        {{"cause", group.cause}, {"findings", group.findings}, {"keys", group.keys}, {"mixes", group.mixes}});
  }
  Json json = {{"index", index.info.name}, {"plugin", nullptr}};
  if (!index.plugin.empty()) json["plugin"] = index.plugin.filename().string();
  json["conforms"] = outcome.conforms();
  json["checks"] = outcome.checks;
  json["checks_run"] = outcome.done - outcome.skipped;
  json["seconds"] = outcome.seconds;
  json["causes"] = std::move(causes);
  json["findings"] = std::move(findings);
  return json;
}

/// Lines of text from an index or a plugin, made harmless one by one and indented.
std::string indented(const std::string& text) {
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += "    " + printable(std::string_view(text).substr(start, end - start)) + "\n";
    start = end + 1;
  }
  return out;
}

/// "a, b, c and 4 more".
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  const std::span<const std::string> shown(names.data(), std::min(kShown, names.size()));
  const std::string text = printable(fmt::format("{}", fmt::join(shown, ", ")));
  return names.size() > kShown ? fmt::format("{} and {} more", text, names.size() - kShown) : text;
}

void print_cause(const CauseGroup& group) {
  const CheckFinding& shown = *group.shown;
  fmt::print("\n  {}: {}\n    keys: {}\n    mixes: {}\n", printable(group.cause), counted(group.findings, "check"),
             some_of(group.keys), some_of(group.mixes));
  if (!shown.operation.empty()) fmt::print("  operation (->: the right answer):\n{}", indented(shown.operation));
  fmt::print("  keys '{}', mix '{}':\n{}", printable(shown.keys), printable(shown.mix), indented(shown.what));
  if (!shown.smallest.empty()) {
    fmt::print("  smallest stream found (->: the right answers):\n{}", indented(shown.smallest));
  }
}

void print_outcome(const WorkerIndex& index, const CheckOutcome& outcome, OutputFormat format) {
  const bool markdown = format == OutputFormat::kMarkdown;
  const std::string verdict = outcome.conforms()    ? "conforms"
                              : outcome.interrupted ? "was not finished"
                                                    : "does NOT conform";
  const std::vector<CauseGroup> causes = by_cause(outcome);
  const std::string failed = causes.empty() ? ""
                                            : fmt::format("{} with findings, of {}, ", outcome.findings.size(),
                                                          counted(causes.size(), "cause"));
  fmt::print("{}{:<20} {}: {}{} of {} checks done in {:.1f} s\n", markdown ? "- " : "", printable(index.info.name),
             verdict, failed, outcome.done - outcome.skipped, outcome.checks, outcome.seconds);
  for (const CauseGroup& group : causes) print_cause(group);
  if (outcome.skipped > 0) {
    fmt::print("\n  {} skipped: their mixes had hung twice\n", counted(outcome.skipped, "check"));
  }
  if (outcome.done < outcome.checks && !outcome.interrupted && !outcome.findings.empty()) {
    fmt::print("\n  {} checks were not run after these findings\n", outcome.checks - outcome.done);
  }
  std::fflush(stdout);
}

ExitCode check(const CheckOptions& options, const CommonOptions& common) {
  Plan plan;
  options.given.apply_to(plan);
  plan.isa = options.isa;
  plan.extra_workers = options.extra_workers;
  plan.plugins = options.plugins;
  const WorkerSet workers = discover_workers(worker_options(plan));
  const std::vector<const WorkerIndex*> indexes = chosen_indexes(workers, options);
  const CheckRequest request = request_of(options);
  install_interrupt_handlers();
  forget_variables(options.servers);
  CheckProgress progress(common.quiet);
  Json list = Json::array();
  bool all_conform = true;
  for (const WorkerIndex* index : indexes) {
    const CheckOutcome outcome = check_one(*index, request, options, progress);
    progress.clear();
    all_conform &= outcome.conforms();
    list.push_back(to_json(*index, outcome));
    if (common.format != OutputFormat::kJson) print_outcome(*index, outcome, common.format);
    if (outcome.interrupted) break;
  }
  if (common.format == OutputFormat::kJson) {
    const Json document = {
        {"conforms", all_conform}, {"steps", request.steps}, {"seed", request.seed}, {"indexes", std::move(list)}};
    fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
  }
  if (interrupted_by() != 0) return interrupt_code();
  return all_conform ? ExitCode::kOk : ExitCode::kCellsFailed;
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  app.add_option("index", options->indexes, "Indexes or quoted globs (default: all of the plugins)");
  app.add_option("--plugin", options->plugins, "Shared object whose indexes are checked")->allow_extra_args(false);
  app.add_option("--steps", options->steps, "Operations of the long random sequences (default 100k)");
  add_whole(app, "--seed", options->seed, "Seed of the random sequences (default 1)");
  app.add_option("--timeout", options->timeout, "Longest trial before the index counts as hanging (default 10s)");
  add_whole(app, "--findings", options->findings, "Stop an index after so many findings (default: run every check)", 1,
            1'000'000);
  app.add_option(
         "--without", options->without,
         "Leave out key sets: a name or quoted glob, or 'extremes' for keys 0 and 2^64-1 in sets and operations")
      ->allow_extra_args(false);
  app.add_flag("--soak", options->soak, "Long sequences on every key set with every mix: about eight times the work");
  app.add_option("--isa", options->isa, "Worker to use: native, x86-64-v2, x86-64-v3 or x86-64-v4");
  add_plan_options(app, options->given, {{"--pg-bin"}});
  add_server_options(app, options->servers);
  app.add_option("--worker", options->extra_workers, "Further worker executable whose indexes are known")
      ->allow_extra_args(false);
  return [options](const CommonOptions& common) { return check(*options, common); };
}

const bool registered = register_command(
    {.name = "check",
     .summary = "Does an index answer like std::map, on keys that break indexes?",
     .examples = "  omenbench check pgm-64\n"
                 "  omenbench check --plugin ./libmine.so            all indexes of a plugin\n"
                 "  omenbench check mine --without extremes          keys 0 and 2^64-1 are no promise\n"
                 "  omenbench check 'absl-*' --steps 1M --seed 7     longer and other sequences\n"
                 "  omenbench check mine --plugin ./libmine.so --soak --json\n"
                 "Exit codes: 0 conforms, 3 does not conform, 2 unknown name or unusable plugin",
     .keys = true,
     .define = define});

}  // namespace
}  // namespace omenbench
