// Chooses the error bound of a segmented index, and the size of its radix table, for a budget of bytes: a small error
// shortens the last search but needs more segments, which then leave the caches. The choice is ours, not a paper's; the
// PGM-index paper (VLDB 2020, section 6) tunes epsilon for a space budget by bisection over whole builds, which costs a
// dozen of them.
//
// Segments are counted on a sample of runs of keys for a ladder of errors; the error with the lowest cost within the
// budget is built. Should the sample have flattered it, the error doubles until the whole fits.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/index.h"
#include "indexes/learned/radix_table.h"
#include "indexes/learned/segmented_locator.h"

namespace omenbench {

/// Locator of StaticIndex with a radix table over segments that `Fit` makes:
///
///   Fit::segments(keys, size, epsilon)   LinearSegments; REQUIRES: size > 0
///   Fit::count(keys, size, epsilon)      how many there would be
///
/// A window of 2 epsilon + 2 positions must hold every lower bound, and a segment cover at least epsilon keys on
/// average.
template <class Fit>
class AutoEpsilonLocator : public SegmentedLocator<RadixTable, ChosenWindow> {
 public:
  /// Bytes that the model may take beside `keys` keys: two each, an eighth of the entries. Fewer
  /// are taken where more would not pay.
  static std::uint64_t budget_bytes(std::size_t keys) { return std::max<std::uint64_t>(2 * keys, kLeastBudget); }

  void train(const SortedColumns& columns) {
    const std::size_t size = columns.size();
    if (size == 0) return;
    const std::uint64_t budget = budget_bytes(size);
    for (std::int64_t epsilon = choose(columns.keys(), size, budget);; epsilon *= 2) {
      LinearSegments segments = Fit::segments(columns.keys(), size, epsilon);
      if (segments.size_bytes() + kLeastTable > budget) continue;
      RadixTable root = choose_table(segments, budget - segments.size_bytes());
      adopt(columns.keys()[0], std::move(segments), std::move(root), ChosenWindow(epsilon, size));
      return;
    }
  }

  /// What was chosen.
  std::vector<Counter> counters() const {
    return {{"epsilon", static_cast<std::uint64_t>(epsilon())},
            {"segments", segments()},
            {"radix_bits", radix_bits_},
            {"model_bytes", size_bytes()}};
  }

 private:
  static constexpr std::uint64_t kLeastBudget = 8192;
  static constexpr std::uint64_t kLeastTable = 64;
  static constexpr std::int64_t kLadder[] = {4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256};

  /// What a model of that size costs, in halvings of a search: half a one for every doubling, which is about what
  /// larger and slower caches cost.
  static double size_cost(double bytes) { return 0.5 * std::log2(bytes); }

  /// The best of tables of 8, 32, 128 and 512 buckets for every segment, as far as they fit.
  RadixTable choose_table(const LinearSegments& segments, std::uint64_t bytes) {
    // A table of 2^bits buckets has one entry more.
    const std::uint64_t entries = std::max<std::uint64_t>(bytes / sizeof(std::uint32_t), 2) - 1;
    const unsigned most = std::min(static_cast<unsigned>(std::bit_width(entries)) - 1, 24U);
    const unsigned wanted = static_cast<unsigned>(std::bit_width(segments.size())) + 2;
    RadixTable best;
    double least = INFINITY;
    for (unsigned extra = 0; extra <= 6; extra += 2) {
      const unsigned bits = std::min(wanted + extra, most);
      RadixTable table(segments, bits);
      const double halvings = table.mean_halvings(segments);
      const double cost = halvings + size_cost(static_cast<double>(segments.size_bytes() + table.size_bytes()));
      if (cost < least) {
        least = cost;
        best = std::move(table);
        radix_bits_ = bits;
      }
      // A larger table can save no more than the halvings that are left.
      if (bits == most || halvings < 0.5) break;
    }
    return best;
  }

  /// Segments of all keys, extrapolated from runs that together are a sixty-fourth of them, at most 65,536. Segments
  /// longer than a run count as one per run: such models are small whatever their error.
  static double estimate(const Key* keys, std::size_t size, std::int64_t epsilon) {
    constexpr std::size_t kRuns = 16;
    const std::size_t length = std::clamp<std::size_t>(size / (64 * kRuns), 512, 4096);
    if (size <= kRuns * length) return static_cast<double>(Fit::count(keys, size, epsilon));
    std::size_t count = 0;
    for (std::size_t run = 0; run < kRuns; ++run) {
      count += Fit::count(keys + (size - length) / (kRuns - 1) * run, length, epsilon);
    }
    return static_cast<double>(count) * static_cast<double>(size) / static_cast<double>(kRuns * length);
  }

  /// The error of the ladder with the lowest cost: the halvings of the window and what the model's size costs.
  static std::int64_t choose(const Key* keys, std::size_t size, std::uint64_t budget) {
    std::int64_t best = std::end(kLadder)[-1];
    double least = INFINITY;
    for (const std::int64_t epsilon : kLadder) {
      const double segments = estimate(keys, size, epsilon);
      const double bytes = segments * (sizeof(Key) + sizeof(Line) + 8 * sizeof(std::uint32_t));
      if (bytes > static_cast<double>(budget)) continue;
      const double cost = std::log2(2 * static_cast<double>(epsilon) + 2) + size_cost(bytes);
      if (cost < least) {
        least = cost;
        best = epsilon;
      }
    }
    return best;
  }

  unsigned radix_bits_ = 0;
};

}  // namespace omenbench
