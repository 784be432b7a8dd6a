// Keys that themselves follow Zipf's law: key k, from 1 to `range`, with a density in proportion to k^-theta. Small
// keys are dense to the point of having no gaps, large ones rare: identifiers by popularity. Drawn by inverting the
// distribution function of the continuous law (a bounded Pareto distribution), which sorted uniform numbers pass in
// order.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/portable_math.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  const std::uint64_t range = parameters.whole("range");
  if (n > range) throw Error(fmt::format("generator 'zipf-keys': {} keys do not fit a range of {}", n, range));
  Rng rng(seed);
  std::vector<Key> keys = sorted_uniform_63(n, rng);
  const double log_range = portable_log(static_cast<double>(range));
  // x^(1 - theta) is uniform between 1 and range^(1 - theta); near theta = 1 its logarithm is.
  const double power = 1 - parameters.real("theta");
  const bool logarithmic = std::abs(power) < 1e-6;
  const double top = logarithmic ? 0 : portable_exp(power * log_range) - 1;
  for (Key& key : keys) {
    const double u = unit_interval(key);
    const double log_key = logarithmic ? u * log_range : portable_log(1 + u * top) / power;
    key = static_cast<Key>(std::min(portable_exp(log_key), 0x1.0p63 * (1 - 0x1.0p-40)));
    const int width = static_cast<int>(std::bit_width(key));
    if (width > 53) key |= rng.next() >> (64 - (width - 53));
    key = std::clamp<Key>(key, 1, range);
  }
  make_strictly_ascending(keys, range);
  return keys;
}

const bool registered = add_generator({"zipf-keys",
                                       "keys that follow Zipf's law: dense small ones, rare large ones",
                                       {real_parameter("theta", 0.99, 0, 2, "skew"),
                                        whole_parameter("range", 1ULL << 62, 1, 1ULL << 62, "largest possible key")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets
