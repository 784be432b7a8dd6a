// Log-normally distributed keys, exp(sigma N(0, 1)) scale: many small ones, a long thin tail. As in the learned index
// literature sigma is 2. Where the largest key would leave [0, 2^63) the scale is lowered until it does not.
#include <algorithm>
#include <bit>

#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/portable_math.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr Key kLast = (1ULL << 63) - 1;

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Key> keys = sorted_uniform_63(n, rng);
  const double sigma = parameters.real("sigma");
  const double largest = portable_exp(sigma * normal_quantile(unit_interval(keys.back())));
  const double scale = std::min(parameters.real("scale"), 0x1.0p63 * (1 - 0x1.0p-40) / largest);
  for (Key& key : keys) {
    const double value = portable_exp(sigma * normal_quantile(unit_interval(key))) * scale;
    key = static_cast<Key>(value);
    // A double beyond 2^53 has no low-order bits: they are filled at random.
    const int width = static_cast<int>(std::bit_width(key));
    if (width > 53) key |= rng.next() >> (64 - (width - 53));
    key = std::min(key, kLast);
  }
  make_strictly_ascending(keys, kLast);
  return keys;
}

const bool registered = add_generator(
    {"lognormal",
     "log-normally distributed keys, exp(sigma N(0,1)) scale",
     {real_parameter("sigma", 2, 0.01, 50, "spread"), real_parameter("scale", 1e15, 1, 9e18, "the median key")},
     &generate});

}  // namespace
}  // namespace omenbench::datasets
