// See the header.
#include "tools/omenbench/prepare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/oracles.h"
#include "core/suggest.h"
#include "harness/environment.h"
#include "harness/machine_difference.h"
#include "results/statistics.h"
#include "results/text.h"
#include "tools/omenbench/choose_indexes.h"
#include "tools/omenbench/left_out.h"
#include "tools/omenbench/load_datasets.h"
#include "tools/omenbench/modes.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/plan_rows.h"
#include "tools/omenbench/suit_indexes.h"
#include "tools/omenbench/version.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kMinRounds = 12;    // where the budget holds them
constexpr std::uint64_t kMostRounds = 100;  // of a row that stays undecided

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

bool has_glob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

/// A workload of the plan, and whether it was named or found by a glob.
struct ChosenWorkload {
  Workload workload;
  bool found = false;
};

/// A file here that has the name of a built-in workload.
void announce_namesake(const std::string& name, const Announce& announce) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(name, ignored)) return;
  announce(fmt::format("note: '{0}' is the built-in workload; './{0}' is the file of that name here", name));
}

std::vector<ChosenWorkload> load_workloads(const std::vector<std::string>& patterns, const Announce& announce) {
  std::vector<std::string> known;
  for (const Workload& workload : list_workloads()) known.push_back(workload.name);
  std::vector<ChosenWorkload> chosen;
  for (const std::string& pattern : patterns) {
    const bool glob = has_glob(pattern);
    for (const std::string& name : glob ? match_names({pattern}, known, "workload") : std::vector{pattern}) {
      chosen.push_back({load_workload(name), glob});
      const bool built_in = std::ranges::find(known, name) != known.end();
      if (built_in && !glob) announce_namesake(name, announce);
      const auto same = [&](const ChosenWorkload& other) { return other.workload.name == chosen.back().workload.name; };
      if (std::ranges::count(patterns, pattern) > 1) throw Error(fmt::format("workload '{}' is named twice", pattern));
      if (std::ranges::count_if(chosen, same) > 1) {
        throw Error(fmt::format("two workloads are named '{}'; name the one of '{}' otherwise",
                                chosen.back().workload.name, name));
      }
    }
  }
  return chosen;
}

/// The rows of one dataset and workload: one per number of threads.
void add_rows(PreparedRun& run, std::size_t dataset_number, const DatasetRequest& request, const Workload& workload,
              const Announce& announce) {
  const Dataset& dataset = run.datasets[dataset_number];
  std::unique_ptr<RowKeys> keys = make_row_keys(dataset, request, workload, announce);
  std::vector<RowPlan> rows;
  for (const std::uint64_t threads : workload.threads != 0 ? std::vector{workload.threads} : run.plan.threads) {
    rows.push_back(plan_row(run, dataset, *keys, workload, threads));
  }
  for (RowPlan& row : rows) {
    run.header.rows.push_back(std::move(row));
    run.inputs.push_back({keys->keys, dataset.info().sha256, workload, keys->history, dataset.text()});
  }
  run.row_keys.push_back(std::move(keys));
}

/// A workload that was named must run on every dataset; one that a glob found is left out where it cannot.
void add_all_rows(PreparedRun& run, const std::vector<DatasetRequest>& requests,
                  const std::vector<ChosenWorkload>& workloads, const Announce& announce) {
  std::string left_out;
  for (std::size_t d = 0; d < run.datasets.size(); ++d) {
    for (const auto& [workload, found] : workloads) {
      try {
        add_rows(run, d, requests[d], workload, announce);
      } catch (const Error& error) {
        if (!found) throw;
        left_out = error.what();
        announce(fmt::format("note: left out: {}", left_out));
      }
    }
  }
  if (run.header.rows.empty() && !left_out.empty()) throw Error("no workload can run on these keys: " + left_out);
}

void decide_rounds(PreparedRun& run) {
  if (run.plan.blocks) {
    run.min_rounds = run.max_rounds = *run.plan.blocks;
    return;
  }
  // One verdict per row and opponent class: ordered, hash, and each engine.
  std::set<std::string> engines;
  for (const std::string& name : run.plan.indexes) {
    if (run.workers.find(name)->engine) engines.insert(name);
  }
  const std::uint64_t comparisons = run.header.rows.size() * (2 + engines.size());
  run.min_rounds = std::max<std::uint64_t>(kMinRounds, minimum_blocks(comparisons));
  run.max_rounds = std::max(kMostRounds, run.min_rounds);
}

