// See key_statistics.h.
#include "datasets/describe/key_statistics.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <vector>

namespace omenbench::datasets {
namespace {

/// Counts of gaps by their highest seven bits: buckets are single gaps below 128, then 64 to each power of two.
class GapHistogram {
 public:
  void add(Key gap) { ++counts_[bucket(gap)]; }
  /// The smallest value of the bucket that holds the quantile.
  Key quantile(double q, std::uint64_t total) const {
    const auto rank = static_cast<std::uint64_t>(q * static_cast<double>(total - 1));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank) return lowest(i);
    }
    return lowest(counts_.size() - 1);
  }

 private:
  static constexpr int kBits = 6;
  static std::size_t bucket(Key gap) {
    const int shift = std::max(0, static_cast<int>(std::bit_width(gap)) - 1 - kBits);
    return (static_cast<std::size_t>(shift) << kBits) + static_cast<std::size_t>(gap >> shift);
  }
  static Key lowest(std::size_t bucket) {
    if (bucket < std::size_t{2} << kBits) return bucket;
    const std::size_t shift = (bucket >> kBits) - 1;
    return static_cast<Key>(bucket - (shift << kBits)) << shift;
  }
  std::vector<std::uint64_t> counts_ = std::vector<std::uint64_t>((64 - kBits + 1) << kBits);
};

GapStatistics gap_statistics(std::span<const Key> keys) {
  GapStatistics result;
  const std::uint64_t count = keys.size() - 1;
  if (count == 0) return result;
  result.mean = static_cast<double>(keys.back() - keys.front()) / static_cast<double>(count);
  const Key burst = static_cast<Key>(std::ceil(result.mean / 100));
  GapHistogram histogram;
  result.smallest = ~Key{0};
  std::uint64_t consecutive = 0, bursts = 0;
  double squares = 0;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const Key gap = keys[i] - keys[i - 1];
    histogram.add(gap);
    result.smallest = std::min(result.smallest, gap);
    result.largest = std::max(result.largest, gap);
    consecutive += gap == 1;
    bursts += gap < burst;
    const double off = static_cast<double>(gap) - result.mean;
    squares += off * off;
  }
  const auto total = static_cast<double>(count);
  const auto quantile = [&](double q) {
    return std::clamp(histogram.quantile(q, count), result.smallest, result.largest);
  };
  result.median = quantile(0.5);
  result.p90 = quantile(0.9);
  result.p99 = quantile(0.99);
  result.cv = std::sqrt(squares / total) / result.mean;
  result.consecutive_share = static_cast<double>(consecutive) / total;
  result.burst_share = static_cast<double>(bursts) / total;
  return result;
}

std::array<double, 8> byte_entropy(std::span<const Key> keys) {
  std::array<std::array<std::uint64_t, 256>, 8> counts{};
  for (const Key key : keys) {
    for (std::size_t byte = 0; byte < 8; ++byte) ++counts[byte][(key >> (56 - 8 * byte)) & 0xFF];
  }
  std::array<double, 8> entropy{};
  for (std::size_t byte = 0; byte < 8; ++byte) {
    for (const std::uint64_t count : counts[byte]) {
      if (count == 0) continue;
      const double share = static_cast<double>(count) / static_cast<double>(keys.size());
      entropy[byte] -= share * std::log2(share);
    }
  }
  for (double& bits : entropy) bits = std::max(bits, 0.0);  // -0 of a byte with one value
  return entropy;
}

/// Largest distance between the keys' distribution and a straight one; thousands of points show it.
double deviation_from_line(std::span<const Key> keys) {
  const auto span = static_cast<double>(keys.back() - keys.front());
  const auto count = static_cast<double>(keys.size() - 1);
  const std::size_t step = std::max<std::size_t>(1, keys.size() / 8192);
  double deviation = 0;
  for (std::size_t i = 0; i < keys.size() && span > 0; i += step) {
    const double expected = static_cast<double>(keys[i] - keys.front()) / span;
    deviation = std::max(deviation, std::abs(static_cast<double>(i) / count - expected));
  }
  return deviation;
}

}  // namespace

Middle middle_of(std::span<const Key> keys) {
  const std::size_t cut = keys.size() / 2000;
  return {cut, keys.size() - cut};
}

KeyStatistics key_statistics(std::span<const Key> keys) {
  assert(!keys.empty());
  KeyStatistics result;
  result.first = keys.front();
  result.last = keys.back();
  const Middle middle = middle_of(keys);
  const Key span = result.last - result.first;
  const Key inner = keys[middle.end - 1] - keys[middle.begin];
  result.outlier_span = span > 0 ? 1 - static_cast<double>(inner) / static_cast<double>(span) : 0;
  result.deviation = deviation_from_line(keys.subspan(middle.begin, middle.end - middle.begin));
  result.gaps = gap_statistics(keys);
  result.byte_entropy = byte_entropy(keys);
  return result;
}

}  // namespace omenbench::datasets
