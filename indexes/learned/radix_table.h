// A flat table over the first keys of segments, indexed by the high bits of a key: each entry is the number of segments
// before its bucket, so that two neighbouring entries bound the search (Kipf et al., "RadixSpline: a single-pass
// learned index", aiDM 2020, section 2.2).
//
// Deviations from the paper: the table need not span all keys. Where a few outliers or a long tail would leave the bulk
// of the keys in a few buckets, it spans a narrower range, and the first and last bucket take what lies outside; the
// range is chosen by an estimate of the search steps (choose_range). Buckets are counted with SIMD, larger ones halved
// first, so that no bucket costs more than logarithmic time.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/page_allocator.h"
#include "indexes/learned/linear_segments.h"

namespace omenbench {

/// Root of SegmentedLocator. A bucket is `(key - lowest) >> shift`, clamped to the table.
class RadixTable {
 public:
  RadixTable() = default;

  /// At most 2^bits buckets. REQUIRES: at least one segment, bits < 32.
  RadixTable(const LinearSegments& segments, unsigned bits) {
    if (segments.size() > UINT32_MAX) throw std::length_error("radix table: more than 2^32 segments");
    const Range range = choose_range(segments, bits);
    lowest_ = range.lowest;
    shift_ = range.shift;
    const Key last = segments.keys()[segments.size() - 1];
    last_bucket_ = std::min(((std::uint64_t{1} << bits) - 1), (last - lowest_) >> shift_);
    starts_ = PageArray<std::uint32_t>(last_bucket_ + 2);
    std::size_t segment = 0;
    for (std::uint64_t b = 0; b <= last_bucket_; ++b) {
      starts_[b] = static_cast<std::uint32_t>(segment);
      while (segment < segments.size() && bucket(segments.keys()[segment]) == b) ++segment;
    }
    starts_[last_bucket_ + 1] = static_cast<std::uint32_t>(segments.size());
  }

  std::size_t find(const LinearSegments& segments, Key key) const {
    const std::uint64_t b = bucket(key);
    return count(segments, starts_[b], starts_[b + 1], key);
  }

  void find_batch(const LinearSegments& segments, std::span<const Key> keys, std::size_t* found) const {
    std::size_t ends[kLocateBatch];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      found[i] = bucket(keys[i]);
      __builtin_prefetch(starts_.data() + found[i]);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ends[i] = starts_[found[i] + 1];
      found[i] = starts_[found[i]];
      __builtin_prefetch(segments.keys() + found[i]);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) found[i] = count(segments, found[i], ends[i], keys[i]);
  }

  /// Halvings inside a bucket, averaged over the keys that the segments cover: exact, O(buckets).
  double mean_halvings(const LinearSegments& segments) const {
    std::uint64_t sum = 0;
    for (std::size_t b = 0; b + 1 < starts_.size(); ++b) {
      const auto halvings = static_cast<std::uint64_t>(std::bit_width((starts_[b + 1] - starts_[b]) / kCounted));
      if (halvings == 0) continue;
      const std::int64_t covered = segments.intercept(starts_[b + 1]) - segments.intercept(starts_[b]);
      sum += halvings * static_cast<std::uint64_t>(std::max<std::int64_t>(covered, 0));
    }
    return static_cast<double>(sum) / static_cast<double>(segments.intercept(segments.size()));
  }

  std::uint64_t size_bytes() const { return starts_.size() * sizeof(std::uint32_t); }

  /// Entries, two more than the last bucket's number; ascending from 0 to the number of segments.
  std::span<const std::uint32_t> starts() const { return {starts_.begin(), starts_.end()}; }
  Key lowest() const { return lowest_; }
  unsigned shift() const { return shift_; }

 private:
  struct Range {
    Key lowest;
    unsigned shift;
  };

  /// Segments that one SIMD comparison counts.
  static constexpr std::size_t kCounted = 16;
  static_assert(kCounted <= LinearSegments::kPadding);

