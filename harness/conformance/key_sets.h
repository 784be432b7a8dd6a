// Key sets that break indexes: the regular, the skewed and the extreme. Every learned structure that rounds keys to
// doubles, divides by a gap, or forgets 0 and 2^64-1 has failed on one of these.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/types.h"
#include "harness/conformance/texts.h"

namespace omenbench::conformance {

struct KeySet {
  std::string name;
  std::vector<Key> keys;  ///< strictly ascending
  /// Byte strings: keys are numbers in this list (texts.h). Null: they are what they say.
  std::shared_ptr<const Texts> texts{};
  bool repeats = false;            ///< keys repeat: ascending, not strictly
  std::uint64_t record_bytes = 0;  ///< of payloads that are records; 0: they are words
};

/// Seeded; `count` is the size of the large ones.
std::vector<KeySet> synthetic_key_sets(std::size_t count, std::uint64_t seed);

/// Sets whose keys repeat: from every key once to one key alone, with runs around the lengths that a byte, a window or
/// an error bound holds. Of about `count` entries.
std::vector<KeySet> repeated_key_sets(std::size_t count, std::uint64_t seed);

/// Sets whose payloads are records of odd and even sizes, from little more than a word to the largest.
std::vector<KeySet> record_key_sets(std::size_t count, std::uint64_t seed);

/// `count` distinct random keys of the whole range, ascending.
std::vector<Key> random_keys(std::size_t count, std::uint64_t seed);

/// Every `step`-th key.
std::vector<Key> every(std::size_t step, const std::vector<Key>& keys);

}  // namespace omenbench::conformance
