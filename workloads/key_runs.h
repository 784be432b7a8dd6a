// Where keys repeat: which entries share a key, and what a lookup of that key must answer. Found in the sorted keys
// themselves and in running sums of the payloads, and thus by other means than any index has.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/operation.h"
#include "core/types.h"

namespace omenbench {

/// The payload of the entry at a place among keys that repeat.
constexpr Payload payload_at(std::uint64_t ordinal, std::uint64_t payload_seed) {
  return payload_of(ordinal, payload_seed);
}

class KeyRuns {
 public:
  /// `keys` ascend, not strictly, and must outlive this object. O(size).
  KeyRuns(std::span<const Key> keys, std::uint64_t payload_seed) : keys_(keys) {
    sums_.reserve(keys.size() + 1);
    sums_.push_back(0);
    for (std::uint64_t i = 0; i < keys.size(); ++i) sums_.push_back(sums_.back() + payload_at(i, payload_seed));
  }

  /// The first entry with the key of this one. O(log of the run).
  std::uint64_t first_of(std::uint64_t ordinal) const {
    const Key key = keys_[ordinal];
    std::uint64_t step = 1;
    for (; step <= ordinal && keys_[ordinal - step] == key; step *= 2) {
    }
    const auto from = keys_.begin() + static_cast<std::ptrdiff_t>(ordinal - std::min(step, ordinal));
    return static_cast<std::uint64_t>(
        std::lower_bound(from, keys_.begin() + static_cast<std::ptrdiff_t>(ordinal), key) - keys_.begin());
  }

  /// One behind the last entry with that key. O(log of the run).
  std::uint64_t end_of(std::uint64_t ordinal) const {
    const Key key = keys_[ordinal];
    std::uint64_t step = 1;
    for (; step < keys_.size() - ordinal && keys_[ordinal + step] == key; step *= 2) {
    }
    const auto to = keys_.begin() + static_cast<std::ptrdiff_t>(ordinal + std::min(step, keys_.size() - ordinal));
    return static_cast<std::uint64_t>(std::upper_bound(keys_.begin() + static_cast<std::ptrdiff_t>(ordinal), to, key) -
                                      keys_.begin());
  }

  /// The answer word to a lookup. REQUIRES: `first` is the first entry of its key.
  std::uint64_t answer(std::uint64_t first) const {
    const std::uint64_t end = end_of(first);
    return repeated_answer(end - first, sums_[end] - sums_[first]);
  }

 private:
  std::span<const Key> keys_;
  std::vector<Payload> sums_;  ///< of the payloads before each entry, modulo 2^64
};

}  // namespace omenbench
