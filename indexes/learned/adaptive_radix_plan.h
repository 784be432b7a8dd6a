// Chooses the shape of an adaptive radix table: how far to shift at each node so that table bytes plus a price for each
// key that the last slot's interpolation misses are least. Own work; docs/adr/0004-adaptive-radix.md tells the story.
//
// Keys, less the smallest, are seen as a binary trie. The cell of a node at level s holds the keys that agree in all
// bits from s up. Whether a key lies inside the window that a cell of level s would predict depends on that cell alone,
// not on the tables above it, so that one walk over the trie yields, bottom up, the cheapest shift of every possible
// node:
//
//   misses(C, s)   keys of cell C that are missed if C is cut into slots of level s: a sum over the cells below
//   slots(C)       least over s of 4 bytes a slot of level s + price * misses(C, s)
//   nodes(C)       least over s of 8 bytes a cell of level s + the sum of slots() over those cells
//
// and the root takes the cheapest of: slots alone, nodes over slots, a table over nodes over slots. The walk ends at
// cells without misses, below which finer levels cannot gain. O(n log n) at most 64 levels deep for any key set, since
// a level's cells together hold n keys and of large cells only a sample is examined.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/types.h"

namespace omenbench::adaptive_radix {

/// Keys in a window, the alignment of windows (a cache line of keys), and by how much slots store their start too low
/// so that rounding down to the alignment leaves the answer in the middle.
inline constexpr std::size_t kWindow = 16;
inline constexpr std::size_t kAlignment = 8;
inline constexpr std::size_t kLead = 4;

/// A slot stores `position - kLead`, from 0 on.
inline std::uint32_t stored_start(std::size_t position) {
  return static_cast<std::uint32_t>(position < kLead ? 0 : position - kLead);
}

/// Where the window of offset `y` begins, if its slot of level `shift` has these stored bounds: the keys in between are
/// taken to be equally far apart. A slot of level 0 holds at most one key, whatever the fraction.
inline std::size_t window_begin(std::uint64_t y, unsigned shift, std::uint32_t start, std::uint32_t end) {
  const std::uint64_t fraction = y << ((64 - shift) & 63);
  const auto offset = static_cast<std::uint64_t>((static_cast<unsigned __int128>(fraction) * (end - start)) >> 64);
  return (start + offset) / kAlignment * kAlignment;
}

/// What a lookup costs, in bytes of table.
struct Prices {
  double miss = 8;     ///< one key outside its window
  double level = 0.3;  ///< one more table on the way, per key
};

/// Levels that cost least for one cell: of its slots directly below it, or of nodes and then slots.
struct Choice {
  std::uint64_t cell;
  std::uint8_t slots;
  std::uint8_t nodes;
};

/// The cheapest shape that was found.
class Plan {
 public:
  /// REQUIRES: `size` > 0 strictly ascending keys.
  Plan(const Key* keys, std::size_t size, Prices prices) : keys_(keys), size_(size), prices_(prices) {
    top_level_ = static_cast<unsigned>(std::bit_width(keys[size - 1] - keys[0]));
    if (top_level_ == 0) return;
    visit(top_level_, 0, 0, size);
    choose_root();
  }

  /// Tables that a lookup reads before the keys: 1 (slots), 2 (nodes, slots) or 3 (a table of nodes, nodes, slots).
  unsigned depth() const { return depth_; }
  /// Level of the cells of the first table.
  unsigned root_shift() const { return root_shift_; }
  /// Keys whose window was computed while planning: the work that was done.
  std::uint64_t examined() const { return examined_; }

  /// The choices for visited cells of one level, walked in ascending order; others are made of one node and one slot.
  class Cursor {
   public:
    Cursor(const Plan& plan, unsigned level) : choices_(plan.choices_[level]), level_(level) {}
    /// Level of the nodes that cell `cell` should be cut into. REQUIRES: cells ascend from call to call.
    unsigned nodes(std::uint64_t cell) { return seek(cell) ? choices_[next_].nodes : level_; }
    /// Level of the slots that cell `cell` should be cut into. REQUIRES: as above.
    unsigned slots(std::uint64_t cell) { return seek(cell) ? choices_[next_].slots : level_; }

   private:
    bool seek(std::uint64_t cell) {
      while (next_ < choices_.size() && choices_[next_].cell < cell) ++next_;
      return next_ < choices_.size() && choices_[next_].cell == cell;
    }
    const std::vector<Choice>& choices_;
    unsigned level_;
    std::size_t next_ = 0;
  };

 private:
  friend class Cursor;
  static constexpr double kSlotBytes = 4;
  static constexpr double kNodeBytes = 8;
  static constexpr unsigned kLevels = 65;
  static constexpr std::size_t kSample = 32;   ///< keys of a large cell that are examined
  static constexpr std::size_t kCounted = 32;  ///< of cells up to this size all are
  /// So few keys lie in any window that begins up to a line and kLead below them.
  static constexpr std::size_t kNeverMissed = 4;
  static constexpr unsigned kMostRootBits = 24;

  /// What the visited cells at or below one cell add up to, by level. Nothing is missed below `lowest`.
  struct Sums {
    unsigned lowest = 0;
    std::array<float, kLevels> misses;
    std::array<float, kLevels> slots;  ///< cost of slots beyond one slot a cell
  };

  /// Visits the cell of `level` that holds keys [begin, end) and leaves its sums in sums_[level]. False, and nothing
  /// left there, if it misses no key.
  bool visit(unsigned level, std::uint64_t cell, std::size_t begin, std::size_t end) {
    const double missed = level == 0 ? 0 : misses(level, begin, end);
    if (missed == 0) return false;
    Sums& sums = sums_[level];
    sums.lowest = level;
    sums.misses[level] = static_cast<float>(missed);
    const std::size_t middle = split(level, cell, begin, end);
    if (visit(level - 1, cell * 2, begin, middle)) add_sums(sums, sums_[level - 1], level);
    if (visit(level - 1, cell * 2 + 1, middle, end)) add_sums(sums, sums_[level - 1], level);
    choose(level, cell);
    return true;
  }

  /// Estimates how many of the keys [begin, end) lie outside the window that their cell predicts for them.
  double misses(unsigned level, std::size_t begin, std::size_t end) {
    const std::size_t size = end - begin;
    if (size <= kNeverMissed) return 0;
    std::array<Key, kCounted> keys;
    std::array<std::uint64_t, kCounted> positions;
    if (size <= kCounted) {
      for (std::size_t i = 0; i < size; ++i) positions[i] = begin + i;
      examined_ += size;
      return static_cast<double>(missed(keys_ + begin, positions.data(), size, level, begin, end));
    }
    // One key of every stride, at an arbitrary place in it, so that no pattern in the keys hides between them.
    const std::size_t stride = size / kSample;
    for (std::size_t i = 0; i < kSample; ++i) {
      const std::uint64_t dice = ((begin + i) * 0x9e3779b97f4a7c15) >> 32;
      positions[i] = begin + i * stride + ((dice * stride) >> 32);
      keys[i] = keys_[positions[i]];
    }
    examined_ += kSample;
    const std::size_t count = missed(keys.data(), positions.data(), kSample, level, begin, end);
    return static_cast<double>(count) * static_cast<double>(size) / kSample;
  }

  /// How many of some keys at these positions lie outside the window that the cell [begin, end) of `level` predicts. As
  /// window_begin, but with 32 bits of the fraction, so that compilers make SIMD of it.
  std::size_t missed(const Key* keys, const std::uint64_t* positions, std::size_t count, unsigned level,
                     std::size_t begin, std::size_t end) const {
    const std::uint64_t start = stored_start(begin);
    const std::uint64_t rise = stored_start(end) - start;
    const unsigned right = level > 32 ? level - 32 : 0;
    const unsigned left = level < 32 ? 32 - level : 0;
    const Key first = keys_[0];
    std::size_t missed = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t fraction = (((keys[i] - first) >> right) << left) & 0xffffffff;
      const std::uint64_t window = (start + ((fraction * rise) >> 32)) / kAlignment * kAlignment;
      // positions[i] - window must be in [1, kWindow - 1]; the first key of all has none below it.
      missed += positions[i] - window - 1 >= kWindow - 1 && positions[i] != 0;
    }
    return missed;
  }

