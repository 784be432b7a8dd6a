// See sampling.h.
#include "datasets/sampling.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "datasets/portable_math.h"

namespace omenbench::datasets {

std::vector<Key> sorted_uniform_63(std::uint64_t n, Rng& rng) {
  const auto count = static_cast<double>(n + 1);
  // The sum of the gaps stays below 2^63: it exceeds its mean by 9 of its standard deviations never in practice.
  const double scale = 0x1.0p63 / (count + 9 * std::sqrt(count) + 100);
  std::vector<Key> keys(n);
  Key sum = 0;
  const auto gap = [&] {
    const double u = static_cast<double>((rng.next() >> 11) + 1) * 0x1.0p-53;  // (0, 1]
    return static_cast<Key>(-portable_log(u) * scale);
  };
  for (Key& key : keys) key = sum += gap();
  sum += gap() + 1;
  // key * 2^63 / sum by one multiplication: with the sum shifted into [2^62, 2^63) the factor is at most 2 and has 62
  // bits behind the point.
  const int shift = std::countl_zero(sum) - 1;
  const auto factor = static_cast<std::uint64_t>((static_cast<unsigned __int128>(1) << 125) / (sum << shift));
  for (Key& key : keys) key = static_cast<Key>((static_cast<unsigned __int128>(key << shift) * factor) >> 62);
  return keys;
}

void make_strictly_ascending(std::span<Key> keys, Key last) {
  if (keys.empty()) return;
  assert(keys.size() - 1 <= last);
  Key lowest = 0;  // what the next key may be at least
  for (Key& key : keys) {
    key = std::max(key, lowest);
    lowest = key + 1;
  }
  // Only runs at the very end can have been pushed past `last`; they wrap below nothing, as there is room for all.
  Key highest = last;
  for (std::size_t i = keys.size(); i-- > 0 && keys[i] > highest; --highest) keys[i] = highest;
}

AliasTable::AliasTable(std::span<const double> weights) : slots_(weights.size()) {
  double total = 0;
  for (const double weight : weights) total += weight;
  std::vector<double> share(weights.size());  // 1: exactly one slot's worth
  std::vector<std::uint32_t> small, large;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    share[i] = weights[i] / total * static_cast<double>(weights.size());
    (share[i] < 1 ? small : large).push_back(static_cast<std::uint32_t>(i));
  }
  const auto set = [&](std::uint32_t slot, std::uint32_t alias) {
    slots_[slot] = {static_cast<std::uint32_t>(std::min(share[slot] * 0x1.0p32, 0x1.0p32 - 1)), alias};
  };
  while (!small.empty() && !large.empty()) {
    const std::uint32_t under = small.back(), over = large.back();
    small.pop_back();
    set(under, over);
    share[over] -= 1 - share[under];
    if (share[over] < 1) {
      large.pop_back();
      small.push_back(over);
    }
  }
  // Left are full slots, up to rounding.
  for (const std::uint32_t slot : large) slots_[slot] = {~0u, slot};
  for (const std::uint32_t slot : small) slots_[slot] = {~0u, slot};
}

std::vector<double> zipf_weights(std::size_t count, double theta) {
  std::vector<double> weights(count);
  for (std::size_t i = 0; i < count; ++i) {
    weights[i] = portable_exp(-theta * portable_log(static_cast<double>(i + 1)));
  }
  return weights;
}

}  // namespace omenbench::datasets
