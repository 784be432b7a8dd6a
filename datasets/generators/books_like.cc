// A stand-in for SOSD's books (popularity of items), at any size, where the real set cannot be had. Its shape is a
// profile of 33 quantiles of the n-gram counts of Google Books (2020 lists of
// github.com/orgtre/google-books-ngram-frequency, CC BY 3.0), which are popularities too, stretched to [0, 2^62). Its
// roughness is set (gap_runs.h) to the local hardness that Wongkham et al. (VLDB 2022) publish for books: 262,604
// segments at epsilon 32 for 200 M keys.
#include <algorithm>
#include <array>

#include "core/rng.h"
#include "datasets/gap_runs.h"
#include "datasets/generator.h"
#include "datasets/portable_math.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr std::array<double, 33> kQuantiles = {
    1000,    13077,   30107,   50006,   77502,   113219,  141403,  171219,   205470,   242466,   279680,
    323220,  373904,  428611,  493277,  570794,  662757,  779189,  931658,   1124519,  1364947,  1648598,
    1965850, 2344605, 2872010, 3532123, 4373661, 5620132, 7529894, 10948713, 17808018, 35383808, 72517536529.};
constexpr double kRunsPerMillion = 1313;
constexpr double kRatio = 100;
constexpr Key kLast = (1ULL << 62) - 1;

/// The popularity that a share `x` of the items does not reach; between two quantiles its logarithm grows evenly.
double popularity(double x) {
  const double place = x * (kQuantiles.size() - 1);
  const std::size_t below = std::min(static_cast<std::size_t>(place), kQuantiles.size() - 2);
  const double low = portable_log(kQuantiles[below]), high = portable_log(kQuantiles[below + 1]);
  return portable_exp(low + (place - static_cast<double>(below)) * (high - low));
}

std::vector<Key> generate(std::uint64_t n, const Parameters&, std::uint64_t seed) {
  Rng rng(seed);
  GapRuns runs(kRunsPerMillion, kRatio, rng);
  std::vector<double> places(n);
  double total = 0;
  for (double& place : places) place = total += runs.next() * (0.5 + rng.uniform());
  const double scale = (0x1.0p62 - 0x1.0p20) / kQuantiles.back();
  std::vector<Key> keys(n);
  for (std::size_t i = 0; i < n; ++i) {
    // The high keys' low-order bits, which doubles do not resolve.
    keys[i] = static_cast<Key>(popularity(places[i] / total) * scale) | (rng.next() & 1023);
  }
  std::ranges::sort(keys);
  make_strictly_ascending(keys, kLast);
  return keys;
}

const bool registered =
    add_generator({"books-like", "stand-in for SOSD's books, fitted from a profile; not the real keys", {}, &generate});

}  // namespace
}  // namespace omenbench::datasets
