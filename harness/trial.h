// The only hot loop. `run_trial<I>` is instantiated inside each index's own .cc file: build, warm up, measure, fold the
// answers; one indirect call per trial and none per operation. Engines run the very same loop.
//
// What each pass means, and why they are never mixed, is described in docs/measurement.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/index.h"
#include "core/operation.h"
#include "core/trial_io.h"
#include "harness/clock.h"
#include "harness/trial/answer.h"
#include "harness/trial/closed_loop.h"
#include "harness/trial/open_loop.h"
#include "harness/trial/rate_search.h"
#include "harness/trial/stops.h"
#include "harness/trial/team.h"
#include "harness/worker/process_usage.h"

namespace omenbench {

/// Copies a text into a fixed, NUL-terminated field of TrialOutput, cutting it where it does not fit.
template <std::size_t N>
void copy_text(char (&field)[N], std::string_view text) {
  const std::size_t length = std::min(text.size(), N - 1);
  std::memcpy(field, text.data(), length);
  field[length] = '\0';
}

namespace detail {

inline EngineSite site_of(const TrialInput& input) {
  return {input.engine_directory, input.engine_connection, input.engine_table, input.pool_bytes, input.record_bytes};
}

/// What is bulk loaded.
template <class I>
EntriesOf<I> entries_of(const TrialInput& input) {
  return KeyTraits<KeyOf<I>>::entries(std::span<const Entry>(input.entries, input.entry_count), input.key_text);
}

template <class I>
concept ReportsBytes = requires(const I& index) {
  { index.size_bytes() } -> std::convertible_to<std::uint64_t>;
};

/// One trial of one index. In-process indexes are one object for all threads, engines one object (connection) each.
template <class I>
class Trial {
 public:
  Trial(const TrialInput& input, TrialOutput& output) : input_(input), output_(output) {}

  void run() {
    check_supported();
    bytes_before_ = allocated_bytes();
    prepare();
    if (input_.evict_bytes != 0) output_.peak_rss_bytes = peak_resident_bytes();  // without what evicts the caches
    const std::uint64_t switches = involuntary_switches();
    if (wants(Pass::kThroughput)) run_pass<Pass::kThroughput>();
    if (wants(Pass::kDependent)) run_pass<Pass::kDependent>();
    if (wants(Pass::kLatency)) run_pass<Pass::kLatency>();
    if constexpr (Batched<I>) {
      if (wants(Pass::kBatched) && lookups_only_) run_pass<Pass::kBatched>();
    }
    if (wants(Pass::kOpen)) run_pass<Pass::kOpen>();
    output_.involuntary_switches = involuntary_switches() - switches;
    if (input_.evict_bytes == 0) output_.peak_rss_bytes = peak_resident_bytes();
  }

 private:
  bool wants(Pass pass) const { return (input_.pass_mask >> static_cast<int>(pass)) & 1U; }

  const ThreadStream& stream_of(Pass pass, std::uint64_t thread) const {
    return input_.streams[static_cast<int>(pass)][thread];
  }

  /// Reads all operations once: refuses what `I` cannot do, notes what they are and brings the pages in.
  void check_supported() {
    bool present[kOpKinds] = {};
    bool foreign = false;
    for (int pass = 0; pass < kPasses; ++pass) {
      for (std::uint64_t t = 0; wants(static_cast<Pass>(pass)) && t < input_.thread_count; ++t) {
        const ThreadStream& stream = input_.streams[pass][t];
        for (const Operation& operation : std::span(stream.operations, stream.count)) {
          present[static_cast<int>(operation.kind)] = true;
          foreign |= operation.foreign != 0;
          if (operation.kind == OpKind::kScan && operation.argument > kMaxScan) {
            throw std::logic_error("scan longer than kMaxScan");
          }
        }
      }
    }
    for (int kind = 0; kind < kOpKinds; ++kind) {
      if (present[kind] && !supports<I>(static_cast<OpKind>(kind))) {
        throw std::logic_error("the stream holds an operation that this index does not offer");
      }
      if (kind != static_cast<int>(OpKind::kLookup) && present[kind]) lookups_only_ = false;
    }
    lookups_only_ &= !foreign;
  }

