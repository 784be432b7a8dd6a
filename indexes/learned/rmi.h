// Recursive model index: a root picks one of many linear leaves, a leaf predicts the position within its own error
// bound (Kraska et al., "The case for learned index structures", SIGMOD 2018, sections 2 and 3). The root is a type,
// trained when the index is built: rmi_roots.h has those of the papers, rmi_piecewise.h and rmi_layers.h two that adapt
// to skew, rmi_auto.h chooses. rmi_leaves.h lists how leaves deviate from the papers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "indexes/learned/rmi_leaves.h"
#include "indexes/learned/rmi_roots.h"
#include "indexes/learned/rmi_search.h"
#include "indexes/static_index.h"

namespace omenbench {

/// Locator of StaticIndex. `kKeysPerLeaf` is the mean number of keys that share a leaf. `Root` offers
///
///   train(sample, keys, size, leaves)   for about `leaves` leaves; once, on a fresh object; size > 0
///   leaf(key)                           in [0, leaves()), rising with the key
///   leaves()                            how many there are, at least 1
///   size_bytes()                        of what it keeps outside itself
template <class Root, std::size_t kKeysPerLeaf>
class RmiLocator {
 public:
  void train(const SortedColumns& columns) {
    const std::size_t size = columns.size();
    if (size >= std::size_t{1} << 39) throw std::length_error("rmi: more than 2^39 keys");
    if (size == 0) return;
    const std::uint64_t leaves = std::max<std::uint64_t>(1, size / kKeysPerLeaf);
    root_.train(RootSample(columns.keys(), size), columns.keys(), size, leaves);
    leaves_.train(root_, columns);
  }

  /// The position of a present key; for an absent one anything in [0, size].
  std::size_t position_of(const SortedColumns& columns, Key key) const {
    if (columns.size() == 0) [[unlikely]]
      return 0;
    const LeafWindow window = leaves_[root_.leaf(key)].window(key, columns.size());
    __builtin_prefetch(columns.payloads() + window.begin + window.length / 2);
    return search_window(columns, window, key);
  }

  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    const std::size_t i = position_of(columns, key);
    const Key* const keys = columns.keys();
    const bool proven = (i == 0 || keys[i - 1] < key) && (i == columns.size() || keys[i] >= key);
    if (proven) [[likely]]
      return i;
    return gallop_lower_bound(keys, columns.size(), i, key);
  }

  /// As position_of, for at most kLocateBatch keys: all leaves are fetched, then all windows.
  void locate_batch(const SortedColumns& columns, std::span<const Key> keys, std::span<std::size_t> positions) const {
    if (columns.size() == 0) {
      std::ranges::fill(positions, std::size_t{0});
      return;
    }
    std::uint64_t leaf[kLocateBatch];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      leaf[i] = root_.leaf(keys[i]);
      leaves_.prefetch(leaf[i]);
    }
    LeafWindow windows[kLocateBatch];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      windows[i] = leaves_[leaf[i]].window(keys[i], columns.size());
      prefetch_window(columns, windows[i]);
    }
    narrow_windows(columns, keys, std::span<LeafWindow>(windows, keys.size()));
    for (std::size_t i = 0; i < keys.size(); ++i) positions[i] = search_window(columns, windows[i], keys[i]);
  }

  std::uint64_t size_bytes() const { return leaves_.size_bytes() + root_.size_bytes(); }

  const Root& root() const { return root_; }
  const RmiLeaves& leaves() const { return leaves_; }

 private:
  Root root_;
  RmiLeaves leaves_;
};

}  // namespace omenbench
