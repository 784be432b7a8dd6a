// The only hot loop. `run_trial<I>` is instantiated inside each index's own .cc file: build, warm up, measure, fold the
// answers; one indirect call per trial and none per operation. Engines run the very same loop.
//
// What each pass means, and why they are never mixed, is described in docs/measurement.md.
#pragma once

#include <algorithm>
#include <barrier>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "core/index.h"
#include "core/operation.h"
#include "core/trial_io.h"
#include "harness/clock.h"
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
  return {input.engine_directory, input.engine_connection, input.engine_table};
}

template <class I>
concept ReportsBytes = requires(const I& index) {
  { index.size_bytes() } -> std::convertible_to<std::uint64_t>;
};

/// True when `I` can perform this kind of operation.
template <class I>
constexpr bool supports(OpKind kind) {
  switch (kind) {
    case OpKind::kLookup:
      return true;
    case OpKind::kLowerBound:
    case OpKind::kScan:
      return Ordered<I> || Oracle<I>;
    case OpKind::kInsert:
      return Insertable<I>;
    case OpKind::kUpdate:
    case OpKind::kReadModifyWrite:
      return Updatable<I>;
    case OpKind::kErase:
      return Erasable<I>;
  }
  return false;
}

/// Performs one operation and returns its answer word (core/operation.h). `scan_buffer` holds kMaxScan entries.
template <class I>
inline std::uint64_t perform(I& index, const Operation& operation, Key key, std::uint64_t payload_seed,
                             Entry* scan_buffer) {
  switch (operation.kind) {
    case OpKind::kLookup: {
      Payload payload = 0;
      const bool found = index.find(key, payload);
      return operation.foreign ? presence_answer(found) : lookup_answer(found, payload);
    }
    case OpKind::kLowerBound:
      if constexpr (Ordered<I>) {
        Entry entry;
        return index.lower_bound(key, entry) ? entry_answer(entry) : kAbsentAnswer;
      }
      break;
    case OpKind::kScan:
      if constexpr (Ordered<I>) {
        const std::span<Entry> out(scan_buffer, operation.argument);
        const std::size_t count = index.scan(key, out);
        return operation.foreign ? count : scan_answer(out.first(count));
      }
      break;
    case OpKind::kInsert:
      if constexpr (Insertable<I>) {
        return presence_answer(index.insert(key, payload_of(key, payload_seed, operation.argument)));
      }
      break;
    case OpKind::kUpdate:
      if constexpr (Updatable<I>) {
        return presence_answer(index.update(key, payload_of(key, payload_seed, operation.argument)));
      }
      break;
    case OpKind::kErase:
      if constexpr (Erasable<I>) return presence_answer(index.erase(key));
      break;
    case OpKind::kReadModifyWrite:
      if constexpr (Updatable<I>) {
        Payload payload = 0;
        const bool found = index.find(key, payload);
        index.update(key, payload_of(key, payload_seed, operation.argument));
        return lookup_answer(found, payload);
      }
      break;
  }
  __builtin_unreachable();  // check_supported refused the stream
}

/// What one thread brings back from a pass.
struct Slice {
  std::uint64_t start_ns = 0;
  std::uint64_t end_ns = 0;
  std::uint64_t checksum = 0;
  std::uint64_t saturated = 0;
  std::uint64_t prefix_end_ns[kMaxPrefixes] = {};
};

/// One operation of a stream, ready to be answered. With `kLookupsOnly` the kind is known beforehand, so that nothing
/// stands between the key and the index.
template <Pass kPass, bool kLookupsOnly, class I>
inline std::uint64_t answer_one(I& index, const ThreadStream& stream, std::uint64_t i, const TrialInput& input,
                                std::uint64_t zero, std::uint64_t last_answer, Entry* scan_buffer) {
  // What ties an operation to the answer before it; always 0.
  const std::uint64_t tie = kPass == Pass::kDependent ? last_answer & zero : 0;
  if constexpr (Oracle<I>) {
    return index.answer(stream.operations[i], stream.positions[i] + tie);
  } else if constexpr (kLookupsOnly) {
    Payload payload = 0;
    const bool found = index.find(stream.operations[i].key + tie, payload);
    return lookup_answer(found, payload);
  } else {
    return perform(index, stream.operations[i], stream.operations[i].key + tie, input.payload_seed, scan_buffer);
  }
}

