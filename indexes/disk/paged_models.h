// Models of PagedArray whose segments lie in memory: those of the indexes there, over the positions of keys in the
// file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/page_file.h"
#include "indexes/learned/greedy_spline.h"
#include "indexes/learned/linear_segments.h"
#include "indexes/learned/pgm.h"
#include "indexes/learned/radix_table.h"

namespace omenbench::disk {

/// Linear segments, and a root that finds a key's segment. Segments are stored in the file and read when it is opened,
/// the root is made from them. `Kind` offers `Root`, `static LinearSegments fit(const Key*, size_t)` over at least one
/// key, and `static Root root(segments)`.
template <class Kind>
class SegmentModel {
 public:
  static std::vector<std::uint64_t> fit(PageFile&, std::span<const Key> keys) {
    const LinearSegments segments = Kind::fit(keys.data(), keys.size());
    std::vector<std::uint64_t> words = {keys.size()};
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const Line& line = segments.line(i);
      words.insert(words.end(), {segments.keys()[i], line.slope, static_cast<std::uint64_t>(line.intercept)});
    }
    return words;
  }

  SegmentModel(BufferPool&, std::span<const std::uint64_t> words) : words_(words.begin(), words.end()) {
    for (std::size_t at = 1; at < words.size(); at += 3) {
      segments_.append(words[at], {words[at + 1], static_cast<std::int64_t>(words[at + 2])});
    }
    segments_.finish(words[0]);
    root_ = Kind::root(segments_);
  }

  std::uint64_t position(Key key) {
    const Key known = std::max(key, segments_.keys()[0]);
    return segments_.window_begin(root_.find(segments_, known), known, 0);
  }

  const std::vector<std::uint64_t>& words() const { return words_; }
  std::uint64_t model_bytes() const { return segments_.size_bytes() + root_.size_bytes(); }
  std::uint64_t inner_bytes() const { return 0; }
  std::vector<Counter> counters() const { return {{"segments", segments_.size()}}; }

 private:
  std::vector<std::uint64_t> words_;
  LinearSegments segments_;
  typename Kind::Root root_;
};

/// The PGM-index (indexes/learned/pgm.h), all levels in memory.
template <std::int64_t kEpsilon>
struct PgmInMemory {
  using Root = RecursiveRoot<7>;
  static LinearSegments fit(const Key* keys, std::size_t size) { return fit_pgm_segments(keys, size, kEpsilon); }
  static Root root(const LinearSegments& segments) { return Root(segments); }
};
template <std::int64_t kEpsilon>
using PgmModel = SegmentModel<PgmInMemory<kEpsilon>>;

/// RadixSpline (indexes/learned/radix_spline.h).
template <unsigned kBits, std::int64_t kEpsilon>
struct RadixSplineInMemory {
  using Root = RadixTable;
  static LinearSegments fit(const Key* keys, std::size_t size) { return fit_spline(keys, size, kEpsilon); }
  static Root root(const LinearSegments& segments) { return Root(segments, kBits); }
};
template <unsigned kBits, std::int64_t kEpsilon>
using RadixSplineModel = SegmentModel<RadixSplineInMemory<kBits, kEpsilon>>;

}  // namespace omenbench::disk
