// How the directory of routed_btree.h chooses its shifts: by the bytes that its tables would take, plus a price for
// every boundary more than its bucket can hold, whose keys would be found by way of a tree.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "core/types.h"
#include "indexes/learned/routed_region.h"

namespace omenbench {

/// The parts of a range of positions that a shift makes.
inline std::uint64_t parts_of(Key low, Key high, std::uint32_t shift) { return (high >> shift) - (low >> shift) + 1; }

struct ShiftPlan {
  std::uint32_t shift = 63;
  std::uint64_t bytes = 0;
  std::uint64_t cost = std::numeric_limits<std::uint64_t>::max();
};

/// A plan for boundaries at given positions. Two positions lie in one part exactly if the highest bit in which they
/// differ lies below the shift (and the parts of a region start at multiples of their width), so that one histogram of
/// these bits judges every shift. `kSlots`: boundaries of a bucket.
template <std::size_t kSlots>
class RoutedPlan {
 public:
  static constexpr std::uint64_t kMostBuckets = 256;
  static constexpr std::uint64_t kMostEntries = 65536;

  RoutedPlan(std::span<const Key> positions, std::uint64_t miss_price)
      : positions_(positions), miss_price_(miss_price) {
    crowded_.resize(positions.size() > kSlots ? positions.size() - kSlots : 0);
    for (std::size_t i = 0; i < crowded_.size(); ++i) {
      crowded_[i] = static_cast<std::uint8_t>(std::bit_width(positions[i] ^ positions[i + kSlots]));
    }
  }

  /// The best shift for the buckets of one region.
  ShiftPlan region(Key low, Key high, std::size_t begin, std::size_t end) const {
    const auto widest = std::min<std::uint32_t>(63, static_cast<std::uint32_t>(std::bit_width(low ^ high)));
    if (end - begin <= kSlots) return priced(widest, parts_of(low, high, widest), 0);
    std::array<std::uint32_t, 65> histogram{};
    for (std::size_t i = begin; i + kSlots < end; ++i) ++histogram[crowded_[i]];
    std::uint64_t misses = end - begin - kSlots;
    for (std::uint32_t bits = 64; bits > widest; --bits) misses -= histogram[bits];
    ShiftPlan best;
    for (std::uint32_t shift = widest;; --shift) {
      const std::uint64_t buckets = parts_of(low, high, shift);
      if (buckets > kMostBuckets) break;
      if (const ShiftPlan plan = priced(shift, buckets, misses); plan.cost < best.cost) best = plan;
      if (misses == 0 || shift == 0) break;
      misses -= histogram[shift];
    }
    return best;
  }

  /// The best shift for the entries of the second table that share [low, high].
  ShiftPlan entries(Key low, Key high, std::size_t begin, std::size_t end) const {
    const auto widest = std::min<std::uint32_t>(63, static_cast<std::uint32_t>(std::bit_width(low ^ high)));
    ShiftPlan best;
    unsigned worse = 0;
    for (std::uint32_t shift = widest; worse < 3; --shift) {
      const std::uint64_t parts = parts_of(low, high, shift);
      if (parts > kMostEntries) break;
      if (const ShiftPlan plan = with_entries(low, high, begin, end, shift, best.cost); plan.cost < best.cost) {
        best = plan;
        worse = 0;
      } else {
        ++worse;
      }
      if (shift == 0) break;
    }
    return best;
  }

  /// Calls visit(low, high, begin, end) for every stretch of [low, high], in order: a part with boundaries, or all
  /// parts without any between two of those.
  template <class Visit>
  void each_part(Key low, Key high, std::size_t begin, std::size_t end, std::uint32_t shift, Visit visit) const {
    Key from = low;
    for (std::size_t i = begin; i < end;) {
      const Key part = positions_[i] >> shift;
      const Key part_low = std::max(low, part << shift);
      const Key part_high = std::min(high, (part << shift) + ((Key{1} << shift) - 1));
      if (from < part_low) visit(from, part_low - 1, i, i);
      std::size_t stop = i + 1;
      while (stop < end && positions_[stop] <= part_high) ++stop;
      visit(part_low, part_high, i, stop);
      i = stop;
      if (part_high == high) return;
      from = part_high + 1;
    }
    visit(from, high, end, end);
  }

 private:
  static constexpr std::uint64_t kEntryBytes = 8;

  ShiftPlan priced(std::uint32_t shift, std::uint64_t buckets, std::uint64_t misses) const {
    const std::uint64_t bytes = kRegionBytes + buckets * kBucketBytes;
    return {shift, bytes, bytes + misses * miss_price_};
  }

  /// What a shift of the second table comes to, or at least `limit`.
  ShiftPlan with_entries(Key low, Key high, std::size_t begin, std::size_t end, std::uint32_t shift,
                         std::uint64_t limit) const {
    const std::uint64_t bytes = parts_of(low, high, shift) * kEntryBytes;
    ShiftPlan sum{shift, bytes, bytes};
    each_part(low, high, begin, end, shift, [&](Key from, Key to, std::size_t first, std::size_t last) {
      if (sum.cost >= limit) return;
      const ShiftPlan plan = region(from, to, first, last);
      sum.bytes += plan.bytes;
      sum.cost += plan.cost;
    });
    return sum;
  }

  std::span<const Key> positions_;
  std::uint64_t miss_price_;
  std::vector<std::uint8_t> crowded_;  ///< bit_width of the difference to the position kSlots further on
};

}  // namespace omenbench
