// Clocks: steady_clock for whole passes, the fenced time stamp counter for single operations where it is invariant.
//
// The latency pass reads the clock once per operation, so a sample spans from the end of one operation to the end of
// the next. The read is fenced (rdtscp waits for the operation's loads, lfence keeps the next operation from starting
// early), otherwise neighbouring operations would overlap and every latency come out too short.
#pragma once

#include <chrono>
#include <cstdint>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace omenbench {

inline std::uint64_t steady_now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

/// Reads of one clock, and their difference in ns. Construct with 0 for steady_clock.
class LatencyClock {
 public:
  explicit LatencyClock(double ns_per_tick)
      : scale_(static_cast<std::uint64_t>(ns_per_tick * 0x1.0p32)), use_counter_(ns_per_tick > 0) {}

  std::uint64_t now() const {
#if defined(__x86_64__)
    if (use_counter_) {
      unsigned core;
      const std::uint64_t ticks = __rdtscp(&core);
      _mm_lfence();
      return ticks;
    }
#endif
    return steady_now_ns();
  }

  /// `end - start` in ns.
  std::uint64_t elapsed_ns(std::uint64_t start, std::uint64_t end) const {
    const std::uint64_t difference = end - start;
    if (!use_counter_) return difference;
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(difference) * scale_) >> 32);
  }

 private:
  std::uint64_t scale_;
  bool use_counter_;
};

}  // namespace omenbench
