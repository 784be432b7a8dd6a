// See the header.
#include "harness/trial_samples.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/operation_names.h"
#include "harness/latency_summary.h"

namespace omenbench {
namespace {

/// A half-open stretch of one thread's operations.
struct Stretch {
  std::uint64_t begin = 0, end = 0;
};

Stretch stretch_of(const ThreadSamples& thread, std::size_t phase, std::uint64_t count) {
  if (thread.phase_ends.empty()) return {0, count};
  return {phase == 0 ? 0 : thread.phase_ends[phase - 1], thread.phase_ends[phase]};
}

template <class Sample>
void append(std::vector<Sample>& all, std::span<const Sample> samples, Stretch stretch) {
  const auto part = samples.subspan(stretch.begin, stretch.end - stretch.begin);
  all.insert(all.end(), part.begin(), part.end());
}

double per_second(std::uint64_t operations, std::uint64_t elapsed_ns) {
  return elapsed_ns == 0 ? kNotMeasured : static_cast<double>(operations) * 1e9 / static_cast<double>(elapsed_ns);
}

/// Latencies from the intended start in one phase, over all threads.
std::vector<std::uint64_t> open_latencies(std::span<const ThreadSamples> threads, std::size_t phase) {
  std::vector<std::uint64_t> all;
  for (const ThreadSamples& thread : threads) {
    append(all, thread.open_latencies, stretch_of(thread, phase, thread.open_latencies.size()));
  }
  return all;
}

}  // namespace

std::vector<PartRecord> phase_records(std::span<const ThreadSamples> threads, std::span<const PhasePlan> phases,
                                      const TrialOutput& output) {
  std::vector<PartRecord> records;
  if (phases.size() < 2) return records;
  const PassOutput& throughput = output.passes[static_cast<int>(Pass::kThroughput)];
  for (std::size_t p = 0; p < phases.size(); ++p) {
    PartRecord& record = records.emplace_back();
    record.name = phases[p].name;
    std::vector<std::uint32_t> samples;
    for (const ThreadSamples& thread : threads) {
      const Stretch stretch = stretch_of(thread, p, thread.latencies.size());
      record.operations += stretch.end - stretch.begin;
      if (!thread.latencies.empty()) append(samples, thread.latencies, stretch);
    }
    if (throughput.done != 0 && record.operations > 0) {
      record.ns_per_op = static_cast<double>(throughput.phase_elapsed_ns[p]) / static_cast<double>(record.operations);
    }
    record.p50 = latency_percentile(samples, .5);
    record.p99 = latency_percentile(samples, .99);
    if (output.passes[static_cast<int>(Pass::kOpen)].done == 0 || phases[p].rate == 0) continue;
    record.offered_per_s = phases[p].rate;
    std::vector<std::uint64_t> open = open_latencies(threads, p);
    record.open_p50 = latency_percentile(open, .5);
    record.open_p99 = latency_percentile(open, .99);
  }
  return records;
}

std::vector<PartRecord> kind_records(std::span<const ThreadSamples> threads) {
  std::array<std::vector<std::uint32_t>, kOpKinds> samples;
  for (const ThreadSamples& thread : threads) {
    for (std::size_t i = 0; i < thread.latencies.size(); ++i) {
      samples[static_cast<std::size_t>(thread.operations[i].kind)].push_back(thread.latencies[i]);
    }
  }
  std::vector<PartRecord> records;
  for (std::size_t kind = 0; kind < samples.size(); ++kind) {
    if (samples[kind].empty()) continue;
    PartRecord& record = records.emplace_back();
    record.name = kOpNames[kind];
    record.operations = samples[kind].size();
    record.p50 = latency_percentile(samples[kind], .5);
    record.p99 = latency_percentile(samples[kind], .99);
  }
  if (records.size() < 2) records.clear();
  return records;
}

std::vector<WindowRecord> window_records(std::span<const ThreadSamples> threads, std::uint64_t windows,
                                         const TrialOutput& output) {
  std::vector<WindowRecord> records;
  std::vector<std::uint32_t> samples;
  for (std::uint64_t w = 0; w < windows; ++w) {
    WindowRecord& record = records.emplace_back();
    samples.clear();
    for (const ThreadSamples& thread : threads) {
      const std::uint64_t count = thread.latencies.size();
      const Stretch stretch{count * w / windows, count * (w + 1) / windows};
      std::uint64_t elapsed_ns = 0;  // samples follow each other without a gap
      for (std::uint64_t i = stretch.begin; i < stretch.end; ++i) elapsed_ns += thread.latencies[i];
      if (elapsed_ns > 0) record.ops_per_s += per_second(stretch.end - stretch.begin, elapsed_ns);
      append(samples, thread.latencies, stretch);
    }
    if (!samples.empty()) record.longest_ns = std::ranges::max(samples);
    record.p50 = latency_percentile(samples, .5);
    record.p99 = latency_percentile(samples, .99);
    record.allocated_bytes = output.windows[w].allocated_bytes;
    record.resident_bytes = output.windows[w].resident_bytes;
  }
  return records;
}

OpenRecord open_record(std::span<const ThreadSamples> threads, std::span<const PhasePlan> phases,
                       const TrialOutput& output) {
  OpenRecord record;
  std::vector<std::uint64_t> latencies, lags;
  std::uint64_t elapsed_ns = 0;
  record.offered_per_s = phases[0].rate;
  for (std::size_t p = 0; p < phases.size(); ++p) {
    if (phases[p].rate != record.offered_per_s) record.offered_per_s = kNotMeasured;
    if (phases[p].rate == 0) continue;
    elapsed_ns += output.passes[static_cast<int>(Pass::kOpen)].phase_elapsed_ns[p];
    for (const ThreadSamples& thread : threads) {
      const Stretch stretch = stretch_of(thread, p, thread.open_latencies.size());
      append(latencies, thread.open_latencies, stretch);
      append(lags, thread.lags, stretch);
    }
  }
  record.achieved_per_s = per_second(latencies.size(), elapsed_ns);
  record.latency = summarise_latencies(latencies);
  record.lag_p50 = latency_percentile(lags, .5);
  record.lag_p99 = latency_percentile(lags, .99);
  record.lag_max = lags.empty() ? kNotMeasured : static_cast<double>(std::ranges::max(lags));
  return record;
}

SearchRecord search_record(std::uint64_t p99_limit_ns, const TrialOutput& output) {
  SearchRecord record{.p99_limit_ns = static_cast<double>(p99_limit_ns), .max_per_s = kNotMeasured, .probes = {}};
  for (std::uint64_t i = 0; i < std::min(output.probe_count, kMaxProbes); ++i) {
    const ProbeOutput& probe = output.probes[i];
    record.probes.push_back({.offered_per_s = probe.rate,
                             .achieved_per_s = probe.achieved,
                             .p99_ns = static_cast<double>(probe.p99_ns),
                             .passed = probe.passed != 0});
    if (probe.passed != 0 && !(record.max_per_s >= probe.rate)) record.max_per_s = probe.rate;
  }
  return record;
}

}  // namespace omenbench
