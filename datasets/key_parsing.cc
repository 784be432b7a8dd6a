// See key_parsing.h.
#include "datasets/key_parsing.h"

#include <arpa/inet.h>

#include <array>
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

std::optional<std::int64_t> parse_fixed_point(std::string_view text, int digits) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  bool any = false, point = false;
  int after = 0;
  const auto append = [&](int digit) {
    return !__builtin_mul_overflow(value, 10, &value) && !__builtin_add_overflow(value, digit, &value);
  };
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) return std::nullopt;
    any = true;
    if (point && after == digits) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (!append(c - '0')) return std::nullopt;
    after += point;
  }
  if (!any) return std::nullopt;
  for (; after < digits; ++after) {
    if (!append(0)) return std::nullopt;
  }
  return negative ? -value : value;
}

std::optional<std::int64_t> civil_seconds(int year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                                          unsigned second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  // 24:00:00 is the end of a day, :60 a leap second: both fall on the second after.
  if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0))) return std::nullopt;
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

}  // namespace omenbench::datasets