void resolve_indexes(PreparedRun& run) {
  refuse_lacking(run.plan.indexes, run.workers);
  run.plan.indexes = choose_indexes(run.plan.indexes, run.workers);
  for (const auto& [option, index] : {std::pair("--focus", run.plan.focus), std::pair("--versus", run.plan.versus)}) {
    if (index.empty() || std::ranges::find(run.plan.indexes, index) != run.plan.indexes.end()) continue;
    throw Error(fmt::format("{}: index '{}' takes no part in this run{}", option, index,
                            did_you_mean(index, run.plan.indexes)));
  }
  const auto takes_pool = [&](const std::string& name) { return run.workers.find(name)->takes_pool(); };
  if (run.plan.pool_bytes != 0 && std::ranges::none_of(run.plan.indexes, takes_pool)) {
    throw Error("--pool: no index of this run takes a size of its pool; 'disk-*', 'sqlite-file*' and 'rocksdb' do");
  }
  // The bound that catches implausible numbers belongs to every read-only row.
  for (const std::string_view oracle : kOracles) {
    const bool takes_part = std::ranges::find(run.plan.indexes, oracle) != run.plan.indexes.end();
    if (!takes_part && run.workers.find(oracle) != nullptr) run.plan.indexes.emplace_back(oracle);
  }
}

void refuse_unusable_cpus(const std::vector<std::int32_t>& cpus) {
  cpu_set_t usable;
  CPU_ZERO(&usable);
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) return;
  for (const std::int32_t cpu : cpus) {
    if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &usable)) continue;
    throw Error(
        fmt::format("--pin: there is no CPU {} here, or it is not ours to use ({} are)", cpu, CPU_COUNT(&usable)));
  }
}

/// A plugin may have been compiled for another instruction set than what it is compared with.
void announce_plugins(const WorkerSet& workers, const Announce& announce) {
  for (const PluginFacts& plugin : workers.plugins) {
    if (plugin.isa == workers.isa) continue;
    announce(fmt::format("note: plugin '{}' was compiled for {}, the built-in indexes for {}",
                         plugin.file.filename().string(), plugin.isa, workers.isa));
  }
}

void warn_of_unused_programs(const PreparedRun& run, const Announce& announce) {
  for (const ServerPrograms& programs : worker_options(run.plan).programs) {
    const std::string kind = programs.kind + (programs.label.empty() ? "" : kProgramsSign + programs.label);
    const auto uses = [&](const std::string& name) { return run.workers.find(name)->info.server == kind; };
    if (std::ranges::any_of(run.plan.indexes, uses)) continue;
    announce(fmt::format("warning: --pg-bin {}: no index of this run is served by it; name one, as in -i {}",
                         programs.folder.string(), kind));
  }
}

void refuse_threads(const std::vector<std::uint64_t>& all) {
  for (const std::uint64_t threads : all) {
    if (threads > kMaxThreads) throw Error(fmt::format("-t {}: at most {} threads", threads, kMaxThreads));
    // Two rows of one dataset, workload and number of threads could not be told apart in any result.
    if (std::ranges::count(all, threads) > 1) {
      throw Error(fmt::format("-t: {} is named twice", counted(threads, "thread")));
    }
  }
}

void find_workers(PreparedRun& run, const Announce& announce) {
  const Plan& plan = run.plan;
  const WorkerOptions wanted = worker_options(plan);
  run.workers = discover_workers(wanted);
  if (plan.explain) run.explainer = choose_explainer(wanted, run.workers);
  announce_plugins(run.workers, announce);
}

/// The plan's, one for each number of keys. Returns what was asked for, of each.
std::vector<DatasetRequest> load_datasets(PreparedRun& run, const Announce& announce) {
  const std::map<std::string, std::string> names = names_of_datasets(run.plan);
  std::vector<std::optional<std::uint64_t>> counts(run.plan.keys.begin(), run.plan.keys.end());
  if (counts.empty()) counts.push_back(std::nullopt);
  std::vector<DatasetRequest> requests;
  for (const auto& alternatives : run.plan.datasets) {
    for (const std::optional<std::uint64_t> keys : counts) {
      LoadedDataset loaded = load_first(alternatives, keys, run.plan, names, announce);
      run.datasets.push_back(std::move(loaded.dataset));
      requests.push_back(std::move(loaded.request));
    }
  }
  return requests;
}

