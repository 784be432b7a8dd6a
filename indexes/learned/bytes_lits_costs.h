// Which structure for which keys: what a lookup among them costs in bytes_lits.h by way of a model and by way of a
// radix tree, counted for the keys at hand. Instead of the paper's performance model, which is a table of times
// measured beforehand by group size and average distinguishing length (PMSS).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/key_kind.h"
#include "indexes/learned/bytes_lits_node.h"
#include "indexes/static_bytes_index.h"

namespace omenbench::bytes_lits {

/// Entries [begin, end) that a model puts into one slot.
struct Run {
  std::size_t slot, begin, end;
};

/// Costs are sums over the entries, in nanoseconds of about the machines of today: only their ratios matter.
class Costs {
 public:
  /// `source` has size() and key(i), ascending; `total` is how many entries the index holds.
  template <class Source>
  Costs(const Source& source, std::uint64_t total) : shared_(source.size()), total_(total) {
    for (std::size_t i = 1; i < source.size(); ++i) {
      shared_[i] = static_cast<std::uint32_t>(common_prefix(source.key(i - 1), source.key(i)));
    }
  }

  /// A node whose model read `read` bytes of the keys in all and made these runs, of which the large ones are radix
  /// trees.
  double of_model(const std::vector<Run>& runs, std::uint64_t read) const {
    const std::size_t entries = runs.back().end - runs.front().begin;
    double cost = static_cast<double>(read) * kByte + static_cast<double>(entries) * (kStep + 2 * line(entries));
    for (const Run& run : runs) {
      const std::size_t size = run.end - run.begin;
      if (size > kMostCompact) {
        cost += of_tree(run.begin, run.end);
      } else if (size > 1) {
        cost += static_cast<double>(size) * (kStep + line(size));
      }
    }
    return cost;
  }

  /// Its nodes are where keys part: found with a stack of those that are open, from the shared prefixes of neighbours.
  double of_tree(std::size_t begin, std::size_t end) const {
    struct Open {
      std::int64_t depth;
      std::size_t first;
    };
    std::vector<Open> open;
    double cost = 0;
    for (std::size_t i = begin + 1; i <= end; ++i) {
      const std::int64_t shared = i == end ? -1 : std::int64_t{shared_[i]};
      std::size_t first = i - 1;
      while (!open.empty() && open.back().depth > shared) {
        first = open.back().first;
        open.pop_back();
        cost += static_cast<double>(i - first) * (kStep + 2 * line(i - first));
      }
      if (i < end && (open.empty() || open.back().depth < shared)) open.push_back({shared, first});
    }
    return cost;
  }

 private:
  /// A byte through the model; a step down: the branch that nobody foresees.
  static constexpr double kByte = 1.5, kStep = 6;
  /// A cache line of what is near, and of what is not because there is as much of it as this.
  static constexpr double kNear = 4, kFar = 40;
  static constexpr std::size_t kNearParts = 8192;

  /// Of a part that so many entries go through: parts of that size are cached when there are few.
  double line(std::size_t entries) const { return total_ / entries < kNearParts ? kNear : kFar; }

  std::vector<std::uint32_t> shared_;  ///< of each key with the one before
  std::uint64_t total_;
};

}  // namespace omenbench::bytes_lits
