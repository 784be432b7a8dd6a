// Nanosecond timestamps of events as a busy recorder writes them: from 1.6e18 (September 2020) on, gaps of 1 to
// `jitter` ns; bursts of 100 events 1 or 2 ns apart; pauses of 1 to 100 ms, one in 10,000 events; gaps of an hour, one
// in 1,000,000. Keys of this size are where doubles resolve no more than 256 ns.
#include <fmt/format.h>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/generator.h"

namespace omenbench::datasets {
namespace {

constexpr Key kStart = 1'600'000'000'000'000'000;
constexpr Key kMillisecond = 1'000'000;
constexpr Key kHour = 3'600'000 * kMillisecond;
constexpr std::uint64_t kBurstEvents = 100;
constexpr double kPauseShare = 1e-4, kHourShare = 1e-6;

/// A probability as a bound for 64 random bits.
std::uint64_t bound(double share) { return static_cast<std::uint64_t>(share * 0x1.0p63) * 2; }

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  const std::uint64_t jitter = parameters.whole("jitter");
  // The mean gap is about jitter / 2 + 5.4 ms, the hours' share of it; ten times that is more than any run of luck.
  if (static_cast<double>(n) * (static_cast<double>(jitter) + 1e8) > 1.6e19) {
    throw Error(fmt::format("generator 'timestamps': {} keys with jitter {} do not fit 64 bits", n, jitter));
  }
  Rng rng(seed);
  // Bursts hold 100 events each, so fewer starts make up their share.
  const double bursts = parameters.real("bursts");
  const double starts = bursts >= 1 ? 1 : bursts / (bursts + (1 - bursts) * kBurstEvents);
  const std::uint64_t hour = bound(kHourShare), pause = hour + bound(kPauseShare);
  const std::uint64_t burst = bursts >= 1 ? ~0ULL : pause + bound(starts * 0.999);
  std::vector<Key> keys(n);
  std::uint64_t burst_left = 0;
  Key last = kStart;
  for (Key& key : keys) {
    key = last;
    const std::uint64_t event = rng.next();
    if (burst_left > 0) {
      --burst_left;
      last += 1 + (event & 1);
    } else if (event < hour) {
      last += kHour + rng.below(kHour);
    } else if (event < pause) {
      last += kMillisecond + rng.below(99 * kMillisecond);
    } else if (event < burst) {
      burst_left = kBurstEvents - 1;
      last += 1 + (event & 1);
    } else {
      last += 1 + rng.below(jitter);
    }
  }
  return keys;
}

const bool registered = add_generator({"timestamps",
                                       "nanosecond timestamps with jitter, bursts, pauses and rare gaps of hours",
                                       {whole_parameter("jitter", 1000, 1, 1'000'000'000'000, "longest usual gap, ns"),
                                        real_parameter("bursts", 0.1, 0, 1, "share of events in bursts of 100")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets
