// Two-layer recursive model index: a root picks one of many linear leaves, a leaf predicts the position within its own
// error bound (Kraska et al., "The case for learned index structures", SIGMOD 2018, sections 2 and 3; per-leaf bounds
// as in Marcus et al., "Benchmarking learned indexes", VLDB 2020, section 3.1). Trained at run time.
//
// Deviations from the papers: the root is a piecewise linear function of at most 64 pieces instead of one line, because
// one line sends most keys of a skewed set into few leaves; its pieces are the optimal approximation of a sample. All
// arithmetic is in integers, a piece's product with 64 fractional bits giving the leaf (integer part) and the key's
// place in it (fraction), so that leaves store no keys and no key is rounded to a double. Bounds hold for present keys;
// the lower bound of an absent key is verified, and extended where the window does not hold it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "indexes/learned/linear_model.h"
#include "indexes/learned/piecewise_linear.h"
#include "indexes/static_index.h"

namespace omenbench {

/// Locator of StaticIndex. `kKeysPerLeaf` is the mean number of keys that share a leaf.
template <std::size_t kKeysPerLeaf>
class RmiLocator {
 public:
  void train(const SortedColumns& columns) {
    const std::size_t size = columns.size();
    if (size >= std::size_t{1} << 39) throw std::length_error("rmi: more than 2^39 keys");
    borders_.fill(~Key{0});
    if (size == 0) add_piece(nullptr, 0, 0);
    const std::vector<std::size_t> begins = choose_pieces(columns.keys(), size);
    for (std::size_t i = 0; i < begins.size(); ++i) {
      add_piece(columns.keys(), begins[i], i + 1 < begins.size() ? begins[i + 1] : size);
    }
    leaves_ = PageArray<Leaf>(leaf_count_);
    std::size_t begin = 0;
    for (std::uint64_t leaf = 0; leaf < leaf_count_; ++leaf) {
      std::size_t end = begin;
      while (end < size && place(columns.keys()[end]).leaf == leaf) ++end;
      leaves_[leaf] = fit(columns.keys(), begin, end);
      begin = end;
    }
  }

  /// The position of a present key.
  std::size_t position_of(const SortedColumns& columns, Key key) const { return search_leaf(columns, key); }

  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    const std::size_t i = search_leaf(columns, key);
    const Key* const keys = columns.keys();
    const bool proven = (i == 0 || keys[i - 1] < key) && (i == columns.size() || keys[i] >= key);
    if (proven) [[likely]]
      return i;
    return gallop_lower_bound(keys, columns.size(), i, key);
  }

  std::uint64_t size_bytes() const { return leaves_.size() * sizeof(Leaf); }

 private:
  /// Where the root puts a key: which leaf, and how far into it (times 2^-64).
  struct Place {
    std::uint64_t leaf;
    std::uint64_t fraction;
  };

  /// Cuts [lowest, lowest + span] into leaves of equal width.
  struct Piece {
    Key lowest = 0;
    Key span = 0;
    std::uint64_t scale = 0;  ///< leaves per unit of key, times 2^-64
    std::uint64_t first_leaf = 0;
  };

  /// Two words, so that a lookup touches one cache line: the position at the leaf's left border (signed, 40 bits) with
  /// the error bound (24 bits), and the positions that the leaf's full width covers.
  struct Leaf {
    std::int64_t intercept_and_radius;
    std::uint64_t slope;

    std::int64_t intercept() const { return intercept_and_radius >> 24; }
    std::uint64_t radius() const { return static_cast<std::uint64_t>(intercept_and_radius) & kUnbounded; }
  };

  static constexpr std::size_t kPieces = 64;
  /// Radius of a leaf whose error does not fit in 24 bits: everything is searched.
  static constexpr std::uint64_t kUnbounded = (1U << 24) - 1;
  /// Keeps intercepts within 40 bits. Only leaves whose keys fill less than 2^-38 of their width notice.
  static constexpr std::uint64_t kSteepest = std::uint64_t{1} << 38;
  /// Windows up to this length are counted, above kLong they are searched with prefetching.
  static constexpr std::size_t kCounted = 16;
  static constexpr std::size_t kLong = 512;
  static_assert(kCounted <= kKeyPadding);

  /// First positions of the root's pieces: the fewest lines that approximate the sampled positions within some error,
  /// for the smallest error (within a factor of 2) that needs at most kPieces.
  static std::vector<std::size_t> choose_pieces(const Key* keys, std::size_t size) {
    constexpr std::size_t kSample = 1 << 16;
    const std::size_t step = std::max<std::size_t>(1, size / kSample);
    std::vector<Key> sample;
    for (std::size_t i = 0; i < size; i += step) sample.push_back(keys[i]);
    std::vector<std::size_t> best;
    for (auto error = static_cast<std::int64_t>(kSample); error > 0; error /= 2) {
      std::vector<std::size_t> begins;
      for_each_segment(sample.data(), sample.size(), error,
                       [&](std::size_t begin, std::size_t, const SlopeRange&) { begins.push_back(begin * step); });
      if (begins.size() > kPieces) break;
      best = std::move(begins);
    }
    return best;
  }

