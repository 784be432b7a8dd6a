// Root models of recursive model indexes: each maps a key to one of a given number of leaves, roughly in proportion to
// the key's rank. Linear regression, linear spline, cubic spline, radix and log-normal are the model types of Kraska et
// al., "The case for learned index structures" (SIGMOD 2018, section 3.2), Marcus et al., "Benchmarking learned
// indexes" (VLDB 2020, section 3.1) and Maltry and Dittrich, "A critical analysis of recursive model indexes" (VLDB
// 2022, section 3).
//
// Deviations from the papers: models are trained on at most 2^16 evenly spaced keys and evaluated in fixed point, so
// that training and lookups agree to the last bit and keys keep all 64 bits; the cubic takes the slopes at its ends
// from least squares, each between 0 and 3 times the mean slope, where a cubic cannot fall (Fritsch and Carlson,
// "Monotone piecewise cubic interpolation", SIAM J. Numer. Anal. 17(2), 1980), instead of from the outermost keys; the
// log-normal distribution and the logarithm before it are tables, interpolated, instead of calls of erf and log.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "indexes/learned/linear_model.h"

namespace omenbench {

/// Evenly spaced keys, the first and the last among them, as points (key, share of the keys below it).
struct RootSample {
  /// REQUIRES: size > 0.
  RootSample(const Key* keys, std::size_t size) : first(keys[0]), last(keys[size - 1]) {
    constexpr std::size_t kMost = 1 << 16;
    const std::size_t count = std::min(size, kMost);
    points.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto at =
          static_cast<std::size_t>(static_cast<unsigned __int128>(size - 1) * i / std::max<std::size_t>(1, count - 1));
      points.push_back({keys[at], static_cast<double>(at) / static_cast<double>(size)});
    }
  }

  struct Point {
    Key key;
    double rank;  ///< in [0, 1)
  };
  Key first;
  Key last;
  std::vector<Point> points;
};

/// A share of the leaves per unit of key as a fraction of 2^64: distinct keys never need more than 1.
inline std::uint64_t fraction_of_2_to_64(double value) {
  if (!(value > 0)) return 0;
  return value >= 1 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(value * 0x1.0p64);
}

/// Bits up to the highest that is set.
inline int width_of(std::uint64_t value) { return 64 - std::countl_zero(value); }

/// A line with both ends cut off: the shape shared by regression and spline.
class LineRoot {
 public:
  std::uint64_t leaf(Key key) const {
    const Key offset = std::clamp(key, first_, last_) - first_;
    const std::int64_t at = intercept_ + static_cast<std::int64_t>(multiply_high(offset, slope_));
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(at, 0, highest_));
  }
  std::uint64_t leaves() const { return static_cast<std::uint64_t>(highest_) + 1; }
  std::uint64_t size_bytes() const { return 0; }

 protected:
  /// leaf = intercept + slope * (key - first), in shares of all leaves.
  void set(const RootSample& sample, std::uint64_t leaves, double intercept, double slope) {
    const auto all = static_cast<double>(leaves);
    first_ = sample.first;
    last_ = sample.last;
    slope_ = fraction_of_2_to_64(slope * all);
    intercept_ = static_cast<std::int64_t>(std::floor(intercept * all));
    highest_ = static_cast<std::int64_t>(leaves) - 1;
  }

 private:
  Key first_ = 0;
  Key last_ = 0;
  std::uint64_t slope_ = 0;  ///< times 2^-64
  std::int64_t intercept_ = 0;
  std::int64_t highest_ = 0;
};

/// The line of least squares.
class LinearRoot : public LineRoot {
 public:
  void train(const RootSample& sample, const Key*, std::size_t, std::uint64_t leaves) {
    const auto count = static_cast<double>(sample.points.size());
    double mean_x = 0;
    double mean_y = 0;
    for (const auto& point : sample.points) {
      mean_x += static_cast<double>(point.key - sample.first) / count;
      mean_y += point.rank / count;
    }
    double xx = 0;
    double xy = 0;
    for (const auto& point : sample.points) {
      const double x = static_cast<double>(point.key - sample.first) - mean_x;
      xx += x * x;
      xy += x * (point.rank - mean_y);
    }
    const double slope = xx > 0 ? xy / xx : 0;
    // Within a leaf count's reach of zero: what lies further left or right is cut off anyway.
    set(sample, leaves, std::clamp(mean_y - slope * mean_x, -2.0, 2.0), slope);
  }
};

/// The line through the first and the last key.
class LinearSplineRoot : public LineRoot {
 public:
  void train(const RootSample& sample, const Key*, std::size_t, std::uint64_t leaves) {
    set(sample, leaves, 0, 1 / (static_cast<double>(sample.last - sample.first) + 1));
  }
};

/// A cubic from the first to the last key, rising everywhere up to rounding.
class CubicRoot {
 public:
  void train(const RootSample& sample, const Key*, std::size_t, std::uint64_t leaves) {
    first_ = sample.first;
    last_ = sample.last;
    highest_ = static_cast<std::int64_t>(leaves) - 1;
    shift_ = static_cast<unsigned>(std::countl_zero((last_ - first_) | 1));
    const auto [start, end] = fit(sample);
    // Coefficients of the cubic over key / 2^63 after shifting, where the last key lies at `reach` in [0.5, 1).
    const double reach = std::max(argument(last_), 0.5);
    fraction_bits_ = 55 - width_of(leaves);
    const double scale = std::ldexp(static_cast<double>(leaves), fraction_bits_);
    one_ = static_cast<std::int64_t>(start / reach * scale);
    two_ = static_cast<std::int64_t>((3 - 2 * start - end) / (reach * reach) * scale);
    three_ = static_cast<std::int64_t>((start + end - 2) / (reach * reach * reach) * scale);
  }

  std::uint64_t leaf(Key key) const {
    const Key offset = std::clamp(key, first_, last_) - first_;
    const auto x = static_cast<std::int64_t>((offset << shift_) >> 1);
    const std::int64_t value = times(times(times(three_, x) + two_, x) + one_, x);
    return static_cast<std::uint64_t>(std::clamp<std::int64_t>(value >> fraction_bits_, 0, highest_));
  }
  std::uint64_t leaves() const { return static_cast<std::uint64_t>(highest_) + 1; }
  std::uint64_t size_bytes() const { return 0; }

 private:
  static std::int64_t times(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>((static_cast<__int128>(a) * b) >> 63);
  }
  double argument(Key key) const { return static_cast<double>(((key - first_) << shift_) >> 1) * 0x1.0p-63; }

  struct Slopes {
    double start, end;
  };

  /// Slopes at both ends, relative to the mean slope, that minimise the squared error: the best point of [0, 3]^2.
  Slopes fit(const RootSample& sample) const {
    // Residual y - (3 t^2 - 2 t^3) against start * (t^3 - 2 t^2 + t) + end * (t^3 - t^2).
    double aa = 0, ab = 0, bb = 0, ay = 0, by = 0;
    const double reach = argument(last_);
    for (const auto& point : sample.points) {
      const double t = reach > 0 ? argument(point.key) / reach : 0;
      const double a = t * (1 - t) * (1 - t);
      const double b = t * t * (t - 1);
      const double y = point.rank - t * t * (3 - 2 * t);
      aa += a * a, ab += a * b, bb += b * b, ay += a * y, by += b * y;
    }
    const double determinant = aa * bb - ab * ab;
    const auto error = [&](const Slopes& s) {
      return s.start * s.start * aa + 2 * s.start * s.end * ab + s.end * s.end * bb - 2 * (s.start * ay + s.end * by);
    };
    const auto limited = [](double slope) { return slope >= 0 ? std::min(slope, 3.0) : 0; };
    Slopes best{1, 1};
    const auto consider = [&](const Slopes& s) {
      if (error(s) < error(best)) best = s;
    };
    if (determinant > 1e-12 * aa * bb) {
      const Slopes free{(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant};
      if (free.start >= 0 && free.start <= 3 && free.end >= 0 && free.end <= 3) return free;
    }
    for (const double border : {0.0, 3.0}) {
      if (bb > 0) consider({border, limited((by - border * ab) / bb)});
      if (aa > 0) consider({limited((ay - border * ab) / aa), border});
    }
    return best;
  }

  Key first_ = 0;
  Key last_ = 0;
  unsigned shift_ = 0;
  int fraction_bits_ = 0;
  std::int64_t one_ = 0, two_ = 0, three_ = 0;  ///< coefficients, with fraction_bits_
  std::int64_t highest_ = 0;
};

/// The leading bits behind those that all keys share. The number of leaves is rounded to a power of 2.
class RadixRoot {
 public:
  void train(const RootSample& sample, const Key*, std::size_t, std::uint64_t leaves) {
    first_ = sample.first;
    last_ = sample.last;
    const int varying = width_of(first_ ^ last_);
    bits_ = std::min(width_of(leaves + leaves / 2) - 1, varying);
    shift_ = static_cast<unsigned>(varying - bits_);
    base_ = bits_ == 0 ? first_ : first_ >> shift_ & ~((std::uint64_t{1} << bits_) - 1);
  }

  std::uint64_t leaf(Key key) const {
    key = std::clamp(key, first_, last_);
    return bits_ == 0 ? 0 : (key >> shift_) - base_;
  }
  std::uint64_t leaves() const { return std::uint64_t{1} << bits_; }
  std::uint64_t size_bytes() const { return 0; }

 private:
  Key first_ = 0;
  Key last_ = 0;
  int bits_ = 0;
  unsigned shift_ = 0;
  std::uint64_t base_ = 0;  ///< the shared bits, in place
};

/// The distribution function of a log-normal distribution with the mean and deviation of the keys' logarithms.
class LognormalRoot {
 public:
  LognormalRoot() : logarithm_(kLogPieces + 1), ranks_(kRankPieces + 1) {}

  void train(const RootSample& sample, const Key*, std::size_t, std::uint64_t leaves) {
    for (std::size_t i = 0; i <= kLogPieces; ++i) {
      logarithm_[i] = static_cast<std::uint64_t>(std::log2(1 + static_cast<double>(i) / kLogPieces) * 0x1.0p48);
    }
    const auto count = static_cast<double>(sample.points.size());
    double mean = 0;
    for (const auto& point : sample.points) mean += static_cast<double>(log2(point.key)) / count;
    double variance = 0;
    for (const auto& point : sample.points) {
      const double difference = static_cast<double>(log2(point.key)) - mean;
      variance += difference * difference / count;
    }
    const double deviation = std::max(std::sqrt(variance), 1.0);
    const double low = std::max(static_cast<double>(log2(sample.first)), mean - kReach * deviation);
    const double high = std::min(static_cast<double>(log2(sample.last)), mean + kReach * deviation);
    lowest_ = static_cast<std::uint64_t>(low);
    span_ = std::max<std::uint64_t>(static_cast<std::uint64_t>(high) - lowest_, 1);
    per_unit_ = static_cast<std::uint64_t>(0x1.0p63 / static_cast<double>(span_));
    highest_ = leaves - 1;
    fraction_bits_ = 62 - width_of(leaves);
    tabulate(mean, deviation, std::ldexp(static_cast<double>(leaves), fraction_bits_));
  }

  std::uint64_t leaf(Key key) const {
    const std::uint64_t logarithm = log2(key);
    const std::uint64_t offset = std::min(logarithm - std::min(logarithm, lowest_), span_);
    const std::uint64_t at = offset * per_unit_;  // at most 2^63
    const std::uint64_t piece = at >> (63 - kRankBits);
    const std::uint64_t fraction = at << (1 + kRankBits);
    const std::uint64_t from = ranks_[piece];
    return std::min((from + multiply_high(ranks_[piece + 1] - from, fraction)) >> fraction_bits_, highest_);
  }
  std::uint64_t leaves() const { return highest_ + 1; }
  std::uint64_t size_bytes() const { return (logarithm_.size() + ranks_.size()) * sizeof(std::uint64_t); }

 private:
  static constexpr int kLogBits = 8;
  static constexpr std::size_t kLogPieces = 1 << kLogBits;
  static constexpr int kRankBits = 10;
  static constexpr std::size_t kRankPieces = 1 << kRankBits;
  static constexpr double kReach = 6;  ///< deviations from the mean that the table covers

  /// Logarithm to base 2 of max(key, 1), with 48 fractional bits. Monotone.
  std::uint64_t log2(Key key) const {
    key |= key == 0;
    const int zeros = std::countl_zero(key);
    const std::uint64_t mantissa = key << zeros << 1;
    const std::uint64_t piece = mantissa >> (64 - kLogBits);
    const std::uint64_t from = logarithm_[piece];
    return (static_cast<std::uint64_t>(63 - zeros) << 48) + from +
           multiply_high(logarithm_[piece + 1] - from, mantissa << kLogBits);
  }

  /// The distribution function, stretched so that the first key has rank 0 and the last rank 1.
  void tabulate(double mean, double deviation, double scale) {
    const auto normal = [](double z) { return 0.5 * std::erfc(-z * std::sqrt(0.5)); };
    const auto rank = [&](std::size_t i) {
      const double x = static_cast<double>(lowest_) +
                       static_cast<double>(span_) * static_cast<double>(i) / static_cast<double>(kRankPieces);
      return normal((x - mean) / deviation);
    };
    const double low = rank(0);
    const double height = std::max(rank(kRankPieces) - low, 1e-300);
    std::uint64_t before = 0;
    for (std::size_t i = 0; i <= kRankPieces; ++i) {
      before = std::max(before, static_cast<std::uint64_t>(std::clamp((rank(i) - low) / height, 0.0, 1.0) * scale));
      ranks_[i] = before;
    }
    ranks_.push_back(before);  // interpolated with fraction 0
  }

  std::vector<std::uint64_t> logarithm_;  ///< log2(1 + i / kLogPieces), with 48 fractional bits
  std::vector<std::uint64_t> ranks_;      ///< leaf at equal steps of the logarithm, with fraction_bits_
  std::uint64_t lowest_ = 0;              ///< logarithm where the table starts
  std::uint64_t span_ = 1;
  std::uint64_t per_unit_ = 0;
  std::uint64_t highest_ = 0;
  int fraction_bits_ = 0;
};

}  // namespace omenbench
