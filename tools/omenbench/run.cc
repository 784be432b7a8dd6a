// `omenbench run`: plan -> rows -> rounds -> journal -> verdicts -> JSON, page and table.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "core/error.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/memory_group.h"
#include "harness/private_server.h"
#include "harness/scheduler.h"
#include "results/adaptive.h"
#include "results/journal.h"
#include "results/statistics.h"
#include "results/text.h"
#include "results/verdicts.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/connection.h"
#include "tools/omenbench/key_hardness.h"
#include "tools/omenbench/modes.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_rows.h"
#include "tools/omenbench/prepare.h"
#include "tools/omenbench/progress.h"
#include "tools/omenbench/resume.h"
#include "tools/omenbench/run_options.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

std::string human_bytes(std::uint64_t bytes) {
  constexpr double kMi = 1024.0 * 1024.0;
  const double mi = static_cast<double>(bytes) / kMi;
  return mi >= 1024 ? fmt::format("{:.1f} GiB", mi / 1024) : fmt::format("{:.1f} MiB", mi);
}

/// The least number of rounds of every row, roughly.
double estimate_s(const PreparedRun& run) {
  double seconds = 0;
  for (const RowPlan& row : run.header.rows) {
    seconds += estimate_row(run, row).seconds_per_round * static_cast<double>(run.min_rounds);
  }
  return seconds;
}

ExitCode dry_run(const PreparedRun& run, const CommonOptions& common) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  double total_s = 0;
  for (const RowPlan& row : run.header.rows) {
    const RowEstimate estimate = estimate_row(run, row);
    const double seconds = estimate.seconds_per_round * static_cast<double>(run.min_rounds);
    total_s += seconds;
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (const CellPlan& cell : row.cells) {
      cells.push_back({{"index", cell.index},
                       {"status", cell.status == TrialStatus::kOk ? "planned" : to_string(cell.status)},
                       {"reason", cell.reason},
                       {"operations", cell.operations}});
    }
    rows.push_back({{"dataset", row.dataset},
                    {"keys", row.keys},
                    {"workload", row.workload},
                    {"threads", row.threads},
                    {"shared_bytes", estimate.shared_bytes},
                    {"largest_cell_bytes", estimate.largest_cell_bytes},
                    {"estimated_s", seconds},
                    {"cells", cells}});
  }
  if (common.format == OutputFormat::kJson) {
    const nlohmann::ordered_json document = {{"rows", rows},
                                             {"rounds", run.min_rounds},
                                             {"estimated_s", total_s},
                                             {"budget_s", run.plan.budget_s},
                                             {"memory_available_bytes", available_memory_bytes()}};
    fmt::print("{}\n", document.dump(2));
    return ExitCode::kOk;
  }
  for (const auto& row : rows) {
    fmt::print("{}  {} keys  {}  {} thread(s): about {:.0f} s, {} shared + up to {} in a trial\n",
               row["dataset"].get<std::string>(), row["keys"].get<std::uint64_t>(), row["workload"].get<std::string>(),
               row["threads"].get<std::uint64_t>(), row["estimated_s"].get<double>(),
               human_bytes(row["shared_bytes"].get<std::uint64_t>()),
               human_bytes(row["largest_cell_bytes"].get<std::uint64_t>()));
    for (const auto& cell : row["cells"]) {
      const auto reason = cell["reason"].get<std::string>();
      fmt::print("    {:<20} {:<12} {:>9} operations{}\n", cell["index"].get<std::string>(),
                 cell["status"].get<std::string>(), cell["operations"].get<std::uint64_t>(),
                 reason.empty() ? "" : "  (" + reason + ")");
    }
  }
  fmt::print("{} rows, {} rounds each: roughly {:.0f} s, budget {:.0f} s; {} of memory available. Nothing was run.\n",
             rows.size(), run.min_rounds, total_s, run.plan.budget_s, human_bytes(available_memory_bytes()));
  return ExitCode::kOk;
}

