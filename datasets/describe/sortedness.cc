// See sortedness.h.
#include "datasets/describe/sortedness.h"

#include <algorithm>
#include <vector>

namespace omenbench::datasets {
namespace {

/// Length of the longest non-descending subsequence (Fredman, "On computing the length of longest increasing
/// subsequences", 1975): tails[j] is the smallest value in which one of length j + 1 can end.
std::uint64_t longest_ascent(std::span<const Key> arrived) {
  std::vector<Key> tails;
  for (const Key key : arrived) {
    if (tails.empty() || tails.back() <= key) {
      tails.push_back(key);
    } else {
      *std::upper_bound(tails.begin(), tails.end(), key) = key;
    }
  }
  return tails.size();
}

/// First position in [0, size] at which `holds` is true, looked for in doubling steps away from `near`. REQUIRES: once
/// true, it stays true.
template <class Holds>
std::size_t gallop(std::size_t size, std::size_t near, Holds holds) {
  std::size_t low = near, high = near, step = 1;
  if (near < size && !holds(near)) {
    while (high < size && !holds(high)) {
      low = high + 1;
      high = std::min(size, high + step);
      step *= 2;
    }
  } else {
    while (low > 0 && holds(low - 1)) {
      high = low - 1;
      low = low > step ? low - step : 0;
      step *= 2;
      if (low > 0 && !holds(low)) break;
    }
  }
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

Sortedness sortedness(std::span<const Key> arrived, std::span<const Key> sorted) {
  const std::size_t n = arrived.size();
  Sortedness result{n - longest_ascent(arrived), 0};
  if (result.k == 0) return result;
  for (std::size_t i = 0; i < n; ++i) {
    const Key key = arrived[i];
    if (sorted[i] == key) continue;
    // Equal values take the positions [first, last) in any order.
    std::size_t distance = 0;
    if (sorted[i] > key) {
      const std::size_t last = gallop(n, i, [&](std::size_t at) { return sorted[at] > key; });
      distance = i - (last - 1);
    } else {
      const std::size_t first = gallop(n, i, [&](std::size_t at) { return sorted[at] >= key; });
      distance = first - i;
    }
    result.l = std::max<std::uint64_t>(result.l, distance);
  }
  return result;
}

}  // namespace omenbench::datasets
