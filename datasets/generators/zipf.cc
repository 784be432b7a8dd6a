// Keys whose gaps follow Zipf's law: gap g from 1 to 65,536 with probability in proportion to g^-theta. Long stretches
// of consecutive keys, broken by jumps: the shape of identifiers given out in batches.
#include <fmt/format.h>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr std::size_t kLargestGap = 65'536;

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  if (n > (~0ULL) / kLargestGap) throw Error(fmt::format("generator 'zipf': {} keys do not fit 64 bits", n));
  Rng rng(seed);
  const AliasTable gaps(zipf_weights(kLargestGap, parameters.real("theta")));
  std::vector<Key> keys(n);
  Key last = 0;
  for (Key& key : keys) key = last += gaps.draw(rng) + 1;
  return keys;
}

const bool registered = add_generator({"zipf",
                                       "gaps between keys follow Zipf's law, 1 to 65,536",
                                       {real_parameter("theta", 0.99, 0, 10, "skew of the gaps")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets
