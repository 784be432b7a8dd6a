// The last mile of error-bounded models: the lower bound of a key in a window of 2 epsilon + 2 keys that is known to
// hold it, for one key or for a batch whose memory accesses overlap (as coroutines or "asynchronous memory access
// chaining" do; Kocberber et al., VLDB 2015, section 3: here all keys take the same number of steps, so that they
// advance in lockstep without any state beyond a position).
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

/// Windows whose epsilon is known to the compiler.
template <std::int64_t kEpsilon>
class FixedWindow {
 public:
  static constexpr std::int64_t epsilon() { return kEpsilon; }

  static std::size_t lower_bound(const SortedColumns& columns, std::size_t begin, Key key) {
    return begin + window_lower_bound<kLength, kCounted>(columns.keys() + begin, key);
  }

  /// Fetches what `lower_bound` will read.
  static void prefetch(const SortedColumns& columns, std::size_t begin) {
    constexpr std::size_t kLine = 64 / sizeof(Key);
    for (std::size_t i = 0; i < kCounted; i += kLine) __builtin_prefetch(columns.keys() + begin + i);
    __builtin_prefetch(columns.keys() + begin + kCounted - 1);
  }

  /// As `lower_bound` for each probe; `positions` holds the begins and receives the answers.
  static void lower_bounds(const SortedColumns& columns, std::span<const Key> probes, std::size_t* positions) {
    interleaved_lower_bounds(columns.keys(), kLength, probes, positions);
  }

 private:
  static constexpr std::size_t kLength = 2 * kEpsilon + 2;
  static constexpr std::size_t kCounted = 40;
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

  std::size_t lower_bound(const SortedColumns& columns, std::size_t begin, Key key) const {
    begin = std::min(begin, last_begin_);
    const Key* base = columns.keys() + begin;
    std::size_t length = length_;
    while (length > kCounted) {
      const std::size_t half = length / 2;
      base += static_cast<std::size_t>(base[half - 1] < key) * half;
      length -= half;
    }
    auto position = static_cast<std::size_t>(base - columns.keys());
    for (std::size_t i = 0; i < length; i += 8) position += count_below<8>(base + i, key);
    return position;
  }

  void lower_bounds(const SortedColumns& columns, std::span<const Key> probes, std::size_t* positions) const {
    for (std::size_t i = 0; i < probes.size(); ++i) positions[i] = std::min(positions[i], last_begin_);
    interleaved_lower_bounds(columns.keys(), length_, probes, positions);
  }

 private:
  static constexpr std::size_t kCounted = 40;

  std::int64_t epsilon_ = 0;
  std::size_t length_ = 0;
  std::size_t last_begin_ = 0;
};

}  // namespace omenbench