/// Program, machine, indexes and datasets into the header.
void describe(PreparedRun& run) {
  RunHeader& header = run.header;
  header.started = utc_now();
  header.tool = tool_info();
  header.tool.isa = run.workers.isa;
  header.tool.build_id = run.workers.build_id;
  for (const PluginFacts& plugin : run.workers.plugins) {
    header.tool.plugins.push_back(
        {plugin.file.filename().string(), plugin.sha256, plugin.version, plugin.compiler, plugin.isa, plugin.indexes});
  }
  header.environment = describe_environment();
  for (const std::string& name : run.plan.indexes) header.indexes.push_back(summary_of(*run.workers.find(name)));
  for (const Dataset& dataset : run.datasets) {
    if (dataset.keys().empty()) throw Error(fmt::format("dataset '{}' holds no keys", dataset.info().name));
    // Under another name too: what is said over all rows would count the same keys twice.
    const auto same = std::ranges::find(header.datasets, dataset.info().sha256, &DatasetSummary::sha256);
    if (same != header.datasets.end()) {
      const std::string& name = dataset.info().name;
      throw Error(same->name == name ? fmt::format("dataset '{}' with {} keys is named twice", name, dataset.info().n)
                                     : fmt::format("datasets '{}' and '{}' are the same {} keys; name one", same->name,
                                                   name, dataset.info().n));
    }
    header.datasets.push_back(summary_of(dataset.info()));
  }
}

std::uint64_t trial_memory(const Plan& plan) {
  const std::uint64_t available = available_memory_bytes();
  if (plan.memory_limit_bytes != 0) return plan.memory_limit_bytes;
  return available - available / 10;
}

}  // namespace

std::vector<std::string> match_names(const std::vector<std::string>& patterns, const std::vector<std::string>& known,
                                     const std::string& what) {
  std::vector<std::string> matched;
  for (const std::string& pattern : patterns) {
    bool any = false;
    for (const std::string& name : known) {
      if (!means_index(pattern, name)) continue;
      any = true;
      if (std::ranges::find(matched, name) == matched.end()) matched.push_back(name);
    }
    if (const LeftOut* left_out = what == "index" && !any ? find_left_out(pattern) : nullptr) {
      throw Error(fmt::format("index '{}' is not in this build: it {}; install that and build again", pattern,
                              reason_of(*left_out)));
    }
    if (!any) {
      throw Error(fmt::format("unknown {} '{}'{}; see 'omenbench list {}s'", what, pattern,
                              did_you_mean(pattern, known), what == "index" ? "indexe" : what));
    }
  }
  return matched;
}

void refuse_lacking(const std::vector<std::string>& patterns, const WorkerSet& workers) {
  for (const WorkerIndex& index : workers.lacking) {
    if (std::ranges::find(patterns, index.info.name) == patterns.end()) continue;
    throw Error(fmt::format("index '{}' needs {}", index.info.name, index.lacks));
  }
}

PreparedRun prepare_run(const Plan& plan, const Announce& announce, GivenParts given) {
  refuse_unusable_cpus(plan.pin);
  refuse_conflicting_modes(plan);
  refuse_threads(plan.threads);
  PreparedRun run;
  run.plan = plan;
  run.plan.cold_bytes = bytes_to_evict(plan);
  find_workers(run, announce);
  resolve_indexes(run);
  suit_indexes_to_plan(run, plan.indexes, announce);
  warn_of_unused_programs(run, announce);
  // Unknown names and broken files are found before datasets are loaded.
  std::vector<ChosenWorkload> workloads =
      given.workloads.empty() ? load_workloads(plan.workloads, announce) : std::vector<ChosenWorkload>();
  for (Workload& workload : given.workloads) workloads.push_back({std::move(workload), false});
  run.datasets = std::move(given.datasets);
  std::vector<DatasetRequest> requests(run.datasets.size());
  if (run.datasets.empty()) requests = load_datasets(run, announce);
  suit_indexes_to_keys(run, plan.indexes, announce);
  run.memory_limit_bytes = trial_memory(plan);
  describe(run);
  announce_doubts(run.header.environment, announce);
  add_all_rows(run, requests, workloads, announce);
  refuse_what_cannot_fit(run);
  decide_rounds(run);
  run.budget_s = run.plan.budget_s;
  run.header.plan = to_json(run.plan);
  run.header.facts = {.min_rounds = run.min_rounds,
                      .max_rounds = run.max_rounds,
                      .trial_memory_limit_bytes = run.memory_limit_bytes,
                      .memory_limit_mechanism = "RLIMIT_AS",
                      .servers = {},
                      .shard = {}};
  return run;
}

