// What the tests of streams share: the trial loop that checks an index against a stream.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "harness/trial.h"
#include "tests/workloads/map_index.h"
#include "workloads/stream.h"

namespace omenbench {

inline std::vector<Key> sparse_keys(std::uint64_t n, std::uint64_t seed = 7) {
  Rng rng(seed);
  std::set<Key> keys = {0, ~Key{0}};
  while (keys.size() < n) keys.insert(rng.next());
  return {keys.begin(), keys.end()};
}

using Mix = std::vector<std::pair<OpKind, double>>;

inline Workload workload_of(const Mix& mix) {
  WorkloadPhase phase;
  for (const auto& [kind, share] : mix) phase.mix[static_cast<int>(kind)] = share;
  Workload workload = single_phase("test", phase);
  if (workload.has(OpKind::kInsert)) workload.bulk_load = 0.5;
  return workload;
}

/// A stream request with the keys it is for.
struct Request : StreamRequest {
  std::span<const Key> keys;
  KeyHistory history;
};

inline Request request_for(std::span<const Key> keys, std::uint64_t operations, std::uint64_t threads = 1) {
  Request request;
  request.keys = keys;
  request.payload_seed = 11;
  request.seed = 22;
  request.row_seed = 33;
  request.operations = operations;
  request.threads = threads;
  return request;
}

inline Stream generate_stream(const Workload& workload, const Request& request) {
  const Population population(workload, request.keys, request.row_seed, request.history);
  return omenbench::generate_stream(workload, population, request);
}

/// Runs `reference`'s prefix of the stream through the trial loop.
template <class I>
std::unique_ptr<TrialOutput> run_prefix(const Workload& workload, const Request& request, const Stream& stream,
                                        std::uint64_t prefix) {
  const std::vector<Entry> entries =
      Population(workload, request.keys, request.row_seed, request.history).entries(request.payload_seed);
  std::array<std::vector<ThreadStream>, kPasses> passes;
  std::vector<std::vector<std::uint32_t>> samples(request.threads);
  TrialInput input;
  input.pass_mask = workload.mutates() ? 0b101 : 0b1111;
  for (int pass = 0; pass < kPasses; ++pass) {
    if (stream.stretch_of[pass] == kNoStretch) input.pass_mask &= ~(1U << pass);
    if (((input.pass_mask >> pass) & 1U) == 0) continue;
    const Stretch& stretch = stream.stretches.at(stream.stretch_of[pass]);
    for (std::uint64_t t = 0; t < request.threads; ++t) {
      const std::uint64_t count =
          workload.phases.size() > 1 ? stretch.threads[t].size() : std::max<std::uint64_t>(1, prefix / request.threads);
      samples[t].resize(count);
      passes[pass].push_back({.operations = stretch.threads[t].data(),
                              .count = count,
                              .warmup = stream.warmup[t].data(),
                              .warmup_count = stream.warmup[t].size(),
                              .positions = stretch.positions[t].data(),
                              .warmup_positions = stream.warmup_positions[t].data(),
                              .samples = samples[t].data()});
    }
    input.streams[pass] = passes[pass].data();
  }
  input.payload_seed = request.payload_seed;
  input.record_bytes = request.record_bytes;
  input.entries = entries.data();
  input.entry_count = entries.size();
  input.thread_count = request.threads;
  input.mutates = workload.mutates();
  auto output = std::make_unique<TrialOutput>();
  run_trial<I>(input, *output);
  return output;
}

template <class I>
bool agrees(const Workload& workload, const Request& request, const Stream& stream) {
  for (std::size_t prefix = 0; prefix < stream.stretches[0].references.size(); ++prefix) {
    const auto output = run_prefix<I>(workload, request, stream, stream.stretches[0].references[prefix].operations);
    if (output->status != TrialStatus::kOk) throw std::runtime_error(output->reason);
    for (int p = 0; p < kPasses; ++p) {
      const PassOutput& pass = output->passes[p];
      if (!pass.done) continue;
      const Reference& reference = stream.stretches[stream.stretch_of[p]].references[prefix];
      for (std::uint64_t t = 0; t < request.threads; ++t) {
        if (pass.checksum[t] != reference.checksum[t]) return false;
        if (workload.mutates() && pass.final_checksum[t] != reference.final_checksum[t]) return false;
      }
    }
  }
  return true;
}

}  // namespace omenbench
