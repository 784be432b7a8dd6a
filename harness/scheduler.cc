// See the header. A row is a small state machine over its cells: a cell leaves at its first failure (a failed cell has
// no number, so repeating it would only spend budget), the others go on.
#include "harness/scheduler.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/rng.h"
#include "harness/clock.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/phase_seconds.h"
#include "harness/round_order.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

double seconds_since(std::uint64_t start_ns) { return static_cast<double>(steady_now_ns() - start_ns) / 1e9; }

/// A cell while its row runs.
struct Cell {
  const CellPlan* plan = nullptr;
  const WorkerIndex* index = nullptr;
  EngineTable table;
  std::optional<TableDropper> dropper;
  TrialRecord loaded;  ///< engines: facts of the load, copied into every trial
  bool alive = true;
};

/// Everything that runs one row.
class RowRun {
 public:
  RowRun(std::size_t row, RowPlan& plan, const RowInput& input, const WorkerSet& workers,
         const ScheduleOptions& options, const ScheduleObserver& observer)
      : row_(row),
        plan_(plan),
        input_(input),
        workload_(plan.phase_operations.empty() ? input.workload : with_counts(input.workload, plan.phase_operations)),
        workers_(workers),
        options_(options),
        observer_(observer),
        seed_(row_seed(options.seed, plan, input.dataset_sha256)),
        payload_seed_(mix64(options.seed, std::string_view(input.dataset_sha256))),
        scratch_(options.scratch / fmt::format("row{}", row)) {}

  /// Appends to `trials`, which may hold complete rounds of this row already. The row may take `share_s`, and up to
  /// `left_s` for the rounds without which it could not be decided: a row short of those would be wasted.
  void run(std::vector<TrialRecord>& trials, double share_s, double left_s) {
    const std::uint64_t start_ns = steady_now_ns();
    std::uint64_t round = 0;
    for (const TrialRecord& trial : trials) {
      if (trial.row == row_) round = std::max(round, trial.round + 1);
    }
    if (round > 0 && finished(round, trials)) return;
    prepare_cells(trials);
    population_.emplace(workload_, input_.keys, seed_, input_.history);
    material_.emplace(population_->entries(payload_seed_), payload_seed_);
    if (!load_engines(trials, round)) return;
    if (plan_.timed && plan_.phase_operations.empty() && !count_timed(trials)) return;
    double slowest_round_s = 0;
    while (interrupted_by() == 0) {
      if (std::ranges::none_of(cells_, &Cell::alive)) break;
      if (round > 0 && finished(round, trials)) break;
      const double budget_s = round < options_.min_rounds ? left_s : share_s;
      if (round > 0 && seconds_since(start_ns) + slowest_round_s > budget_s) break;
      const std::uint64_t round_start_ns = steady_now_ns();
      if (!run_round(round, trials)) break;
      slowest_round_s = std::max(slowest_round_s, seconds_since(round_start_ns));
      ++round;
    }
    release_engines();
  }

 private:
  bool finished(std::uint64_t round, const std::vector<TrialRecord>& trials) const {
    if (round >= options_.max_rounds) return true;
    if (round < options_.min_rounds) return false;
    std::vector<TrialRecord> mine;
    std::ranges::copy_if(trials, std::back_inserter(mine), [&](const TrialRecord& t) { return t.row == row_; });
    return observer_.settled(row_, mine);
  }

  void prepare_cells(const std::vector<TrialRecord>& trials) {
    for (const CellPlan& plan : plan_.cells) {
      if (plan.status != TrialStatus::kOk) continue;
      Cell cell;
      cell.plan = &plan;
      cell.index = workers_.find(plan.index);
      cell.alive = std::ranges::none_of(trials, [&](const TrialRecord& trial) {
        return trial.row == row_ && trial.index == plan.index && trial.status != TrialStatus::kOk;
      });
      cells_.push_back(std::move(cell));
    }
  }

  /// Creates the table of every engine. False when the user interrupted.
  bool load_engines(std::vector<TrialRecord>& trials, std::uint64_t round) {
    for (Cell& cell : cells_) {
      if (!cell.index->engine || !cell.alive) continue;
      observer_.on_progress(row_, round, cell.index->info.name + " (loading)");
      load_engine(cell);
      if (cell.loaded.status == TrialStatus::kInterrupted && interrupted_by() != 0) return false;
      if (cell.loaded.status != TrialStatus::kOk) {
        cell.loaded.round = round;
        record(cell, cell.loaded, trials);
      }
    }
    return true;
  }

