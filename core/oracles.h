// The names of the indexes that read at positions which were computed beforehand: the lower bound of every row that
// only reads (concept Oracle in core/index.h).
#pragma once

#include <algorithm>
#include <string_view>

namespace omenbench {

/// Of 64-bit keys and of byte strings.
inline constexpr std::string_view kOracles[] = {"oracle-gather", "bytes-oracle-gather"};

constexpr bool is_oracle(std::string_view index) {
  return std::ranges::find(kOracles, index) != std::ranges::end(kOracles);
}

}  // namespace omenbench