  void add_piece(const Key* keys, std::size_t begin, std::size_t end) {
    Piece& piece = pieces_[piece_count_];
    std::uint64_t leaves = 1;
    if (begin < end) {
      piece.lowest = keys[begin];
      piece.span = keys[end - 1] - keys[begin];
      leaves = std::max<std::uint64_t>(1, (end - begin) / kKeysPerLeaf);
    }
    const unsigned __int128 width = static_cast<unsigned __int128>(piece.span) + 1;
    const unsigned __int128 scale = (static_cast<unsigned __int128>(leaves) << 64) / width;
    // Only a single key makes the scale overflow: leaves < width otherwise.
    piece.scale = scale > ~std::uint64_t{0} ? ~std::uint64_t{0} : static_cast<std::uint64_t>(scale);
    piece.first_leaf = leaf_count_;
    borders_[piece_count_] = piece.lowest;
    leaf_count_ += leaves;
    ++piece_count_;
  }

  /// Monotone in `key`. Keys between two pieces share the place of the last key before them.
  Place place(Key key) const {
    key = std::max(key, borders_[0]);
    const std::size_t piece_number =
        piece_count_ <= 8 ? count_not_above<8>(borders_.data(), key) : count_not_above<kPieces>(borders_.data(), key);
    const Piece& piece = pieces_[std::min(piece_number, piece_count_) - 1];
    const unsigned __int128 product =
        static_cast<unsigned __int128>(std::min(key - piece.lowest, piece.span)) * piece.scale;
    return {piece.first_leaf + static_cast<std::uint64_t>(product >> 64), static_cast<std::uint64_t>(product)};
  }

  /// A line from the first to the last key of keys[begin, end), moved so that its errors, evaluated as lookups do, are
  /// centred.
  Leaf fit(const Key* keys, std::size_t begin, std::size_t end) const {
    if (begin == end) return pack(static_cast<std::int64_t>(begin), 0, 0);
    const std::uint64_t run = place(keys[end - 1]).fraction - place(keys[begin]).fraction;
    const std::uint64_t slope = run == 0 ? 0 : fixed_point_slope(end - 1 - begin, run, kSteepest);
    std::int64_t lowest = INT64_MAX;
    std::int64_t highest = INT64_MIN;
    for (std::size_t i = begin; i < end; ++i) {
      const auto residual = static_cast<std::int64_t>(i - multiply_high(place(keys[i]).fraction, slope));
      lowest = std::min(lowest, residual);
      highest = std::max(highest, residual);
    }
    const auto radius = static_cast<std::uint64_t>(highest - lowest + 1) / 2;
    return pack(lowest + static_cast<std::int64_t>(radius), radius, slope);
  }

  static Leaf pack(std::int64_t intercept, std::uint64_t radius, std::uint64_t slope) {
    return {static_cast<std::int64_t>(static_cast<std::uint64_t>(intercept) << 24 | std::min(radius, kUnbounded)),
            slope};
  }

  /// Lower bound among the keys of the leaf's window: right for every present key.
  std::size_t search_leaf(const SortedColumns& columns, Key key) const {
    const Place where = place(key);
    const Leaf& leaf = leaves_[where.leaf];
    const std::uint64_t radius = leaf.radius();
    if (radius == kUnbounded) [[unlikely]]
      return halving_lower_bound<true>(columns.keys(), columns.size(), key);
    const std::int64_t prediction =
        leaf.intercept() + static_cast<std::int64_t>(multiply_high(where.fraction, leaf.slope));
    const auto begin = static_cast<std::size_t>(std::clamp<std::int64_t>(prediction - static_cast<std::int64_t>(radius),
                                                                         0, static_cast<std::int64_t>(columns.size())));
    __builtin_prefetch(columns.payloads() + begin + radius);
    std::size_t length = std::min<std::size_t>(2 * radius, columns.size() - begin);
    const Key* base = columns.keys() + begin;
    if (length > kLong) [[unlikely]]
      return begin + halving_lower_bound<true>(base, length, key);
    while (length > kCounted) {
      const std::size_t half = length / 2;
      base += static_cast<std::size_t>(base[half - 1] < key) * half;
      length -= half;
    }
    const auto skipped = static_cast<std::size_t>(base - columns.keys());
    return std::min(skipped + count_below<kCounted>(base, key), columns.size());
  }

  std::array<Key, kPieces> borders_;  ///< first keys of the pieces, then 2^64-1
  std::array<Piece, kPieces> pieces_;
  std::size_t piece_count_ = 0;
  std::uint64_t leaf_count_ = 0;
  PageArray<Leaf> leaves_;
};

}  // namespace omenbench
