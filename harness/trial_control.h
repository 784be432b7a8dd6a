// What coordinator and worker share of one trial: the request, the output, and room for every latency.
#pragma once

#include <cstdint>
#include <span>

#include "harness/engine_table.h"
#include "harness/shared_segment.h"
#include "harness/worker_protocol.h"
#include "harness/workers.h"

namespace omenbench {

/// The control segment with its three parts.
struct TrialControl {
  SharedSegment segment;
  WorkerRequest& request() const { return segment.as<WorkerRequest>(0, 1)[0]; }
  TrialOutput& output() const { return segment.as<TrialOutput>(request().output_offset, 1)[0]; }
  std::span<std::uint32_t> samples(std::uint64_t count) const {
    return segment.as<std::uint32_t>(request().samples_offset, count);
  }
  /// Latencies and lags of the open pass.
  std::span<std::uint64_t> open_samples(std::uint64_t count) const {
    return segment.as<std::uint64_t>(request().open_offset, 2 * count);
  }
};

/// A fresh segment with the names filled in. `samples` and `open_samples`: how many operations are timed in the two
/// passes.
TrialControl make_control(const WorkerIndex& index, const EngineTable& table, std::uint64_t samples,
                          std::uint64_t open_samples);

}  // namespace omenbench
