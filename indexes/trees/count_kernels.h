// Counting how many of 16 ascending keys lie below a probe, once per instruction set: comparing registers full of keys
// and summing the outcomes needs no branch (Zhou and Ross, "Implementing database operations using SIMD instructions",
// SIGMOD 2002, section 4.3). Kernels are types, so that a test can instantiate every one its compiler flags allow, and
// an index takes the widest by `BestCountKernel`.
#pragma once

#include <cstddef>
#include <cstdint>
#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#include "core/types.h"

namespace omenbench {

/// Keys that one call of a kernel looks at: two cache lines.
inline constexpr std::size_t kCountedKeys = 16;

/// No intrinsics. `kLength` keys are summed in four independent chains; compilers make SIMD of it where they can.
struct PortableCountKernel {
  static constexpr const char* kName = "portable";
  /// Number of keys[0, kCountedKeys) that are below `key`.
  static std::size_t count_below(const Key* keys, Key key) {
    std::size_t counts[4] = {};
    for (std::size_t i = 0; i < kCountedKeys; i += 4) {
      for (std::size_t j = 0; j < 4; ++j) counts[j] += keys[i + j] < key;
    }
    return counts[0] + counts[1] + (counts[2] + counts[3]);
  }
};

#if defined(__AVX2__)
/// Four registers of four keys. AVX2 compares signed numbers only, hence the flipped sign bits; saturating packs gather
/// the 16 outcomes in one register whose byte mask holds two bits a key.
struct Avx2CountKernel {
  static constexpr const char* kName = "AVX2";
  static std::size_t count_below(const Key* keys, Key key) {
    const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
    const __m256i probe = _mm256_xor_si256(_mm256_set1_epi64x(static_cast<long long>(key)), sign);
    const auto below = [&](std::size_t i) {
      const __m256i lane = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + i));
      return _mm256_cmpgt_epi64(probe, _mm256_xor_si256(lane, sign));
    };
    const __m256i low = _mm256_packs_epi32(below(0), below(4));
    const __m256i high = _mm256_packs_epi32(below(8), below(12));
    const auto mask = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_packs_epi16(low, high)));
    return static_cast<std::size_t>(__builtin_popcount(mask)) / 2;
  }
};
#endif

#if defined(__AVX512F__)
/// Two registers of eight keys, compared unsigned into bit masks.
struct Avx512CountKernel {
  static constexpr const char* kName = "AVX-512";
  static std::size_t count_below(const Key* keys, Key key) {
    const __m512i probe = _mm512_set1_epi64(static_cast<long long>(key));
    const unsigned low = _mm512_cmplt_epu64_mask(_mm512_loadu_si512(keys), probe);
    const unsigned high = _mm512_cmplt_epu64_mask(_mm512_loadu_si512(keys + 8), probe);
    return static_cast<std::size_t>(__builtin_popcount(low)) + static_cast<std::size_t>(__builtin_popcount(high));
  }
};
#endif

#if defined(__ARM_NEON)
/// Eight registers of two keys, compared unsigned; a key below counts as -1 in one of two chains.
struct NeonCountKernel {
  static constexpr const char* kName = "NEON";
  static std::size_t count_below(const Key* keys, Key key) {
    const uint64x2_t probe = vdupq_n_u64(key);
    uint64x2_t sums[2] = {vdupq_n_u64(0), vdupq_n_u64(0)};
    for (std::size_t i = 0; i < kCountedKeys; i += 4) {
      sums[0] = vsubq_u64(sums[0], vcltq_u64(vld1q_u64(keys + i), probe));
      sums[1] = vsubq_u64(sums[1], vcltq_u64(vld1q_u64(keys + i + 2), probe));
    }
    return vaddvq_u64(vaddq_u64(sums[0], sums[1]));
  }
};
#endif

#if defined(__AVX512F__)
using BestCountKernel = Avx512CountKernel;
#elif defined(__AVX2__)
using BestCountKernel = Avx2CountKernel;
#elif defined(__ARM_NEON)
using BestCountKernel = NeonCountKernel;
#else
using BestCountKernel = PortableCountKernel;
#endif

}  // namespace omenbench
