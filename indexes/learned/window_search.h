// The last mile of error-bounded models: the lower bound of a key in a window of 2 epsilon + 2 keys that is known to
// hold it, for one key or for a batch whose memory accesses overlap (as coroutines or "asynchronous memory access
// chaining" do; Kocberber et al., VLDB 2015, section 3: here all keys take the same number of steps, so that they
// advance in lockstep without any state beyond a position).
//
// One key alone ends in a count of the last keys, which no branch leaves: nothing tells the processor where the payload
// will be until all of them have arrived. So the payloads beside the last window are fetched before it is counted. A
// longer window is halved by real branches first where the keys exceed the near caches: a right guess has the next key
// on its way while the compared one still is, which is worth more there than what the wrong half of the guesses costs.
// Both as measured, not as argued (docs/adr/0008-last-mile.md).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "indexes/search.h"
#include "indexes/static_index.h"

namespace omenbench {

/// Advances `positions[i]` from the begin of a window to the lower bound of `probes[i]` in it, branch-free, one cache
/// line of each probe per round. REQUIRES: the answer is in [positions[i], positions[i] + length], which may reach up
/// to kKeyPadding - 8 past the last key; equal sizes.
[[gnu::always_inline]] inline void interleaved_lower_bounds(const Key* keys, std::size_t length,
                                                            std::span<const Key> probes, std::size_t* positions) {
  constexpr std::size_t kCounted = 16;
  const std::size_t count = probes.size();
  const auto fetch = [&](std::size_t i) {
    if (length > kCounted) {
      __builtin_prefetch(keys + positions[i] + length / 2 - 1);
    } else {
      __builtin_prefetch(keys + positions[i]);
      __builtin_prefetch(keys + positions[i] + kCounted - 1);
    }
  };
  for (std::size_t i = 0; i < count; ++i) fetch(i);
  while (length > kCounted) {
    const std::size_t half = length / 2;
    length -= half;
    for (std::size_t i = 0; i < count; ++i) {
      positions[i] += static_cast<std::size_t>(keys[positions[i] + half - 1] < probes[i]) * half;
      fetch(i);
    }
  }
  for (std::size_t i = 0; i < count; ++i) positions[i] += count_below<kCounted>(keys + positions[i], probes[i]);
}

/// Windows up to this length are counted.
inline constexpr std::size_t kCountedLength = 40;
/// So many keys, and their payloads, lie in the near caches: windows among them are halved by conditional moves.
inline constexpr std::size_t kNearKeys = std::size_t{1} << 18;

/// Fetches what lies beside `length` keys. By address: they may reach past the last one.
template <class Columns>
[[gnu::always_inline]] inline void prefetch_payloads(const Columns& columns, std::size_t begin, std::size_t length) {
  constexpr std::size_t kSize = sizeof(*columns.payloads());
  constexpr std::size_t kPerLine = 64 / kSize;
  const auto first = reinterpret_cast<std::uintptr_t>(columns.payloads()) + begin * kSize;
  for (std::size_t i = 0; i < length; i += kPerLine) {
    __builtin_prefetch(reinterpret_cast<const void*>(first + i * kSize));
  }
  __builtin_prefetch(reinterpret_cast<const void*>(first + (length - 1) * kSize));
}

/// Halves a window of fixed length that is known to hold the answer, until at most kCountedLength keys are left, and
/// returns where those begin. Unrolled, so that every step is a branch of its own: in a loop one step's outcomes spoil
/// the guesses of the others.
template <std::size_t kLength, bool kBranches>
[[gnu::always_inline]] inline std::size_t halve(const Key* keys, std::size_t begin, Key key) {
  if constexpr (kLength <= kCountedLength) {
    return begin;
  } else {
    constexpr std::size_t kHalf = kLength / 2;
    if constexpr (!kBranches) {
      begin += static_cast<std::size_t>(keys[begin + kHalf - 1] < key) * kHalf;
    } else if (keys[begin + kHalf - 1] < key) {
      asm volatile("" : "+r"(begin));  // or compilers make a conditional move of it
      begin += kHalf;
    }
    return halve<kLength - kHalf, kBranches>(keys, begin, key);
  }
}

/// Windows whose epsilon is known to the compiler.
template <std::int64_t kEpsilon>
class FixedWindow {
 public:
  static constexpr std::int64_t epsilon() { return kEpsilon; }

  template <class Columns>
  static std::size_t lower_bound(const Columns& columns, std::size_t begin, Key key) {
    const Key* const keys = columns.keys();
    begin =
        columns.size() <= kNearKeys ? halve<kLength, false>(keys, begin, key) : halve<kLength, true>(keys, begin, key);
    prefetch_payloads(columns, begin, kLastLength);
    return begin + count_below<(kLastLength + 7) / 8 * 8>(keys + begin, key);
  }

  /// As `lower_bound` for each probe; `positions` holds the begins and receives the answers.
  template <class Columns>
  static void lower_bounds(const Columns& columns, std::span<const Key> probes, std::size_t* positions) {
    interleaved_lower_bounds(columns.keys(), kLength, probes, positions);
  }

 private:
  static constexpr std::size_t kLength = 2 * kEpsilon + 2;
  /// What halving leaves.
  static constexpr std::size_t kLastLength = [] {
    std::size_t length = kLength;
    while (length > kCountedLength) length -= length / 2;
    return length;
  }();
  static_assert(kLength + 16 <= kKeyPadding);
};

/// Windows whose epsilon is chosen when the index is built.
class ChosenWindow {
 public:
  ChosenWindow() = default;
  ChosenWindow(std::int64_t epsilon, std::size_t keys)
      : epsilon_(epsilon),
        length_(std::min(2 * static_cast<std::size_t>(epsilon) + 2, keys)),
        last_begin_(keys - length_) {}

  std::int64_t epsilon() const { return epsilon_; }

  template <class Columns>
  std::size_t lower_bound(const Columns& columns, std::size_t begin, Key key) const {
    begin = std::min(begin, last_begin_);
    std::size_t length = length_;
    while (length > kCountedLength) {
      const std::size_t half = length / 2;
      begin += static_cast<std::size_t>(columns.keys()[begin + half - 1] < key) * half;
      length -= half;
    }
    prefetch_payloads(columns, begin, length);
    std::size_t position = begin;
    for (std::size_t i = 0; i < length; i += 8) position += count_below<8>(columns.keys() + begin + i, key);
    return position;
  }

  template <class Columns>
  void lower_bounds(const Columns& columns, std::span<const Key> probes, std::size_t* positions) const {
    for (std::size_t i = 0; i < probes.size(); ++i) positions[i] = std::min(positions[i], last_begin_);
    interleaved_lower_bounds(columns.keys(), length_, probes, positions);
  }

 private:
  std::int64_t epsilon_ = 0;
  std::size_t length_ = 0;
  std::size_t last_begin_ = 0;
};

}  // namespace omenbench