template <Pass kPass, bool kLookupsOnly, class I>
[[gnu::noinline]] Slice measure(I& index, const ThreadStream& stream, const TrialInput& input, Entry* scan_buffer) {
  const std::uint64_t count = stream.count;
  const std::uint64_t zero = input.zero;
  [[maybe_unused]] const LatencyClock clock(input.ns_per_tick);
  AnswerChecksum checksum;
  Slice slice;
  slice.start_ns = steady_now_ns();
  std::uint64_t last_answer = 0;
  [[maybe_unused]] std::uint64_t before = kPass == Pass::kLatency ? clock.now() : 0;
  std::uint64_t i = 0;
  // The clock is read between prefixes, never between the operations of one.
  const std::uint64_t prefixes = kPass == Pass::kThroughput ? input.prefix_count : 0;
  for (std::uint64_t prefix = 0; prefix <= prefixes; ++prefix) {
    const std::uint64_t end = prefix < prefixes ? input.prefixes[prefix] : count;
    for (; i < end; ++i) {
      last_answer = answer_one<kPass, kLookupsOnly>(index, stream, i, input, zero, last_answer, scan_buffer);
      checksum.add(last_answer);
      if constexpr (kPass == Pass::kLatency) {
        const std::uint64_t after = clock.now();
        const std::uint64_t ns = clock.elapsed_ns(before, after);
        before = after;
        stream.samples[i] = ns > UINT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(ns);
        slice.saturated += ns > UINT32_MAX;
      }
    }
    if (prefix < prefixes) slice.prefix_end_ns[prefix] = steady_now_ns();
  }
  slice.end_ns = steady_now_ns();
  slice.checksum = checksum.value();
  return slice;
}

/// The same lookups, kBatchSize at a time through the index's own `find_batch`. Gathering the keys is part of the cost,
/// as it is for whoever calls it.
template <class I>
[[gnu::noinline]] Slice measure_batched(I& index, const ThreadStream& stream) {
  Key keys[kBatchSize];
  Payload payloads[kBatchSize] = {};
  bool found[kBatchSize] = {};
  AnswerChecksum checksum;
  Slice slice;
  slice.start_ns = steady_now_ns();
  for (std::uint64_t begin = 0; begin < stream.count; begin += kBatchSize) {
    const std::uint64_t size = std::min(kBatchSize, stream.count - begin);
    for (std::uint64_t i = 0; i < size; ++i) keys[i] = stream.operations[begin + i].key;
    index.find_batch(std::span<const Key>(keys, size), std::span<Payload>(payloads, size),
                     std::span<bool>(found, size));
    for (std::uint64_t i = 0; i < size; ++i) checksum.add(lookup_answer(found[i], payloads[i]));
  }
  slice.end_ns = steady_now_ns();
  slice.checksum = checksum.value();
  return slice;
}

/// Warm-up: reads only; the answers are consumed but not checked.
template <class I>
void warm_up(I& index, const ThreadStream& stream, std::uint64_t zero) {
  std::uint64_t sum = 0;
  if constexpr (Oracle<I>) {
    for (std::uint64_t i = 0; i < std::min(stream.count, stream.warmup_count); ++i) {
      sum += index.answer(stream.operations[i], stream.positions[i]);
    }
  } else {
    for (std::uint64_t i = 0; i < stream.warmup_count; ++i) {
      Payload payload = 0;
      sum += index.find(stream.warmup[i].key, payload) ? payload : 1;
    }
  }
  // A store the compiler cannot drop, because it cannot know that zero is 0.
  if ((sum & zero) != 0) throw std::logic_error("TrialInput::zero is not 0");
}

/// One trial of one index. In-process indexes are one object for all threads, engines one object (connection) each.
template <class I>
class Trial {
 public:
  Trial(const TrialInput& input, TrialOutput& output) : input_(input), output_(output) {}

  void run() {
    check_supported();
    prepare();
    const std::uint64_t switches = involuntary_switches();
    if (wants(Pass::kThroughput)) run_pass<Pass::kThroughput>();
    if (wants(Pass::kDependent)) run_pass<Pass::kDependent>();
    if (wants(Pass::kLatency)) run_pass<Pass::kLatency>();
    if constexpr (Batched<I>) {
      if (wants(Pass::kBatched) && lookups_only_) run_pass<Pass::kBatched>();
    }
    output_.involuntary_switches = involuntary_switches() - switches;
    output_.peak_rss_bytes = peak_resident_bytes();
  }

 private:
  bool wants(Pass pass) const { return (input_.pass_mask >> static_cast<int>(pass)) & 1U; }

