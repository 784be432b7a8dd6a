// The loops in which an operation starts when the one before it has ended: service time and throughput. Each runs one
// thread over one stretch of its stream; what happens between stretches (phases, prefixes, windows) is not their
// business, so that nothing but the operations stands inside them.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>

#include "core/index.h"
#include "core/operation.h"
#include "core/page_allocator.h"
#include "core/trial_io.h"
#include "harness/clock.h"
#include "harness/trial/answer.h"

namespace omenbench::detail {

/// Where a thread stands in its stream, and what it has answered so far.
struct Progress {
  std::uint64_t at = 0;
  AnswerChecksum checksum;
  std::uint64_t last_answer = 0;
  std::uint64_t saturated = 0;  ///< latency samples that did not fit
};

/// Keeps a latency sample.
inline void store_sample(const ThreadStream& stream, std::uint64_t i, std::uint64_t ns, std::uint64_t& saturated) {
  stream.samples[i] = ns > UINT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(ns);
  saturated += ns > UINT32_MAX;
}

/// Runs the operations up to `end`, one after the other.
template <Pass kPass, bool kLookupsOnly, class I>
[[gnu::noinline]] void measure(I& index, const ThreadStream& stream, const TrialInput& input, EntryOf<I>* scan_buffer,
                               std::uint64_t end, Progress& progress) {
  const std::uint64_t zero = input.zero;
  [[maybe_unused]] const LatencyClock clock(input.ns_per_tick);
  AnswerChecksum checksum = progress.checksum;
  std::uint64_t last_answer = progress.last_answer;
  std::uint64_t saturated = 0;
  [[maybe_unused]] std::uint64_t before = kPass == Pass::kLatency ? clock.now() : 0;
  for (std::uint64_t i = progress.at; i < end; ++i) {
    last_answer = answer_one<kPass, kLookupsOnly>(index, stream, i, input, zero, last_answer, scan_buffer);
    checksum.add(last_answer);
    if constexpr (kPass == Pass::kLatency) {
      const std::uint64_t after = clock.now();
      store_sample(stream, i, clock.elapsed_ns(before, after), saturated);
      before = after;
    }
  }
  progress = {.at = end, .checksum = checksum, .last_answer = last_answer, .saturated = progress.saturated + saturated};
}

/// The same lookups, kBatchSize at a time through the index's own `find_batch`. Gathering the keys is part of the cost,
/// as it is for whoever calls it.
template <class I>
[[gnu::noinline]] void measure_batched(I& index, const ThreadStream& stream, std::uint64_t end, Progress& progress) {
  KeyOf<I> keys[kBatchSize];
  Payload payloads[kBatchSize] = {};
  bool found[kBatchSize] = {};
  AnswerChecksum checksum = progress.checksum;
  for (std::uint64_t begin = progress.at; begin < end; begin += kBatchSize) {
    const std::uint64_t size = std::min(kBatchSize, end - begin);
    for (std::uint64_t i = 0; i < size; ++i) keys[i] = key_of<I>(stream.operations[begin + i].key, stream);
    index.find_batch(std::span<const KeyOf<I>>(keys, size), std::span<Payload>(payloads, size),
                     std::span<bool>(found, size));
    for (std::uint64_t i = 0; i < size; ++i) checksum.add(lookup_answer(found[i], payloads[i]));
  }
  progress.at = end;
  progress.checksum = checksum;
}

/// Takes everything else out of the processor's caches (and out of its translation buffers) by reading a buffer that
/// is larger than they are.
class CacheEvictor {
 public:
  explicit CacheEvictor(std::uint64_t bytes) : words_(bytes / sizeof(std::uint64_t)) {
    for (std::uint64_t i = 0; i < words_.size(); i += kStride) words_[i] = i;  // or all pages would be the zero page
  }
  /// Returns a sum that the caller must use, or the reads would be optimised away.
  std::uint64_t evict() const {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < words_.size(); i += kStride) sum += words_[i];
    return sum;
  }

 private:
  static constexpr std::uint64_t kStride = 64 / sizeof(std::uint64_t);  // one cache line
  PageArray<std::uint64_t> words_;
};

/// Latency with the caches evicted before every operation, outside the clock. The operation itself is read before the
/// clock starts: a caller has its key at hand.
template <class I>
[[gnu::noinline]] void measure_cold(I& index, const ThreadStream& stream, const TrialInput& input,
                                    EntryOf<I>* scan_buffer, std::uint64_t end, const CacheEvictor& evictor,
                                    Progress& progress) {
  const LatencyClock clock(input.ns_per_tick);
  std::uint64_t sum = 0;
  for (std::uint64_t& i = progress.at; i < end; ++i) {
    sum += evictor.evict();
    sum += stream.operations[i].key + (stream.positions != nullptr ? stream.positions[i] : 0);
    if constexpr (!std::same_as<KeyOf<I>, Key>) sum += word_of(key_of<I>(stream.operations[i].key, stream));
    const std::uint64_t tied = sum & input.zero;  // the clock waits for what was read
    const std::uint64_t before = clock.now() + tied;
    const std::uint64_t answer = answer_one<Pass::kLatency, false>(index, stream, i, input, input.zero, 0, scan_buffer);
    const std::uint64_t after = clock.now();
    store_sample(stream, i, clock.elapsed_ns(before, after), progress.saturated);
    progress.checksum.add(answer);
  }
}

}  // namespace omenbench::detail
