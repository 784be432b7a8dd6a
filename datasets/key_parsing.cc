// See key_parsing.h.
#include "datasets/key_parsing.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace omenbench::datasets {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::uint64_t kPowersOfTen[] = {1,       10,        100,        1'000,       10'000,
                                          100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

/// Reads a timestamp from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}
  bool done() const { return at_ == end_; }
  char peek() const { return done() ? '\0' : *at_; }
  bool skip(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  /// Exactly `count` digits.
  bool number(int count, unsigned& value) {
    if (end_ - at_ < count) return false;
    value = 0;
    for (int i = 0; i < count; ++i, ++at_) {
      if (!is_digit(*at_)) return false;
      value = value * 10 + static_cast<unsigned>(*at_ - '0');
    }
    return true;
  }
  /// The digits of a fraction as nanoseconds; false when there is none or one finer than that.
  bool nanoseconds(std::uint32_t& value) {
    value = 0;
    int digits = 0;
    for (; is_digit(peek()); ++at_, ++digits) {
      if (digits < 9) {
        value = value * 10 + static_cast<std::uint32_t>(*at_ - '0');
      } else if (*at_ != '0') {
        return false;
      }
    }
    if (digits < 9) value *= static_cast<std::uint32_t>(kPowersOfTen[9 - digits]);
    return digits > 0;
  }
  std::ptrdiff_t digits_ahead() const {
    const char* p = at_;
    while (p != end_ && is_digit(*p)) ++p;
    return p - at_;
  }

 private:
  const char* at_;
  const char* end_;
};

struct TimeOfDay {
  unsigned hour = 0, minute = 0, second = 0;
  std::uint32_t nanoseconds = 0;
};

bool scan_time(Scanner& in, bool basic, TimeOfDay& time) {
  if (!in.number(2, time.hour)) return false;
  if (in.done()) return true;
  if (!(basic ? is_digit(in.peek()) : in.skip(':'))) return true;  // a zone may follow the hour
  if (!in.number(2, time.minute)) return false;
  const bool more = basic ? is_digit(in.peek()) : in.skip(':');
  if (!more) return true;
  if (!in.number(2, time.second)) return false;
  if (in.skip('.') || in.skip(',')) return in.nanoseconds(time.nanoseconds);
  return true;
}

/// "Z", "+02", "+0200", "-03:30", "UTC"; seconds east of Greenwich.
bool scan_zone(Scanner& in, std::int64_t& offset) {
  in.skip(' ');
  if (in.skip('Z') || in.skip('z')) return true;
  if (in.skip('U')) return in.skip('T') && in.skip('C');
  const bool west = in.peek() == '-';
  if (!in.skip('+') && !in.skip('-')) return false;
  unsigned hours = 0, minutes = 0;
  if (!in.number(2, hours)) return false;
  if (!in.done()) {
    in.skip(':');
    if (!in.number(2, minutes)) return false;
  }
  if (hours > 18 || minutes > 59) return false;
  offset = (west ? -1 : 1) * static_cast<std::int64_t>(hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

BadValue unexpected(std::string_view what, std::string_view text) {
  std::string shown(text.substr(0, 40));
  if (text.size() > 40) shown += "...";
  return {text.empty() ? "expected " + std::string(what) + ", got nothing"
                       : "expected " + std::string(what) + ", got '" + shown + "'"};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<Integer> parse_integer(std::string_view text) {
  Integer result;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    result.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.size() > 20) {
    const std::size_t leading = std::min(text.find_first_not_of('0'), text.size() - 1);
    text.remove_prefix(leading);
  }
  if (text.empty() || text.size() > 20) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text.substr(0, 19)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (text.size() == 20) {
    const auto last = static_cast<unsigned char>(text[19] - '0');
    if (last > 9 || __builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, last, &value)) {
      return std::nullopt;
    }
  }
  result.magnitude = value;
  return result;
}

std::optional<double> parse_double(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_beyond_double(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc::result_out_of_range && end == text.data() + text.size();
}

namespace {

using Wide = unsigned __int128;

/// Splits "12.5e3" into "12.5" and 3. False when what follows the e is no exponent worth following: beyond four digits
/// no number of ours is left.
bool split_exponent(std::string_view& text, int& exponent) {
  exponent = 0;
  const std::size_t e = text.find_first_of("eE");
  if (e == text.npos) return true;
  std::string_view power = text.substr(e + 1);
  text = text.substr(0, e);
  const bool negative = power.starts_with('-');
  if (negative || power.starts_with('+')) power.remove_prefix(1);
  const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), exponent);
  if (power.empty() || !is_digit(power[0]) || error != std::errc() || end != power.data() + power.size()) return false;
  if (exponent > 9999) return false;
  exponent = negative ? -exponent : exponent;
  return true;
}

/// The digits of an unsigned decimal without exponent, times 10^digits, exactly.
template <class Unsigned>
std::optional<Unsigned> scaled_digits(std::string_view text, int digits) {
  constexpr Unsigned kMost = ~Unsigned{0} / 10 - 1;
  Unsigned value = 0;
  bool any = false, point = false;
  // What does not count any more, behind the point or, times a negative power, before it, must be zeros.
  int left = static_cast<int>(std::min(text.find('.'), text.size())) + digits;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) return std::nullopt;
    any = true;
    if (left-- <= 0) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (value > kMost) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (!any) return std::nullopt;
  for (; left > 0 && value != 0; --left) {
    if (value > kMost) return std::nullopt;
    value *= 10;
  }
  return value;
}

std::optional<Wide> scaled_magnitude(std::string_view text, int digits) {
  int exponent = 0;
  if (!split_exponent(text, exponent)) return std::nullopt;
  if (text.size() + static_cast<std::size_t>(digits) <= 18 && exponent == 0) {
    const auto small = scaled_digits<std::uint64_t>(text, digits);
    return small ? std::optional<Wide>(*small) : std::nullopt;
  }
  return scaled_digits<Wide>(text, digits + exponent);
}

bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

}  // namespace

std::optional<std::int64_t> parse_fixed_point(std::string_view text, int digits) {
  const bool negative = take_sign(text);
  const auto magnitude = scaled_magnitude(text, digits);
  if (!magnitude || *magnitude > kSignBit - (negative ? 0 : 1)) return std::nullopt;
  const auto value = static_cast<std::uint64_t>(*magnitude);
  return static_cast<std::int64_t>(negative ? 0 - value : value);
}

std::optional<SplitDecimal> parse_split_decimal(std::string_view text, int digits) {
  const bool negative = take_sign(text);
  const auto magnitude = scaled_magnitude(text, digits);
  if (!magnitude) return std::nullopt;
  Wide unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  Wide whole = *magnitude / unit, rest = *magnitude % unit;
  if (negative && rest > 0) {
    ++whole;
    rest = unit - rest;
  }
  if (whole > kSignBit - (negative ? 0 : 1)) return std::nullopt;
  const auto value = static_cast<std::uint64_t>(whole);
  return SplitDecimal{static_cast<std::int64_t>(negative ? 0 - value : value), static_cast<std::uint64_t>(rest)};
}

std::optional<std::int64_t> civil_seconds(int year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                                          unsigned second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  // 24:00:00 is the start of the next day. A leap second (:60) would be the same key as the second after it.
  if (hour > 24 || minute > 59 || second > 59 || (hour == 24 && (minute > 0 || second > 0))) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86'400 + static_cast<std::int64_t>(hour * 3600 + minute * 60 + second);
}

std::optional<Instant> parse_timestamp(std::string_view text) {
  Scanner in(text);
  // Eight bare digits are an integer; only with a time behind them do they read as a date.
  const bool basic = in.digits_ahead() == 8;
  if (!basic && in.digits_ahead() != 4) return std::nullopt;
  unsigned year = 0, month = 0, day = 0;
  if (!in.number(4, year)) return std::nullopt;
  const char separator = in.peek();
  if (!basic && !(in.skip('-') || in.skip('/'))) return std::nullopt;
  if (!in.number(2, month)) return std::nullopt;
  if (!basic && !in.skip(separator)) return std::nullopt;
  if (!in.number(2, day)) return std::nullopt;
  TimeOfDay time;
  Instant result;
  std::int64_t offset = 0;
  if (in.done()) {
    if (basic) return std::nullopt;
  } else {
    if (!in.skip('T') && !in.skip('t') && !in.skip(' ')) return std::nullopt;
    if (!scan_time(in, basic, time)) return std::nullopt;
    if (!in.done()) {
      if (!scan_zone(in, offset) || !in.done()) return std::nullopt;
      result.zoned = true;
    }
  }
  const auto seconds = civil_seconds(static_cast<int>(year), month, day, time.hour, time.minute, time.second);
  if (!seconds) return std::nullopt;
  result.seconds = *seconds - offset;
  result.nanoseconds = time.nanoseconds;
  return result;
}

std::uint64_t key_of_prefix(std::string_view text) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    key = key << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  }
  return key;
}

std::uint64_t key_of_address(std::string_view text, bool v6) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(v6 ? AF_INET6 : AF_INET, std::string(text).c_str(), bytes.data()) != 1) {
    throw unexpected(v6 ? "an IPv6 address" : "an IPv4 address", text);
  }
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < (v6 ? 8 : 4); ++i) key = key << 8 | bytes[i];
  return key;
}

std::uint64_t key_of_hex(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  std::uint64_t key = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), key, 16);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    throw unexpected("a hexadecimal number of at most 64 bits", text);
  }
  return key;
}

std::uint64_t key_of_uuid(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = text.size() == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
    if (hyphen ? text[i] != '-' : !std::isxdigit(static_cast<unsigned char>(text[i]))) throw unexpected("a UUID", text);
    if (!hyphen) digits += text[i];
  }
  if (digits.size() != 32) throw unexpected("a UUID", text);
  return key_of_hex(std::string_view(digits).substr(0, 16));
}

}  // namespace omenbench::datasets
