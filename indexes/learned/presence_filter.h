// Whether a sorted run may hold a key, by one word of memory: a Bloom filter whose bits for one key lie in one word
// ("register-blocked": Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters", JEA 14, 2010,
// section 3; Lang et al., "Performance-optimal filtering", VLDB 2019, section 3.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/rng.h"
#include "core/types.h"
#include "indexes/static_index.h"

namespace omenbench {

class PresenceFilter {
 public:
  /// A key as filters of any size see it.
  struct Probe {
    std::uint64_t hash;
    std::uint64_t bits;
  };
  static Probe probe(Key key) {
    const std::uint64_t hash = mix64(key);
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < kBitsSet; ++i) bits |= std::uint64_t{1} << (hash >> 6 * i & 63);
    return {hash, bits};
  }

  void train(const SortedColumns& columns) {
    words_.assign(columns.size() * kBitsPerKey / 64 + 1, 0);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Probe key = probe(columns.keys()[i]);
      words_[word_of(key)] |= key.bits;
    }
  }

  /// False: the run does not hold it.
  bool may_hold(const Probe& key) const { return (words_[word_of(key)] & key.bits) == key.bits; }

  std::uint64_t size_bytes() const { return words_.capacity() * sizeof(std::uint64_t); }

 private:
  static constexpr std::size_t kBitsPerKey = 10;
  static constexpr unsigned kBitsSet = 4;

  std::size_t word_of(const Probe& key) const {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(key.hash) * words_.size()) >> 64);
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace omenbench
