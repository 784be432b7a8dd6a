// Logarithm, exponential and the normal distribution's quantiles from IEEE additions, multiplications, divisions and
// square roots alone. libm's versions differ in the last bit between libraries and processors, and a generated
// dataset's checksum must not.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace omenbench::datasets {

/// Natural logarithm of a positive normal number, to about 2 units in the last place. x = 2^e m with m in
/// [sqrt(1/2), sqrt(2)); ln m = 2 artanh(f), f = (m - 1) / (m + 1), by its series: |f| < 0.1716.
inline double portable_log(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // Subtracting the bits of sqrt(1/2) puts the exponent's step where m should turn.
  const std::uint64_t shifted = bits - 0x3FE6A09E667F3BCDULL;
  const auto exponent = static_cast<std::int64_t>(shifted) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52));
  const double f = (m - 1) / (m + 1);
  const double s = f * f;
  // 1/3 + s/5 + s^2/7 + ..., in two chains for the processor's sake.
  const double s2 = s * s;
  const double even = 1. / 3 + s2 * (1. / 7 + s2 * (1. / 11 + s2 * (1. / 15 + s2 * (1. / 19))));
  const double odd = 1. / 5 + s2 * (1. / 9 + s2 * (1. / 13 + s2 * (1. / 17 + s2 * (1. / 21))));
  const auto e = static_cast<double>(exponent);
  constexpr double kLn2High = 0x1.62e42fefa0000p-1, kLn2Low = 0x1.cf79abc9e3b3ap-40;
  return e * kLn2High + (2 * f + (2 * f * s * (even + s * odd) + e * kLn2Low));
}

/// e^x for |x| <= 700, to about 2 units in the last place: x = k ln 2 + r, |r| <= ln(2)/2, e^r by its series.
inline double portable_exp(double x) {
  constexpr double kLn2High = 0x1.62e42fefa0000p-1, kLn2Low = 0x1.cf79abc9e3b3ap-40;
  constexpr double kRound = 0x1.8p52;  // adding and subtracting rounds to an integer
  const double k = (x * 0x1.71547652b82fep+0 + kRound) - kRound;
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1. / 6227020800.;
  constexpr double kInverseFactorials[] = {
      1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, 1. / 5040, 1. / 720,
      1. / 120,       1. / 24,       1. / 6,       1. / 2,      1,          1};
  for (const double c : kInverseFactorials) sum = sum * r + c;
  return sum * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + static_cast<std::int64_t>(k)) << 52);
}

/// The x at which the standard normal distribution function is p, 0 < p < 1 (Wichura, "Algorithm AS 241: the
/// percentage points of the normal distribution", Applied Statistics 37, 1988, routine PPND16; relative error 1e-16).
inline double normal_quantile(double p) {
  const auto ratio = [](double r, const double(&a)[8], const double(&b)[8]) {
    double above = a[7], below = b[7];
    for (int i = 6; i >= 0; --i) {
      above = above * r + a[i];
      below = below * r + b[i];
    }
    return above / below;
  };
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    constexpr double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                             1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                             3.3430575583588128105e+4, 2.5090809287301226727e+3};
    constexpr double b[8] = {1.0,
                             4.2313330701600911252e+1,
                             6.8718700749205790830e+2,
                             5.3941960214247511077e+3,
                             2.1213794301586595867e+4,
                             3.9307895800092710610e+4,
                             2.8729085735721942674e+4,
                             5.2264952788528545610e+3};
    return q * ratio(0.180625 - q * q, a, b);
  }
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  double x = 0;
  if (r <= 5) {
    constexpr double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                             3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                             2.27238449892691845833e-2, 7.74545014278341407640e-4};
    constexpr double d[8] = {1.0,
                             2.05319162663775882187e0,
                             1.67638483018380384940e0,
                             6.89767334985100004550e-1,
                             1.48103976427480074590e-1,
                             1.51986665636164571966e-2,
                             5.47593808499534494600e-4,
                             1.05075007164441684324e-9};
    x = ratio(r - 1.6, c, d);
  } else {
    constexpr double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                             2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                             2.71155556874348757815e-5, 2.01033439929228813265e-7};
    constexpr double f[8] = {1.0,
                             5.99832206555887937690e-1,
                             1.36929880922735805310e-1,
                             1.48753612908506148525e-2,
                             7.86869131145613259100e-4,
                             1.84631831751005468180e-5,
                             1.42151175831644588870e-7,
                             2.04426310338993978564e-15};
    x = ratio(r - 5, e, f);
  }
  return q < 0 ? -x : x;
}

}  // namespace omenbench::datasets