/// What can be known about --out before the work that it is to hold.
void refuse_unusable_directory(const std::string& wanted) {
  fs::path existing = fs::absolute(wanted.empty() ? "." : wanted).lexically_normal();
  std::error_code unreadable;
  if (fs::exists(existing / kJournalFile, unreadable)) {
    throw Error(fmt::format("'{}' already holds a run; choose another --out, or continue it with --resume", wanted));
  }
  while (!fs::exists(existing, unreadable) && existing != existing.root_path()) existing = existing.parent_path();
  if (!fs::is_directory(existing, unreadable)) {
    throw Error(fmt::format("--out: '{}' is not a directory", existing.string()));
  }
  if (access(existing.c_str(), W_OK | X_OK) != 0) {
    throw Error(fmt::format("--out: cannot write to '{}': {}", existing.string(), std::strerror(errno)));
  }
}

fs::path fresh_directory(const std::string& wanted, const std::string& plan) {
  std::string name = plan;
  std::ranges::replace(name, '/', '_');
  fs::path directory = output_directory(wanted, name);
  omenbench::create_directory(directory);
  return directory;
}

/// The limits of a run under memory pressure: one group for trials, one for private servers.
struct Pressure {
  std::optional<MemoryGroup> trials, servers;

  explicit Pressure(std::uint64_t bytes) {
    if (bytes == 0) return;
    trials.emplace(bytes, "trials");
    servers.emplace(bytes, "servers");
  }
  /// Tells readers of the result.
  void describe(RunHeader& header) const {
    if (!trials) return;
    header.environment.memory_pressure = {trials->limit_bytes(), trials->mechanism()};
    for (RowPlan& row : header.rows) {
      row.notes.push_back(
          fmt::format("memory pressure: a trial, and each run's private servers together, may hold {} ({})",
                      human_bytes(trials->limit_bytes()), trials->mechanism()));
    }
  }
};

/// Servers of the run: given ones by their connection, private ones started now.
struct Servers {
  std::vector<PrivateServer> own;
  std::map<std::string, std::string> connections;
};

Servers start_servers(PreparedRun& run, const RunOptions& options, const Pressure& pressure, Progress& progress) {
  Servers servers;
  for (const WorkerIndex* index : needed_servers(run)) {
    const std::string& kind = index->info.server;
    if (const auto given = options.servers.find(kind); given != options.servers.end()) {
      servers.connections[kind] = resolve_connection(kind, given->second);
      continue;
    }
    const std::uint64_t kills_before = pressure.servers ? pressure.servers->oom_kills() : 0;
    try {
      progress.note(fmt::format("starting a private {} server", kind));
      servers.own.emplace_back(*index, pressure.servers ? pressure.servers->procs_file() : "");
      servers.connections[kind] = servers.own.back().connection();
    } catch (const Error& error) {
      if (interrupted_by() != 0) break;  // says nothing about the server
      const bool oom = pressure.servers && pressure.servers->oom_kills() > kills_before;
      fail_server_cells(run, kind, oom ? TrialStatus::kOom : TrialStatus::kError, error.what());
      progress.note(fmt::format("{}: {}", kind, error.what()));
    }
  }
  return servers;
}

ScheduleOptions schedule_options(const PreparedRun& run, const fs::path& directory, const Pressure& pressure) {
  ScheduleOptions options;
  options.seed = run.plan.seed;
  options.min_rounds = run.min_rounds;
  options.max_rounds = run.max_rounds;
  options.budget_s = run.plan.budget_s;
  options.limits = {.timeout_ms = static_cast<std::uint64_t>(run.plan.timeout_s * 1000),
                    .memory_limit_bytes = run.memory_limit_bytes,
                    .cpus = run.plan.pin,
                    .huge_pages = run.plan.huge_pages,
                    .ns_per_tick = calibrate_ns_per_tick()};
  options.limits.memory = pressure.trials ? &*pressure.trials : nullptr;
  options.limits.server_memory = pressure.servers ? &*pressure.servers : nullptr;
  options.scratch = directory / "scratch";
  set_modes(run.plan, options);
  return options;
}

ScheduleObserver observe(const PreparedRun& run, JournalWriter& journal, Progress& progress) {
  ScheduleObserver observer;
  observer.on_trial = [&](const TrialRecord& trial) {
    journal.add_trial(trial);
    progress.trial_ends(trial);
  };
  observer.on_superseded = [&](const TrialRecord& trial) {
    journal.add_superseded(trial);
    progress.note(fmt::format("{}: {}; once more", trial.index, trial.reason));
  };
  observer.on_row = [&](std::size_t row, const RowPlan& plan) { journal.add_row(row, plan); };
  observer.on_progress = [&](std::size_t row, std::uint64_t round, const std::string& index) {
    progress.trial_starts(row, round, index);
  };
  observer.settled = [&](std::size_t row, std::span<const TrialRecord> trials) {
    const SettleRule rule{.minimum_rounds = run.min_rounds, .timer_cost_ns = timer_cost_of(run.header.environment)};
    return row_is_settled(trials, run.header.rows[row], run.header.indexes, rule);
  };
  return observer;
}

/// Runs what is left, starting from `kept`, and writes everything that a run leaves behind.
ExitCode execute(PreparedRun& run, const RunOptions& options, const CommonOptions& common, const fs::path& directory,
                 JournalWriter& journal, Kept kept, Servers& servers, const Pressure& pressure, Progress& progress) {
  ScheduleOptions schedule = schedule_options(run, directory, pressure);
  schedule.connections = servers.connections;
  for (const TrialRecord& trial : kept.trials) schedule.budget_used_s += trial.wall_ms / 1e3;
  const ScheduleObserver observer = observe(run, journal, progress);
  run_rows(run.header, run.inputs, run.workers, schedule, std::move(kept.trials), observer);
  journal.add_end(interrupted_by() != 0);
  progress.clear();
  const Outcome outcome = write_outputs(directory, common);
  if (interrupted_by() != 0) {
    say("interrupted; continue with: omenbench run --resume {}\n", directory.string());
    return interrupted_by() == SIGINT ? ExitCode::kInterrupted : ExitCode::kTerminated;
  }
  if (outcome.failed_cells > 0) return ExitCode::kCellsFailed;
  return options.strict && outcome.inconclusive_headlines > 0 ? ExitCode::kInconclusive : ExitCode::kOk;
}

Announce announcer(const CommonOptions& common) {
  return [quiet = common.quiet](const std::string& text) {
    if (!quiet) say("{}\n", text);
  };
}

/// Whether champions must be chosen in a row: it has several learned indexes, or several others, inside the process.
bool has_choice(const RunHeader& header, const RowPlan& row) {
  std::size_t learned = 0, others = 0;
  for (const CellPlan& cell : row.cells) {
    const auto index = std::ranges::find(header.indexes, cell.index, &IndexSummary::name);
    if (cell.status != TrialStatus::kOk || index == header.indexes.end()) continue;
    if (index->tier != "in-process" || index->family == "reference") continue;
    ++(index->family == "learned" ? learned : others);
  }
  return learned > 1 || others > 1;
}

/// Says before the time is spent that no verdict can come of it.
void warn_of_few_rounds(const PreparedRun& run, const Announce& announce) {
  const bool choice =
      std::ranges::any_of(run.header.rows, [&](const RowPlan& row) { return has_choice(run.header, row); });
  const std::size_t needed = choice ? kSelectionRounds + kEstimationRounds : kMinBlocks;
  if (!run.plan.blocks || *run.plan.blocks >= needed) return;
  const std::string why = choice ? fmt::format(": {} to choose the best of several indexes, {} to compare them",
                                               kSelectionRounds, kEstimationRounds)
                                 : "";
  announce(fmt::format("warning: {} are too few for a verdict, which takes {}{}", counted(*run.plan.blocks, "round"),
                       needed, why));
}

ExitCode run_fresh(const RunOptions& options, const CommonOptions& common) {
  check_given(options.servers);
  if (options.retry_failed) throw Error("--retry-failed goes with --resume");
  if (!options.dry_run) refuse_unusable_directory(options.out);
  PreparedRun run = prepare_run(plan_of(options), announcer(common));
  warn_of_few_rounds(run, announcer(common));
  if (options.dry_run) return dry_run(run, common);
  add_hardness(run, announcer(common));
  const fs::path directory = fresh_directory(options.out, run.plan.name);
  install_interrupt_handlers();
  Progress progress(run.header, run.min_rounds, estimate_s(run), run.plan.budget_s, common.quiet);
  const Pressure pressure(run.plan.memory_pressure_bytes);
  pressure.describe(run.header);
  Servers servers = start_servers(run, options, pressure, progress);
  run.header.plan["servers"] = nlohmann::ordered_json::object();
  for (const auto& [kind, connection] : servers.connections) {
    run.header.plan["servers"][kind] = options.servers.contains(kind) ? "given" : "private";
  }
  JournalWriter journal(directory / kJournalFile, run.header);
  return execute(run, options, common, directory, journal, {}, servers, pressure, progress);
}

ExitCode resume(const RunOptions& options, const CommonOptions& common) {
  refuse_shaping_options(options);
  const fs::path directory = options.resume;
  if (!fs::exists(directory / kJournalFile)) {
    throw Error(fmt::format("--resume: '{}' holds no {}", directory.string(), kJournalFile));
  }
  JournalWriter journal(directory / kJournalFile);  // first, so that a run in progress is left alone
  const Run before = read_journal(directory / kJournalFile);
  nlohmann::json stored = before.header.plan;
  check_given(options.servers);
  const nlohmann::json servers_before = stored.value("servers", nlohmann::json::object());
  for (const auto& [kind, origin] : servers_before.items()) {
    if (origin == "given" && !options.servers.contains(kind)) {
      throw Error(
          fmt::format("--resume: the run used a given {} server; name it again with {}", kind, server_option(kind)));
    }
  }
  for (const char* derived :
       {"min_rounds", "max_rounds", "trial_memory_limit_bytes", "memory_limit_mechanism", "servers"}) {
    stored.erase(derived);
  }
  PreparedRun run = prepare_run(plan_from_json(stored, "the journal's plan"), announcer(common));
  require_same_run(before.header, run.header);
  run.header = before.header;  // with the realised shares of rows that began
  Kept kept = keep_complete_rounds(run.header, before.trials, options.retry_failed);
  install_interrupt_handlers();
  Progress progress(run.header, run.min_rounds, estimate_s(run), run.plan.budget_s, common.quiet);
  const Pressure pressure(run.plan.memory_pressure_bytes);
  Servers servers = start_servers(run, options, pressure, progress);
  std::set<std::pair<std::uint64_t, std::uint64_t>> repeated;
  for (const TrialRecord& trial : kept.repeated) repeated.emplace(trial.row, trial.round);
  for (const auto& [row, round] : repeated) journal.supersede_round(row, round);
  progress.note(
      fmt::format("{} trials of complete rounds stand, {} are repeated", kept.trials.size(), kept.repeated.size()));
  return execute(run, options, common, directory, journal, std::move(kept), servers, pressure, progress);
}

std::function<ExitCode(const CommonOptions&)> define(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  add_run_options(app, *options);
  return [options](const CommonOptions& common) {
    return options->resume.empty() ? run_fresh(*options, common) : resume(*options, common);
  };
}

const bool registered = register_command(
    {.name = "run",
     .summary = "Measure indexes on keys and workloads, and decide",
     .examples = "  omenbench run                                                 the quickstart plan\n"
                 "  omenbench run -d keys.csv.gz:timestamp -w sosd-lookup --budget 5m\n"
                 "  omenbench run -d osm_cellids_1M_uint64.xz -i 'pgm-*' -i absl-btree -i rmi\n"
                 "  omenbench run -d uniform -d lognormal -n 1M -w 'ycsb-*' --blocks 12 --out results/ycsb\n"
                 "  omenbench run -d timestamps -n 10M --dry-run\n"
                 "  omenbench run -d lognormal -n 1M -w ycsb-a --rate 100k --duration 10s\n"
                 "  omenbench run -d lognormal -n 1M -w ycsb-a --rate max --p99-limit 100us -t 1,2\n"
                 "  omenbench run -d uniform -n 1M -w sosd-lookup --cold\n"
                 "  omenbench run -d uniform -n 10M -i 'sqlite-*' -i pgm-64 --memory-pressure 512MiB\n"
                 "  omenbench run --resume omenbench-results/quickstart-20260101-120000",
     .define = define});

}  // namespace
}  // namespace omenbench