void keep_shard(PreparedRun& run, std::uint64_t number, std::uint64_t of) {
  const ShardFacts shard{.number = number, .of = of, .plan_rows = run.header.rows.size()};
  std::vector<RowPlan> rows;
  std::vector<RowInput> inputs;
  for (std::size_t row = 0; row < run.inputs.size(); ++row) {
    if (!shard.holds(row)) continue;
    rows.push_back(std::move(run.header.rows[row]));
    inputs.push_back(std::move(run.inputs[row]));
  }
  if (rows.empty()) {
    throw Error(fmt::format("--shard {}/{}: the plan has {}, so that shards beyond {} are empty; use at most {} shards",
                            number, of, counted(shard.plan_rows, "row"), shard.plan_rows, shard.plan_rows));
  }
  run.budget_s *= static_cast<double>(rows.size()) / static_cast<double>(shard.plan_rows);
  run.header.rows = std::move(rows);
  run.inputs = std::move(inputs);
  run.header.facts.shard = shard;
}

std::vector<const WorkerIndex*> needed_servers(const PreparedRun& run) {
  std::vector<const WorkerIndex*> needed;
  for (const RowPlan& row : run.header.rows) {
    for (const CellPlan& cell : row.cells) {
      const WorkerIndex* index = run.workers.find(cell.index);
      if (index->info.server.empty() || cell.status != TrialStatus::kOk) continue;
      const auto same = [&](const WorkerIndex* other) { return other->info.server == index->info.server; };
      if (std::ranges::none_of(needed, same)) needed.push_back(index);
    }
  }
  return needed;
}

std::vector<std::pair<std::string, std::string>> start_servers(Session& session, const PreparedRun& run,
                                                               const GivenServers& given, const Announce& announce) {
  std::vector<std::pair<std::string, std::string>> origins;
  for (const WorkerIndex* index : needed_servers(run)) {
    const std::string& kind = index->info.server;
    if (const auto named = given.find(kind); named != given.end()) {
      session.use_server(kind, named->second.connection);
      origins.emplace_back(kind, "given");
      continue;
    }
    announce(fmt::format("starting a private {} server", kind));
    const std::string failure = session.start_server(*index);
    if (session.interrupted()) break;  // says nothing about the server
    if (failure.empty()) {
      origins.emplace_back(kind, "private");
    } else {
      announce(fmt::format("{}: {}", kind, failure));
    }
  }
  return origins;
}

SessionOptions session_options(const PreparedRun& run, const std::filesystem::path& scratch) {
  const Plan& plan = run.plan;
  return {.seed = plan.seed,
          .rate = plan.rate,
          .memory_pressure_bytes = plan.memory_pressure_bytes,
          .limits = {.timeout_ms = static_cast<std::uint64_t>(plan.timeout_s * 1000),
                     .memory_limit_bytes = run.memory_limit_bytes,
                     .cpus = plan.pin,
                     .huge_pages = plan.huge_pages,
                     .passes = passes_of(plan),
                     .search_p99_ns = static_cast<std::uint64_t>(std::llround(plan.p99_limit_s * 1e9)),
                     .evict_bytes = plan.cold ? plan.cold_bytes : 0,
                     .pool_bytes = plan.pool_bytes,
                     .windows = plan.timeline},
          .scratch = scratch,
          .doubts = run.header.environment.doubts};
}

std::uint32_t passes_of(const Plan& plan) {
  if (plan.passes.empty()) return kClosedPasses;
  std::uint32_t passes = 0;
  for (const std::string& name : plan.passes) {
    passes |= 1U << static_cast<int>(std::ranges::find(kPassNames, name) - std::begin(kPassNames));
  }
  return passes;
}

Announce announcer(const CommonOptions& common) {
  return [quiet = common.quiet](const std::string& text) {
    if (!quiet) say("{}\n", text);
  };
}

void announce_doubts(const Environment& machine, const Announce& announce) {
  for (const MachineDoubt& doubt : machine.doubts) announce("warning: " + to_sentence(doubt));
}

std::function<void(const TrialRecord&)> teller_of_repeats(Announce announce) {
  constexpr std::uint64_t kTold = 3;
  return [announce = std::move(announce), lost = std::uint64_t{0}](const TrialRecord& trial) mutable {
    const bool disturbed = !trial.lost_processor.empty();
    if (disturbed && ++lost > kTold) return;
    announce(fmt::format("{}: {}; once more{}", trial.index, why_repeated(trial),
                         disturbed && lost == kTold ? " (the next ones are only counted: the machine is busy)" : ""));
  };
}

void announce_repeats(Session& session, const Announce& announce) {
  session.observer.on_superseded = teller_of_repeats(announce);
}

}  // namespace omenbench
