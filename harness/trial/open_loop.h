// The loop in which operations arrive when they arrive, whether the one before has ended or not. Every operation is
// timed from its intended start, so that a stall is paid by all operations that would have arrived meanwhile; a closed
// loop shows it once, in the one operation that was under way (G. Tene, "How NOT to measure latency", 2013, calls that
// coordinated omission; Schroeder, Wierman and Harchol-Balter, "Open versus closed", NSDI 2006, section 3, on what else
// differs).
#pragma once

#include <sched.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "core/operation.h"
#include "core/trial_io.h"
#include "harness/clock.h"
#include "harness/trial/answer.h"
#include "harness/trial/closed_loop.h"

namespace omenbench::detail {

/// Waits until `intended_ns` on the steady clock and returns the time then. Sleeps as long as that is safe, because a
/// core that spins for seconds heats and starves its neighbours; the rest is spent spinning, because a sleep ends late.
inline std::uint64_t wait_until(std::uint64_t intended_ns, bool oversubscribed) {
  constexpr std::uint64_t kWakeUpNs = 150'000;
  std::uint64_t now = steady_now_ns();
  if (now + kWakeUpNs < intended_ns) {
    const std::uint64_t until = intended_ns - kWakeUpNs;
    const timespec time{static_cast<time_t>(until / 1'000'000'000), static_cast<long>(until % 1'000'000'000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) != 0) {
    }
    now = steady_now_ns();
  }
  while (now < intended_ns) {
    if (oversubscribed) sched_yield();
    now = steady_now_ns();
  }
  return now;
}

/// Counts operations above a limit, over all threads, and says when there are more than may be.
class Ceiling {
 public:
  void set(std::uint64_t limit_ns, std::uint64_t allowed) {
    limit_ns_ = limit_ns;
    allowed_ = allowed;
    above_.store(0, std::memory_order_relaxed);
  }
  /// True when the limit is broken for certain.
  bool broken_by(std::uint64_t ns) {
    if (ns > limit_ns_) above_.fetch_add(1, std::memory_order_relaxed);
    return broken();
  }
  bool broken() const { return above_.load(std::memory_order_relaxed) > allowed_; }

 private:
  std::uint64_t limit_ns_ = UINT64_MAX;
  std::uint64_t allowed_ = UINT64_MAX;
  std::atomic<std::uint64_t> above_{0};
};

/// When the operations of one stretch are meant to start.
struct Schedule {
  std::uint64_t start_ns = 0;  ///< of the stretch
  double gap_ns = 0;           ///< mean time between two arrivals at one thread
};

/// Runs the operations up to `end`, none before its time; stops early when `ceiling` is broken.
template <class I>
[[gnu::noinline]] void measure_open(I& index, const ThreadStream& stream, const TrialInput& input,
                                    EntryOf<I>* scan_buffer, std::uint64_t end, const Schedule& schedule,
                                    Ceiling& ceiling, Progress& progress) {
  const double first = progress.at == 0 ? 0 : stream.arrivals[progress.at - 1];
  std::uint64_t now = steady_now_ns();
  for (std::uint64_t& i = progress.at; i < end;) {
    const std::uint64_t intended =
        schedule.start_ns + static_cast<std::uint64_t>((stream.arrivals[i] - first) * schedule.gap_ns);
    if (now < intended) now = wait_until(intended, input.oversubscribed != 0);
    stream.lags[i] = now - intended;
    const std::uint64_t answer = answer_one<Pass::kOpen, false>(index, stream, i, input, input.zero, 0, scan_buffer);
    now = steady_now_ns();
    const std::uint64_t latency = now - intended;
    stream.open_latencies[i] = latency;
    progress.checksum.add(answer);
    ++i;
    if (ceiling.broken_by(latency)) return;
  }
}

}  // namespace omenbench::detail