  /// The first build, which is the one that is timed and weighed.
  void prepare() {
    if constexpr (Engine<I>) {
      attach();
      measure_no_op();
    } else {
      const std::uint64_t resident_before = resident_bytes();
      const std::uint64_t start = steady_now_ns();
      build();
      output_.build_ns = steady_now_ns() - start;
      const std::uint64_t bytes_after = allocated_bytes();
      const std::uint64_t resident_after = resident_bytes();
      output_.total_bytes = bytes_after > bytes_before_ ? bytes_after - bytes_before_ : 0;
      output_.rss_delta_bytes = resident_after > resident_before ? resident_after - resident_before : 0;
      if constexpr (ReportsBytes<I>) output_.self_reported_bytes = hosts_[0]->size_bytes();
    }
  }

  void build() {
    hosts_.clear();
    hosts_.push_back(std::make_unique<I>());
    if constexpr (HoldsRecords<I>) hosts_[0]->hold_records(input_.record_bytes);
    hosts_[0]->build(entries_of<I>(input_));
  }

  void attach() {
    if constexpr (Engine<I>) {
      hosts_.clear();
      for (std::uint64_t t = 0; t < input_.thread_count; ++t) {
        hosts_.push_back(std::make_unique<I>());
        hosts_.back()->attach(site_of(input_));
      }
    }
  }

  /// Median of up to 500 round trips, or as many as fit in 50 ms.
  void measure_no_op() {
    if constexpr (Engine<I>) {
      constexpr std::size_t kRepetitions = 500;
      constexpr std::uint64_t kLimitNs = 50'000'000;
      std::vector<std::uint64_t> samples;
      samples.reserve(kRepetitions);
      const std::uint64_t begin = steady_now_ns();
      for (std::uint64_t before = begin; samples.size() < kRepetitions && before - begin < kLimitNs;) {
        hosts_[0]->no_op();
        const std::uint64_t after = steady_now_ns();
        samples.push_back(after - before);
        before = after;
      }
      std::ranges::nth_element(samples, samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2));
      output_.no_op_ns = samples[samples.size() / 2];
    }
  }

  void tell(Moment moment) const {
    if (input_.watch != nullptr) input_.watch(moment);
  }

  /// A pass that follows one that wrote starts from pristine contents.
  void renew() {
    if constexpr (Engine<I>) {
      hosts_.clear();
      I::restore(site_of(input_));
      attach();
    } else {
      if (!pristine_) build();
    }
    pristine_ = false;
  }

  I& host(std::uint64_t thread) { return *hosts_[Engine<I> ? thread : 0]; }

  /// What one thread of a pass works with: its CPU, its index, its buffer. Making one warms the index up.
  struct ThreadPlace {
    ThreadPlace(Trial& trial, Pass pass, std::uint64_t t)
        : stream(trial.stream_of(pass, t)), host(trial.host(t)), scanned(kMaxScan) {
      // Ends with the pass: the next build, and what threads it may start, are as free as the first.
      if (trial.input_.cpus != nullptr) pinned.emplace(trial.input_.cpus[t]);
      warm_up(host, stream, trial.input_.zero);
    }
    EntryOf<I>* scan_buffer() const { return scanned.data(); }

    const ThreadStream& stream;
    I& host;
    mutable std::vector<EntryOf<I>> scanned;
    std::optional<PinnedThread> pinned;
  };

  template <Pass kPass>
  void run_pass() {
    if (input_.mutates) renew();
    PassOutput& pass = output_.passes[static_cast<int>(kPass)];
    std::vector<Slice> slices(input_.thread_count);
    if constexpr (kPass == Pass::kOpen) {
      if (input_.search_p99_ns != 0) {
        search_rate(slices);
      } else {
        run_threads<kPass>(slices);
      }
    } else {
      run_threads<kPass>(slices);
    }
    for (std::uint64_t t = 0; t < input_.thread_count; ++t) pass.operations += stream_of(kPass, t).count;
    collect(slices, pass);
    if constexpr (kPass == Pass::kThroughput) take_counters();
    if (kPass == Pass::kThroughput && input_.mutates) weigh_at_the_end();
    if (input_.mutates) check_final_state<kPass>(pass);
    pass.done = 1;
  }

  template <Pass kPass>
  void run_threads(std::vector<Slice>& slices) {
    std::optional<CacheEvictor> evictor;
    if (kPass == Pass::kLatency && input_.evict_bytes != 0) evictor.emplace(input_.evict_bytes);
    Team team(input_.thread_count, {});
    team.run([&](std::uint64_t t) {
      tell(Moment::kWarmUp);
      const ThreadPlace place(*this, kPass, t);
      const auto stretch = [&](std::uint64_t phase, std::uint64_t end, Progress& progress) {
        tell(Moment::kLoopBegins);
        run_stretch<kPass>(place, phase, end, team.met_ns(), evictor ? &*evictor : nullptr, progress);
        tell(Moment::kLoopEnds);
      };
      const PageUse before = pages_of(place.host);
      slices[t] = run_stops(stops_of(kPass, place.stream, input_), team, stretch, [&](std::uint64_t w) {
        if (t == 0) look_at_memory(output_.windows[w]);
      });
      slices[t].pages = pages_of(place.host).since(before);
    });
  }

