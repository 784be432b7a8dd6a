// Fitting the line of a LIPP node (Wu et al., "Updatable Learned Index with Precise Positions", VLDB 2021, section 4):
// FMCD finds the line with the smallest conflict degree, which is the largest number of keys that share a slot. Then,
// not in the paper, the number of slots is chosen: the paper gives every node a fixed multiple of its keys, which on
// skewed keys pays for slots that stay empty while their crowded neighbours need another node anyway.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/types.h"
#include "indexes/learned/linear_model.h"
#include "indexes/learned/lipp_node.h"
#include "indexes/learned/lipp_pool.h"

namespace omenbench::lipp {

/// Entries that share a slot are kept in a sorted array up to this many, and in a node of their own beyond.
inline constexpr std::size_t kLongestArray = kCapacities.back();

/// Chooses model and number of slots for the entries of one node. REQUIRES of all functions: more than kLongestArray
/// entries, strictly ascending, none of them a mark.
class NodeFitter {
 public:
  /// `room_beyond`: as many times the slots are added for keys above the last one.
  static Model fit(std::span<const Entry> entries, unsigned room_beyond) {
    const std::uint64_t slots = kFinestSlotsPerKey * entries.size();
    const std::size_t degree = minimum_conflict_degree(entries, slots);
    Model model = line_through(entries, degree, entries.size() - 1 - degree, slots);
    int halvings = cheapest_halving(entries, model);
    if (halvings < 0) {
      model = line_through(entries, entries.size() / 3, entries.size() * 2 / 3, slots);
      halvings = 0;
    }
    // The low bits of the slope are zero: halving the slots merges them in pairs, exactly.
    model.slope >>= halvings;
    model.last >>= halvings;
    model.last += model.last * room_beyond;
    return model;
  }

 private:
  static constexpr std::uint64_t kFinestSlotsPerKey = 4;
  static constexpr int kHalvings = 7;
  // Prices, in units of one memory access per lookup of every key.
  static constexpr double kPricePerByte = 1.0 / 64;
  static constexpr double kArrayAccess = 1;
  static constexpr double kNodeAccess = 2;
  static constexpr double kNodeBytesPerKey = 36;

  /// FMCD: the smallest T such that a line over all but T keys at each end puts no more than T of them into one slot.
  /// Sliding T + 1 keys along, T grows whenever they are closer together than a slot is wide. O(entries). At n / 3 the
  /// search ends: such a line would leave most keys in its tails.
  static std::size_t minimum_conflict_degree(std::span<const Entry> entries, std::uint64_t slots) {
    const std::size_t n = entries.size();
    const std::size_t limit = n / 3;
    std::size_t degree = 1;
    const auto slot_width = [&] {
      return (entries[n - 1 - degree].key - entries[degree].key + slots - 3) / (slots - 2);
    };
    std::uint64_t width = slot_width();
    for (std::size_t i = 0; i + degree < n; ++i) {
      while (entries[i + degree].key - entries[i].key < width) {
        if (++degree >= limit) return limit;
        width = slot_width();
        if (i + degree >= n) return degree;
      }
    }
    return degree;
  }

  /// The line that puts keys `low` and `high` at the second and the last but one of the slots; at most one slot per
  /// integer, and the slope a multiple of 2^kHalvings.
  static Model line_through(std::span<const Entry> entries, std::size_t low, std::size_t high, std::uint64_t slots) {
    constexpr std::uint64_t kMultiple = std::uint64_t{1} << kHalvings;
    const Key first = entries[low].key;
    const std::uint64_t range = entries[high].key - first;
    Model model;
    model.slope =
        std::max(fixed_point_slope(static_cast<__int128>(slots - 2), range) / kMultiple, std::uint64_t{1}) * kMultiple;
    const std::uint64_t slot_width = ~std::uint64_t{0} / model.slope + 1;
    model.base = first - std::min(first, slot_width);
    model.last = slots - 1;
    model.last = model.slot_of(entries.back().key);
    return model;
  }

  /// How often to halve the slots of `model` at the least cost; -1 when too many keys would share a slot each time.
  static int cheapest_halving(std::span<const Entry> entries, const Model& model) {
    std::array<Runs, kHalvings + 1> candidates{};
    std::uint64_t slot = model.slot_of(entries[0].key);
    for (std::size_t i = 1; i < entries.size(); ++i) {
      const std::uint64_t next = model.slot_of(entries[i].key);
      // A coarser candidate merges at least the slots that a finer one merges.
      for (int j = 0; j <= kHalvings && (next >> j) != (slot >> j); ++j) candidates[static_cast<unsigned>(j)].end_at(i);
      slot = next;
    }
    int best = -1;
    double least = 0;
    for (int j = 0; j <= kHalvings; ++j) {
      Runs& runs = candidates[static_cast<unsigned>(j)];
      runs.end_at(entries.size());
      if (runs.longest > entries.size() - entries.size() / 4) continue;
      const auto slot_bytes = static_cast<double>(((model.last >> j) + 1) * sizeof(Entry));
      const double cost = runs.cost + kPricePerByte * slot_bytes;
      if (best < 0 || cost < least) {
        best = j;
        least = cost;
      }
    }
    return best;
  }

  /// The runs of keys that share a slot, and what they cost beyond the slots themselves.
  struct Runs {
    std::size_t begin = 0;
    std::size_t longest = 0;
    double cost = 0;

    void end_at(std::size_t end) {
      const std::size_t size = end - begin;
      begin = end;
      if (size == 1) return;
      cost += run_cost(size);
      longest = std::max(longest, size);
    }
  };

  static double run_cost(std::size_t size) {
    const auto keys = static_cast<double>(size);
    if (size <= kLongestArray) {
      return keys * kArrayAccess + kPricePerByte * kCapacities[class_for(size)] * sizeof(Entry);
    }
    const auto levels = static_cast<double>(std::bit_width(size / kLongestArray)) / 16;
    return keys * (kNodeAccess + levels + kPricePerByte * kNodeBytesPerKey);
  }
};

}  // namespace omenbench::lipp
