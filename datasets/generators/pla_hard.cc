// Keys of a chosen hardness: so many segments per million keys at epsilon 32 and at 4,096, the two axes of Wongkham et
// al. ("Are updatable learned indexes ready?", VLDB 2022, section 3), whose corners no simple distribution reaches.
// Short runs of small and large gaps alternate within long ones (gap_runs.h).
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "datasets/gap_runs.h"
#include "datasets/generator.h"

namespace omenbench::datasets {
namespace {

constexpr double kRatio = 1000;
constexpr double kSmallestGap = 4;  ///< in the mean: room for the jitter below

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  const double local = parameters.real("local"), global = parameters.real("global");
  if (local < 2 * global) {
    throw Error(
        fmt::format("generator 'pla-hard': local hardness {} is less than twice the global one, {}: a border "
                    "between long runs is one at epsilon 32 too",
                    local, global));
  }
  // Gaps reach 2 * 2 * jitter times the mean, the mean is kSmallestGap * 500 * 500.
  if (static_cast<double>(n) > 1e12) throw Error(fmt::format("generator 'pla-hard': {} keys do not fit 64 bits", n));
  Rng rng(seed);
  GapRuns small(local, kRatio, rng), large(global, kRatio, rng);
  const double mean = kSmallestGap * (kRatio + 1) / 2 * (global > 0 ? (kRatio + 1) / 2 : 1);
  std::vector<Key> keys(n);
  Key last = 0;
  for (Key& key : keys) {
    const double gap = mean * small.next() * large.next() * (0.75 + 0.5 * rng.uniform());
    key = last += std::max<Key>(1, static_cast<Key>(gap));
  }
  return keys;
}

const bool registered = add_generator(
    {"pla-hard",
     "keys of a chosen hardness, in segments per million keys",
     {real_parameter("local", 3700, 0, 7000, "at epsilon 32"), real_parameter("global", 25, 0, 55, "at epsilon 4096")},
     &generate});

}  // namespace
}  // namespace omenbench::datasets
