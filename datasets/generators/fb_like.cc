// A stand-in for SOSD's fb (user ids), at any size, where the real set cannot be had: ids without visible order in a
// small range, and a few outliers that stretch it to 2^64. Nothing of the real keys is at hand, so only their published
// hardness is fitted (Wongkham et al., VLDB 2022: 1,055,308 segments at epsilon 32 and 1,687 at 4,096 for 200 M keys),
// by gap_runs.h.
#include <algorithm>

#include "core/rng.h"
#include "datasets/gap_runs.h"
#include "datasets/generator.h"

namespace omenbench::datasets {
namespace {

constexpr double kLocalPerMillion = 5277, kGlobalPerMillion = 8.4;
constexpr double kRatio = 100, kGlobalRatio = 4;
constexpr double kMeanGap = 400;  ///< 200 M keys then take 37 bits

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  const std::uint64_t outliers = std::min(parameters.whole("outliers"), n / 2);
  Rng rng(seed);
  GapRuns small(kLocalPerMillion, kRatio, rng), large(kGlobalPerMillion, kGlobalRatio, rng);
  std::vector<Key> keys(n);
  Key last = 0;
  for (std::size_t i = 0; i + outliers < n; ++i) {
    const double gap = kMeanGap * small.next() * large.next() * (0.5 + rng.uniform());
    keys[i] = last += 1 + static_cast<Key>(gap);
  }
  // The outliers: evenly spread over what is left, up to the last key but one.
  const Key step = outliers > 0 ? (~Key{0} - 1 - last) / outliers : 0;
  for (std::size_t i = n - outliers; i < n; ++i) keys[i] = last += step;
  return keys;
}

const bool registered = add_generator({"fb-like",
                                       "stand-in for SOSD's fb, fitted to its published hardness; not the real keys",
                                       {whole_parameter("outliers", 20, 0, 1000, "huge keys at the end")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets
