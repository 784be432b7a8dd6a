// A root that adapts to skew: a piecewise linear function of at most 64 pieces, the optimal approximation of a sample
// within the smallest error that 64 pieces allow. One line sends most keys of a skewed set into few leaves (Maltry and
// Dittrich, "A critical analysis of recursive model indexes", VLDB 2022, section 5.1); the pieces' first keys are
// counted with SIMD. No paper uses this root.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/piecewise_linear.h"
#include "indexes/learned/rmi_roots.h"
#include "indexes/search.h"

namespace omenbench {

class PiecewiseRoot {
 public:
  void train(const RootSample& sample, const Key* keys, std::size_t size, std::uint64_t leaves) {
    borders_.fill(~Key{0});
    const std::vector<std::size_t> begins = choose_pieces(keys, size);
    for (std::size_t i = 0; i < begins.size(); ++i) {
      const std::size_t end = i + 1 < begins.size() ? begins[i + 1] : size;
      const auto share = static_cast<unsigned __int128>(end - begins[i]) * leaves / size;
      add_piece(keys[begins[i]], keys[end - 1], std::max<std::uint64_t>(1, static_cast<std::uint64_t>(share)));
    }
    first_ = sample.first;
  }

  /// Keys between two pieces share the leaf of the last key before them.
  std::uint64_t leaf(Key key) const {
    key = std::max(key, first_);
    const std::size_t number = count_ <= 8    ? count_not_above<8>(borders_.data(), key)
                               : count_ <= 24 ? count_not_above<24>(borders_.data(), key)
                                              : count_not_above<kPieces>(borders_.data(), key);
    const Piece& piece = pieces_[std::min(number, count_) - 1];
    return piece.first_leaf + multiply_high(std::min(key - piece.lowest, piece.span), piece.scale);
  }
  std::uint64_t leaves() const { return leaves_; }
  std::uint64_t size_bytes() const { return 0; }
  std::size_t pieces() const { return count_; }

 private:
  static constexpr std::size_t kPieces = 64;

  /// Cuts [lowest, lowest + span] into leaves of equal width.
  struct Piece {
    Key lowest = 0;
    Key span = 0;
    std::uint64_t scale = 0;  ///< leaves per unit of key, times 2^-64
    std::uint64_t first_leaf = 0;
  };

  /// First positions of the pieces: the fewest lines that approximate the sampled positions within some error, for the
  /// smallest error (within a factor of 2) that needs at most kPieces.
  static std::vector<std::size_t> choose_pieces(const Key* keys, std::size_t size) {
    constexpr std::size_t kSample = 1 << 16;
    const std::size_t step = std::max<std::size_t>(1, size / kSample);
    std::vector<Key> sample;
    for (std::size_t i = 0; i < size; i += step) sample.push_back(keys[i]);
    std::vector<std::size_t> best{0};
    // A segment covers at least 2 * error points, the last perhaps fewer, and the sample is below 2 * kSample: the
    // first error never needs more than kPieces.
    for (auto error = static_cast<std::int64_t>(2 * kSample / kPieces); error > 0; error /= 2) {
      std::vector<std::size_t> begins;
      for_each_segment(sample.data(), sample.size(), error,
                       [&](std::size_t begin, std::size_t, const SlopeRange&) { begins.push_back(begin * step); });
      if (begins.size() > kPieces) break;
      best = std::move(begins);
    }
    return best;
  }

  void add_piece(Key lowest, Key highest, std::uint64_t leaves) {
    Piece& piece = pieces_[count_];
    piece.lowest = lowest;
    piece.span = highest - lowest;
    const unsigned __int128 width = static_cast<unsigned __int128>(piece.span) + 1;
    const unsigned __int128 scale = (static_cast<unsigned __int128>(leaves) << 64) / width;
    // Only a single key makes the scale overflow: leaves < width otherwise.
    piece.scale = scale > ~std::uint64_t{0} ? ~std::uint64_t{0} : static_cast<std::uint64_t>(scale);
    piece.first_leaf = leaves_;
    borders_[count_] = lowest;
    leaves_ += leaves;
    ++count_;
  }

  std::array<Key, kPieces> borders_{};  ///< first keys of the pieces, then 2^64-1
  std::array<Piece, kPieces> pieces_{};
  std::size_t count_ = 0;
  std::uint64_t leaves_ = 0;
  Key first_ = 0;
};

}  // namespace omenbench
