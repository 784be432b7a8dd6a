// See the header. Cells are decided from what an index can do (its concepts), never from its name.
#include "tools/omenbench/prepare.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include "core/error.h"
#include "core/suggest.h"
#include "harness/environment.h"
#include "results/statistics.h"
#include "tools/omenbench/modes.h"
#include "tools/omenbench/version.h"

namespace omenbench {
namespace {

constexpr const char* kOracle = "oracle-gather";
constexpr std::uint64_t kMinChampionRounds = 12;  // 3 to choose on, 9 to estimate on

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

bool has_glob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

std::vector<std::string> resolve_workloads(const std::vector<std::string>& patterns) {
  std::vector<std::string> known;
  for (const Workload& workload : list_workloads()) known.push_back(workload.name);
  std::vector<std::string> resolved;
  for (const std::string& pattern : patterns) {
    if (has_glob(pattern)) {
      std::ranges::copy(match_names({pattern}, known, "workload"), std::back_inserter(resolved));
    } else {
      load_workload(pattern);  // unknown names and broken files are found here
      resolved.push_back(pattern);
    }
  }
  return resolved;
}

/// Refuses a dataset before it is loaded, where its size is known: the keys, the entries to share and one index that
/// copies them are the least that a row takes.
void refuse_too_many_keys(const DatasetRequest& request) {
  const std::optional<std::uint64_t> keys = request.keys ? request.keys : estimate_keys(request);
  const std::uint64_t available = available_memory_bytes();
  constexpr std::uint64_t kBytesPerKey = sizeof(Key) + 2 * sizeof(Entry);
  if (keys && *keys > available / kBytesPerKey) {
    throw Error(
        fmt::format("dataset '{}' with {} keys does not fit in memory: it needs at least {} bytes, {} are "
                    "available; lower -n",
                    request.spec, *keys, *keys * kBytesPerKey, available));
  }
}

/// What a reader of the table would otherwise not know: how many rows became how many keys, and what else is noted.
void announce_origin(const DatasetInfo& info, const Announce& announce) {
  if (info.duplicates > 0) {
    announce(fmt::format("{}: {} values, {} of them equal to others and {}; {} keys", info.name, info.rows,
                         info.duplicates, info.duplicates_dropped > 0 ? "dropped (see --duplicates)" : "made distinct",
                         info.n));
  }
  for (const std::string& note : info.notes) announce(fmt::format("{}: {}", info.name, note));
}

/// A dataset and what it was loaded by.
struct Loaded {
  Dataset dataset;
  DatasetRequest request;
};

/// The first alternative that loads. The others' errors are only shown when none does.
Loaded load_first(const std::vector<std::string>& alternatives, std::optional<std::uint64_t> keys, const Plan& plan,
                  const Announce& announce) {
  std::string reasons;
  for (const std::string& spec : alternatives) {
    try {
      announce(fmt::format("loading {}", spec));
      const DatasetRequest request{
          .spec = spec, .keys = keys, .seed = plan.seed, .duplicates = plan.duplicates, .cache = {}};
      refuse_too_many_keys(request);
      Dataset dataset = load_dataset(request);
      announce_origin(dataset.info(), announce);
      if (reasons.empty()) return {std::move(dataset), request};
      DatasetInfo info = dataset.info();
      info.notes.push_back(fmt::format("stands in for {}", reasons));
      announce(fmt::format("note: {} stands in for {}", info.name, reasons));
      const std::span<const Key> span = dataset.keys();
      auto keep = std::make_shared<Dataset>(std::move(dataset));
      return {Dataset(std::move(info), span, keep), request};
    } catch (const Error& error) {
      if (alternatives.size() == 1) throw;
      reasons += fmt::format("{}'{}' ({})", reasons.empty() ? "" : "; ", spec, error.what());
    }
  }
  throw Error("no alternative can be loaded: " + reasons);
}

DatasetSummary summary_of(const DatasetInfo& info) {
  return {.name = info.name,
          .kind = info.kind,
          .sha256 = info.sha256,
          .source = info.source,
          .key_type = info.key_type,
          .citation = info.citation,
          .n = info.n,
          .rows = info.rows,
          .duplicates = info.duplicates,
          .duplicates_dropped = info.duplicates_dropped,
          .notes = info.notes,
          .hardness = {}};
}

/// Empty when the index can take part in the row, else why not.
std::string unsupported_reason(const WorkerIndex& index, const Workload& workload, std::uint64_t threads) {
  const Capabilities& can = index.info.capabilities;
  const bool reference = index.info.family == Family::kReference;
  if (reference && index.info.max_operations != 0 && workload.phases.size() > 1) return "too slow for several phases";
  if (can.oracle) return workload.mutates() ? "knows the answers of read-only streams only" : "";
  if (workload.ordered() && !can.ordered) return "has no ordered operations";
  if (workload.has(OpKind::kInsert) && !can.insertable) return "cannot insert";
  if (workload.has(OpKind::kErase) && !can.erasable) return "cannot erase";
  if ((workload.has(OpKind::kUpdate) || workload.has(OpKind::kReadModifyWrite)) && !can.updatable) {
    return "cannot update";
  }
  if (threads > 1 && workload.mutates() && !can.concurrent) return "cannot be written by several threads at once";
  if (threads > 1 && !can.shared_reads && !can.concurrent) return "cannot be read by several threads at once";
  return "";
}

std::uint64_t operations_of(const WorkerIndex& index, const Workload& workload, const TierOperations& operations,
                            std::uint64_t threads) {
  std::uint64_t count = operations.in_process;
  if (index.info.tier == Tier::kEmbedded) count = operations.embedded;
  if (index.info.tier == Tier::kServer) count = operations.server;
  if (workload.operations != 0 && !operations.forced) count = workload.operations;
  if (index.info.max_operations != 0) count = std::min(count, index.info.max_operations);
  return std::max(count, threads);
}

std::uint64_t bytes_of_cell(const WorkerIndex& index, std::uint64_t keys) {
  return static_cast<std::uint64_t>(index.info.peak_bytes_per_key * static_cast<double>(keys)) +
         (std::uint64_t{16} << 20);
}

std::uint64_t shared_bytes_of(const RowPlan& row) {
  // Entries; operations, positions, warm-up and the generator's own copy of them; latency samples.
  std::uint64_t open = 0;
  for (const CellPlan& cell : row.cells) open = std::max(open, cell.open_operations);
  // In an open loop also when each arrives, its latency and its lag.
  return row.keys * 16 + row.operations * (2 * (16 + 8 + 2) + 4 + (open > 0 ? 8 : 0)) + open * 16;
}

CellPlan plan_cell(const WorkerIndex& index, const RowPlan& row, const Workload& workload, const Plan& plan,
                   std::uint64_t memory_limit_bytes) {
  CellPlan cell;
  cell.index = index.info.name;
  cell.operations = operations_of(index, workload, plan.operations, row.threads);
  cell.reason = unsupported_reason(index, workload, row.threads);
  if (!cell.reason.empty()) {
    cell.status = TrialStatus::kUnsupported;
  } else if (const std::uint64_t bytes = bytes_of_cell(index, row.keys); bytes > memory_limit_bytes) {
    cell.status = TrialStatus::kNotRun;
    cell.reason = fmt::format("needs about {} bytes of memory, {} are available", bytes, memory_limit_bytes);
  }
  return cell;
}

/// A prefix would cut phases off: rows of several run as many operations as their slowest tier, in every cell.
void even_out_operations(RowPlan& row) {
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 0;
  for (const CellPlan& cell : row.cells) {
    if (cell.status != TrialStatus::kOk) continue;
    least = std::min(least, cell.operations);
    most = std::max(most, cell.operations);
  }
  if (least >= most) return;
  for (CellPlan& cell : row.cells) cell.operations = least;
  row.notes.push_back(fmt::format("every index runs {} operations: phases cannot be cut to a prefix", least));
}

/// No more operations than there are keys to insert or erase.
void lower_operations(RowPlan& row, const Workload& workload) {
  std::uint64_t wanted = 0;
  for (const CellPlan& cell : row.cells) wanted = std::max(wanted, cell.operations);
  const std::uint64_t most = feasible_operations(workload, row.keys, row.loaded_keys, row.threads, wanted);
  if (most >= wanted) return;
  if (most < row.threads) {
    throw Error(
        fmt::format("workload '{}' cannot run on the {} keys of '{}' with {} threads: {} are loaded and {} held "
                    "out for inserts; use more keys",
                    workload.name, row.keys, row.dataset, row.threads, row.loaded_keys, row.keys - row.loaded_keys));
  }
  for (CellPlan& cell : row.cells) cell.operations = std::min(cell.operations, most);
  row.notes.push_back(fmt::format("operations lowered from {} to {}: {} keys are loaded and {} held out for inserts",
                                  wanted, most, row.loaded_keys, row.keys - row.loaded_keys));
}

}  // namespace

RowPlan plan_row(const PreparedRun& run, const Dataset& dataset, const RowKeys& keys, const Workload& workload,
                 std::uint64_t threads) {
  RowPlan row;
  row.dataset = dataset.info().name;
  row.keys = keys.keys.size();
  row.loaded_keys = keys.loaded;
  row.notes = keys.notes;
  row.workload = workload.name;
  row.threads = threads;
  row.ordered = workload.ordered();
  row.mutates = workload.mutates();
  row.reshapes = workload.reshapes();
  row.oversubscribed = threads > std::thread::hardware_concurrency();
  for (const std::string& name : run.plan.indexes) {
    const WorkerIndex& index = *run.workers.find(name);
    CellPlan cell = plan_cell(index, row, workload, run.plan, run.memory_limit_bytes);
    // A reference line that does not apply to the row is no information.
    if (index.info.family == Family::kReference && cell.status == TrialStatus::kUnsupported) continue;
    if (index.info.family == Family::kReference && workload.mutates()) continue;
    row.cells.push_back(std::move(cell));
  }
  if (workload.phases.size() > 1) even_out_operations(row);
  lower_operations(row, workload);
  for (const CellPlan& cell : row.cells) row.operations = std::max(row.operations, cell.operations);
  plan_modes(run.plan, workload, row);
  return row;
}

namespace {

void refuse_what_cannot_fit(const PreparedRun& run) {
  const std::uint64_t available = available_memory_bytes();
  for (const RowPlan& row : run.header.rows) {
    const std::uint64_t shared = shared_bytes_of(row);
    if (shared > available) {
      throw Error(
          fmt::format("{} with {} keys and {} operations does not fit: needs {} bytes, {} are available; "
                      "lower -n or --ops",
                      row.dataset, row.keys, row.operations, shared, available));
    }
    if (row.cells.empty()) continue;
    const bool none_runs =
        std::ranges::all_of(row.cells, [](const CellPlan& cell) { return cell.status == TrialStatus::kNotRun; });
    if (none_runs) {
      throw Error(fmt::format("{} with {} keys: no index fits in memory ({}: {}); lower -n or raise --memory-limit",
                              row.dataset, row.keys, row.cells[0].index, row.cells[0].reason));
    }
  }
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
  run.min_rounds = std::max<std::uint64_t>(kMinChampionRounds, minimum_blocks(comparisons));
  run.max_rounds = 2 * run.min_rounds;
}

void resolve_indexes(PreparedRun& run) {
  std::vector<std::string> known;
  for (const WorkerIndex& index : run.workers.indexes) known.push_back(index.info.name);
  run.plan.indexes = match_names(run.plan.indexes, known, "index");
  for (const PluginFacts& plugin : run.workers.plugins) {
    for (const std::string& name : plugin.indexes) {
      if (std::ranges::find(run.plan.indexes, name) == run.plan.indexes.end()) run.plan.indexes.push_back(name);
    }
  }
  // The bound that catches implausible numbers belongs to every read-only row.
  if (run.workers.find(kOracle) != nullptr && std::ranges::find(run.plan.indexes, kOracle) == run.plan.indexes.end()) {
    run.plan.indexes.emplace_back(kOracle);
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

nlohmann::ordered_json to_json(const PluginFacts& plugin) {
  return {{"file", plugin.file.filename().string()},
          {"sha256", plugin.sha256},
          {"version", plugin.version},
          {"compiler", plugin.compiler},
          {"isa", plugin.isa},
          {"indexes", plugin.indexes}};
}

/// A plugin may have been compiled for another instruction set than what it is compared with.
void announce_plugins(const WorkerSet& workers, const Announce& announce) {
  for (const PluginFacts& plugin : workers.plugins) {
    if (plugin.isa == workers.isa) continue;
    announce(fmt::format("note: plugin '{}' was compiled for {}, the built-in indexes for {}",
                         plugin.file.filename().string(), plugin.isa, workers.isa));
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
      if (fnmatch(pattern.c_str(), name.c_str(), 0) != 0) continue;
      any = true;
      if (std::ranges::find(matched, name) == matched.end()) matched.push_back(name);
    }
    if (!any) {
      throw Error(fmt::format("unknown {} '{}'{}; see 'omenbench list {}s'", what, pattern,
                              did_you_mean(pattern, known), what == "index" ? "indexe" : what));
    }
  }
  return matched;
}

PreparedRun prepare_run(const Plan& plan, const Announce& announce, GivenParts given) {
  refuse_unusable_cpus(plan.pin);
  refuse_conflicting_modes(plan);
  PreparedRun run;
  run.plan = plan;
  run.plan.cold_bytes = bytes_to_evict(plan);
  run.workers = discover_workers({.isa = plan.isa,
                                  .extra_workers = {plan.extra_workers.begin(), plan.extra_workers.end()},
                                  .plugins = {plan.plugins.begin(), plan.plugins.end()}});
  announce_plugins(run.workers, announce);
  resolve_indexes(run);
  if (given.workloads.empty()) run.plan.workloads = resolve_workloads(plan.workloads);
  for (const std::uint64_t threads : plan.threads) {
    if (threads > kMaxThreads) throw Error(fmt::format("-t {}: at most {} threads", threads, kMaxThreads));
  }
  std::vector<DatasetRequest> requests;
  const auto load = [&](const std::vector<std::string>& alternatives, std::optional<std::uint64_t> keys) {
    Loaded loaded = load_first(alternatives, keys, plan, announce);
    run.datasets.push_back(std::move(loaded.dataset));
    requests.push_back(std::move(loaded.request));
  };
  run.datasets = std::move(given.datasets);
  requests.resize(run.datasets.size());
  for (const auto& alternatives : run.datasets.empty() ? plan.datasets : decltype(plan.datasets)()) {
    if (plan.keys.empty()) load(alternatives, std::nullopt);
    for (const std::uint64_t keys : plan.keys) load(alternatives, keys);
  }
  run.memory_limit_bytes = trial_memory(plan);
  RunHeader& header = run.header;
  header.started = utc_now();
  header.tool = tool_info();
  header.tool["isa"] = run.workers.isa;
  header.tool["build_id"] = run.workers.build_id;
  for (const PluginFacts& plugin : run.workers.plugins) header.tool["plugins"].push_back(to_json(plugin));
  header.environment = describe_environment();
  for (const std::string& name : run.plan.indexes) header.indexes.push_back(summary_of(*run.workers.find(name)));
  std::vector<Workload> workloads = std::move(given.workloads);
  for (const std::string& name : workloads.empty() ? run.plan.workloads : std::vector<std::string>()) {
    workloads.push_back(load_workload(name));
    const auto same = [&](const Workload& other) { return other.name == workloads.back().name; };
    if (std::ranges::count_if(workloads, same) > 1) {
      throw Error(
          fmt::format("two workloads are named '{}'; name the one of '{}' otherwise", workloads.back().name, name));
    }
  }
  for (std::size_t d = 0; d < run.datasets.size(); ++d) {
    const Dataset& dataset = run.datasets[d];
    if (dataset.keys().empty()) throw Error(fmt::format("dataset '{}' holds no keys", dataset.info().name));
    const auto same = [&](const DatasetSummary& other) {
      return other.name == dataset.info().name && other.sha256 == dataset.info().sha256;
    };
    if (std::ranges::any_of(header.datasets, same)) {
      throw Error(fmt::format("dataset '{}' with {} keys is named twice", dataset.info().name, dataset.info().n));
    }
    header.datasets.push_back(summary_of(dataset.info()));
    for (const Workload& workload : workloads) {
      run.row_keys.push_back(make_row_keys(dataset, requests[d], workload, announce));
      const RowKeys& keys = *run.row_keys.back();
      for (const std::uint64_t threads : workload.threads != 0 ? std::vector{workload.threads} : plan.threads) {
        header.rows.push_back(plan_row(run, dataset, keys, workload, threads));
        run.inputs.push_back({keys.keys, dataset.info().sha256, workload, keys.history});
      }
    }
  }
  refuse_what_cannot_fit(run);
  decide_rounds(run);
  header.plan = to_json(run.plan);
  header.plan["min_rounds"] = run.min_rounds;
  header.plan["max_rounds"] = run.max_rounds;
  header.plan["trial_memory_limit_bytes"] = run.memory_limit_bytes;
  header.plan["memory_limit_mechanism"] = "RLIMIT_AS";
  return run;
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

void fail_server_cells(PreparedRun& run, const std::string& server, const std::string& reason) {
  for (RowPlan& row : run.header.rows) {
    for (CellPlan& cell : row.cells) {
      if (run.workers.find(cell.index)->info.server != server || cell.status != TrialStatus::kOk) continue;
      cell.status = TrialStatus::kError;
      cell.reason = reason;
    }
  }
}

RowEstimate estimate_row(const PreparedRun& run, const RowPlan& row) {
  struct Cost {
    double build_ns_per_key, operation_ns, start_ms;
  };
  // Orders of magnitude, for a progress estimate and nothing else.
  constexpr Cost kCosts[] = {{150, 250, 10}, {0, 3'000, 20}, {0, 40'000, 40}};
  RowEstimate estimate{.shared_bytes = shared_bytes_of(row)};
  for (const CellPlan& cell : row.cells) {
    if (cell.status != TrialStatus::kOk) continue;
    const WorkerIndex& index = *run.workers.find(cell.index);
    const Cost& cost = kCosts[static_cast<int>(index.info.tier)];
    const auto passes = index.engine || row.mutates ? 2.1 : 3.2;
    const double per_operation = index.info.max_operations != 0 ? static_cast<double>(row.keys) * 0.6
                                                                : cost.operation_ns * (row.ordered ? 4 : 1);
    estimate.seconds_per_round += cost.start_ms / 1e3 + cost.build_ns_per_key * static_cast<double>(row.keys) / 1e9 +
                                  per_operation * passes * static_cast<double>(cell.operations) / 1e9;
    estimate.seconds_per_round += estimate_modes_s(run.plan, cell, per_operation);
    if (!index.engine) {
      estimate.largest_cell_bytes = std::max(estimate.largest_cell_bytes, bytes_of_cell(index, row.keys));
    }
  }
  return estimate;
}

}  // namespace omenbench
