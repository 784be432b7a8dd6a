// The last mile: searching a short or long sorted run without unpredictable branches. Halving by conditional move, and
// counting the keys of a small window with SIMD (Zhou and Ross, "Implementing database operations using SIMD
// instructions", SIGMOD 2002, section 4.3: compare a register full of keys at once and sum the outcomes).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "core/types.h"

namespace omenbench {

/// Key arrays that are searched by the functions below end in this many extra keys of 2^64-1. No key is above them, so
/// that a window may reach past the last key and still be counted rightly.
inline constexpr std::size_t kKeyPadding = 256;

/// Number of the keys[0, kCount) that are below `key`. REQUIRES: kCount is a multiple of 8.
template <std::size_t kCount>
inline std::size_t count_below(const Key* keys, Key key) {
  static_assert(kCount % 8 == 0);
#if defined(__AVX512F__)
  const __m512i probe = _mm512_set1_epi64(static_cast<long long>(key));
  unsigned count = 0;
  for (std::size_t i = 0; i < kCount; i += 8) {
    const __m512i lane = _mm512_loadu_si512(keys + i);
    count += static_cast<unsigned>(__builtin_popcount(_mm512_cmplt_epu64_mask(lane, probe)));
  }
  return count;
#else
  std::size_t count = 0;
  for (std::size_t i = 0; i < kCount; ++i) count += keys[i] < key;
  return count;
#endif
}

/// Number of the keys[0, kCount) that are not above `key`. REQUIRES: kCount is a multiple of 8.
template <std::size_t kCount>
inline std::size_t count_not_above(const Key* keys, Key key) {
  static_assert(kCount % 8 == 0);
#if defined(__AVX512F__)
  const __m512i probe = _mm512_set1_epi64(static_cast<long long>(key));
  unsigned count = 0;
  for (std::size_t i = 0; i < kCount; i += 8) {
    const __m512i lane = _mm512_loadu_si512(keys + i);
    count += static_cast<unsigned>(__builtin_popcount(_mm512_cmple_epu64_mask(lane, probe)));
  }
  return count;
#else
  std::size_t count = 0;
  for (std::size_t i = 0; i < kCount; ++i) count += keys[i] <= key;
  return count;
#endif
}

/// Lower bound of `key` in keys[0, size), both ends inclusive as answers, by halving without branches. With `kPrefetch`
/// both keys that the next step may read are fetched while this step waits: worth it only when the run exceeds the
/// caches.
template <bool kPrefetch>
inline std::size_t halving_lower_bound(const Key* keys, std::size_t size, Key key) {
  const Key* base = keys;
  while (size > 1) {
    const std::size_t half = size / 2;
    if constexpr (kPrefetch) {
      const std::size_t rest = size - half;
      __builtin_prefetch(base + rest / 2);
      __builtin_prefetch(base + half + rest / 2);
    }
    base += static_cast<std::size_t>(base[half - 1] < key) * half;
    size -= half;
  }
  return static_cast<std::size_t>(base - keys) + (size == 1 && *base < key);
}

/// Lower bound of `key` in a window of fixed length that is known to hold the answer: its position is in [0, kWindow].
/// Halves until at most `kCounted` keys are left and counts those. Reads up to 7 keys past the window.
template <std::size_t kWindow, std::size_t kCounted>
inline std::size_t window_lower_bound(const Key* keys, Key key) {
  if constexpr (kWindow <= kCounted) {
    return count_below<(kWindow + 7) / 8 * 8>(keys, key);
  } else {
    constexpr std::size_t kHalf = kWindow / 2;
    const std::size_t skipped = static_cast<std::size_t>(keys[kHalf - 1] < key) * kHalf;
    return skipped + window_lower_bound<kWindow - kHalf, kCounted>(keys + skipped, key);
  }
}

/// Extends a guess to the true lower bound of `key` in keys[0, size): doubles the step from `guess` towards the answer,
/// then halves (Bentley and Yao, "An almost optimal algorithm for unbounded searching", 1976). O(log distance).
inline std::size_t gallop_lower_bound(const Key* keys, std::size_t size, std::size_t guess, Key key) {
  std::size_t begin = guess;
  std::size_t end = guess;
  std::size_t step = 1;
  while (begin > 0 && keys[begin - 1] >= key) {
    end = begin - 1;
    begin -= std::min(begin, step);
    step *= 2;
  }
  while (end < size && keys[end] < key) {
    begin = end + 1;
    end += std::min(size - end, step);
    step *= 2;
  }
  return static_cast<std::size_t>(std::lower_bound(keys + begin, keys + end, key) - keys);
}

}  // namespace omenbench
