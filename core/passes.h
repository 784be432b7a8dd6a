// What each pass of a trial is called, in results and findings, and who goes through it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/index.h"
#include "core/trial_io.h"

namespace omenbench {

/// In the order of Pass.
inline constexpr std::array<std::string_view, kPasses> kPassNames = {"throughput", "dependent", "latency", "batched",
                                                                     "open"};

constexpr std::string_view name_of(Pass pass) { return kPassNames[static_cast<std::size_t>(pass)]; }

constexpr std::uint32_t bit_of(Pass pass) { return 1U << static_cast<int>(pass); }

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
