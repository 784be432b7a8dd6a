// How far from sorted values arrive: (K, L)-sortedness (Ben-Moshe et al., "Detecting and exploiting near-sortedness for
// efficient relational query evaluation", ICDT 2011), the measure that BLISS varies (Raman et al., TPCTC 2022).
#pragma once

#include <cstdint>
#include <span>

#include "core/types.h"

namespace omenbench::datasets {

struct Sortedness {
  std::uint64_t k = 0;  ///< fewest values without which the rest is in non-descending order
  std::uint64_t l = 0;  ///< largest distance of a value from the nearest position that sorting could give it
};

/// REQUIRES: `sorted` holds the values of `arrived` in ascending order. O(n) when nearly sorted, O(n log n) at worst.
Sortedness sortedness(std::span<const Key> arrived, std::span<const Key> sorted);

}  // namespace omenbench::datasets
