// See the header.
#include "harness/phase_seconds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace omenbench {
namespace {

std::uint64_t operations_in(double seconds, double ns_per_op) {
  constexpr double kMost = 1e15;
  return static_cast<std::uint64_t>(std::clamp(std::floor(seconds * 1e9 / ns_per_op), 1.0, kMost));
}

/// Nanoseconds per operation of one phase of a trial.
double pace_of(const TrialRecord& trial, const Workload& workload, std::size_t phase) {
  return workload.phases.size() > 1 ? trial.phases.at(phase).ns_per_op
                                    : trial.passes[static_cast<int>(Pass::kThroughput)].ns_per_op;
}

/// Per phase what its file counts, or what the slowest index does in its seconds.
std::vector<std::uint64_t> counts_of(const Workload& workload, const std::vector<TrialRecord>& probes) {
  std::vector<std::uint64_t> counts;
  for (std::size_t p = 0; p < workload.phases.size(); ++p) {
    const WorkloadPhase& phase = workload.phases[p];
    double slowest = 0;
    for (const TrialRecord& probe : probes) slowest = std::max(slowest, pace_of(probe, workload, p));
    counts.push_back(phase.operations != 0 ? phase.operations : operations_in(phase.seconds, slowest));
  }
  return counts;
}

void keep_below(std::vector<std::uint64_t>& counts, std::uint64_t most, const char* why, RowPlan& row) {
  const std::uint64_t wanted = std::reduce(counts.begin(), counts.end());
  if (wanted <= most) return;
  const double share = static_cast<double>(most) / static_cast<double>(wanted);
  for (std::uint64_t& count : counts) {
    count = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(count) * share));
  }
  row.notes.push_back(
      fmt::format("phases end before their seconds are over, with {} operations instead of {}: {}", most, wanted, why));
}

/// Each index as far as it comes in the time.
void count_each(double seconds, const std::vector<TrialRecord>& probes, std::uint64_t most, RowPlan& row) {
  std::string stopped;
  for (CellPlan& cell : row.cells) {
    const auto probe = std::ranges::find(probes, cell.index, &TrialRecord::index);
    if (probe == probes.end()) continue;
    const double pace = probe->passes[static_cast<int>(Pass::kThroughput)].ns_per_op;
    const std::uint64_t wanted = operations_in(seconds, pace);
    cell.operations = std::max(row.threads, std::min(wanted, most));
    if (wanted > most) stopped += (stopped.empty() ? "" : ", ") + cell.index;
  }
  row.notes.push_back(fmt::format("{:g} s are as many operations as each index did in that time in a probe", seconds));
  if (!stopped.empty()) {
    row.notes.push_back(
        fmt::format("ends after {} operations, before the {:g} s are over: {}", most, seconds, stopped));
  }
}

}  // namespace

void count_seconds(const Workload& workload, const std::vector<TrialRecord>& probes, std::uint64_t most, RowPlan& row) {
  if (probes.empty()) return;
  const auto probed = [&](const CellPlan& cell) {
    return std::ranges::find(probes, cell.index, &TrialRecord::index) != probes.end();
  };
  if (workload.phases.size() == 1 && !workload.mutates()) {
    count_each(workload.phases[0].seconds, probes, most, row);
  } else {
    std::vector<std::uint64_t> counts = counts_of(workload, probes);
    keep_below(counts, most, "streams get no longer", row);
    const std::uint64_t wanted = std::reduce(counts.begin(), counts.end());
    const Workload counted = with_counts(workload, counts);
    keep_below(counts, feasible_operations(counted, row.keys, row.loaded_keys, row.threads, wanted),
               "keys to insert or erase run out", row);
    const std::uint64_t all = std::max(row.threads, std::reduce(counts.begin(), counts.end()));
    for (CellPlan& cell : row.cells) {
      if (!probed(cell)) continue;
      cell.operations = all;
      if (cell.open_operations != 0 && workload.phases.size() > 1) cell.open_operations = all;
    }
    row.notes.push_back(
        fmt::format("every index runs {} operations: what the slowest did in the phases' seconds in a probe", all));
    row.phase_operations = std::move(counts);
  }
  row.operations = 0;
  for (const CellPlan& cell : row.cells) {
    if (probed(cell)) row.operations = std::max({row.operations, cell.operations, cell.open_operations});
  }
  if (row.phase_operations.empty()) row.phase_operations = {row.operations};
}

Workload with_counts(Workload workload, const std::vector<std::uint64_t>& phase_operations) {
  const auto all = static_cast<double>(std::reduce(phase_operations.begin(), phase_operations.end()));
  for (std::size_t p = 0; p < workload.phases.size(); ++p) {
    workload.phases[p].share = static_cast<double>(phase_operations.at(p)) / all;
  }
  return workload;
}

}  // namespace omenbench
