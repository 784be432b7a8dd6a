// A trial of an engine that takes whole stretches (core/stretches.h), and how such an engine enters the registry.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/passes.h"
#include "core/stretches.h"
#include "harness/register.h"

namespace omenbench {

namespace detail {

/// The throughput pass; what else is asked for runs by single calls, as for any engine.
template <TakesStretches I>
class StretchTrial {
 public:
  StretchTrial(const TrialInput& input, TrialOutput& output) : input_(input), output_(output) {}

  void run() {
    for (std::uint64_t t = 0; t < input_.thread_count; ++t) {
      engines_.push_back(std::make_unique<I>());
      engines_.back()->attach(site_of(input_));
    }
    measure_no_op();
    const std::uint64_t switches = involuntary_switches();
    std::vector<Slice> slices(input_.thread_count);
    Team team(input_.thread_count, {});
    team.run([&](std::uint64_t t) { slices[t] = run_thread(t, team); });
    collect(slices);
    output_.involuntary_switches += involuntary_switches() - switches;
    output_.peak_rss_bytes = peak_resident_bytes();
    if constexpr (ReportsCounters<I>) take_counters();
  }

 private:
  const ThreadStream& stream(std::uint64_t thread) const {
    return input_.streams[static_cast<int>(Pass::kThroughput)][thread];
  }

  /// Median of as many calls as fit in 50 ms, three at least, for one operation.
  void measure_no_op() {
    constexpr std::uint64_t kLimitNs = 50'000'000;
    std::vector<std::uint64_t> samples;
    const std::uint64_t begin = steady_now_ns();
    for (std::uint64_t before = begin; samples.size() < 3 || before - begin < kLimitNs;) {
      engines_[0]->no_op();
      const std::uint64_t after = steady_now_ns();
      samples.push_back(after - before);
      before = after;
    }
    std::ranges::sort(samples);
    output_.no_op_ns = samples[samples.size() / 2] / I::kIdleOperations;
  }

  Slice run_thread(std::uint64_t thread, Team& team) {
    I& engine = *engines_[thread];
    std::optional<PinnedThread> pinned;
    if (input_.cpus != nullptr) pinned.emplace(input_.cpus[thread]);
    warm_up(engine, stream(thread), input_.zero);
    const std::vector<Stop> stops = stops_of(Pass::kThroughput, stream(thread), input_);
    std::uint64_t begin = 0;
    for (const Stop& stop : stops) {
      if (stop.at > begin) engine.hand_over(std::span(stream(thread).operations + begin, stop.at - begin));
      begin = stop.at;
    }
    const auto stretch = [&](std::uint64_t, std::uint64_t end, Progress& progress) {
      if (end > progress.at) engine.carry_out();
      progress.at = end;
    };
    Slice slice = run_stops(stops, team, stretch, [](std::uint64_t) {});
    const std::vector<std::uint64_t> answers = engine.answers();
    if (answers.size() != stream(thread).count) throw std::logic_error("an engine answered too few of its operations");
    AnswerChecksum checksum;
    for (const std::uint64_t answer : answers) checksum.add(answer);
    slice.checksum = checksum.value();
    return slice;
  }

  void collect(const std::vector<Slice>& slices) {
    PassOutput& pass = output_.passes[static_cast<int>(Pass::kThroughput)];
    for (std::uint64_t phase = 0; phase < input_.phase_count; ++phase) {
      std::uint64_t first = UINT64_MAX, last = 0;
      for (const Slice& slice : slices) {
        first = std::min(first, slice.phase_start_ns[phase]);
        last = std::max(last, slice.phase_end_ns[phase]);
      }
      pass.phase_elapsed_ns[phase] = last - first;
      pass.elapsed_ns += last - first;
    }
    for (std::uint64_t t = 0; t < slices.size(); ++t) {
      pass.checksum[t] = slices[t].checksum;
      pass.operations += stream(t).count;
    }
    pass.done = 1;
  }

  void take_counters() {
    for (const Counter& counter : std::vector<Counter>(engines_[0]->counters())) {
      if (output_.counter_count == kMaxCounters) throw std::logic_error("the index reports more than kMaxCounters");
      CounterOutput& out = output_.counters[output_.counter_count++];
      copy_text(out.name, counter.name);
      out.value = counter.value;
    }
  }

  const TrialInput& input_;
  TrialOutput& output_;
  std::vector<std::unique_ptr<I>> engines_;
};

}  // namespace detail

/// Runs one trial of `I`: what the registry keeps instead of run_trial.
template <TakesStretches I>
void run_stretches(const TrialInput& input, TrialOutput& output) noexcept {
  constexpr std::uint32_t kThroughput = bit_of(Pass::kThroughput);
  TrialInput others = input;
  others.pass_mask &= ~kThroughput;
  if (others.pass_mask != 0) {
    run_trial<I>(others, output);
    if (output.status != TrialStatus::kOk) return;
    output.counter_count = 0;
  }
  if ((input.pass_mask & kThroughput) == 0) return;
  detail::guarded(output, [&] { detail::StretchTrial<I>(input, output).run(); });
}

/// As add_index (harness/register.h).
template <TakesStretches I>
bool add_stretching_index(IndexInfo info) {
  static_assert(!Updatable<I> && !Insertable<I> && !Erasable<I>, "stretches are of reads");
  info.parameters.push_back(kTimedTogether);
  info.capabilities = capabilities_of<I>();
  info.capabilities.shared_reads = true;
  info.run = &run_stretches<I>;
  info.load = &run_load<I>;
  info.drop = &run_drop<I>;
  return register_index(std::move(info));
}

}  // namespace omenbench
