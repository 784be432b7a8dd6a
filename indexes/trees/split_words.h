// Keys of 128 bits in a tree node, all upper halves before all lower ones. Most keys differ in their upper halves, so
// that a search reads half of the keys' cache lines and compares eight keys in a register; lower halves count only
// where upper ones are equal. Nodes treat them as they treat an array of integers.
#pragma once

#include <cstddef>
#include <cstdint>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "core/key_kind.h"
#include "indexes/trees/node_search.h"

namespace omenbench {

/// One of them, to be read and written as a whole.
class SplitWord {
 public:
  SplitWord(std::uint64_t& high, std::uint64_t& low) : high_(high), low_(low) {}
  SplitWord& operator=(U128 key) {
    high_ = high_word(key);
    low_ = low_word(key);
    return *this;
  }
  operator U128() const { return u128_of(high_, low_); }

 private:
  std::uint64_t& high_;
  std::uint64_t& low_;
};

/// Where one of them lies.
struct SplitPointer {
  std::uint64_t* high;
  std::uint64_t* low;

  SplitWord operator[](std::size_t i) const { return {high[i], low[i]}; }
  SplitPointer operator+(std::size_t i) const { return {high + i, low + i}; }
};

template <std::size_t kSlots>
struct SplitWords {
  std::uint64_t high[kSlots];
  std::uint64_t low[kSlots];

  U128 operator[](std::size_t i) const { return u128_of(high[i], low[i]); }
  SplitWord operator[](std::size_t i) { return {high[i], low[i]}; }
  SplitPointer operator+(std::size_t i) { return {high + i, low + i}; }
};

/// The keys of a node.
template <class K, std::size_t kSlots>
struct NodeKeysOf {
  using Type = K[kSlots];
};
template <std::size_t kSlots>
struct NodeKeysOf<U128, kSlots> {
  using Type = SplitWords<kSlots>;
};
template <class K, std::size_t kSlots>
using NodeKeys = typename NodeKeysOf<K, kSlots>::Type;

template <bool kShared>
inline void store_word(SplitWord word, U128 value) {
  static_assert(!kShared, "nobody reads halves while they are written");
  word = value;
}

template <bool kShared>
inline void move_words(SplitPointer words, std::size_t count, std::ptrdiff_t distance) {
  static_assert(!kShared);
  move_words<false>(words.high, count, distance);
  move_words<false>(words.low, count, distance);
}
template <bool kShared, std::size_t kSlots>
inline void move_words(SplitWords<kSlots>& words, std::size_t count, std::ptrdiff_t distance) {
  move_words<kShared>(words + 0, count, distance);
}

/// As slots_below of 64-bit keys.
template <bool kShared, std::size_t kCount>
inline std::size_t slots_below(const SplitWords<kCount>& keys, U128 key) {
  static_assert(!kShared);
  const std::uint64_t high = high_word(key), low = low_word(key);
  std::size_t below = slots_below<false, kCount>(keys.high, high);
  if (below == kCount || keys.high[below] != high) return below;
#if defined(__AVX512F__)
  const __m512i wanted = _mm512_set1_epi64(static_cast<long long>(high));
  const __m512i limit = _mm512_set1_epi64(static_cast<long long>(low));
  for (std::size_t i = 0; i < kCount; i += 8) {
    const std::uint32_t lanes = kCount - i < 8 ? (1U << (kCount - i)) - 1 : 0xFF;
    const auto here = static_cast<__mmask8>(lanes);
    const __mmask8 equal = _mm512_mask_cmpeq_epi64_mask(here, _mm512_maskz_loadu_epi64(here, keys.high + i), wanted);
    below += static_cast<unsigned>(
        __builtin_popcount(_mm512_mask_cmplt_epu64_mask(equal, _mm512_maskz_loadu_epi64(here, keys.low + i), limit)));
  }
#else
  for (std::size_t i = 0; i < kCount; ++i) below += keys.high[i] == high && keys.low[i] < low;
#endif
  return below;
}

}  // namespace omenbench
