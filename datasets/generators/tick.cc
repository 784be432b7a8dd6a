// Trades of a market: each makes more of them likely for a while, so that they come in bursts within bursts (a Hawkes
// process with exponential memory, simulated exactly: Dassios and Zhao, "Exact simulation of Hawkes process with
// exponentially decaying intensity", 2013, algorithm 3.1). Keys are nanoseconds since 1970; or, with `prices`, the
// price in ticks above the microseconds since the first trade, the price taking a random walk, which arrives in order
// of time.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/key_set.h"
#include "datasets/portable_math.h"

namespace omenbench::datasets {
namespace {

constexpr Key kStart = 1'400'000'000'000'000'000;  // May 2014
constexpr int kTimeBits = 46;                      ///< of microseconds: two years
constexpr std::int64_t kPrices = 1 << 17;

double random_log(Rng& rng) { return portable_log(static_cast<double>((rng.next() >> 11) + 1) * 0x1.0p-53); }

class Hawkes {
 public:
  Hawkes(const Parameters& parameters, std::uint64_t seed)
      : rate_(parameters.real("rate")),
        decay_(parameters.real("decay")),
        jump_(decay_ * parameters.real("branching")),
        rng_(seed) {}

  /// Seconds to the next event.
  double next() {
    double wait = -random_log(rng_) / rate_;
    if (excess_ > 0) {
      // When the excess alone would bring one, if ever.
      const double d = 1 + decay_ * random_log(rng_) / excess_;
      if (d > 0) wait = std::min(wait, -portable_log(d) / decay_);
    }
    const double faded = decay_ * wait;
    excess_ = (faded < 600 ? excess_ * portable_exp(-faded) : 0) + jump_;
    return wait;
  }
  Rng& rng() { return rng_; }

 private:
  double rate_, decay_, jump_;
  double excess_ = 0;  ///< intensity above the base rate
  Rng rng_;
};

/// In order of time.
std::vector<Key> arrivals(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  const bool prices = parameters.whole("prices") != 0;
  const std::uint64_t units = prices ? 1'000'000 : 1'000'000'000;
  const Key last_possible = prices ? (1ULL << kTimeBits) - 1 : ~kStart;
  Hawkes process(parameters, seed);
  std::vector<Key> keys(n);
  Key time = 0;
  double fraction = 0;
  std::int64_t price = kPrices / 2;
  for (Key& key : keys) {
    const double wait = process.next() * static_cast<double>(units) + fraction;
    if (wait >= static_cast<double>(last_possible - time)) {
      throw Error(fmt::format("generator 'tick': {} trades at a rate of {} take too long for 64 bits", n,
                              parameters.real("rate")));
    }
    const auto whole = std::max<Key>(1, static_cast<Key>(wait));
    fraction = std::max(0.0, wait - static_cast<double>(whole));
    time += whole;
    if (!prices) {
      key = kStart + time;
      continue;
    }
    const std::uint64_t bits = process.rng().next();
    price += static_cast<std::int64_t>(bits & 3) - static_cast<std::int64_t>(bits >> 2 & 3);
    price = std::clamp<std::int64_t>(price, 0, kPrices - 1);
    key = static_cast<Key>(price) << kTimeBits | time;
  }
  return keys;
}

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  std::vector<Key> keys = arrivals(n, parameters, seed);
  sort_keys(keys);
  return keys;
}

const bool registered =
    add_generator({"tick",
                   "trades that bring more trades: bursts within bursts",
                   {real_parameter("rate", 0.5, 1e-3, 1e6, "trades a second that come by themselves"),
                    real_parameter("branching", 0.8, 0, 0.99, "trades that each one brings"),
                    real_parameter("decay", 5, 1e-3, 1e6, "per second, of its influence"),
                    whole_parameter("prices", 0, 0, 1, "1: price and time as a composite key")},
                   &generate,
                   &arrivals});

}  // namespace
}  // namespace omenbench::datasets
