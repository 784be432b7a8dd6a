// What holds for every trial of a run: how long and how large it may be, and what it is to do beyond its passes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/passes.h"
#include "harness/memory_group.h"
#include "harness/worker/watch.h"

namespace omenbench {

/// Seconds that it usually takes to evict caches of so many bytes before each of `operations`.
inline double eviction_s(std::uint64_t evict_bytes, std::uint64_t operations) {
  constexpr double kEvictNsPerByte = 0.1;
  return static_cast<double>(operations) * static_cast<double>(evict_bytes) * kEvictNsPerByte / 1e9;
}

/// Limits and options that hold for every trial of a run.
struct TrialLimits {
  std::uint64_t timeout_ms = 60'000;     ///< beyond the time that the open pass is meant to take
  std::uint64_t memory_limit_bytes = 0;  ///< RLIMIT_AS beyond what is shared with the coordinator; 0: none
  std::vector<std::int32_t> cpus{};      ///< pin thread t to cpus[t % size]; empty: no pinning
  bool huge_pages = false;
  double ns_per_tick = 0;
  std::uint32_t passes = kClosedPasses;  ///< of a closed loop, that a trial goes through where they apply to it
  std::uint64_t search_p99_ns = 0;  ///< the open pass searches the highest rate under this limit; 0: it keeps its rates
  std::uint64_t evict_bytes = 0;    ///< not 0: caches are evicted before every operation, and latency is all there is
  std::uint64_t pool_bytes = 0;     ///< for pages, of engines that take a size
  std::uint64_t windows = 0;        ///< of the time line; 0: none
  bool oversubscribed = false;      ///< more threads than CPUs
  /// Command that the worker runs under ([0]: its path), such as an instrument that counts; then its throughput pass is
  /// all there is, and no limit of memory holds. Empty: none.
  std::vector<std::string> launcher{};
  Counting counting = Counting::kNone;         ///< what is counted of the measured loop; then times mean nothing
  const MemoryGroup* memory = nullptr;         ///< that trials run in; null: none
  const MemoryGroup* server_memory = nullptr;  ///< that private servers run in; null: none
};

}  // namespace omenbench
