// Random integers from [0, 2^63), sorted: SOSD's uniform_sparse. The easiest set for interpolation and for every linear
// model, and the hardest for nothing.
#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr Key kLast = (1ULL << 63) - 1;

std::vector<Key> generate(std::uint64_t n, const Parameters&, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Key> keys = sorted_uniform_63(n, rng);
  make_strictly_ascending(keys, kLast);
  return keys;
}

const bool registered = add_generator({"uniform", "uniform random keys in [0, 2^63), sparse", {}, &generate});

}  // namespace
}  // namespace omenbench::datasets
