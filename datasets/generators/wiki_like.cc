// A stand-in for SOSD's wiki_ts (times of edits), at any size, where the real set cannot be had: distinct seconds of
// human activity with its daily and weekly rhythm and its growth over the years. The profile (24 hours, 7 days, 33
// quantiles) is that of the committer times of nine public repositories, 2004 to 2026, the set `commits-353k` of the
// catalogue.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

constexpr Key kStart = 1'087'084'800;  // a Sunday, 2004-06-13
constexpr std::uint64_t kHours = 194'520;
constexpr std::array<double, 24> kHourOfDay = {.66,  .49,  .40,  .43,  .46,  .60,  .66,  .89,  1.10, 1.12, 1.01, 1.08,
                                               1.21, 1.19, 1.26, 1.25, 1.25, 1.36, 1.49, 1.36, 1.39, 1.35, 1.11, .87};
constexpr std::array<double, 7> kDayOfWeek = {.52, 1.22, 1.24, 1.26, 1.19, 1.05, .52};
/// When that many thirty-seconds of all had come, as a share of the time.
constexpr std::array<double, 33> kGrowth = {0,     .1299, .2190, .3106, .3861, .4442, .4924, .5366, .5796, .6127, .6377,
                                            .6634, .6909, .7164, .7389, .7605, .7774, .7944, .8097, .8243, .8376, .8500,
                                            .8625, .8769, .8913, .9044, .9182, .9325, .9483, .9626, .9758, .9869, 1};

/// How much happens in an hour, relative to others.
double activity(std::uint64_t hour) {
  const double when = (static_cast<double>(hour) + 0.5) / static_cast<double>(kHours);
  const auto after = std::ranges::upper_bound(kGrowth, when);
  return kHourOfDay[hour % 24] * kDayOfWeek[hour / 24 % 7] / (*after - *(after - 1));
}

std::vector<Key> generate(std::uint64_t n, const Parameters&, std::uint64_t seed) {
  constexpr std::uint64_t kSeconds = kHours * 3600;
  if (n > kSeconds / 4) throw Error(fmt::format("generator 'wiki-like': at most {} keys", kSeconds / 4));
  double total = 0;
  for (std::uint64_t hour = 0; hour < kHours; ++hour) total += activity(hour);
  Rng rng(seed);
  std::vector<Key> keys = sorted_uniform_63(n, rng);
  std::uint64_t hour = 0;
  double before = 0, here = activity(0) / total;
  for (Key& key : keys) {
    const double u = unit_interval(key);
    while (u >= before + here && hour + 1 < kHours) {
      before += here;
      here = activity(++hour) / total;
    }
    const double second = std::min((u - before) / here, 1.0) * 3600;
    key = hour * 3600 + static_cast<Key>(std::max(0.0, second));
  }
  make_strictly_ascending(keys, kSeconds + 3600);
  for (Key& key : keys) key += kStart;
  return keys;
}

const bool registered = add_generator(
    {"wiki-like", "stand-in for SOSD's wiki_ts: seconds of human activity; not the real keys", {}, &generate});

}  // namespace
}  // namespace omenbench::datasets