  /// First of the keys [begin, end) in the upper half of the cell.
  std::size_t split(unsigned level, std::uint64_t cell, std::size_t begin, std::size_t end) const {
    const std::uint64_t middle = (cell * 2 + 1) << (level - 1);
    const auto below = [&](Key key) { return key - keys_[0] < middle; };
    return static_cast<std::size_t>(std::partition_point(keys_ + begin, keys_ + end, below) - keys_);
  }

  static void add_sums(Sums& sums, const Sums& child, unsigned level) {
    for (unsigned s = child.lowest; s < std::min(level, sums.lowest); ++s) sums.misses[s] = sums.slots[s] = 0;
    sums.lowest = std::min(sums.lowest, child.lowest);
    for (unsigned s = child.lowest; s < level; ++s) {
      sums.misses[s] += child.misses[s];
      sums.slots[s] += child.slots[s];
    }
  }

  /// Least over the levels s that may be best of `bytes` a cell of level s + `cost(s)`.
  template <class Cost>
  static std::pair<double, unsigned> least(unsigned level, unsigned lowest, double bytes, Cost cost) {
    std::pair<double, unsigned> best{bytes + cost(level), level};
    for (unsigned s = level; s-- > lowest;) {
      bytes *= 2;
      if (bytes >= best.first) break;
      best = std::min(best, {bytes + cost(s), s});
    }
    if (lowest > 0 && bytes * 2 < best.first) best = {bytes * 2, lowest - 1};
    return best;
  }

  std::pair<double, unsigned> best_slots(unsigned level) const {
    const Sums& sums = sums_[level];
    return least(level, sums.lowest, kSlotBytes, [&](unsigned s) { return prices_.miss * sums.misses[s]; });
  }

  std::pair<double, unsigned> best_nodes(unsigned level) const {
    const Sums& sums = sums_[level];
    return least(level, sums.lowest, kNodeBytes + kSlotBytes, [&](unsigned s) { return double{sums.slots[s]}; });
  }

  void choose(unsigned level, std::uint64_t cell) {
    const auto [slots_cost, slots] = best_slots(level);
    sums_[level].slots[level] = static_cast<float>(slots_cost - kSlotBytes);
    const auto [nodes_cost, nodes] = best_nodes(level);
    nodes_[level] += nodes_cost - kNodeBytes - kSlotBytes;
    choices_[level].push_back({cell, static_cast<std::uint8_t>(slots), static_cast<std::uint8_t>(nodes)});
  }

  /// Chooses the depth and the first table's level by the sums of the root cell.
  void choose_root() {
    root_shift_ = top_level_ - 1;
    if (choices_[top_level_].empty()) return;
    const unsigned finest = top_level_ > kMostRootBits ? top_level_ - kMostRootBits : 0;
    const double level_price = prices_.level * static_cast<double>(size_);
    const auto slots = best_slots(top_level_);
    const auto nodes = best_nodes(top_level_);
    const auto table = least(top_level_ - 1, std::min(finest, top_level_ - 1), 2 * (2 * kNodeBytes + kSlotBytes),
                             [&](unsigned s) { return nodes_[s]; });
    double best = slots.first;
    const auto consider = [&](double cost, unsigned depth, unsigned shift) {
      if (depth > 1 && cost + (depth - 1) * level_price >= best) return;
      best = cost + (depth - 1) * level_price;
      depth_ = depth;
      root_shift_ = std::min(shift, top_level_ - 1);
    };
    consider(slots.first, 1, slots.second);
    consider(nodes.first, 2, nodes.second);
    consider(table.first, 3, table.second);
  }

  const Key* keys_;
  std::size_t size_;
  Prices prices_;
  std::uint64_t examined_ = 0;
  unsigned top_level_ = 0;
  unsigned depth_ = 1;
  unsigned root_shift_ = 0;
  std::array<Sums, kLevels> sums_;       ///< of the cell being visited at each level
  std::array<double, kLevels> nodes_{};  ///< cost of nodes beyond one node and one slot a cell
  std::array<std::vector<Choice>, kLevels> choices_;
};

}  // namespace omenbench::adaptive_radix
