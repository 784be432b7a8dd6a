// See the header.
#include "tools/omenbench/run_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "core/error.h"
#include "harness/given_server.h"
#include "harness/interrupt.h"
#include "harness/session/counting_runner.h"
#include "policies/explain_rows.h"
#include "policies/resume.h"
#include "policies/run_rows.h"
#include "results/journal.h"
#include "results/text.h"
#include "tools/omenbench/connection.h"
#include "tools/omenbench/key_hardness.h"
#include "tools/omenbench/outputs.h"
#include "tools/omenbench/plan_options.h"
#include "tools/omenbench/plan_rows.h"
#include "tools/omenbench/progress.h"
#include "tools/omenbench/record.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

/// Shards may share a folder and begin in the same second: each is called by its number.
fs::path fresh_directory(const std::string& wanted, const std::string& plan, const RunFacts& facts) {
  std::string name = plan;
  if (facts.shard) name += fmt::format("-shard-{}-of-{}", facts.shard->number, facts.shard->of);
  fs::path directory = output_directory(wanted, name);
  omenbench::create_directory(directory);
  return directory;
}

/// Tells readers of the result.
void describe_pressure(const Session& session, RunHeader& header) {
  const MemoryGroup* group = session.pressure();
  if (group == nullptr) return;
  header.environment.memory_pressure = {group->limit_bytes(), group->mechanism()};
  for (RowPlan& row : header.rows) {
    row.notes.push_back(
        fmt::format("memory pressure: a trial, and each run's private servers together, may hold {} ({})",
                    human_bytes(group->limit_bytes()), group->mechanism()));
  }
}

/// Tells the user, and in every row's notes whoever reads the result.
void note_changes(const std::vector<std::string>& changed, RunHeader& header, JournalWriter& journal,
                  const Announce& announce) {
  for (const std::string& change : changed) announce("warning: " + change);
  for (std::size_t row = 0; row < header.rows.size() && !changed.empty(); ++row) {
    std::vector<std::string>& notes = header.rows[row].notes;
    for (const std::string& change : changed) {
      if (std::ranges::find(notes, change) == notes.end()) notes.push_back(change);
    }
    journal.add_row(row, header.rows[row]);
  }
}

/// A server that is named and takes no part is likely an index that was forgotten.
void warn_of_unused(const PreparedRun& run, const GivenServers& servers, const Announce& announce) {
  const std::vector<const WorkerIndex*> needed = needed_servers(run);
  for (const auto& [kind, given] : servers) {
    const auto uses = [&kind](const WorkerIndex* index) { return index->info.server == kind; };
    if (std::ranges::any_of(needed, uses)) continue;
    announce(fmt::format("warning: {}: no index of this run uses a {} server", server_option(kind), kind));
  }
}

/// The postgres engines have one server: that which was given, or one that these programs start.
void refuse_two_servers(const Plan& plan, const GivenServers& servers) {
  for (const ServerPrograms& programs : worker_options(plan).programs) {
    if (!programs.label.empty() || !servers.contains(programs.kind)) continue;
    throw Error(
        fmt::format("{0} names a server and --pg-bin the programs of a private one; for both beside each other "
                    "give the latter a name: --pg-bin new={1} -i {2} -i {2}@new",
                    server_option(programs.kind), programs.folder.string(), programs.kind));
  }
}

/// Before anything is measured, and before anything is written.
void look_at_given_servers(const PreparedRun& run, const GivenServers& servers) {
  std::uint64_t entries = 0;
  for (const RowPlan& row : run.header.rows) entries = std::max(entries, row.keys);
  for (const WorkerIndex* index : needed_servers(run)) {
    const auto given = servers.find(index->info.server);
    if (given == servers.end()) continue;
    look_at_given_server(*index, given->second.connection, entries);
  }
}

/// A run while it is measured.
class Running {
 public:
  Running(PreparedRun run, const RunOptions& options, const CommonOptions& common, fs::path directory)
      : run_(std::move(run)),
        options_(options),
        common_(common),
        directory_(std::move(directory)),
        progress_(run_.header, run_.min_rounds, estimate_s(run_), run_.budget_s, common.quiet),
        session_(runner_, session_options(run_, directory_ / "scratch")) {}

  PreparedRun& run() { return run_; }
  Session& session() { return session_; }
  Progress& progress() { return progress_; }

  /// Returns kind and origin of each.
  std::vector<std::pair<std::string, std::string>> start_servers() {
    auto origins = omenbench::start_servers(session_, run_, options_.servers,
                                            [this](const std::string& text) { progress_.note(text); });
    forget_variables(options_.servers);
    return origins;
  }

  /// Measures what is left after `kept`, and writes everything that a run leaves behind.
  ExitCode execute(JournalWriter& journal, const std::vector<TrialRecord>& kept) {
    observe(journal);
    RunRules rules{
        .settle = {.minimum_rounds = run_.min_rounds, .timer_cost_ns = timer_cost_of(run_.header.environment)},
        .max_rounds = run_.max_rounds,
        .budget_s = run_.budget_s,
        // So many rounds for everybody, or one index against every other: nobody leaves.
        .race = !run_.plan.blocks && run_.plan.focus.empty() && run_.plan.versus.empty() && run_.plan.plugins.empty() &&
                !options_.everyone};
    for (const TrialRecord& trial : kept) rules.budget_used_s += trial.wall_ms / 1e3;
    run_rows(session_, run_.header, run_.inputs, run_.workers, rules, kept);
    if (run_.explainer && !session_.interrupted()) explain(journal);
    const bool interrupted = session_.interrupted();
    journal.add_end(interrupted);
    progress_.clear();
    const Outcome outcome = write_outputs(directory_, common_, !options_.silent);
    if (interrupted) {
      if (!options_.silent) say_how_to_resume({.quiet = false}, "run", directory_);
      return interrupt_code();
    }
    if (outcome.failed()) return ExitCode::kCellsFailed;
    return options_.strict && outcome.inconclusive_headlines > 0 ? ExitCode::kInconclusive : ExitCode::kOk;
  }

 private:
  /// Counts what the processor does, in every cell that has not been counted.
  void explain(JournalWriter& journal) {
    constexpr std::uint64_t kSlowness = 20;  // of a simulated processor, in builds that take a minute
    const Explainer& explainer = *run_.explainer;
    const Run measured = read_journal(directory_ / kJournalFile);
    CountingRunner counting(runner_, explainer.counting, explainer.workers.isa, explainer.valgrind,
                            run_.header.environment.caches);
    SessionOptions options = session_options(run_, directory_ / "scratch-explain");
    options.rate = 0;
    options.memory_pressure_bytes = 0;
    options.limits.windows = 0;
    options.limits.search_p99_ns = 0;
    options.limits.timeout_ms *= kSlowness;
    Session session(counting, std::move(options));
    session.observer.on_trial = [&](const TrialRecord& trial) {
      journal.add_explaining(trial);
      progress_.trial_ends(trial);
    };
    session.observer.on_progress = [&](std::size_t row, std::uint64_t, const std::string& index) {
      progress_.counting(row, index);
    };
    progress_.note(fmt::format("counting what the processor does ({})", to_string(explainer)));
    explain_rows(session, measured, run_.inputs, explainer.workers, {.counting = explainer.counting});
  }

  void observe(JournalWriter& journal) {
    session_.observer.on_trial = [&](const TrialRecord& trial) {
      journal.add_trial(trial);
      progress_.trial_ends(trial);
    };
    session_.observer.on_superseded = [&, tell = teller_of_repeats([this](const std::string& text) {
                                            progress_.note(text);
                                          })](const TrialRecord& trial) mutable {
      journal.add_superseded(trial);
      tell(trial);
    };
    session_.observer.on_row = [&](std::size_t row, const RowPlan& plan) { journal.add_row(row, plan); };
    session_.observer.on_progress = [&](std::size_t row, std::uint64_t round, const std::string& index) {
      progress_.trial_starts(row, round, index);
    };
  }

  PreparedRun run_;
  const RunOptions& options_;
  const CommonOptions& common_;
  fs::path directory_;
  Progress progress_;
  ProcessRunner runner_;
  Session session_;
};

/// A server that was given must be named again.
void require_given_servers(const RunHeader& header, const RunOptions& options) {
  for (const auto& [kind, origin] : header.facts.servers) {
    if (origin == "given" && !options.servers.contains(kind)) {
      throw Error(
          fmt::format("--resume: the run used a given {} server; name it again with {}", kind, server_option(kind)));
    }
  }
}

}  // namespace

double estimate_s(const PreparedRun& run) {
  double seconds = 0;
  for (const RowPlan& row : run.header.rows) {
    seconds += estimate_row(run, row).seconds_per_round * static_cast<double>(run.min_rounds);
  }
  return seconds;
}

/// Of what a built-in plan names, servers that are not installed here are no failure; of what somebody named, they are.
void leave_out_servers(PreparedRun& run, const GivenServers& given, const Announce& announce) {
  std::set<std::string> said;
  for (RowPlan& row : run.header.rows) {
    for (CellPlan& cell : row.cells) {
      const std::string& kind = run.workers.find(cell.index)->info.server;
      if (kind.empty() || given.contains(kind) || cell.status != TrialStatus::kOk) continue;
      const std::string lack = lacks_programs(kind);
      if (lack.empty()) continue;
      cell.status = TrialStatus::kUnsupported;
      cell.reason = lack;
      if (said.insert(kind).second) announce("note: " + lack);
    }
  }
}

PreparedRun prepare_fresh(const RunOptions& options, const Announce& announce) {
  if (options.retry_failed) throw Error("--retry-failed goes with --resume");
  if (!options.dry_run) refuse_unusable_directory(options.out, "a run");
  Plan plan = plan_of(options);
  plan.byte_strings = true;
  PreparedRun prepared = prepare_run(plan, announce);
  if (plan.default_indexes && is_built_in_plan(options.plan.value_or("quickstart"))) {
    leave_out_servers(prepared, options.servers, announce);
  }
  if (options.shard) keep_shard(prepared, options.shard->number, options.shard->of);
  return prepared;
}

ExitCode start_run(PreparedRun prepared, const RunOptions& options, const CommonOptions& common) {
  install_interrupt_handlers();
  refuse_two_servers(prepared.plan, options.servers);
  warn_of_unused(prepared, options.servers, announcer(common));
  look_at_given_servers(prepared, options.servers);
  add_hardness(prepared, announcer(common));
  const fs::path directory = fresh_directory(options.out, prepared.plan.name, prepared.header.facts);
  Running running(std::move(prepared), options, common, directory);
  RunHeader& header = running.run().header;
  describe_pressure(running.session(), header);
  header.facts.servers = running.start_servers();
  JournalWriter journal(directory / kJournalFile, header);
  return running.execute(journal, {});
}

ExitCode resume_run(const RunOptions& options, const CommonOptions& common) {
  refuse_shaping_options(options);
  const fs::path directory = options.resume;
  if (!fs::exists(directory / kJournalFile)) {
    throw Error(fmt::format("--resume: '{}' holds no {}", directory.string(), kJournalFile));
  }
  JournalWriter journal(directory / kJournalFile);  // first, so that a run in progress is left alone
  const Run before = read_journal(directory / kJournalFile);
  require_given_servers(before.header, options);
  Plan plan = plan_from_json(before.header.plan, "the journal's plan");
  plan.byte_strings = true;
  PreparedRun prepared = prepare_run(plan, announcer(common));
  if (const auto& shard = before.header.facts.shard) keep_shard(prepared, shard->number, shard->of);
  require_same_program(before.header, prepared.header);
  require_same_rows(before.header, prepared.header);
  const std::vector<std::string> changed = changed_since(before.header, prepared.header);
  prepared.header = before.header;  // with the realised shares of rows that began
  note_changes(changed, prepared.header, journal, announcer(common));
  const Kept kept = keep_complete_rounds(prepared.header, before.trials, options.retry_failed);
  install_interrupt_handlers();
  look_at_given_servers(prepared, options.servers);
  Running running(std::move(prepared), options, common, directory);
  running.start_servers();
  std::set<std::pair<std::uint64_t, std::uint64_t>> repeated;
  for (const TrialRecord& trial : kept.repeated) repeated.emplace(trial.row, trial.round);
  for (const auto& [row, round] : repeated) journal.supersede_round(row, round);
  running.progress().note(
      fmt::format("{} trials of complete rounds stand, {} are repeated", kept.trials.size(), kept.repeated.size()));
  return running.execute(journal, kept.trials);
}

}  // namespace omenbench
