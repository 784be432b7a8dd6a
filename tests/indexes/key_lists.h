// Small lists of keys that several tests build on.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "core/types.h"

namespace omenbench {

inline void sort_unique(std::vector<Key>& keys) {
  std::ranges::sort(keys);
  const auto rest = std::ranges::unique(keys);
  keys.erase(rest.begin(), rest.end());
}

inline std::vector<Key> with(std::vector<Key> keys, std::initializer_list<Key> extra) {
  keys.insert(keys.end(), extra);
  sort_unique(keys);
  return keys;
}

/// 0, 2^64-1, every power of two and both its neighbours.
inline std::vector<Key> powers_of_two() {
  std::vector<Key> keys{0, ~Key{0}};
  for (int bit = 0; bit < 64; ++bit) {
    for (int offset = -1; offset <= 1; ++offset) keys.push_back((Key{1} << bit) + static_cast<Key>(offset));
  }
  sort_unique(keys);
  return keys;
}

}  // namespace omenbench
