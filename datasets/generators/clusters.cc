// Keys in bell-shaped clusters along the line: centres anywhere in [0, 2^62), sizes by Zipf's law, widths log-normal
// around `width` of the mean distance between centres; a share of the keys lies anywhere. Many hash-partitioned or
// regional identifiers look so.
#include <algorithm>

#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/key_set.h"
#include "datasets/portable_math.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr double kRange = 0x1.0p62;

double random_normal(Rng& rng) { return normal_quantile((static_cast<double>(rng.next() >> 11) + 0.5) * 0x1.0p-53); }

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  struct Cluster {
    double centre, width;
  };
  Rng rng(seed);
  std::vector<Cluster> clusters(parameters.whole("clusters"));
  const double width = parameters.real("width") * kRange / static_cast<double>(clusters.size());
  for (Cluster& cluster : clusters) cluster = {rng.uniform() * kRange, width * portable_exp(random_normal(rng))};
  const AliasTable pick(zipf_weights(clusters.size(), parameters.real("theta")));
  const auto noise = static_cast<std::uint64_t>(parameters.real("noise") * 0x1.0p53);
  std::vector<Key> keys(n);
  for (Key& key : keys) {
    if (rng.next() >> 11 < noise) {
      key = rng.next() >> 2;
      continue;
    }
    const Cluster& cluster = clusters[pick.draw(rng)];
    const double place = std::clamp(cluster.centre + cluster.width * random_normal(rng), 0.0, kRange - 1024);
    key = static_cast<Key>(place) ^ (rng.next() & 511);  // doubles resolve no more up there
  }
  sort_keys(keys);
  make_strictly_ascending(keys, (1ULL << 62) - 1);
  return keys;
}

const bool registered =
    add_generator({"clusters",
                   "bell-shaped clusters on a line",
                   {whole_parameter("clusters", 1000, 1, 10'000'000, "how many"),
                    real_parameter("width", 0.01, 1e-9, 10, "of a cluster, in distances of centres"),
                    real_parameter("theta", 0.8, 0, 10, "skew of their sizes"),
                    real_parameter("noise", 0.01, 0, 1, "share of keys outside of them")},
                   &generate});

}  // namespace
}  // namespace omenbench::datasets
