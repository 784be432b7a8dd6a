// See decimal_style.h.
#include "datasets/decimal_style.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "datasets/key_parsing.h"

namespace omenbench::datasets {
namespace {

constexpr std::size_t kAlwaysDistinct = std::numeric_limits<double>::digits10;       // 15
constexpr std::size_t kAlwaysGivesBack = std::numeric_limits<double>::max_digits10;  // 17
constexpr std::size_t kMostDigits = 100;

/// 0.DIGITS times 10^power, DIGITS without zeros at either end: the same for every way to write a number.
struct Significand {
  std::string digits;
  std::int64_t power = 0;
  std::size_t written = 0;  ///< digits of the text from the first that is not 0, zeros at its end included
  bool operator==(const Significand& other) const { return digits == other.digits && power == other.power; }
};

Significand significand_of(std::string_view text) {
  Significand result;
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    const char c = text[at];
    if (c == '.') point = true;
    if (c < '0' || c > '9') continue;
    const bool leading = c == '0' && result.digits.empty();
    if (!leading) result.digits += c;
    if (!point && !leading) ++result.power;
    if (point && leading) --result.power;
  }
  result.written = result.digits.size();
  if (at < text.size()) {
    std::string_view exponent = text.substr(at + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    std::int64_t power = 0;
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
    result.power += power;
  }
  while (result.digits.ends_with('0')) result.digits.pop_back();
  if (result.digits.empty()) result.power = 0;
  return result;
}

Significand shortest(double value) {
  std::array<char, 64> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  return significand_of({text.data(), end});
}

Significand rounded(double value, std::size_t digits) {
  std::array<char, kMostDigits + 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific,
                                 static_cast<int>(digits) - 1)
                       .ptr;
  return significand_of({text.data(), end});
}

std::size_t digits_in(std::string_view text) {
  const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  return static_cast<std::size_t>(std::ranges::count_if(mantissa, [](char c) { return c >= '0' && c <= '9'; }));
}

/// Below the normal doubles even few digits can be too many.
bool is_subnormal(double value) { return value != 0 && std::abs(value) < std::numeric_limits<double>::min(); }

}  // namespace

bool prints(std::string_view text, double value) {
  if (digits_in(text) <= kAlwaysDistinct && !is_subnormal(value)) return true;
  const Significand given = significand_of(text);
  if (given == shortest(value)) return true;
  return given.written <= kMostDigits && given == rounded(value, std::max(given.written, kAlwaysGivesBack));
}

bool DecimalStyle::takes(std::string_view text, double value, std::span<const std::uint64_t> earlier) {
  const bool few_digits = text.size() <= kAlwaysDistinct || digits_in(text) <= kAlwaysDistinct;
  if (digits_ == 0 && few_digits && !is_subnormal(value)) return true;
  const Significand given = significand_of(text);
  if (digits_ != 0) return given == rounded(value, digits_);
  if (given == shortest(value)) return true;
  if (given.written > kMostDigits) return false;
  const std::size_t digits = std::max(given.written, kAlwaysGivesBack);
  if (given != rounded(value, digits)) return false;
  // All before it were shortest texts; they go together with it if they say the same at this length.
  const bool together = std::ranges::all_of(earlier, [&](std::uint64_t key) {
    const double before = double_of_key(key);
    return shortest(before) == rounded(before, digits);
  });
  if (together) digits_ = digits;
  return together;
}

}  // namespace omenbench::datasets
