// A cyclic square whose rows and symbols are shuffled anew for every block of `indexes` rounds.
#include "harness/session/round_order.h"

#include <numeric>

#include "core/rng.h"

namespace omenbench {
namespace {

std::vector<std::uint64_t> shuffled(std::uint64_t n, Rng& rng) {
  std::vector<std::uint64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  for (std::uint64_t i = n; i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
  return order;
}

}  // namespace

std::vector<std::uint64_t> round_order(std::uint64_t indexes, std::uint64_t round, std::uint64_t seed) {
  if (indexes == 0) return {};
  if (indexes == 2) {
    // AB BA | BA AB | ...: position effects cancel within two rounds, a linear drift within four.
    const bool swapped = (mix64(seed, "abba") & 1) != 0;
    const bool second = round % 4 == 1 || round % 4 == 2;
    return swapped != second ? std::vector<std::uint64_t>{1, 0} : std::vector<std::uint64_t>{0, 1};
  }
  Rng rng(mix64(seed, round / indexes));
  const std::vector<std::uint64_t> rows = shuffled(indexes, rng);
  const std::vector<std::uint64_t> symbols = shuffled(indexes, rng);
  std::vector<std::uint64_t> order(indexes);
  const std::uint64_t shift = rows[round % indexes];
  for (std::uint64_t i = 0; i < indexes; ++i) order[i] = symbols[(i + shift) % indexes];
  return order;
}

}  // namespace omenbench
