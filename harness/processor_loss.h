// What took the processor away from a trial while it ran, by the kernel's counters.
#pragma once

#include <cstdint>

#include "harness/environment.h"

namespace omenbench {

struct ProcessorLoss {
  std::uint64_t involuntary_switches = 0;  ///< of the trial's own process
  std::uint64_t steal_ticks = 0;           ///< that the hypervisor took from this machine
  std::uint64_t throttled_us = 0;          ///< that a control group's quota held us back
};

/// Counts from its construction on what the machine loses.
class LossMeter {
 public:
  ProcessorLoss with(std::uint64_t involuntary_switches) const {
    return {involuntary_switches, read_steal_ticks() - steal_, read_throttled_us() - throttled_us_};
  }

 private:
  std::uint64_t steal_ = read_steal_ticks();
  std::uint64_t throttled_us_ = read_throttled_us();
};

}  // namespace omenbench
