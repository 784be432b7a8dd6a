// The last mile of recursive model indexes: from a leaf's window to the position, for one key and for a batch whose
// memory accesses overlap. Short windows are counted with SIMD, longer ones halved without branches, and those that
// exceed any bound search everything: O(log n) at worst, whatever a model predicts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "indexes/learned/rmi_leaves.h"
#include "indexes/static_index.h"

namespace omenbench {

/// Windows up to this length are counted.
inline constexpr std::size_t kCountedWindow = 16;
/// Above this length both keys of the next step are prefetched while halving.
inline constexpr std::size_t kLongWindow = 512;

/// Cuts a window at the end of the keys; one without a bound covers all of them.
inline LeafWindow bounded(const LeafWindow& window, std::size_t size) {
  if (window.length == RmiLeaf::kUnbounded) return {0, size};
  return {window.begin, std::min(window.length, size - window.begin)};
}

/// The lower bound in a window of more than kCountedWindow keys.
[[gnu::noinline]] inline std::size_t search_long_window(const SortedColumns& columns, LeafWindow window, Key key) {
  window = bounded(window, columns.size());
  const Key* base = columns.keys() + window.begin;
  std::size_t length = window.length;
  if (length > kLongWindow) return window.begin + halving_lower_bound<true>(base, length, key);
  while (length > kCountedWindow) {
    const std::size_t half = length / 2;
    base += static_cast<std::size_t>(base[half - 1] < key) * half;
    length -= half;
  }
  return static_cast<std::size_t>(base - columns.keys()) + count_below<kCountedWindow>(base, key);
}

/// The lower bound of every trained key; for others a position in [0, size].
inline std::size_t search_window(const SortedColumns& columns, const LeafWindow& window, Key key) {
  if (window.length <= kCountedWindow / 2)
    return window.begin + count_below<kCountedWindow / 2>(columns.keys() + window.begin, key);
  if (window.length <= kCountedWindow)
    return window.begin + count_below<kCountedWindow>(columns.keys() + window.begin, key);
  return search_long_window(columns, window, key);
}

/// Fetches what search_window or the first step of narrow_windows reads, and the likely payload.
inline void prefetch_window(const SortedColumns& columns, const LeafWindow& window) {
  const std::size_t middle = window.length / 2;
  if (window.length <= kCountedWindow) {
    const Key* const keys = columns.keys() + window.begin;
    __builtin_prefetch(keys);
    __builtin_prefetch(keys + 7);
    __builtin_prefetch(columns.payloads() + window.begin + middle);
  } else {
    const LeafWindow cut = bounded(window, columns.size());
    __builtin_prefetch(columns.keys() + cut.begin + cut.length / 2);
  }
}

/// Halves all windows of a batch in step until each is short enough to be counted.
inline void narrow_windows(const SortedColumns& columns, std::span<const Key> keys, std::span<LeafWindow> windows) {
  std::uint8_t open[kLocateBatch];
  std::size_t count = 0;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (windows[i].length <= kCountedWindow) continue;
    windows[i] = bounded(windows[i], columns.size());
    open[count++] = static_cast<std::uint8_t>(i);
  }
  while (count > 0) {
    std::size_t kept = 0;
    for (std::size_t j = 0; j < count; ++j) {
      const std::uint8_t i = open[j];
      LeafWindow& window = windows[i];
      if (window.length > kCountedWindow) {
        const std::size_t half = window.length / 2;
        window.begin += static_cast<std::size_t>(columns.keys()[window.begin + half - 1] < keys[i]) * half;
        window.length -= half;
      }
      prefetch_window(columns, window);
      open[kept] = i;
      kept += window.length > kCountedWindow;
    }
    count = kept;
  }
}

}  // namespace omenbench
