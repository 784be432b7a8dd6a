// Sixteen bytes, all compared with one at once: how ART finds a child in a node of 16 (Leis et al., "The Adaptive Radix
// Tree", ICDE 2013, section III.B) and a B+tree the keys with a tag. SSE2, NEON or plain C++, as the compiler was told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace omenbench {

class Bytes16 {
 public:
  /// The 16 bytes at `at`, however aligned.
  static Bytes16 load(const void* at) {
    std::uint64_t halves[2];
    std::memcpy(halves, at, sizeof halves);
    return Bytes16(halves[0], halves[1]);
  }
  /// Bytes 0 to 7 and 8 to 15, the first in the lowest bits.
  Bytes16(std::uint64_t low, std::uint64_t high) : low_(low), high_(high) {}

  /// Bit i says whether byte i is `byte`.
  std::uint32_t equal_to(unsigned char byte) const {
#if defined(__SSE2__)
    const __m128i all = _mm_set_epi64x(static_cast<long long>(high_), static_cast<long long>(low_));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_set1_epi8(static_cast<char>(byte)))));
#elif defined(__ARM_NEON)
    constexpr std::uint64_t kBitOfEach = 0x8040201008040201;
    const uint8x8_t bits = vcreate_u8(kBitOfEach);
    const uint8x8_t probe = vdup_n_u8(byte);
    const std::uint32_t low = vaddv_u8(vand_u8(vceq_u8(vcreate_u8(low_), probe), bits));
    const std::uint32_t high = vaddv_u8(vand_u8(vceq_u8(vcreate_u8(high_), probe), bits));
    return low | high << 8;
#else
    std::uint32_t equal = 0;
    for (unsigned i = 0; i < 8; ++i) {
      equal |= std::uint32_t{(low_ >> 8 * i & 0xff) == byte} << i;
      equal |= std::uint32_t{(high_ >> 8 * i & 0xff) == byte} << (i + 8);
    }
    return equal;
#endif
  }

 private:
  std::uint64_t low_;
  std::uint64_t high_;
};

}  // namespace omenbench
