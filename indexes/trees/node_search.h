// Searching the sorted keys of one tree node by counting: all keys are compared, a register full at a time, and the
// outcomes summed (Zhou and Ross, "Implementing database operations using SIMD instructions", SIGMOD 2002, section
// 4.3). No branch depends on the keys, so that one lookup's misses overlap with the next one's. AVX-512, AVX2, NEON or
// plain C++, as the compiler was told.
#pragma once

#include <cstddef>
#include <cstdint>
#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#include "core/types.h"
#include "indexes/trees/node_lock.h"

namespace omenbench {

/// Number of the keys[0, kCount) below `key`. With `kShared` another thread may be writing the keys: any number up to
/// kCount can come out then, and the caller must find out by the node's version.
template <bool kShared, std::size_t kCount>
inline std::size_t slots_below(const Key* keys, Key key) {
  if constexpr (kShared && kThreadSanitizer) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kCount; ++i) count += load_word<true>(keys[i]) < key;
    return count;
  }
#if defined(__AVX512F__)
  const __m512i probe = _mm512_set1_epi64(static_cast<long long>(key));
  unsigned count = 0;
  for (std::size_t i = 0; i + 8 <= kCount; i += 8) {
    const __m512i lanes = _mm512_loadu_si512(keys + i);
    count += static_cast<unsigned>(__builtin_popcount(_mm512_cmplt_epu64_mask(lanes, probe)));
  }
  if constexpr (kCount % 8 != 0) {
    constexpr auto kRest = static_cast<__mmask8>((1U << (kCount % 8)) - 1);
    const __m512i lanes = _mm512_maskz_loadu_epi64(kRest, keys + kCount / 8 * 8);
    count += static_cast<unsigned>(__builtin_popcount(_mm512_mask_cmplt_epu64_mask(kRest, lanes, probe)));
  }
  return count;
#elif defined(__AVX2__)
  // AVX2 compares signed numbers only: flipping the top bits turns one order into the other.
  const __m256i flip = _mm256_set1_epi64x(static_cast<long long>(std::uint64_t{1} << 63));
  const __m256i probe = _mm256_xor_si256(_mm256_set1_epi64x(static_cast<long long>(key)), flip);
  __m256i sums = _mm256_setzero_si256();
  for (std::size_t i = 0; i + 4 <= kCount; i += 4) {
    const __m256i lanes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + i));
    sums = _mm256_sub_epi64(sums, _mm256_cmpgt_epi64(probe, _mm256_xor_si256(lanes, flip)));
  }
  alignas(32) std::uint64_t lanes_of_sums[4];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes_of_sums), sums);
  std::size_t count = lanes_of_sums[0] + lanes_of_sums[1] + lanes_of_sums[2] + lanes_of_sums[3];
  for (std::size_t i = kCount / 4 * 4; i < kCount; ++i) count += keys[i] < key;
  return count;
#elif defined(__ARM_NEON)
  const uint64x2_t probe = vdupq_n_u64(key);
  uint64x2_t sums[2] = {vdupq_n_u64(0), vdupq_n_u64(0)};
  for (std::size_t i = 0; i + 4 <= kCount; i += 4) {
    sums[0] = vsubq_u64(sums[0], vcltq_u64(vld1q_u64(keys + i), probe));
    sums[1] = vsubq_u64(sums[1], vcltq_u64(vld1q_u64(keys + i + 2), probe));
  }
  std::size_t count = vaddvq_u64(vaddq_u64(sums[0], sums[1]));
  for (std::size_t i = kCount / 4 * 4; i < kCount; ++i) count += keys[i] < key;
  return count;
#else
  std::size_t count = 0;
  for (std::size_t i = 0; i < kCount; ++i) count += load_word<kShared>(keys[i]) < key;
  return count;
#endif
}

}  // namespace omenbench
