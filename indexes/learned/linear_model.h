// A line over keys in fixed-point arithmetic: no key is ever rounded to a double, and training and lookup compute the
// very same integers.
#pragma once

#include <cstdint>

#include "core/types.h"

namespace omenbench {

/// High 64 bits of the product: `a` times the fraction `b / 2^64`, rounded down.
inline std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(a) * b) >> 64);
}

/// rise / run as a fraction of 2^64, rounded down and clamped to [0, limit]. REQUIRES: run > 0, rise < 2^63.
inline std::uint64_t fixed_point_slope(__int128 rise, std::uint64_t run, std::uint64_t limit = ~std::uint64_t{0}) {
  if (rise <= 0) return 0;
  const unsigned __int128 slope = (static_cast<unsigned __int128>(rise) << 64) / run;
  return slope > limit ? limit : static_cast<std::uint64_t>(slope);
}

}  // namespace omenbench
