// Runs the operations of several threads on one index and keeps every answer with its time: the raw material of the
// checks of concurrent indexes. Not a measurement.
#pragma once

#include <barrier>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "core/index.h"
#include "core/operation.h"
#include "core/recording.h"
#include "core/trial_io.h"
#include "harness/clock.h"
#include "harness/trial.h"

namespace omenbench {
namespace detail {

/// Performs one operation; appends what scans and lower bounds return to `log` and advances it.
template <class I>
void perform_recorded(I& index, const Operation& operation, std::uint64_t payload_seed, RecordedOperation& record,
                      Entry*& log) {
  const Key key = operation.key;
  [[maybe_unused]] const Payload payload = payload_of(key, payload_seed, operation.argument);
  switch (operation.kind) {
    case OpKind::kLookup:
      record.success = index.find(key, record.payload);
      return;
    case OpKind::kLowerBound:
      if constexpr (Ordered<I>) record.success = record.entries = index.lower_bound(key, *log);
      break;
    case OpKind::kScan:
      if constexpr (Ordered<I>) {
        record.entries = index.scan(key, std::span<Entry>(log, operation.argument));
        record.success = record.entries != 0;
      }
      break;
    case OpKind::kInsert:
      if constexpr (Insertable<I>) record.success = index.insert(key, payload);
      break;
    case OpKind::kUpdate:
      if constexpr (Updatable<I>) record.success = index.update(key, payload);
      break;
    case OpKind::kErase:
      if constexpr (Erasable<I>) record.success = index.erase(key);
      break;
    case OpKind::kReadModifyWrite:
      throw std::logic_error("recorded runs hold no read-modify-writes: they are two operations");
  }
  log += record.entries;
}

template <class I>
void record_thread(I& index, const ThreadStream& stream, std::uint64_t payload_seed, const ThreadRecording& recording) {
  Entry* log = recording.log;
  for (std::uint64_t i = 0; i < stream.count; ++i) {
    RecordedOperation& record = recording.operations[i];
    record.start_ns = steady_now_ns();
    perform_recorded(index, stream.operations[i], payload_seed, record, log);
    record.end_ns = steady_now_ns();
  }
}

template <class I>
void record_threads(const TrialInput& input, const ThreadRecording* recordings) {
  std::vector<std::unique_ptr<I>> hosts;  // one for all threads; engines: one connection each
  hosts.push_back(std::make_unique<I>());
  if constexpr (Engine<I>) {
    while (hosts.size() < input.thread_count) hosts.push_back(std::make_unique<I>());
    for (const auto& host : hosts) host->attach(site_of(input));
  } else {
    hosts[0]->build(std::span<const Entry>(input.entries, input.entry_count));
  }
  std::barrier start(static_cast<std::ptrdiff_t>(input.thread_count));
  std::vector<std::exception_ptr> failures(input.thread_count);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < input.thread_count; ++t) {
      threads.emplace_back([&, t] {
        start.arrive_and_wait();
        try {
          record_thread(*hosts[Engine<I> ? t : 0], input.streams[0][t], input.payload_seed, recordings[t]);
        } catch (...) {
          failures[t] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace detail

/// Builds (engines: attaches), runs all threads at once and fills one recording per thread. The registry keeps this
/// function of every concurrent index.
template <class I>
void run_recorded(const TrialInput& input, const ThreadRecording* recordings, TrialOutput& output) noexcept {
  detail::guarded(output, [&] { detail::record_threads<I>(input, recordings); });
}

}  // namespace omenbench
