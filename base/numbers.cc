// See the header.
#include "base/numbers.h"

#include <array>
#include <cmath>

namespace omenbench {
namespace {

constexpr int kMostDecimals = 12;

struct Scale {
  double size;
  const char* unit;
};

std::string grouped(const std::string& digits) {
  std::string result;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) result += ',';
    result += digits[i];
  }
  return result;
}

/// To the nearest, ties upwards: what JavaScript can do as well. REQUIRES: a few digits.
std::uint64_t nearest(double number) { return static_cast<std::uint64_t>(std::floor(number + 0.5)); }

double power_of_ten(int exponent) {
  double power = 1;  // exact up to 10^22
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// `number` with so many decimals.
std::string with_decimals(double number, int decimals) {
  std::string digits = std::to_string(nearest(number * power_of_ten(decimals)));
  if (decimals == 0) return digits;
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, ".");
}

/// Three digits of a number from 1,000 (when rounded) on.
std::string large(double number) {
  double unit = 10;
  std::string zeros = "0";
  while (number / unit >= 999.5) {
    unit *= 10;
    zeros += '0';
  }
  return grouped(std::to_string(nearest(number / unit)) + zeros);
}

/// In the largest unit of which there is one when rounded to three digits.
template <std::size_t kCount>
std::string scaled(double number, const std::array<Scale, kCount>& scales, double next) {
  std::size_t at = 0;
  while (at + 1 < kCount && std::abs(number) / scales[at].size >= next) ++at;
  return three_digits(number / scales[at].size) + scales[at].unit;
}

std::string without_filling(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string with_commas(std::uint64_t number) { return grouped(std::to_string(number)); }

std::string counted(std::uint64_t number, std::string_view noun) {
  return with_commas(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string three_digits(double number) {
  if (!std::isfinite(number)) return "-";
  if (number == 0) return "0";
  if (number < 0) return "-" + three_digits(-number);
  if (number >= 999.5) return large(number);
  int decimals = 0;
  while (decimals < kMostDecimals && number * power_of_ten(decimals + 1) < 999.5) ++decimals;
  return with_decimals(number, decimals);
}

std::string short_number(double number) { return without_filling(three_digits(number)); }

std::string short_count(double count) {
  constexpr std::array<Scale, 4> kScales = {{{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}}};
  std::size_t at = 0;
  while (at + 1 < kScales.size() && std::abs(count) / kScales[at].size >= 999.5) ++at;
  return short_number(count / kScales[at].size) + kScales[at].unit;
}

std::string duration(double ns) {
  constexpr std::array<Scale, 4> kScales = {{{1, " ns"}, {1e3, " us"}, {1e6, " ms"}, {1e9, " s"}}};
  return std::isfinite(ns) ? scaled(ns, kScales, 999.5) : "-";
}

std::string byte_size(double bytes) {
  constexpr double kKi = 1024;
  constexpr std::array<Scale, 5> kScales = {
      {{1, " B"}, {kKi, " KiB"}, {kKi * kKi, " MiB"}, {kKi * kKi * kKi, " GiB"}, {kKi * kKi * kKi * kKi, " TiB"}}};
  if (!std::isfinite(bytes)) return "-";
  if (bytes >= 0 && bytes < kKi) return std::to_string(nearest(bytes)) + " B";
  return scaled(bytes, kScales, kKi);
}

std::string times(double ratio) {
  if (!std::isfinite(ratio)) return "-";
  if (ratio >= 9.995) return three_digits(ratio) + "x";
  int decimals = 2;
  while (decimals < kMostDecimals && ratio * power_of_ten(decimals) < 9.95) ++decimals;
  return with_decimals(ratio, ratio > 0 ? decimals : 2) + "x";
}

std::string percent(double share) { return short_number(100 * share) + " %"; }

std::string times_interval(double lo, double hi) {
  const auto bare = [](double ratio) {
    std::string text = times(ratio);
    if (text.ends_with('x')) text.pop_back();
    return text;
  };
  return interval_of(lo, hi, bare);
}

std::string times(double ratio, double lo, double hi) { return times(ratio) + " " + times_interval(lo, hi); }

}  // namespace omenbench