  void load_engine(Cell& cell) {
    const IndexInfo& info = cell.index->info;
    cell.table.directory = (fs::absolute(scratch_) / info.name).string();
    cell.table.table =
        fmt::format("omb_{:012x}", mix64(seed_ ^ steady_now_ns(), static_cast<std::uint64_t>(getpid())) >> 16);
    if (!info.server.empty()) {
      const auto connection = options_.connections.find(info.server);
      if (connection != options_.connections.end()) cell.table.connection = connection->second;
    }
    std::error_code failure;
    fs::create_directories(cell.table.directory, failure);
    if (failure) {
      cell.loaded.index = info.name;
      cell.loaded.status = TrialStatus::kError;
      cell.loaded.reason = fmt::format("cannot create '{}': {}", cell.table.directory, failure.message());
      return;
    }
    // Before loading, so that a half-loaded table is dropped as well.
    cell.dropper.emplace(*cell.index, cell.table);
    TrialLimits limits = options_.limits;
    // A load is one long operation, and grows with the keys: a microsecond-scale budget per key on top.
    limits.timeout_ms += plan_.keys / 50;
    cell.loaded = load_engine_table(*cell.index, *material_, cell.table, limits);
  }

  void release_engines() {
    for (Cell& cell : cells_) cell.dropper.reset();
    std::error_code ignored;
    fs::remove_all(scratch_, ignored);
  }

  /// With a reference for each living cell's prefix.
  Stream make_stream(std::uint64_t seed) const {
    StreamRequest request{.payload_seed = payload_seed_,
                          .seed = seed,
                          .row_seed = seed_,
                          .operations = plan_.operations,
                          .prefixes = {},
                          .threads = plan_.threads,
                          .warmup_share = 0.1};
    std::set<std::uint64_t> prefixes;
    for (const Cell& cell : cells_) {
      if (!cell.alive) continue;
      prefixes.insert(cell.plan->operations);
      if (cell.plan->open_operations != 0) prefixes.insert(cell.plan->open_operations);
    }
    request.prefixes.assign(prefixes.begin(), prefixes.end());
    return generate_stream(workload_, *population_, request);
  }

  /// Finds out how many operations the seconds of this row's phases are. False when the user interrupted.
  bool count_timed(std::vector<TrialRecord>& trials) {
    const RoundMaterial material(make_stream(mix64(seed_, "probe")));
    std::vector<TrialRecord> probes;
    for (Cell& cell : cells_) {
      if (!cell.alive) continue;
      observer_.on_progress(row_, 0, cell.index->info.name + " (probe)");
      TrialRecord probe = run_once(cell, material, {.operations = cell.plan->operations, .throughput_only = true});
      if (interrupted_by() != 0) return false;
      if (probe.status == TrialStatus::kOk) {
        // A bound is there to be compared with: it runs what the others do, and makes no stream longer.
        if (cell.index->info.family != Family::kReference) probes.push_back(std::move(probe));
      } else {
        record(cell, std::move(probe), trials);
      }
    }
    constexpr std::uint64_t kBytesPerOperation = 64;  // stream, reference positions, samples
    const std::uint64_t fit = available_memory_bytes() / 2 / kBytesPerOperation;
    count_seconds(workload_, probes, std::min(kMostTimedOperations, fit), plan_);
    if (plan_.phase_operations.empty()) return true;
    workload_ = with_counts(workload_, plan_.phase_operations);
    for (CellPlan& cell : plan_.cells) {
      const IndexInfo& info = workers_.find(cell.index)->info;
      if (info.family == Family::kReference) cell.operations = plan_.operations;
      if (info.max_operations != 0) cell.operations = std::min(cell.operations, info.max_operations);
    }
    return true;
  }

  RoundMaterial generate_round(std::uint64_t round) {
    const std::uint64_t seed = mix64(seed_, round + 1);
    const Stream stream = make_stream(seed);
    if (plan_.realised.empty()) {
      plan_.realised = stream.realised;
      plan_.notes.insert(plan_.notes.end(), stream.notes.begin(), stream.notes.end());
      observer_.on_row(row_, plan_);
    }
    const bool open = std::ranges::any_of(cells_, [](const Cell& cell) { return cell.plan->open_operations != 0; });
    std::vector<PhasePlan> phases;
    for (const WorkloadPhase& phase : workload_.phases) {
      phases.push_back({phase.name, rate_of(phase)});
    }
    return RoundMaterial(stream, std::move(phases), open ? std::optional(mix64(seed, "arrivals")) : std::nullopt);
  }

  /// One trial of every living cell. False when the user interrupted.
  bool run_round(std::uint64_t round, std::vector<TrialRecord>& trials) {
    const RoundMaterial material = generate_round(round);
    std::uint64_t position = 0;
    for (const std::uint64_t which : round_order(cells_.size(), round, seed_)) {
      Cell& cell = cells_[which];
      if (!cell.alive) continue;
      observer_.on_progress(row_, round, cell.index->info.name);
      TrialRecord trial = run_once(cell, material, {cell.plan->operations, cell.plan->open_operations});
      if (interrupted_by() != 0) return false;
      trial.round = round;
      trial.position = position;
      if (trial.status == TrialStatus::kInterrupted) {
        // Killed from outside: the one failure that says nothing about the index. Once more, at once.
        trial.row = row_;
        observer_.on_superseded(trial);
        trial = run_once(cell, material, {cell.plan->operations, cell.plan->open_operations});
        if (interrupted_by() != 0) return false;
        trial.round = round;
        trial.position = position;
      }
      ++position;
      record(cell, std::move(trial), trials);
    }
    return true;
  }

