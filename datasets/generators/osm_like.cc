// Positions on a map as keys: Hilbert codes of 31 bits a dimension, after OpenStreetMap's cell ids. Settlements are
// 10,000 Gaussian clusters whose sizes follow Zipf's law (0.8) and whose radii are log-normal; 2 % of the points lie
// anywhere.
#include <algorithm>

#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/hilbert.h"
#include "datasets/key_set.h"
#include "datasets/portable_math.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr double kSide = 0x1.0p31;

struct Cluster {
  double x, y, radius;
};

double random_normal(Rng& rng) { return normal_quantile((static_cast<double>(rng.next() >> 11) + 0.5) * 0x1.0p-53); }

std::vector<Cluster> make_clusters(std::uint64_t count, Rng& rng) {
  std::vector<Cluster> clusters(count);
  for (Cluster& cluster : clusters) {
    // The median settlement spans about a thousandth of the map's side.
    cluster = {rng.uniform() * kSide, rng.uniform() * kSide, portable_exp(random_normal(rng)) * kSide / 2000};
  }
  return clusters;
}

std::uint32_t coordinate(double value) { return static_cast<std::uint32_t>(std::clamp(value, 0.0, kSide - 1)); }

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  const HilbertCurve curve;
  Rng rng(seed);
  const std::vector<Cluster> clusters = make_clusters(parameters.whole("clusters"), rng);
  const AliasTable pick(zipf_weights(clusters.size(), 0.8));
  const auto noise = static_cast<std::uint64_t>(parameters.real("noise") * 0x1.0p53);
  const auto point = [&] {
    if (rng.next() >> 11 < noise) return rng.next() >> 2;  // any code is as likely
    const Cluster& cluster = clusters[pick.draw(rng)];
    const double x = cluster.x + cluster.radius * random_normal(rng);
    const double y = cluster.y + cluster.radius * random_normal(rng);
    return curve.code(coordinate(x), coordinate(y));
  };
  std::vector<Key> keys;
  while (keys.size() < n) {
    // Some more than are missing, for points that fall together.
    const std::uint64_t target = n + n / 256 + 16;
    keys.reserve(target);
    while (keys.size() < target) keys.push_back(point());
    sort_keys(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }
  return keys.size() == n ? std::move(keys) : sample_keys(keys, n, seed);
}

const bool registered = add_generator({"osm-like",
                                       "Hilbert codes of clustered points on a map",
                                       {whole_parameter("clusters", 10'000, 1, 10'000'000, "settlements"),
                                        real_parameter("noise", 0.02, 0, 1, "share of points outside of them")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets
