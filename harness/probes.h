// What `omenbench doctor` finds out about a machine: how long memory and clocks take, and what makes results noisy.
//
// Cache-miss latency is a chain of dependent loads over a random cycle of cache lines (the method of lmbench's
// lat_mem_rd: L. McVoy and C. Staelin, "lmbench: portable tools for performance analysis", USENIX 1996, section 6.2),
// with a random order instead of a stride, because prefetchers follow strides.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/environment.h"

namespace omenbench {

/// Time of one dependent load from an array of this size.
struct MissLatency {
  std::uint64_t array_bytes = 0;
  double small_pages_ns = 0;
  double huge_pages_ns = 0;  ///< 0: the kernel gave no huge pages, or the array is smaller than one
};

/// Chases pointers through arrays of 16 KiB to 256 MiB, as far as a quarter of the free memory goes. About 2 s.
std::vector<MissLatency> probe_miss_latency();

/// What one read of each clock adds to a sample, in ns; 0 where the counter cannot be used.
struct TimerCosts {
  double steady_clock_ns = 0;
  double counter_ns = 0;         ///< rdtscp
  double fenced_counter_ns = 0;  ///< rdtscp and lfence: what the latency pass uses
};
TimerCosts probe_timers();

/// Best sequential read rate of one thread from memory, in GB/s (10^9). About 0.3 s.
double probe_read_bandwidth();

enum class Severity : std::uint8_t { kNote, kWarning, kSerious };
std::string_view to_string(Severity severity);

/// One thing that makes measurements on this machine noisy or odd.
struct NoiseFinding {
  Severity severity = Severity::kNote;
  std::string found;    ///< "the CPU frequency governor is 'powersave'"
  std::string why;      ///< what it does to a measurement
  std::string command;  ///< would quiet it, until the next boot; empty when there is none
  std::string remedy;   ///< what helps where no command does; empty: nothing, or not worth it
};

/// What can only be seen by looking for a while, or at other processes.
struct Disturbances {
  double steal_share = 0;  ///< of the CPU time of a short window
  double busy_cpus = 0;    ///< processors' worth of work of others in that window
  bool irqbalance = false;
};

/// Watches the machine for 0.3 s.
Disturbances observe_disturbances();

/// What is noisy, the most serious first.
std::vector<NoiseFinding> find_noise(const Machine& machine, const Disturbances& disturbances);

}  // namespace omenbench