  /// What a trial may take longer because operations arrive slowly (twice that, for who cannot keep up), because caches
  /// are evicted, or because phases are to last so long.
  double extra_seconds(const CellPlan& cell) const {
    constexpr double kEvictNsPerByte = 0.5;
    constexpr double kPassesOfAPhase = 10;  // those that time each operation, or wait for it, take longer
    double seconds =
        static_cast<double>(cell.operations) * static_cast<double>(options_.limits.evict_bytes) * kEvictNsPerByte / 1e9;
    for (const WorkloadPhase& phase : workload_.phases) {
      const double rate = rate_of(phase);
      if (rate > 0) seconds += 2 * phase.share * static_cast<double>(cell.open_operations) / rate;
      if (plan_.timed) seconds += kPassesOfAPhase * phase.seconds;
    }
    return seconds;
  }

  double rate_of(const WorkloadPhase& phase) const { return phase.rate > 0 ? phase.rate : options_.rate; }

  TrialRecord run_once(const Cell& cell, const RoundMaterial& round, const TrialLength& length) const {
    TrialLimits limits = options_.limits;
    limits.oversubscribed = plan_.oversubscribed;
    limits.timeout_ms += static_cast<std::uint64_t>(1e3 * extra_seconds(*cell.plan));
    TrialRecord trial = run_trial_process(*cell.index, *material_, round, length, plan_.mutates, cell.table, limits);
    if (cell.index->engine) {
      trial.build_ns = cell.loaded.build_ns;
      trial.disk_bytes = cell.loaded.disk_bytes;
      trial.cache_bytes = cell.loaded.cache_bytes;
      trial.engine_version = cell.loaded.engine_version;
      trial.engine_settings_json = cell.loaded.engine_settings_json;
    }
    return trial;
  }

  void record(Cell& cell, TrialRecord trial, std::vector<TrialRecord>& trials) {
    trial.row = row_;
    if (trial.status != TrialStatus::kOk) cell.alive = false;
    observer_.on_trial(trial);
    trials.push_back(std::move(trial));
  }

  std::size_t row_;
  RowPlan& plan_;
  const RowInput& input_;
  Workload workload_;  ///< of `input_`, with the phases' sizes as they are known so far
  const WorkerSet& workers_;
  const ScheduleOptions& options_;
  const ScheduleObserver& observer_;
  std::uint64_t seed_;
  std::uint64_t payload_seed_;
  fs::path scratch_;
  std::vector<Cell> cells_;
  std::optional<Population> population_;
  std::optional<RowMaterial> material_;
};

}  // namespace

std::uint64_t row_seed(std::uint64_t seed, const RowPlan& row, const std::string& dataset_sha256) {
  return mix64(seed, std::string_view(fmt::format("{} {} {} {}", dataset_sha256, row.keys, row.workload, row.threads)));
}

std::vector<TrialRecord> run_rows(RunHeader& header, std::span<const RowInput> inputs, const WorkerSet& workers,
                                  const ScheduleOptions& options, std::vector<TrialRecord> done,
                                  const ScheduleObserver& observer) {
  std::vector<TrialRecord> trials = std::move(done);
  const std::uint64_t start_ns = steady_now_ns();
  for (std::size_t row = 0; row < inputs.size() && interrupted_by() == 0; ++row) {
    const double left_s = options.budget_s - options.budget_used_s - seconds_since(start_ns);
    const bool begun = std::ranges::any_of(trials, [&](const TrialRecord& trial) { return trial.row == row; });
    if (left_s <= 0 && !begun) {
      for (const CellPlan& cell : header.rows[row].cells) {
        if (cell.status != TrialStatus::kOk) continue;
        TrialRecord skipped;
        skipped.row = row;
        skipped.index = cell.index;
        skipped.status = TrialStatus::kNotRun;
        skipped.reason = fmt::format("the budget of {:.0f} s was spent before this row", options.budget_s);
        observer.on_trial(skipped);
        trials.push_back(std::move(skipped));
      }
      continue;
    }
    const double share_s = left_s / static_cast<double>(inputs.size() - row);
    RowRun(row, header.rows[row], inputs[row], workers, options, observer).run(trials, share_s, left_s);
  }
  std::error_code ignored;
  fs::remove_all(options.scratch, ignored);
  return trials;
}

}  // namespace omenbench
