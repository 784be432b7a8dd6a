// The clock that single operations are timed with: what a tick of the time stamp counter is worth, and what reading it
// costs. The cost is printed beside every result and never subtracted.
#pragma once

namespace omenbench {

/// Nanoseconds per tick of the time stamp counter for LatencyClock, or 0 when the counter is not invariant or two
/// calibrations against steady_clock disagree by more than 0.01 %. Takes about 0.1 s once; later calls are free.
double calibrate_ns_per_tick();

/// Median cost of one read of LatencyClock in ns, and the smallest step that its reads show.
struct TimerCost {
  double cost_ns = 0;
  double resolution_ns = 0;
};
TimerCost measure_timer(double ns_per_tick);

}  // namespace omenbench
