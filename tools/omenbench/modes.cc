// See the header.
#include "tools/omenbench/modes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "harness/environment.h"
#include "harness/trial_limits.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kFallbackCacheBytes = std::uint64_t{32} << 20;

/// Arrivals per second that the row begins with; 0: closed loop.
double rate_of(const Plan& plan, const Workload& workload) {
  double rate = plan.rate;
  for (const WorkloadPhase& phase : workload.phases) rate = std::max(rate, phase.rate);
  return rate;
}

std::uint64_t open_operations(const Plan& plan, const Workload& workload, const RowPlan& row, const CellPlan& cell) {
  if (workload.phases.size() > 1) return cell.operations;
  if (plan.search_rate) {
    const std::uint64_t least = kMaxProbes * (kMinProbeSamples + row.threads);
    const std::uint64_t steps = std::max(cell.operations, least);
    return std::max(row.threads,
                    feasible_operations(workload, row.keys, row.loaded_keys, row.threads, steps));  // keys run out
  }
  const double rate = workload.phases[0].rate > 0 ? workload.phases[0].rate : plan.rate;
  const double seconds = workload.phases[0].seconds > 0 ? workload.phases[0].seconds : plan.duration_s;
  const auto wanted = std::max(row.threads, static_cast<std::uint64_t>(std::llround(rate * seconds)));
  if (!workload.reshapes()) return wanted;
  return std::max(row.threads,
                  feasible_operations(workload, row.keys, row.loaded_keys, row.threads, wanted));  // keys run out
}

/// Where no probe could say how many operations a phase's seconds are.
void refuse_seconds(const Plan& plan, const Workload& workload, const RowPlan& row) {
  if (!row.timed) return;
  if (plan.rate > 0 && workload.phases.size() > 1) {
    throw Error(
        fmt::format("--rate: phases of workload '{}' last seconds in a closed loop; give each its own 'rate', "
                    "or --ops",
                    workload.name));
  }
}

}  // namespace

void refuse_conflicting_modes(const Plan& plan) {
  const bool open = plan.rate > 0 || plan.search_rate;
  if (plan.search_rate && plan.p99_limit_s == 0) throw Error("--rate max needs a limit: --p99-limit 1ms");
  if (!plan.search_rate && plan.p99_limit_s != 0) throw Error("--p99-limit goes with --rate max");
  if (plan.search_rate && plan.duration_s != Plan{}.duration_s) {
    throw Error("--duration goes with a given rate; with --rate max the search takes what --ops gives it");
  }
  if (!open && plan.duration_s != Plan{}.duration_s) throw Error("'duration_s' of a plan goes with its 'rate'");
  if (!plan.cold && plan.cold_bytes != 0) throw Error("'cold_bytes' of a plan goes with its 'cold'");
  if (plan.cold && open)
    throw Error("--cold and --rate cannot be combined: evicting caches takes longer than arrivals");
  if (plan.cold && plan.timeline != 0) throw Error("--cold and --timeline cannot be combined");
  const auto without = [&](const char* pass) {
    return !plan.passes.empty() && std::ranges::find(plan.passes, pass) == plan.passes.end();
  };
  if (plan.cold && !plan.passes.empty()) throw Error("--cold measures latencies alone: --passes does not go with it");
  if (plan.timeline != 0 && without("latency")) throw Error("--timeline cuts the latency pass: add it to --passes");
  if (plan.search_rate && without("throughput")) {
    throw Error("--rate max starts from what the throughput pass did: add it to --passes");
  }
  if (plan.passes == std::vector<std::string>{"batched"}) {
    throw Error("--passes: no verdict is about batches alone; add throughput, dependent or latency");
  }
  if (plan.cold && plan.explain) {
    throw Error("--cold and --explain cannot be combined: what is read to evict the caches would be counted as well");
  }
  if (plan.timeline > kMaxWindows) throw Error(fmt::format("--timeline: at most {} windows", kMaxWindows));
}

static std::uint64_t largest_cache_bytes() {
  std::uint64_t largest = 0;
  for (const CpuCache& cache : read_machine().caches) largest = std::max(largest, cache.size_bytes);
  return largest == 0 ? kFallbackCacheBytes : largest;
}

std::uint64_t bytes_to_evict(const Plan& plan) {
  if (!plan.cold) return 0;
  return plan.cold_bytes != 0 ? plan.cold_bytes : 2 * largest_cache_bytes();
}

static std::string cold_caveat(const Plan& plan) {
  if (!plan.cold || plan.cold_bytes >= largest_cache_bytes()) return "";
  return fmt::format(
      "cold caches: {} bytes are read before each operation, the largest cache holds {}: some of what is "
      "called cold may be warm",
      plan.cold_bytes, largest_cache_bytes());
}

void plan_modes(const Plan& plan, const Workload& workload, RowPlan& row) {
  row.cold = plan.cold;
  row.timed = workload.timed() && !plan.operations.forced && !plan.cold;
  refuse_seconds(plan, workload, row);
  if (const std::string caveat = cold_caveat(plan); !caveat.empty()) row.notes.push_back(caveat);
  if (plan.cold || (!plan.search_rate && rate_of(plan, workload) == 0)) return;
  if (plan.search_rate && workload.phases.size() > 1) {
    throw Error(fmt::format("--rate max: workload '{}' has {} phases; the search needs one", workload.name,
                            workload.phases.size()));
  }
  for (CellPlan& cell : row.cells) {
    if (cell.status == TrialStatus::kOk) cell.open_operations = open_operations(plan, workload, row, cell);
    row.operations = std::max(row.operations, cell.open_operations);
  }
}

double estimate_modes_s(const Plan& plan, const CellPlan& cell, double operation_ns) {
  if (plan.cold) return eviction_s(plan.cold_bytes, cell.operations);
  if (cell.open_operations == 0) return 0;
  if (plan.search_rate) return static_cast<double>(cell.open_operations) * 3 * operation_ns / 1e9;
  return plan.rate > 0 ? static_cast<double>(cell.open_operations) / plan.rate : plan.duration_s;
}

}  // namespace omenbench
