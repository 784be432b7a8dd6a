// See the header.
#include "results/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace omenbench {
namespace {

std::vector<double> sorted_copy(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

double median_of_sorted(std::span<const double> sorted) {
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

std::vector<std::size_t> order_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

}  // namespace

double order_statistic(std::span<const double> sorted, double p) {
  assert(!sorted.empty() && p > 0 && p <= 1);
  // A hair below, so that 0.07 * 100 = 7.000000000000001 stays rank 7.
  const double rank = std::ceil(p * static_cast<double>(sorted.size()) - 1e-9);
  const auto position = static_cast<std::size_t>(std::max(rank, 1.0));
  return sorted[std::min(position, sorted.size()) - 1];
}

double median(std::span<const double> values) {
  assert(!values.empty());
  return median_of_sorted(sorted_copy(values));
}

double binomial_below(std::size_t n, std::size_t k) {
  assert(n <= 10'000);
  if (k > n) return 1;
  // long double holds 2^-10000.
  long double term = std::pow(0.5L, static_cast<long double>(n));
  long double sum = 0;
  for (std::size_t j = 0; j < k; ++j) {
    sum += term;
    term = term * static_cast<long double>(n - j) / static_cast<long double>(j + 1);
  }
  return static_cast<double>(std::min(sum, 1.0L));
}

double binomial_at_least(std::size_t n, std::size_t k) {
  if (k > n) return 0;
  return binomial_below(n, n - k + 1);  // symmetric
}

std::optional<SignRanks> sign_ranks(std::size_t blocks, double alpha) {
  std::size_t k = 0;
  while (k < blocks / 2 && binomial_below(blocks, k + 1) <= alpha / 2) ++k;
  if (k == 0) return std::nullopt;
  return SignRanks{.lo = k, .hi = blocks + 1 - k, .coverage = 1 - 2 * binomial_below(blocks, k)};
}

std::optional<double> Estimate::relative_half_width() const {
  if (!interval || median == 0) return std::nullopt;
  return (interval->hi - interval->lo) / 2 / median;
}

Estimate estimate(std::span<const double> blocks, double alpha) {
  assert(!blocks.empty());
  const std::vector<double> sorted = sorted_copy(blocks);
  Estimate result{.median = median_of_sorted(sorted), .interval = std::nullopt};
  if (const auto ranks = sign_ranks(sorted.size(), alpha)) {
    result.interval = Interval{sorted[ranks->lo - 1], sorted[ranks->hi - 1], ranks->coverage};
  }
  return result;
}

std::vector<bool> holm(std::span<const double> p_values, double alpha) {
  std::vector<bool> rejected(p_values.size(), false);
  const auto order = order_of(p_values);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (p_values[order[i]] > alpha / static_cast<double>(order.size() - i)) break;
    rejected[order[i]] = true;
  }
  return rejected;
}

std::vector<bool> benjamini_hochberg(std::span<const double> p_values, double alpha) {
  std::vector<bool> rejected(p_values.size(), false);
  const auto order = order_of(p_values);
  for (std::size_t i = order.size(); i-- > 0;) {
    if (p_values[order[i]] > alpha * static_cast<double>(i + 1) / static_cast<double>(order.size())) continue;
    for (std::size_t j = 0; j <= i; ++j) rejected[order[j]] = true;
    break;
  }
  return rejected;
}

double geometric_mean(std::span<const double> values) {
  assert(!values.empty());
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return std::exp(sum / static_cast<double>(values.size()));
}

std::size_t minimum_blocks(std::size_t comparisons, double alpha) {
  const double needed = 1 + std::log2(static_cast<double>(std::max<std::size_t>(comparisons, 1)) / alpha);
  return std::max(kMinBlocks, static_cast<std::size_t>(std::ceil(needed - 1e-9)));
}

}  // namespace omenbench
