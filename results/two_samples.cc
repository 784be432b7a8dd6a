// See the header.
#include "results/two_samples.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace omenbench {
namespace {

constexpr std::size_t kMostExact = 3600;

/// P(U = u) for u = 0..m*n, U being the number of pairs in which b exceeds a, when nothing but chance orders them. The
/// largest of all values is one of the a's or one of the b's, which gives the recurrence.
std::vector<double> exact_distribution(std::size_t m, std::size_t n) {
  std::vector<std::vector<double>> row(n + 1, {1.0});  // of m = 0: U is 0
  for (std::size_t i = 1; i <= m; ++i) {
    row[0] = {1.0};
    for (std::size_t j = 1; j <= n; ++j) {
      const std::vector<double>& fewer_a = row[j];      // (i - 1, j)
      const std::vector<double>& fewer_b = row[j - 1];  // (i, j - 1)
      std::vector<double> next(i * j + 1);
      const double all = static_cast<double>(i + j);
      // The largest is an a: no b exceeds it. The largest is a b: it exceeds all i of the a's.
      for (std::size_t u = 0; u < fewer_a.size(); ++u) next[u] += static_cast<double>(i) / all * fewer_a[u];
      for (std::size_t u = 0; u < fewer_b.size(); ++u) next[u + i] += static_cast<double>(j) / all * fewer_b[u];
      row[j] = std::move(next);
    }
  }
  return row[n];
}

double normal_below(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// P(U <= u), by one way or the other.
class Distribution {
 public:
  Distribution(std::size_t m, std::size_t n) : pairs_(m * n) {
    if (pairs_ <= kMostExact) {
      cumulative_ = exact_distribution(m, n);
      for (std::size_t u = 1; u < cumulative_.size(); ++u) cumulative_[u] += cumulative_[u - 1];
    }
    mean_ = static_cast<double>(pairs_) / 2;
    deviation_ = std::sqrt(static_cast<double>(pairs_ * (m + n + 1)) / 12);
  }
  double at_most(double u) const {
    if (u < 0) return 0;
    if (cumulative_.empty()) return normal_below((std::floor(u) + 0.5 - mean_) / deviation_);
    return cumulative_[std::min(static_cast<std::size_t>(u), pairs_)];
  }
  std::size_t pairs() const { return pairs_; }

 private:
  std::size_t pairs_;
  std::vector<double> cumulative_;
  double mean_ = 0, deviation_ = 0;
};

}  // namespace

Shift shift_between(std::span<const double> a, std::span<const double> b, double alpha) {
  assert(!a.empty() && !b.empty());
  std::vector<double> differences;
  differences.reserve(a.size() * b.size());
  double above = 0;
  for (const double x : a) {
    for (const double y : b) {
      differences.push_back(y - x);
      above += y > x ? 1 : y == x ? 0.5 : 0;
    }
  }
  std::ranges::sort(differences);
  const Distribution distribution(a.size(), b.size());
  Shift shift;
  shift.median = median(differences);
  const double less = std::min(above, static_cast<double>(differences.size()) - above);
  shift.p_value = std::min(1.0, 2 * distribution.at_most(less));
  std::size_t rank = 0;  // largest with P(U < rank) <= alpha / 2
  while (rank < differences.size() / 2 && distribution.at_most(static_cast<double>(rank)) <= alpha / 2) ++rank;
  if (rank > 0) {
    shift.interval = Interval{differences[rank - 1], differences[differences.size() - rank],
                              1 - 2 * distribution.at_most(static_cast<double>(rank) - 1)};
  }
  return shift;
}

std::optional<Change> change_between(std::span<const double> a, std::span<const double> b) {
  const auto positive = [](double value) { return value > 0; };
  if (a.empty() || b.empty()) return std::nullopt;
  if (!std::ranges::all_of(a, positive) || !std::ranges::all_of(b, positive)) return std::nullopt;
  std::vector<double> logs_of_a, logs_of_b;
  for (const double value : a) logs_of_a.push_back(std::log(value));
  for (const double value : b) logs_of_b.push_back(std::log(value));
  const Shift shift = shift_between(logs_of_a, logs_of_b);
  Change change{.ratio = std::exp(shift.median), .lo = {}, .hi = {}, .p_value = shift.p_value};
  if (shift.interval) {
    change.lo = std::exp(shift.interval->lo);
    change.hi = std::exp(shift.interval->hi);
  }
  return change;
}

}  // namespace omenbench
