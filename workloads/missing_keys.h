// Keys that are not there: a key inside a random non-empty gap between two neighbours, so that a miss costs an index
// the same search as a hit. Keys outside the range would be rejected by a comparison with the ends.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

namespace omenbench {

/// An absent key and the ordinal of the first present key above it (n: none).
struct MissingKey {
  Key key = 0;
  std::uint64_t above = 0;
};

class MissingKeys {
 public:
  /// Counts the gaps: O(n). `keys` must outlive this object. Throws Error when the keys leave no key out.
  explicit MissingKeys(std::span<const Key> keys);
  /// Uniform over the non-empty gaps, and uniform inside the gap.
  MissingKey draw(Rng& rng) const;
  /// True when there is no gap between keys, so that every miss lies outside their range.
  bool outside() const { return gaps_ == 0; }

 private:
  std::span<const Key> keys_;
  std::uint64_t gaps_ = 0;
  /// Ordinals in front of a gap, listed when gaps are so rare that drawing until one is hit would take long.
  std::vector<std::uint64_t> rare_;
};

}  // namespace omenbench
