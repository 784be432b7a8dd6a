// Integers without gaps from 42 on, SOSD's uniform_dense; with a density below 1, that share of the integers of a range
// that is as much longer (each integer left out as likely as any other).
#include <algorithm>
#include <cmath>

#include "core/rng.h"
#include "datasets/generator.h"

namespace omenbench::datasets {
namespace {

constexpr Key kFirst = 42;

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  // Knuth, The Art of Computer Programming, volume 2, section 3.4.2, algorithm S.
  Rng rng(seed);
  const auto range = static_cast<std::uint64_t>(std::ceil(static_cast<double>(n) / parameters.real("density")));
  std::vector<Key> keys(n);
  std::uint64_t left = std::max(range, n);
  std::uint64_t wanted = n;
  for (Key next = kFirst; wanted > 0; ++next, --left) {
    if (left == wanted || rng.below(left) < wanted) keys[n - wanted--] = next;
  }
  return keys;
}

const bool registered = add_generator({"uniform-dense",
                                       "consecutive integers from 42 on",
                                       {real_parameter("density", 1, 0.05, 1, "share of the integers taken")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets
