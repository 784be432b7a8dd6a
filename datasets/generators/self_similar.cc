// A self-similar set: of every range, and of every half of it, a share `skew` of the keys lies in one half, drawn anew
// which (the 80-20 rule applied to itself, Gray et al., "Quickly generating billion-record synthetic databases", SIGMOD
// 1994, section 3.3; a binomial cascade). It is rough at every scale, so no number of lines describes it well.
#include <algorithm>

#include "core/rng.h"
#include "datasets/generator.h"
#include "datasets/sampling.h"

namespace omenbench::datasets {
namespace {

class Cascade {
 public:
  Cascade(double skew, std::uint64_t levels, std::uint64_t seed) : skew_(skew), levels_(levels), rng_(seed) {}

  /// `count` keys of [first, first + 2^bits), appended in ascending order.
  void fill(std::vector<Key>& keys, Key first, int bits, std::uint64_t count) {
    if (count == 0) return;
    const auto level = static_cast<std::uint64_t>(62 - bits);
    if (count == 1 || level >= levels_ || count >= (1ULL << bits) / 4) return fill_evenly(keys, first, bits, count);
    const double share = (rng_.next() & 1) != 0 ? skew_ : 1 - skew_;
    auto left = static_cast<std::uint64_t>(share * static_cast<double>(count) + rng_.uniform());
    left = std::min(left, count);
    // Neither half takes more than it holds.
    const std::uint64_t room = 1ULL << (bits - 1);
    left = std::clamp(left, count - std::min(count, room), std::min(count, room));
    fill(keys, first, bits - 1, left);
    fill(keys, first + room, bits - 1, count - left);
  }

 private:
  void fill_evenly(std::vector<Key>& keys, Key first, int bits, std::uint64_t count) {
    const std::size_t begin = keys.size();
    for (std::uint64_t i = 0; i < count; ++i) keys.push_back(rng_.below(1ULL << bits));
    const std::span<Key> fresh(keys.begin() + static_cast<std::ptrdiff_t>(begin), keys.end());
    std::ranges::sort(fresh);
    make_strictly_ascending(fresh, (1ULL << bits) - 1);
    for (Key& key : fresh) key += first;
  }

  double skew_;
  std::uint64_t levels_;
  Rng rng_;
};

std::vector<Key> generate(std::uint64_t n, const Parameters& parameters, std::uint64_t seed) {
  std::vector<Key> keys;
  keys.reserve(n);
  Cascade(parameters.real("skew"), parameters.whole("levels"), seed).fill(keys, 0, 62, n);
  return keys;
}

const bool registered = add_generator({"self-similar",
                                       "of every range, one half holds the larger share of the keys",
                                       {real_parameter("skew", 0.8, 0.5, 0.99, "share of the fuller half"),
                                        whole_parameter("levels", 50, 1, 62, "times that ranges are halved so")},
                                       &generate});

}  // namespace
}  // namespace omenbench::datasets
