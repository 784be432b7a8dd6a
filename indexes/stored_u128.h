// A key of 128 bits as containers store it: two words instead of an integer that has to be aligned to sixteen bytes,
// so that key and payload take 24 bytes together, not 32.
#pragma once

#include <cstdint>
#include <utility>

#include "core/key_kind.h"

namespace omenbench {

struct StoredU128 {
  StoredU128() = default;
  StoredU128(U128 key) : low(low_word(key)), high(high_word(key)) {}  // what containers are asked for
  operator U128() const { return u128_of(high, low); }

  friend bool operator==(const StoredU128&, const StoredU128&) = default;
  friend bool operator<(const StoredU128& a, const StoredU128& b) { return U128{a} < U128{b}; }
  template <class H>
  friend H AbslHashValue(H state, const StoredU128& key) {
    return H::combine(std::move(state), key.low, key.high);
  }

  std::uint64_t low = 0, high = 0;
};

}  // namespace omenbench