  std::uint64_t bucket(Key key) const { return std::min((std::max(key, lowest_) - lowest_) >> shift_, last_bucket_); }

  /// The last segment not above `key`, which lies in [begin - 1, end).
  static std::size_t count(const LinearSegments& segments, std::size_t begin, std::size_t end, Key key) {
    std::size_t length = end - begin;
    while (length > kCounted) {
      const std::size_t half = length / 2;
      begin += static_cast<std::size_t>(segments.keys()[begin + half - 1] <= key) * half;
      length -= half;
    }
    // Segments beyond the bucket are above the key and do not count; the padding counts for 2^64-1.
    return std::min(begin + count_not_above<kCounted>(segments.keys() + begin, key), segments.size()) - 1;
  }

  /// Some neighbouring segments as one.
  struct Sample {
    Key key;               ///< of the first
    std::uint64_t gap;     ///< from there to the next sample
    std::uint64_t weight;  ///< keys that they cover
  };

  /// The range with the fewest expected search steps. The paper's, from the first to the last key, is among the
  /// candidates and wins ties. O(1): works on a sample of bounded size.
  static Range choose_range(const LinearSegments& segments, unsigned bits) {
    const std::size_t size = segments.size();
    const Key last = segments.keys()[size - 1];
    const std::size_t step = (size + kSamples - 1) / kSamples;
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < size; i += step) {
      const std::size_t next = std::min(i + step, size);
      samples.push_back(
          {segments.keys()[i], (next < size ? segments.keys()[next] : last) - segments.keys()[i],
           static_cast<std::uint64_t>(std::max<std::int64_t>(segments.intercept(next) - segments.intercept(i), 1))});
    }
    Range best{};
    std::uint64_t least = ~std::uint64_t{0};
    for (const std::size_t skipped : {std::size_t{0}, std::min<std::size_t>(8, size - 1), size / 64, size / 8}) {
      const Key lowest = segments.keys()[skipped];
      const int width = static_cast<int>(std::bit_width(last - lowest));
      for (int shift = std::max(0, width - static_cast<int>(bits)); shift >= 0; --shift) {
        const Range range{lowest, static_cast<unsigned>(shift)};
        const std::uint64_t steps = expected_steps(samples, step, range, bits);
        if (steps < least) {
          least = steps;
          best = range;
        }
      }
    }
    return best;
  }

  /// Sum over the keys of the halvings that their bucket needs, estimated: a bucket holds as many segments as the local
  /// density says, but no more than the samples that fall into it stand for.
  static std::uint64_t expected_steps(const std::vector<Sample>& samples, std::size_t step, const Range& range,
                                      unsigned bits) {
    const std::uint64_t last_bucket = (std::uint64_t{1} << bits) - 1;
    const auto bucket_of = [&](Key key) {
      return std::min((std::max(key, range.lowest) - range.lowest) >> range.shift, last_bucket);
    };
    std::uint64_t sum = 0;
    for (std::size_t begin = 0, end = 0; begin < samples.size(); begin = end) {
      const std::uint64_t b = bucket_of(samples[begin].key);
      std::uint64_t weight = 0;
      while (end < samples.size() && bucket_of(samples[end].key) == b) weight += samples[end++].weight;
      const auto most = static_cast<int>(std::bit_width((end - begin) * step / kCounted));
      if (most == 0) continue;
      if (end - begin > 1 || b == last_bucket || b == 0) {
        sum += weight * static_cast<unsigned>(most);
        continue;
      }
      const int density = static_cast<int>(std::bit_width(step / kCounted)) + static_cast<int>(range.shift) + 1 -
                          static_cast<int>(std::bit_width(samples[begin].gap));
      sum += weight * static_cast<unsigned>(std::clamp(density, 0, most));
    }
    return sum;
  }

  static constexpr std::size_t kSamples = 1024;

  PageArray<std::uint32_t> starts_;
  Key lowest_ = 0;
  unsigned shift_ = 0;
  std::uint64_t last_bucket_ = 0;
};

}  // namespace omenbench