  /// Runs the operations up to `end`, which lie in one phase.
  template <Pass kPass>
  void run_stretch(const ThreadPlace& place, std::uint64_t phase, std::uint64_t end, std::uint64_t met_ns,
                   const CacheEvictor* evictor, Progress& progress) {
    if constexpr (kPass == Pass::kBatched) {
      measure_batched(place.host, place.stream, end, progress);
    } else if constexpr (kPass == Pass::kOpen) {
      const double rate = input_.phase_rates[phase];
      if (rate == 0) return run_closed<Pass::kThroughput>(place, end, progress);
      Ceiling none;
      const Schedule schedule{met_ns, 1e9 * static_cast<double>(threads_in(phase)) / rate};
      measure_open(place.host, place.stream, input_, place.scan_buffer(), end, schedule, none, progress);
    } else {
      if (kPass == Pass::kLatency && evictor != nullptr) {
        return measure_cold(place.host, place.stream, input_, place.scan_buffer(), end, *evictor, progress);
      }
      run_closed<kPass>(place, end, progress);
    }
  }

  template <Pass kPass>
  void run_closed(const ThreadPlace& place, std::uint64_t end, Progress& progress) {
    if (lookups_only_) {
      measure<kPass, true>(place.host, place.stream, input_, place.scan_buffer(), end, progress);
    } else {
      measure<kPass, false>(place.host, place.stream, input_, place.scan_buffer(), end, progress);
    }
  }

  /// Threads that have something to do in a phase.
  std::uint64_t threads_in(std::uint64_t phase) const {
    std::uint64_t threads = 0;
    for (std::uint64_t t = 0; t < input_.thread_count; ++t) {
      const std::uint64_t* ends = stream_of(Pass::kOpen, t).phase_ends;
      threads += ends == nullptr || ends[phase] > (phase == 0 ? 0 : ends[phase - 1]);
    }
    return threads;
  }

  void search_rate(std::vector<Slice>& slices) {
    const PassOutput& closed = output_.passes[static_cast<int>(Pass::kThroughput)];
    RateSearch search(input_, output_,
                      1e9 * static_cast<double>(closed.operations) / static_cast<double>(closed.elapsed_ns));
    Team team(input_.thread_count, [&] { search.advance(team.met_ns()); });
    team.run([&](std::uint64_t t) {
      const ThreadPlace place(*this, Pass::kOpen, t);
      Progress progress;
      team.meet();
      slices[t].start_ns = steady_now_ns();
      for (; search.stepping(); team.meet()) {
        const std::uint64_t end = search.begin(t, progress.at);
        measure_open(place.host, place.stream, input_, place.scan_buffer(), end, {team.met_ns(), search.gap_ns()},
                     search.ceiling(), progress);
        search.end(t, progress.at);
      }
      run_closed<Pass::kThroughput>(place, place.stream.count, progress);  // so that all answers are checked
      slices[t].end_ns = steady_now_ns();
      slices[t].checksum = progress.checksum.value();
    });
  }

  /// Sums up what the threads brought back.
  void collect(const std::vector<Slice>& slices, PassOutput& pass) const {
    const auto elapsed = [&](auto start_of, auto end_of) {
      std::uint64_t first = UINT64_MAX;
      std::uint64_t last = 0;
      for (const Slice& slice : slices) {
        if (end_of(slice) == 0) continue;
        first = std::min(first, start_of(slice));
        last = std::max(last, end_of(slice));
      }
      return last == 0 ? 0 : last - first;
    };
    const auto start = [](const Slice& slice) { return slice.start_ns; };
    for (std::uint64_t t = 0; t < slices.size(); ++t) {
      pass.checksum[t] = slices[t].checksum;
      pass.saturated += slices[t].saturated;
      pass.pages.add(slices[t].pages);
    }
    pass.elapsed_ns = elapsed(start, [](const Slice& slice) { return slice.end_ns; });
    for (std::uint64_t p = 0; p < input_.prefix_count; ++p) {
      pass.prefix_elapsed_ns[p] = elapsed(start, [p](const Slice& slice) { return slice.prefix_end_ns[p]; });
    }
    for (std::uint64_t p = 0; p < input_.phase_count; ++p) {
      pass.phase_elapsed_ns[p] = elapsed([p](const Slice& slice) { return slice.phase_start_ns[p]; },
                                         [p](const Slice& slice) { return slice.phase_end_ns[p]; });
    }
  }

