// See hardness.h.
#include "datasets/describe/hardness.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/piecewise_linear.h"

namespace omenbench::datasets {
namespace {

/// Least squares through (x, y) given relative to an origin near the points.
class LineFit {
 public:
  void add(double x, double y) {
    ++count_;
    const double dx = x - mean_x_;
    mean_x_ += dx / count_;
    mean_y_ += (y - mean_y_) / count_;
    covariance_ += dx * (y - mean_y_);
    variance_ += dx * (x - mean_x_);
  }
  double slope() const { return variance_ > 0 ? covariance_ / variance_ : 0; }
  double at(double x) const { return mean_y_ + slope() * (x - mean_x_); }

 private:
  double count_ = 0, mean_x_ = 0, mean_y_ = 0, covariance_ = 0, variance_ = 0;
};

/// The largest error of a line through keys [begin, end), fitted in coordinates that begin at the first of them.
double leaf_error(std::span<const Key> keys) {
  LineFit line;
  for (std::size_t i = 0; i < keys.size(); ++i)
    line.add(static_cast<double>(keys[i] - keys[0]), static_cast<double>(i));
  const double base = line.at(0), slope = line.slope();
  double error = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const double predicted = base + slope * static_cast<double>(keys[i] - keys[0]);
    error = std::max(error, std::abs(predicted - static_cast<double>(i)));
  }
  return error;
}

}  // namespace

std::uint64_t count_segments(std::span<const Key> keys, std::int64_t epsilon) {
  std::uint64_t count = 0;
  for_each_segment(keys.data(), keys.size(), epsilon, [&](std::size_t, std::size_t, const SlopeRange&) { ++count; });
  return count;
}

std::vector<SegmentCount> count_all_segments(std::span<const Key> keys) {
  std::vector<SegmentCount> counts;
  for (std::int64_t epsilon = 4; epsilon <= kGlobalEpsilon; epsilon *= 2) {
    counts.push_back({epsilon, count_segments(keys, epsilon)});
  }
  return counts;
}

RmiError rmi_error(std::span<const Key> keys) {
  constexpr std::size_t kKeysPerLeaf = 1024;
  const std::size_t n = keys.size();
  RmiError result{std::bit_floor(std::max<std::uint64_t>(1, n / kKeysPerLeaf)), 0};
  if (n < 2) return result;
  LineFit root;
  for (std::size_t i = 0; i < n; ++i) root.add(static_cast<double>(keys[i] - keys[0]), static_cast<double>(i));
  const double base = root.at(0), slope = root.slope();
  const double leaves_per_position = static_cast<double>(result.leaves) / static_cast<double>(n);
  const auto leaf_of = [&](Key key) {
    const double predicted = (base + slope * static_cast<double>(key - keys[0])) * leaves_per_position;
    return std::floor(std::clamp(predicted, 0.0, static_cast<double>(result.leaves - 1)));
  };
  double sum = 0;
  for (std::size_t begin = 0; begin < n;) {
    // The root ascends, so that the keys of a leaf lie side by side.
    const double leaf = leaf_of(keys[begin]);
    std::size_t end = begin + 1;
    while (end < n && leaf_of(keys[end]) == leaf) ++end;
    sum += std::log2(2 * leaf_error(keys.subspan(begin, end - begin)) + 1) * static_cast<double>(end - begin);
    begin = end;
  }
  result.log2_error = sum / static_cast<double>(n);
  return result;
}

}  // namespace omenbench::datasets
