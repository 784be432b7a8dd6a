// See the header.
#include "tools/omenbench/plan_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/passes.h"
#include "core/stretches.h"
#include "harness/environment.h"
#include "results/text.h"
#include "tools/omenbench/fitting_kinds.h"
#include "tools/omenbench/modes.h"

namespace omenbench {
namespace {

std::uint64_t operations_of(const WorkerIndex& index, const Workload& workload, const TierOperations& operations,
                            std::uint64_t threads) {
  std::uint64_t count = operations.in_process;
  if (index.info.tier == Tier::kEmbedded) count = operations.embedded;
  if (index.info.tier == Tier::kServer) count = operations.server;
  if (workload.operations != 0 && !operations.forced) count = workload.operations;
  if (index.info.max_operations != 0) count = std::min(count, index.info.max_operations);
  return std::max(count, threads);
}

/// Processors that the threads of a trial can run on at a time: not those that the machine has, but those that this
/// program may use, was told to use, and is granted time on.
std::uint64_t processors_of(const PreparedRun& run) {
  const Environment& machine = run.header.environment;
  const std::uint64_t usable = std::max<std::uint64_t>(1, machine.usable_cpus);
  const std::set<std::int32_t> pinned(run.plan.pin.begin(), run.plan.pin.end());
  const auto granted = static_cast<std::uint64_t>(std::ceil(machine.cpu_quota));
  return std::min({usable, pinned.empty() ? usable : pinned.size(), granted == 0 ? usable : granted});
}

/// Of the texts of all keys: what is loaded stands for the rest.
std::uint64_t text_bytes_of(const RowPlan& row) {
  if (row.key_kind.empty() || row.loaded_keys == 0) return 0;
  const double of_one = static_cast<double>(row.entry_bytes) / static_cast<double>(row.loaded_keys) - sizeof(Payload);
  return static_cast<std::uint64_t>(of_one * static_cast<double>(row.keys));
}

/// An engine that threads cannot write to together gives each of them contents of its own.
std::uint64_t bytes_of_cell(const WorkerIndex& index, const RowPlan& row, const Plan& plan) {
  const std::uint64_t copies = index.engine && !index.info.capabilities.concurrent ? row.threads : 1;
  return copies * (static_cast<std::uint64_t>(index.info.peak_bytes_per_key * static_cast<double>(row.keys)) +
                   text_bytes_of(row)) +
         (index.takes_pool() ? row.threads * plan.pool_bytes : 0) + (std::uint64_t{16} << 20);
}

std::uint64_t shared_bytes_of(const RowPlan& row) {
  // Entries; operations and positions of every pass, and those of one more in the generator's hands, with the warm-up;
  // latency samples.
  std::uint64_t open = 0;
  for (const CellPlan& cell : row.cells) open = std::max(open, cell.open_operations);
  const std::uint64_t stretches = row.mutates ? 1 : (open > 0 ? 5 : 4);
  // In an open loop also when each arrives, its latency and its lag.
  const std::uint64_t text = text_bytes_of(row);
  // Byte strings travel with the operations too, each behind a word.
  const std::uint64_t key = text == 0 ? 0 : sizeof(Key) + text / row.keys;
  const std::uint64_t answers = row.record_bytes == 0 ? 0 : row.keys * sizeof(std::uint64_t);
  return row.keys * 16 + answers + text +
         row.operations * ((stretches + 1) * (16 + 8 + 2 + key) + 4 + (open > 0 ? 8 : 0)) + open * 16;
}

CellPlan plan_cell(const WorkerIndex& index, const RowPlan& row, const Workload& workload, const Plan& plan,
                   std::uint64_t memory_limit_bytes) {
  CellPlan cell;
  cell.index = index.info.name;
  cell.operations = operations_of(index, workload, plan.operations, row.threads);
  cell.reason = unsupported_reason(index, workload, row.threads);
  if (!cell.reason.empty()) {
    cell.status = TrialStatus::kUnsupported;
  } else if (const std::uint64_t bytes = bytes_of_cell(index, row, plan); bytes > memory_limit_bytes) {
    cell.status = TrialStatus::kNotRun;
    cell.reason = fmt::format("needs about {} bytes of memory, {} are available", with_commas(bytes),
                              with_commas(memory_limit_bytes));
  }
  return cell;
}

/// As many operations as the slowest tier runs, in every cell.
void even_out_operations(RowPlan& row, const char* why) {
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 0;
  for (const CellPlan& cell : row.cells) {
    if (cell.status != TrialStatus::kOk) continue;
    least = std::min(least, cell.operations);
    most = std::max(most, cell.operations);
  }
  if (least >= most) return;
  for (CellPlan& cell : row.cells) cell.operations = least;
  row.notes.push_back(fmt::format("every index runs {} operations: {}", least, why));
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

/// Sizes: what of the keys is loaded takes as much text as any other part of them.
void note_byte_strings(RowPlan& row, std::string_view text) {
  row.key_kind = to_string(KeyKind::kBytes);
  const double loaded = static_cast<double>(row.loaded_keys) / static_cast<double>(row.keys);
  row.entry_bytes =
      row.loaded_keys * sizeof(Payload) + static_cast<std::uint64_t>(loaded * static_cast<double>(text.size()));
}

/// Which indexes a row of byte strings is without, by the kind of key that they take.
void note_left_out(RowPlan& row, const std::map<KeyKind, std::string>& names) {
  for (const auto& [kind, those] : names) {
    if (!those.empty()) row.notes.push_back(fmt::format("left out, for they take {} only: {}", words_of(kind), those));
  }
}

/// What a row of repeated keys must say, and how many operations make a pass that ends: a lookup reads all of its key.
void note_repeats(RowPlan& row, std::span<const Key> keys) {
  constexpr double kMostRead = 1e9;  // entries, in the lookups of a pass
  constexpr std::uint64_t kFewestOperations = 1000;
  std::uint64_t longest = 0;
  double squares = 0;
  for (std::size_t begin = 0, end = 0; begin < keys.size(); begin = end) {
    while (end < keys.size() && keys[end] == keys[begin]) ++end;
    longest = std::max<std::uint64_t>(longest, end - begin);
    squares += static_cast<double>(end - begin) * static_cast<double>(end - begin);
    ++row.distinct_keys;
  }
  const double read = squares / static_cast<double>(keys.size());
  row.notes.push_back(fmt::format(
      "keys repeat: {} of the {} differ, at most {} are alike; a lookup answers with the number and the sum "
      "of the payloads of all entries of its key, {} on average",
      with_commas(row.distinct_keys), with_commas(keys.size()), with_commas(longest), three_digits(read)));
  row.entry_bytes = row.loaded_keys * sizeof(Payload) + row.distinct_keys * sizeof(Key);
  const auto most = std::max(kFewestOperations, static_cast<std::uint64_t>(kMostRead / read));
  bool lowered = false;
  for (CellPlan& cell : row.cells) {
    lowered |= cell.operations > most;
    cell.operations = std::min(cell.operations, most);
  }
  if (lowered)
    row.notes.push_back(fmt::format("operations lowered to {}: so many read {:.0g} entries", most, kMostRead));
}

/// What a row of records must say, and how many operations make a pass that ends: a scan reads all of its records.
void note_records(RowPlan& row, const Workload& workload, std::uint64_t record_bytes) {
  constexpr double kMostRead = 2e10;  // bytes, in a pass
  constexpr std::uint64_t kFewestOperations = 1000;
  row.record_bytes = record_bytes;
  row.entry_bytes = row.loaded_keys * (sizeof(Key) + record_bytes);
  row.notes.push_back(
      fmt::format("beside each key lies a record of {} bytes, of which a read takes every one "
                  "(docs/records.md)",
                  record_bytes));
  double entries = 1;  // of an operation, in the phase that reads most
  for (const WorkloadPhase& phase : workload.phases) {
    const double length = (phase.scan_length.shortest + phase.scan_length.longest) / 2.0;
    entries = std::max(entries, 1 + phase.part(OpKind::kScan) * (length - 1));
  }
  const auto most = std::max(kFewestOperations,
                             static_cast<std::uint64_t>(kMostRead / (entries * static_cast<double>(record_bytes))));
  bool lowered = false;
  for (CellPlan& cell : row.cells) {
    lowered |= cell.operations > most;
    cell.operations = std::min(cell.operations, most);
  }
  if (lowered) row.notes.push_back(fmt::format("operations lowered to {}: so many read {:.0g} bytes", most, kMostRead));
}

std::uint64_t longest_key(std::span<const Key> places) {
  std::uint64_t longest = 0;
  for (const Key place : places) longest = std::max<std::uint64_t>(longest, length_of(place));
  return longest;
}

/// Keys that are asked for and absent are made a little longer than those that are there.
void refuse_long_keys(const WorkerIndex& index, std::uint64_t longest, CellPlan& cell) {
  const std::uint64_t most = index.info.max_key_bytes;
  if (most == 0 || longest < most) return;
  cell.status = TrialStatus::kUnsupported;
  cell.reason = fmt::format("takes keys of fewer than {} bytes, the longest has {}", most, longest);
}

/// The passes of the plan's that tell something of the index on such a stream, as bits.
std::uint32_t passes_that_apply(const WorkerIndex& index, const RowPlan& row, const Plan& plan) {
  const StreamTraits stream{.writes = row.mutates, .lookups_only = !row.mutates && !row.ordered};
  const bool together = std::ranges::find(index.info.parameters, kTimedTogether) != index.info.parameters.end();
  return closed_passes(index.info.capabilities, index.engine, stream) & passes_of(plan) &
         ~(together ? bit_of(Pass::kLatency) : 0U);
}

/// An index of which the chosen passes tell nothing has nothing to run.
void leave_out_unpassed(RowPlan& row, const PreparedRun& run) {
  if (run.plan.cold) return;
  bool any = false, unpassed = false;
  for (CellPlan& cell : row.cells) {
    if (cell.status != TrialStatus::kOk) continue;
    const WorkerIndex& index = *run.workers.find(cell.index);
    if (passes_that_apply(index, row, run.plan) == 0) {
      unpassed = true;
      cell.status = TrialStatus::kUnsupported;
      cell.reason = fmt::format("has no {} pass here", fmt::join(run.plan.passes, " or "));
    }
    any |= cell.status == TrialStatus::kOk && index.info.family != Family::kReference;
  }
  if (any || !unpassed) return;
  throw Error(fmt::format("--passes {}: none of these indexes has such a pass with workload '{}'{}; add throughput",
                          fmt::join(run.plan.passes, ","), row.workload, row.mutates ? ", which writes" : ""));
}

}  // namespace

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

RowPlan plan_row(const PreparedRun& run, const Dataset& dataset, const RowKeys& keys, const Workload& workload,
                 std::uint64_t threads) {
  RowPlan row;
  row.dataset = dataset.info().name;
  row.keys = keys.keys.size();
  row.loaded_keys = keys.loaded;
  if (keys.loaded == 0 && !workload.has(OpKind::kInsert)) {
    throw Error(
        fmt::format("workload '{}' has no keys to work on: its 'bulk_load' of {} loads none of the {} keys of "
                    "'{}', and it inserts none",
                    workload.name, workload.bulk_load, row.keys, row.dataset));
  }
  row.notes = keys.notes;
  row.workload = workload.name;
  row.threads = threads;
  row.ordered = workload.ordered();
  row.mutates = workload.mutates();
  row.reshapes = workload.reshapes();
  row.oversubscribed = threads > processors_of(run);
  if (dataset.text()) note_byte_strings(row, *dataset.text());
  const std::uint64_t longest = dataset.text() ? longest_key(dataset.keys()) : 0;
  const std::set<KeyKind> kinds = fitting_kinds(dataset);
  std::map<KeyKind, std::string> left_out;
  for (const std::string& name : run.plan.indexes) {
    const WorkerIndex& index = *run.workers.find(name);
    if (!kinds.contains(index.info.key_kind)) {
      std::string& names = left_out[index.info.key_kind];
      if (index.info.family != Family::kReference) names += (names.empty() ? "" : ", ") + name;
      continue;
    }
    CellPlan cell = plan_cell(index, row, workload, run.plan, run.memory_limit_bytes);
    if (cell.status == TrialStatus::kOk && dataset.text()) refuse_long_keys(index, longest, cell);
    // A reference line that does not apply to the row is no information.
    if (index.info.family == Family::kReference && cell.status == TrialStatus::kUnsupported) continue;
    if (index.info.family == Family::kReference && workload.mutates()) continue;
    row.cells.push_back(std::move(cell));
  }
  if (dataset.text()) note_left_out(row, left_out);
  if (keys.history.repeat) note_repeats(row, keys.keys);
  if (run.plan.record_bytes != 0) note_records(row, workload, run.plan.record_bytes);
  row.passes = run.plan.passes;
  leave_out_unpassed(row, run);
  if (workload.phases.size() > 1) even_out_operations(row, "phases cannot be cut to a prefix");
  if (row.mutates && !run.plan.versus.empty()) {
    even_out_operations(row, "with --versus, whose pairs must have written the same");
  }
  lower_operations(row, workload);
  for (const CellPlan& cell : row.cells) row.operations = std::max(row.operations, cell.operations);
  plan_modes(run.plan, workload, row);
  return row;
}

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

RowEstimate estimate_row(const PreparedRun& run, const RowPlan& row) {
  struct Cost {
    double build_ns_per_key, operation_ns, start_ms;
  };
  // Orders of magnitude, for a progress estimate and nothing else.
  constexpr Cost kCosts[] = {{150, 250, 10}, {0, 3'000, 20}, {0, 40'000, 40}};
  RowEstimate estimate{.shared_bytes = shared_bytes_of(row)};
  double timed_s = 0;  // what phases that last seconds take together
  const auto number = static_cast<std::size_t>(&row - run.header.rows.data());
  for (const WorkloadPhase& phase : run.inputs[number].workload.phases) timed_s += phase.seconds;
  for (const CellPlan& cell : row.cells) {
    if (cell.status != TrialStatus::kOk) continue;
    const WorkerIndex& index = *run.workers.find(cell.index);
    const Cost& cost = kCosts[static_cast<int>(index.info.tier)];
    double passes = 0;
    for (std::uint32_t left = passes_that_apply(index, row, run.plan); left != 0; left &= left - 1) passes += 1.05;
    const double per_operation = index.info.max_operations != 0 ? static_cast<double>(row.keys) * 0.6
                                                                : cost.operation_ns * (row.ordered ? 4 : 1);
    const double pass_s = row.timed ? timed_s : per_operation * static_cast<double>(cell.operations) / 1e9;
    estimate.seconds_per_round +=
        cost.start_ms / 1e3 + cost.build_ns_per_key * static_cast<double>(row.keys) / 1e9 + passes * pass_s;
    estimate.seconds_per_round += estimate_modes_s(run.plan, cell, per_operation);
    if (!index.engine) {
      estimate.largest_cell_bytes = std::max(estimate.largest_cell_bytes, bytes_of_cell(index, row, run.plan));
    }
  }
  return estimate;
}

}  // namespace omenbench