  /// Reads the whole stream once: refuses what `I` cannot do, notes what it holds and brings the pages in.
  void check_supported() {
    bool present[kOpKinds] = {};
    bool foreign = false;
    for (std::uint64_t t = 0; t < input_.thread_count; ++t) {
      const ThreadStream& stream = input_.threads[t];
      for (std::uint64_t i = 0; i < stream.count; ++i) {
        const Operation& operation = stream.operations[i];
        present[static_cast<int>(operation.kind)] = true;
        foreign |= operation.foreign != 0;
        if (operation.kind == OpKind::kScan && operation.argument > kMaxScan) {
          throw std::logic_error("scan longer than kMaxScan");
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
      const std::uint64_t bytes_before = allocated_bytes();
      const std::uint64_t resident_before = resident_bytes();
      const std::uint64_t start = steady_now_ns();
      build();
      output_.build_ns = steady_now_ns() - start;
      const std::uint64_t bytes_after = allocated_bytes();
      const std::uint64_t resident_after = resident_bytes();
      output_.total_bytes = bytes_after > bytes_before ? bytes_after - bytes_before : 0;
      output_.rss_delta_bytes = resident_after > resident_before ? resident_after - resident_before : 0;
      if constexpr (ReportsBytes<I>) output_.self_reported_bytes = hosts_[0]->size_bytes();
    }
  }

  void build() {
    hosts_.clear();
    hosts_.push_back(std::make_unique<I>());
    hosts_[0]->build(std::span<const Entry>(input_.entries, input_.entry_count));
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

  template <Pass kPass>
  void run_pass() {
    if (input_.mutates) renew();
    const std::uint64_t threads = input_.thread_count;
    std::vector<Slice> slices(threads);
    if (threads == 1) {
      slices[0] = run_thread<kPass>(0, [] {});
    } else {
      run_threads<kPass>(slices);
    }
    PassOutput& pass = output_.passes[static_cast<int>(kPass)];
    std::uint64_t first = UINT64_MAX;
    std::uint64_t last = 0;
    for (std::uint64_t t = 0; t < threads; ++t) {
      first = std::min(first, slices[t].start_ns);
      last = std::max(last, slices[t].end_ns);
      pass.checksum[t] = slices[t].checksum;
      pass.saturated += slices[t].saturated;
      pass.operations += input_.threads[t].count;
    }
    for (const Slice& slice : slices) {
      for (std::uint64_t p = 0; p < input_.prefix_count && slice.prefix_end_ns[p] != 0; ++p) {
        pass.prefix_elapsed_ns[p] = std::max(pass.prefix_elapsed_ns[p], slice.prefix_end_ns[p] - first);
      }
    }
    pass.elapsed_ns = last - first;
    if constexpr (kPass == Pass::kThroughput) take_counters();
    if (input_.mutates) check_final_state(pass);
    pass.done = 1;
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

  template <Pass kPass, class Wait>
  Slice run_thread(std::uint64_t thread, Wait wait) {
    // Ends with the pass: the next build, and what threads it may start, are as free as the first.
    std::optional<PinnedThread> pinned;
    if (input_.cpus != nullptr) pinned.emplace(input_.cpus[thread]);
    std::vector<Entry> scan_buffer(kMaxScan);
    const ThreadStream& stream = input_.threads[thread];
    warm_up(host(thread), stream, input_.zero);
    wait();
    if constexpr (kPass == Pass::kBatched) {
      return measure_batched(host(thread), stream);
    } else {
      if (lookups_only_) return measure<kPass, true>(host(thread), stream, input_, scan_buffer.data());
      return measure<kPass, false>(host(thread), stream, input_, scan_buffer.data());
    }
  }

  template <Pass kPass>
  void run_threads(std::vector<Slice>& slices) {
    std::barrier start(static_cast<std::ptrdiff_t>(slices.size()));
    std::vector<std::exception_ptr> failures(slices.size());
    {
      std::vector<std::jthread> threads;
      for (std::uint64_t t = 0; t < slices.size(); ++t) {
        threads.emplace_back([this, t, &start, &slices, &failures] {
          bool waited = false;
          try {
            slices[t] = run_thread<kPass>(t, [&] {
              waited = true;
              start.arrive_and_wait();
            });
          } catch (...) {
            failures[t] = std::current_exception();
            if (!waited) start.arrive_and_drop();
          }
        });
      }
    }
    for (const std::exception_ptr& failure : failures) {
      if (failure) std::rethrow_exception(failure);
    }
  }

  /// Re-reads every key that was written, in stream order.
  void check_final_state(PassOutput& pass) {
    for (std::uint64_t t = 0; t < input_.thread_count; ++t) {
      AnswerChecksum checksum;
      const ThreadStream& stream = input_.threads[t];
      for (std::uint64_t i = 0; i < stream.count; ++i) {
        const Operation& operation = stream.operations[i];
        if (operation.kind < OpKind::kInsert) continue;
        Payload payload = 0;
        const bool found = host(t).find(operation.key, payload);
        checksum.add(lookup_answer(found, payload));
      }
      pass.final_checksum[t] = checksum.value();
    }
  }

  const TrialInput& input_;
  TrialOutput& output_;
  std::vector<std::unique_ptr<I>> hosts_;
  bool pristine_ = true;
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
    const EngineFacts facts = E::load(detail::site_of(input), std::span<const Entry>(input.entries, input.entry_count));
    output.build_ns = steady_now_ns() - start;
    output.disk_bytes = facts.disk_bytes;
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
