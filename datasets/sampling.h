// What several generators draw from: sorted uniform numbers without sorting, discrete distributions in O(1), and the
// last step that makes any ascending sequence strictly so.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

namespace omenbench::datasets {

/// n ascending draws, uniform in [0, 2^63): the partial sums of n + 1 exponential gaps over their total are
/// distributed as sorted uniform numbers (Devroye, Non-Uniform Random Variate Generation, 1986, theorem V.2.2). Summed
/// in fixed point, so that the low-order bits are as random as the high ones. Equal draws are possible, if unlikely.
std::vector<Key> sorted_uniform_63(std::uint64_t n, Rng& rng);

/// A number in (0, 1) from a draw of sorted_uniform_63.
inline double unit_interval(Key draw) { return (static_cast<double>(draw >> 10) + 0.5) * 0x1.0p-53; }

/// Raises keys that do not exceed their predecessor to one above it; where that would pass `last`, the end of the
/// array is lowered instead. REQUIRES: n <= last + 1, keys <= last.
void make_strictly_ascending(std::span<Key> keys, Key last);

/// Picks 0 .. weights.size()-1 in proportion to the weights, in O(1) (Walker's alias method in Vose's form, "A linear
/// algorithm for generating random numbers with a given distribution", 1991). REQUIRES: 1 to 2^32-1 weights.
class AliasTable {
 public:
  explicit AliasTable(std::span<const double> weights);
  std::uint32_t draw(Rng& rng) const {
    const std::uint64_t bits = rng.next();
    const auto product = static_cast<unsigned __int128>(bits) * slots_.size();
    const Slot& slot = slots_[static_cast<std::size_t>(product >> 64)];
    // What the multiplication left over is as good as a second random number.
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(product) >> 32) < slot.threshold
               ? static_cast<std::uint32_t>(product >> 64)
               : slot.alias;
  }

 private:
  struct Slot {
    std::uint32_t threshold = 0;  ///< of 2^32: below it the slot's own number
    std::uint32_t alias = 0;
  };
  std::vector<Slot> slots_;
};

/// 1, 2^-theta, 3^-theta, ...: the weights of Zipf's law.
std::vector<double> zipf_weights(std::size_t count, double theta);

}  // namespace omenbench::datasets
