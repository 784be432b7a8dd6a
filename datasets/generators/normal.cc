// Normally distributed keys, stretched so that smallest and largest span [0, 2^63): SOSD's normal, drawn at random
// instead of at equal steps of the distribution. Sorted uniform numbers through the quantile function are sorted
// already; the bits that doubles do not resolve are filled at random, lest every key be a multiple of 1024.
#include <algorithm>

#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/portable_math.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr Key kLast = (1ULL << 63) - 1;

std::vector<Key> generate(std::uint64_t n, const Parameters&, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Key> keys = sorted_uniform_63(n, rng);
  const double low = normal_quantile(unit_interval(keys.front()));
  const double high = normal_quantile(unit_interval(keys.back()));
  const double scale = high > low ? 0x1.0p52 / (high - low) : 0;
  for (Key& key : keys) {
    const double steps = (normal_quantile(unit_interval(key)) - low) * scale;
    key = std::min(kLast, static_cast<Key>(std::max(steps, 0.0)) << 11 | rng.next() >> 53);
  }
  make_strictly_ascending(keys, kLast);
  return keys;
}

const bool registered = add_generator({"normal", "normally distributed keys, stretched over [0, 2^63)", {}, &generate});

}  // namespace
}  // namespace omenbench::datasets
