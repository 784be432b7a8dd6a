// Who goes through which pass of a trial.
#pragma once

#include <cstdint>

#include "core/index.h"
#include "core/trial_io.h"

namespace omenbench {

constexpr std::uint32_t bit_of(Pass pass) { return 1U << static_cast<int>(pass); }

/// The passes of a closed loop, of which a plan may leave some out.
inline constexpr std::uint32_t kClosedPasses = (1U << kPasses) - 1 - bit_of(Pass::kOpen);

/// What a stream of operations holds.
struct StreamTraits {
  bool writes = false;
  bool lookups_only = false;
};

/// The passes of a closed loop that tell something of such an index on such a stream, as bits.
constexpr std::uint32_t closed_passes(const Capabilities& can, bool engine, StreamTraits stream) {
  std::uint32_t passes = bit_of(Pass::kThroughput) | bit_of(Pass::kLatency);
  if (stream.writes) return passes;
  // An engine waits for each answer anyway, so its dependent pass would repeat the throughput pass.
  if (!engine) passes |= bit_of(Pass::kDependent);
  if (can.batched && stream.lookups_only) passes |= bit_of(Pass::kBatched);
  return passes;
}

}  // namespace omenbench
