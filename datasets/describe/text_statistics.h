// What distinct sorted byte strings look like: their lengths, what they share, how much of a key tells it from others,
// and what is left of them in 64 bits, which is what models and heads see.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/types.h"

namespace omenbench::datasets {

/// Of one number per key, or per pair of neighbours; all 0 when there are none.
struct Spread {
  std::uint64_t smallest = 0, median = 0, p99 = 0, largest = 0;
  double mean = 0;
};

/// Of the byte at one position, over the keys that are long enough to have one.
struct PositionStatistics {
  std::uint64_t position = 0;  ///< from 1
  double share = 0;            ///< of the keys that have a byte there
  std::uint64_t values = 0;    ///< different ones
  double entropy = 0;          ///< bits: 0 to 8
};

/// The eight bytes after those that all keys share, as a number; keys that end earlier are filled with zero bytes.
struct Projection {
  std::uint64_t words = 0;       ///< different ones
  std::uint64_t told_apart = 0;  ///< keys whose word no other key has
  std::uint64_t most_alike = 0;  ///< keys of one word, at most
};

struct TextStatistics {
  std::uint64_t bytes = 0;   ///< of all keys together
  std::uint64_t shared = 0;  ///< with which every key begins
  Spread length;
  Spread neighbours;            ///< bytes that a key and the next one share
  Spread distinguishing_bytes;  ///< up to the one that tells a key from both its neighbours, ends counted as one
  /// Of which the others follow: the inner nodes on a key's way through a binary trie of all keys, which tests but the
  /// bits that tell some from others (Morrison, "PATRICIA", JACM 1968). log2 of the number of keys at least, in the
  /// mean.
  Spread distinguishing_bits;
  std::vector<PositionStatistics> positions;  ///< the first so many after what all share
  Projection projection;
};

/// How many positions are told of, at most.
inline constexpr std::uint64_t kPositions = 16;

/// REQUIRES: places of keys that are distinct and ascending, at least one. O(bytes).
TextStatistics text_statistics(std::span<const Key> places, std::string_view text);

/// The words of the projection, distinct and ascending: what 64-bit keys could be made of these.
std::vector<Key> projected_words(std::span<const Key> places, std::string_view text, std::uint64_t shared);

}  // namespace omenbench::datasets
