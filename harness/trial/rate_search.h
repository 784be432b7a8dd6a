// Searches the highest rate of arrivals at which the 99th percentile of latency stays at or below a limit: a bisection
// of the logarithm of the rate between a 64th of what the closed loop could do and all of it. Every step runs the next
// operations of the stream, so that its answers are checked like all others, and ends early once the limit is broken
// for certain.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "core/trial_io.h"
#include "harness/clock.h"
#include "harness/trial/open_loop.h"

namespace omenbench::detail {

class RateSearch {
 public:
  /// `capacity`: operations per second over all threads that a closed loop reached.
  RateSearch(const TrialInput& input, TrialOutput& output, double capacity)
      : input_(input),
        output_(output),
        low_(capacity / kRange),
        high_(capacity),
        begins_(input.thread_count),
        ends_(input.thread_count),
        streams_(input.streams[static_cast<int>(Pass::kOpen)]) {
    std::uint64_t all = 0;
    shortest_ = UINT64_MAX;
    for (std::uint64_t t = 0; t < input.thread_count; ++t) {
      all += streams_[t].count;
      shortest_ = std::min(shortest_, streams_[t].count);
    }
    latencies_.reserve(all);
  }

  /// Judges the step that began at `start_ns` and has just ended, and sets up the next. Runs in one thread while the
  /// others wait.
  void advance(std::uint64_t start_ns) {
    if (stepping_) judge(start_ns);
    stepping_ = output_.probe_count < kMaxProbes && set_up();
  }

  bool stepping() const { return stepping_; }
  double gap_ns() const { return 1e9 * static_cast<double>(input_.thread_count) / rate_; }
  Ceiling& ceiling() { return ceiling_; }
  /// Where thread `t`, which stands at `at`, ends its part of the step.
  std::uint64_t begin(std::uint64_t t, std::uint64_t at) {
    begins_[t] = at;
    return std::min(at + share_, streams_[t].count);
  }
  void end(std::uint64_t t, std::uint64_t at) { ends_[t] = at; }

 private:
  static constexpr double kRange = 64;
  static constexpr double kStepSeconds = 0.5;
  /// A step that got less than this of what it was offered did not keep up: it only ended before its queue was long.
  static constexpr double kKeepsUp = 0.95;

  /// False when the stream has too little left.
  bool set_up() {
    rate_ = std::sqrt(low_ * high_);
    const std::uint64_t threads = input_.thread_count;
    const std::uint64_t least = (kMinProbeSamples + threads - 1) / threads;
    const std::uint64_t most = std::max(least, shortest_ / kMaxProbes);
    share_ = std::clamp(static_cast<std::uint64_t>(rate_ * kStepSeconds) / threads, least, most);
    for (const std::uint64_t end : ends_) {
      if (end + share_ > shortest_) return false;
    }
    ceiling_.set(input_.search_p99_ns, share_ * threads / 100);
    return true;
  }

  void judge(std::uint64_t start_ns) {
    const std::uint64_t end_ns = steady_now_ns();
    latencies_.clear();
    for (std::uint64_t t = 0; t < input_.thread_count; ++t) {
      const std::uint64_t* samples = streams_[t].open_latencies;
      latencies_.insert(latencies_.end(), samples + begins_[t], samples + ends_[t]);
    }
    ProbeOutput& probe = output_.probes[output_.probe_count++];
    probe.rate = rate_;
    probe.operations = latencies_.size();
    probe.achieved = static_cast<double>(probe.operations) / (static_cast<double>(end_ns - start_ns) / 1e9);
    if (latencies_.empty()) return;  // every thread has failed
    const auto rank = static_cast<std::ptrdiff_t>((latencies_.size() * 99 + 99) / 100 - 1);
    std::nth_element(latencies_.begin(), latencies_.begin() + rank, latencies_.end());
    probe.p99_ns = latencies_[static_cast<std::size_t>(rank)];
    probe.passed = !ceiling_.broken() && probe.p99_ns <= input_.search_p99_ns && probe.achieved >= kKeepsUp * rate_;
    (probe.passed ? low_ : high_) = rate_;
  }

  const TrialInput& input_;
  TrialOutput& output_;
  double low_, high_;  ///< the limit is met below, and broken at or above
  double rate_ = 0;
  std::uint64_t share_ = 0;     ///< operations of a step per thread
  std::uint64_t shortest_ = 0;  ///< stream of any thread
  bool stepping_ = false;
  Ceiling ceiling_;
  std::vector<std::uint64_t> begins_, ends_;  ///< of the step, per thread
  const ThreadStream* streams_;
  std::vector<std::uint64_t> latencies_;
};

}  // namespace omenbench::detail
