// Two independent samples: by how much one lies beside the other, and whether chance explains it. Distribution-free, as
// everything here: the Mann-Whitney test, and the estimate of Hodges and Lehmann with the interval that inverts the
// test (Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 3rd ed., sections 4.1 to 4.3).
#pragma once

#include <optional>
#include <span>

#include "results/statistics.h"

namespace omenbench {

struct Shift {
  double median = 0;                 ///< of all differences b - a
  std::optional<Interval> interval;  ///< none when there are too few values
  double p_value = 1;                ///< two-sided: that the two come from one distribution
};

/// How far `b` lies above `a`. Exact for up to 60 x 60 values, then by the normal approximation. REQUIRES: neither is
/// empty, no NaN.
Shift shift_between(std::span<const double> a, std::span<const double> b, double alpha = kAlpha);

/// A sample over another, as a ratio.
struct Change {
  double ratio = 0;
  std::optional<double> lo, hi;  ///< none when there are too few values
  double p_value = 1;
};

/// By which factor `b` lies above `a`; none when a sample is empty or holds what is not positive.
std::optional<Change> change_between(std::span<const double> a, std::span<const double> b);

}  // namespace omenbench
