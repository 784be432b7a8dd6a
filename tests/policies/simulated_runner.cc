// See the header.
#include "simulated_runner.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"

namespace omenbench::testing {
namespace {

constexpr std::uint64_t kOperations = 64;

double normal(Rng& rng) {
  return std::sqrt(-2 * std::log1p(-rng.uniform())) * std::cos(2 * 3.14159265358979 * rng.uniform());
}

/// With a standard deviation of about `scale`, and rare values far out.
double heavy_tailed(Rng& rng, double scale) {
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += std::pow(normal(rng), 2);
  return scale / std::sqrt(3.0) * normal(rng) / std::sqrt(squares / 3);
}

void measure(const TrialJob& job, double ns_per_op, TrialRecord& record) {
  const auto pass = [&](Pass which, double ns) {
    record.passes[static_cast<int>(which)] = {.present = true, .operations = job.length.operations, .ns_per_op = ns};
  };
  pass(Pass::kThroughput, ns_per_op);
  record.build_ns = 1'000'000;
  record.total_bytes = 32 * job.row.entry_count;
  if (job.length.throughput_only) return;
  pass(Pass::kDependent, 2 * ns_per_op);
  pass(Pass::kLatency, 2 * ns_per_op);
  record.latency.samples = job.length.operations;
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    record.latency.percentiles[i] = ns_per_op * (2 + static_cast<double>(i));
  }
}

}  // namespace

std::size_t SimulatedRunner::count(const std::string& entry) const {
  return static_cast<std::size_t>(std::ranges::count(log, entry));
}

double SimulatedRunner::disturbance(const TrialJob& job) {
  const std::string what = job.index.executable.string() + " " + job.index.info.name + " " + job.round.sha256;
  Rng rng(mix64(mix64(seed_, std::string_view(what)), repetitions_[what]++));
  return std::exp(heavy_tailed(rng, noise)) * std::pow(1 + drift_per_trial, static_cast<double>(trials_));
}

double SimulatedRunner::lose_processor(TrialRecord& record) {
  Rng rng(mix64(mix64(seed_, "lost processor"), trials_));
  record.involuntary_switches = losing.empty() ? 0 : rng.below(4);  // a quiet world has none
  if (const auto planted = preempted.find({record.index, trials_of_[record.index]}); planted != preempted.end()) {
    record.involuntary_switches += static_cast<std::uint64_t>(20 * planted->second);
    return planted->second;
  }
  const auto share = losing.find(record.index);
  if (share == losing.end() || rng.uniform() >= share->second) return 1;
  record.involuntary_switches += 50 + rng.below(200);
  return 1.2 + 0.8 * rng.uniform();
}

TrialRecord SimulatedRunner::run(const TrialJob& job) {
  const std::string& name = job.index.info.name;
  ++trials_;
  log.push_back(name);
  last_limits = job.limits;
  TrialRecord record;
  record.index = name;
  record.stream_sha256 = job.round.sha256;
  const auto offset = offsets.find(job.index.executable.string());
  const double ns =
      truth(job) * disturbance(job) * lose_processor(record) * (offset == offsets.end() ? 1 : offset->second);
  record.wall_ms = 1e3 * trial_s * ns / 100;
  now_ns_ += static_cast<std::uint64_t>(1e6 * record.wall_ms);
  if (interrupted()) {
    record.status = TrialStatus::kInterrupted;
    return record;
  }
  if (const auto failure = failures.find({name, trials_of_[name]++}); failure != failures.end()) {
    record.status = failure->second;
    record.reason = "planted";
    return record;
  }
  measure(job, ns, record);
  if (job.limits.counting == Counting::kPerf) {
    record.counts.emplace();
    record.counts->operations = job.length.operations;
    record.counts->per_operation[static_cast<std::size_t>(Event::kInstructions)] = truth(job);
  }
  if (const auto structure = structure_of.find(name); structure != structure_of.end()) {
    record.build_ns = static_cast<std::uint64_t>(structure->second * static_cast<double>(record.build_ns));
    record.total_bytes = static_cast<std::uint64_t>(structure->second * static_cast<double>(record.total_bytes));
  }
  const auto p99 = p99_of.find(name);
  if (p99 != p99_of.end() && !job.length.throughput_only) record.latency.percentiles[3] = p99->second * ns;
  return record;
}

TrialRecord SimulatedRunner::load(const WorkerIndex& index, const RowMaterial&, const EngineTable& table,
                                  const TrialLimits&) {
  const std::string name = index.info.name + " (loading)";
  log.push_back(name);
  TrialRecord record;
  if (const auto failure = failures.find({name, trials_of_[name]++}); failure != failures.end()) {
    record.status = failure->second;
    record.reason = "planted";
    return record;
  }
  record.build_ns = 77;
  record.engine_version = table.connection;
  return record;
}

std::shared_ptr<void> SimulatedRunner::guard(const WorkerIndex& index, const EngineTable&) {
  return {this, [name = index.info.name](SimulatedRunner* runner) { runner->log.push_back(name + " (dropped)"); }};
}

TrialRunner::Server SimulatedRunner::start_server(const WorkerIndex& index, const std::string&) {
  log.push_back(index.info.server + " (server)");
  if (broken_servers.contains(index.info.server)) throw Error("the planted server did not start");
  return {.connection = "planted://" + index.info.server, .process = nullptr};
}

WorkerIndex simulated_index(const std::string& name, Family family) {
  WorkerIndex index;
  index.info.name = index.info.display = name;
  index.info.family = family;
  index.info.capabilities.ordered = family != Family::kHash;
  index.info.capabilities.insertable = true;
  index.executable = "worker";
  return index;
}

WorkerIndex simulated_engine(const std::string& name, const std::string& server) {
  WorkerIndex index = simulated_index(name, Family::kEngine);
  index.info.tier = Tier::kServer;
  index.info.server = server;
  index.engine = true;
  return index;
}

RowPlan simulated_row(const std::vector<WorkerIndex>& indexes, const std::string& workload) {
  RowPlan plan;
  plan.dataset = "hundred";
  plan.keys = 100;
  plan.workload = workload;
  plan.operations = kOperations;
  for (const WorkerIndex& index : indexes) {
    plan.cells.push_back({.index = index.info.name, .reason = {}, .operations = kOperations});
  }
  return plan;
}

RowInput simulated_input() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all(100);
    std::iota(all.begin(), all.end(), 1);
    return all;
  }();
  WorkloadPhase lookups;
  lookups.mix[static_cast<int>(OpKind::kLookup)] = 1;
  return {.keys = keys, .dataset_sha256 = "hundred", .workload = single_phase("lookups", lookups)};
}

}  // namespace omenbench::testing