  static PageUse pages_of(const I& index) {
    if constexpr (Engine<I> && TellsPageUse<I>) return index.page_use();
    return {};
  }

  void look_at_memory(WindowOutput& window) const {
    const std::uint64_t bytes = allocated_bytes();
    window.allocated_bytes = bytes > bytes_before_ ? bytes - bytes_before_ : 0;
    window.resident_bytes = resident_bytes();
  }

  /// What was inserted takes room, and what was erased may: the size after the load says little of either.
  void weigh_at_the_end() {
    if constexpr (!Engine<I>) {
      const std::uint64_t bytes = allocated_bytes();
      output_.end_total_bytes = bytes > bytes_before_ ? bytes - bytes_before_ : 0;
    } else if constexpr (TellsDiskUse<I>) {
      const DiskUse use = I::disk_use(site_of(input_));
      output_.end_disk_bytes = use.data_bytes;
      output_.end_log_bytes = use.log_bytes;
    }
  }

  void take_counters() {
    if constexpr (ReportsCounters<I>) {
      for (const Counter& counter : std::vector<Counter>(hosts_[0]->counters())) {
        if (output_.counter_count == kMaxCounters) throw std::logic_error("the index reports more than kMaxCounters");
        CounterOutput& out = output_.counters[output_.counter_count++];
        copy_text(out.name, counter.name);
        out.value = counter.value;
      }
    }
  }

  /// Re-reads every key that was written, in stream order.
  template <Pass kPass>
  void check_final_state(PassOutput& pass) {
    for (std::uint64_t t = 0; t < input_.thread_count; ++t) {
      AnswerChecksum checksum;
      const ThreadStream& stream = stream_of(kPass, t);
      for (const Operation& operation : std::span(stream.operations, stream.count)) {
        if (operation.kind < OpKind::kInsert) continue;
        Payload payload = 0;
        const bool found = host(t).find(key_of<I>(operation.key, stream), payload);
        checksum.add(lookup_answer(found, payload));
      }
      pass.final_checksum[t] = checksum.value();
    }
  }

  const TrialInput& input_;
  TrialOutput& output_;
  std::vector<std::unique_ptr<I>> hosts_;
  bool pristine_ = true;
  std::uint64_t bytes_before_ = 0;  ///< that were allocated before the first build
  /// Nothing but lookups whose payload is checked: the stream of most rows, and worth a loop of its own.
  bool lookups_only_ = true;
};

/// Runs `body` and turns whatever it throws into a status with a reason.
template <class Body>
void guarded(TrialOutput& output, Body body) noexcept {
  try {
    body();
    output.status = TrialStatus::kOk;
  } catch (const std::bad_alloc&) {
    output.status = TrialStatus::kOom;
    copy_text(output.reason, "allocation failed (std::bad_alloc)");
  } catch (const std::exception& exception) {
    output.status = TrialStatus::kError;
    copy_text(output.reason, exception.what());
  } catch (...) {
    output.status = TrialStatus::kError;
    copy_text(output.reason, "threw something that is not a std::exception");
  }
}

}  // namespace detail

/// Runs one trial of `I`: the function that the registry keeps.
template <class I>
void run_trial(const TrialInput& input, TrialOutput& output) noexcept {
  detail::guarded(output, [&] { detail::Trial<I>(input, output).run(); });
}

/// Engines: creates and bulk loads the row's table; the time is the engine's build time.
template <Engine E>
void run_load(const TrialInput& input, TrialOutput& output) noexcept {
  detail::guarded(output, [&] {
    const std::uint64_t start = steady_now_ns();
    const EngineFacts facts = E::load(detail::site_of(input), detail::entries_of<E>(input));
    output.build_ns = steady_now_ns() - start;
    output.disk_bytes = facts.disk.data_bytes;
    output.log_bytes = facts.disk.log_bytes;
    output.cache_bytes = facts.cache_bytes;
    copy_text(output.engine_version, facts.version);
    copy_text(output.engine_settings_json, facts.settings_json);
  });
}

/// Engines: drops what run_load created.
template <Engine E>
void run_drop(const TrialInput& input, TrialOutput& output) noexcept {
  detail::guarded(output, [&] { E::drop(detail::site_of(input)); });
}

}  // namespace omenbench
