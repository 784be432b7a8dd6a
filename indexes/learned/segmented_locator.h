// The common walk of error-bounded learned indexes: a root finds the key's segment, the segment's line predicts a
// window of positions, the window is searched. One key at a time, or a batch that takes each step together, so that the
// cache misses of all its keys overlap.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "indexes/learned/linear_segments.h"
#include "indexes/learned/window_search.h"
#include "indexes/static_index.h"

namespace omenbench {

/// What a locator derived from this one fills in when it is trained. `Root` offers
///
///   find(segments, key)                     the last segment whose first key is not above `key`; REQUIRES that there
///                                           is one
///   find_batch(segments, keys, found)       the same for at most kLocateBatch keys, `found` a plain array
///   size_bytes()
///
/// and `Window` is FixedWindow or ChosenWindow (window_search.h).
template <class Root, class Window>
class SegmentedLocator {
 public:
  template <class Columns>
  std::size_t lower_bound(const Columns& columns, Key key) const {
    if (key <= first_key_ || segments_.size() == 0) return 0;
    const std::size_t segment = root_.find(segments_, key);
    return window_.lower_bound(columns, segments_.window_begin(segment, key, window_.epsilon()), key);
  }

  /// Exact lower bounds, of absent keys too.
  template <class Columns>
  void locate_batch(const Columns& columns, std::span<const Key> keys, std::span<std::size_t> positions) const {
    if (segments_.size() == 0) {
      std::fill(positions.begin(), positions.end(), std::size_t{0});
      return;
    }
    // Keys below the first have the lower bound of the first.
    Key raised[kLocateBatch];
    for (std::size_t i = 0; i < keys.size(); ++i) raised[i] = std::max(keys[i], first_key_);
    const std::span<const Key> probes(raised, keys.size());
    root_.find_batch(segments_, probes, positions.data());
    for (const std::size_t segment : positions) segments_.prefetch_line(segment);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      positions[i] = segments_.window_begin(positions[i], raised[i], window_.epsilon());
    }
    window_.lower_bounds(columns, probes, positions.data());
  }

  std::uint64_t size_bytes() const { return segments_.size_bytes() + root_.size_bytes(); }

  const LinearSegments& segments_over_keys() const { return segments_; }
  const Root& root() const { return root_; }
  std::int64_t epsilon() const { return window_.epsilon(); }
  /// Segments over the keys.
  std::size_t segments() const { return segments_.size(); }

 protected:
  /// Hands over what was learned. REQUIRES: `segments` is finished; `first_key` is the first of all keys.
  void adopt(Key first_key, LinearSegments segments, Root root, Window window = {}) {
    first_key_ = first_key;
    segments_ = std::move(segments);
    root_ = std::move(root);
    window_ = window;
  }

 private:
  LinearSegments segments_;
  Root root_;
  [[no_unique_address]] Window window_;
  Key first_key_ = 0;
};

}  // namespace omenbench
