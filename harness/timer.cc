// See the header.
#include "harness/timer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

#include "harness/clock.h"
#include "harness/environment.h"

namespace omenbench {
namespace {

/// A counter value and the steady time it belongs to: the best of several tries, so that an interrupt between the two
/// reads does not count.
struct ClockPair {
  std::uint64_t ticks = 0;
  std::uint64_t ns = 0;
};

ClockPair read_clock_pair() {
  const LatencyClock counter(1.0);
  ClockPair best;
  std::uint64_t narrowest = UINT64_MAX;
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t before = counter.now();
    const std::uint64_t ns = steady_now_ns();
    const std::uint64_t after = counter.now();
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    best = {before + (after - before) / 2, ns};
  }
  return best;
}

double calibrate_once() {
  constexpr auto kWindow = std::chrono::milliseconds(50);
  constexpr double kTolerance = 1e-4;
  double last = 0;
  for (int window = 0; window < 4; ++window) {
    const ClockPair start = read_clock_pair();
    std::this_thread::sleep_for(kWindow);
    const ClockPair end = read_clock_pair();
    if (end.ticks <= start.ticks || end.ns <= start.ns) return 0;
    const double ns_per_tick = static_cast<double>(end.ns - start.ns) / static_cast<double>(end.ticks - start.ticks);
    if (last > 0 && std::abs(ns_per_tick - last) <= kTolerance * last) return (ns_per_tick + last) / 2;
    last = ns_per_tick;
  }
  return 0;
}

}  // namespace

double calibrate_ns_per_tick() {
  if constexpr (!FencedCounter::kExists) return 0;
  static const double ns_per_tick = read_machine().invariant_counter ? calibrate_once() : 0;
  return ns_per_tick;
}

TimerCost measure_timer(double ns_per_tick) {
  constexpr std::size_t kBatches = 101;
  constexpr std::size_t kReads = 1000;
  const LatencyClock clock(ns_per_tick);
  std::vector<double> costs;
  std::uint64_t step = 0;  // greatest common divisor of all differences: some counters advance by many ticks at once
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    const std::uint64_t start = steady_now_ns();
    std::uint64_t before = clock.now();
    for (std::size_t i = 1; i < kReads; ++i) {
      const std::uint64_t after = clock.now();
      if (batch == 0) step = std::gcd(step, after - before);
      before = after;
    }
    if (batch > 0) costs.push_back(static_cast<double>(steady_now_ns() - start) / kReads);
  }
  std::ranges::nth_element(costs, costs.begin() + costs.size() / 2);
  return {costs[costs.size() / 2], static_cast<double>(step) * (ns_per_tick > 0 ? ns_per_tick : 1.0)};
}

}  // namespace omenbench
