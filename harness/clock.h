// Clocks: steady_clock for whole passes, the processor's fenced counter for single operations where it is invariant.
//
// The latency pass reads the clock once per operation, so a sample spans from the end of one operation to the end of
// the next. The read is fenced (rdtscp waits for the operation's loads, lfence keeps the next operation from starting
// early), otherwise neighbouring operations would overlap and every latency come out too short. On arm64 the virtual
// counter is read, dsb and isb in front of it and isb behind (Arm Architecture Reference Manual, DDI 0487, D12.1 "About
// the Generic Timer": a read may be made early unless an ISB stands before it).
#pragma once

#include <chrono>
#include <cstdint>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace omenbench {

/// The processor's counter, and what a result calls its fenced read.
struct FencedCounter {
#if defined(__x86_64__)
  static constexpr const char* kName = "rdtscp+lfence";
  static std::uint64_t read_unfenced() {
    unsigned core;
    return __rdtscp(&core);
  }
  static std::uint64_t read() {
    const std::uint64_t ticks = read_unfenced();
    _mm_lfence();
    return ticks;
  }
#elif defined(__aarch64__)
  static constexpr const char* kName = "dsb+isb+cntvct";
  static std::uint64_t read_unfenced() {
    std::uint64_t ticks;
    asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
  }
  static std::uint64_t read() {
    std::uint64_t ticks;
    asm volatile("dsb ishld\n\tisb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
    return ticks;
  }
#else
  static constexpr const char* kName = "";  ///< there is none
  static std::uint64_t read_unfenced() { return 0; }
  static std::uint64_t read() { return 0; }
#endif
  static constexpr bool kExists = kName[0] != '\0';
};

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
    if constexpr (FencedCounter::kExists) {
      if (use_counter_) return FencedCounter::read();
    }
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
