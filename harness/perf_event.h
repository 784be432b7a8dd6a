// One hardware counter of the calling thread, by perf_event_open(2): user space alone, which kernels allow everybody up
// to perf_event_paranoid 2. Virtual machines often have none; open() then says so by a negative descriptor. Loads are
// what caches and translation buffers are asked for: no counter of stores is common to all processors. A processor that
// has no event of that meaning counts nothing (AMD's cores have none of the last level), instead of one like it.
#pragma once

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "core/trial_io.h"

namespace omenbench {

/// What the kernel calls an event.
struct PerfEvent {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
};

constexpr PerfEvent perf_event_of(Event event) {
  constexpr auto misses_of = [](std::uint64_t cache) {
    return cache | (std::uint64_t{PERF_COUNT_HW_CACHE_OP_READ} << 8) |
           (std::uint64_t{PERF_COUNT_HW_CACHE_RESULT_MISS} << 16);
  };
  switch (event) {
    case Event::kInstructions:
      return {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS};
    case Event::kMispredictions:
      return {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES};
    case Event::kFirstLevelMisses:
      return {PERF_TYPE_HW_CACHE, misses_of(PERF_COUNT_HW_CACHE_L1D)};
    case Event::kLastLevelMisses:
      return {PERF_TYPE_HW_CACHE, misses_of(PERF_COUNT_HW_CACHE_LL)};
    case Event::kTranslationMisses:
      return {PERF_TYPE_HW_CACHE, misses_of(PERF_COUNT_HW_CACHE_DTLB)};
  }
  return {};
}

/// What read(2) gives of a counter: processors with fewer counters than events take turns.
struct PerfRead {
  std::uint64_t value = 0, enabled_ns = 0, running_ns = 0;
};

/// The count of the whole time. Nothing where the counter had less than a tenth of it: most would be guessed.
inline std::optional<double> whole_count(const PerfRead& read) {
  if (read.running_ns == 0 || read.running_ns < read.enabled_ns / 10) return std::nullopt;
  return static_cast<double>(read.value) * static_cast<double>(read.enabled_ns) / static_cast<double>(read.running_ns);
}

/// Stands still until it is let run.
class PerfCounter {
 public:
  explicit PerfCounter(PerfEvent event) {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = event.type;
    attributes.config = event.config;
    attributes.disabled = 1;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    constexpr int kThisThread = 0, kAnyProcessor = -1, kNoGroup = -1;
    descriptor_ = static_cast<int>(
        syscall(SYS_perf_event_open, &attributes, kThisThread, kAnyProcessor, kNoGroup, PERF_FLAG_FD_CLOEXEC));
  }
  PerfCounter(PerfCounter&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  PerfCounter& operator=(PerfCounter&&) = delete;
  ~PerfCounter() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  /// False: the kernel gives none; errno says why right after the construction.
  bool is_open() const { return descriptor_ >= 0; }
  void let_run(bool runs) const {
    if (is_open()) ioctl(descriptor_, runs ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0);
  }
  /// Since it was made; nothing where it could not be opened or read.
  std::optional<double> count() const {
    PerfRead result;
    if (!is_open() || read(descriptor_, &result, sizeof result) != sizeof result) return std::nullopt;
    return whole_count(result);
  }

 private:
  int descriptor_ = -1;
};

}  // namespace omenbench
