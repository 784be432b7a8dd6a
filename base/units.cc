// See the header.
#include "base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <span>

#include "core/error.h"

namespace omenbench {
namespace {

/// A decimal number as it was written: `digits` times ten to the `exponent`, and the double next to it.
struct Number {
  std::string digits;  ///< without zeros at either end; "" for 0
  int exponent = 0;
  double value = 0;
};

struct Unit {
  std::string_view name;
  double scale;
  int zeros = 0;  ///< of a power of ten
};

constexpr Unit kCountUnits[] = {{"", 1}, {"k", 1e3, 3}, {"K", 1e3, 3}, {"M", 1e6, 6}, {"G", 1e9, 9}};
constexpr double kKi = 1024;
constexpr Unit kByteUnits[] = {{"", 1},
                               {"B", 1},
                               {"K", kKi},
                               {"KiB", kKi},
                               {"M", kKi* kKi},
                               {"MiB", kKi* kKi},
                               {"G", kKi* kKi* kKi},
                               {"GiB", kKi* kKi* kKi},
                               {"T", kKi* kKi* kKi* kKi},
                               {"TiB", kKi* kKi* kKi* kKi}};
constexpr Unit kTimeUnits[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// The number that `text` begins with, which is cut off there.
std::optional<Number> take_number(std::string_view& text) {
  Number number;
  const std::size_t before = digits_at(text, 0);
  const bool point = before < text.size() && text[before] == '.';
  const std::size_t after = point ? digits_at(text, before + 1) : 0;
  if (before + after == 0) return std::nullopt;
  std::size_t end = before + after + (point ? 1 : 0);
  number.digits = std::string(text.substr(0, before)) + std::string(point ? text.substr(before + 1, after) : "");
  number.exponent = -static_cast<int>(after);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t sign = end + 1 < text.size() && (text[end + 1] == '-' || text[end + 1] == '+') ? 1 : 0;
    const std::size_t length = digits_at(text, end + 1 + sign);
    if (length > 3) return std::nullopt;
    int power = 0;
    std::from_chars(text.data() + end + 1 + sign, text.data() + end + 1 + sign + length, power);
    number.exponent += sign == 1 && text[end + 1] == '-' ? -power : power;
    if (length > 0) end += 1 + sign + length;
  }
  const auto [stop, error] = std::from_chars(text.data(), text.data() + end, number.value);
  if (error != std::errc() || stop != text.data() + end) return std::nullopt;
  text.remove_prefix(end);
  while (number.digits.ends_with('0')) {
    number.digits.pop_back();
    ++number.exponent;
  }
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  return number;
}

/// With so many more zeros, where that is whole and fits.
std::optional<std::uint64_t> whole(const Number& number, int zeros) {
  if (number.digits.empty()) return 0;
  const int exponent = number.exponent + zeros;
  if (exponent < 0 || exponent > 20) return std::nullopt;
  const std::string text = number.digits + std::string(static_cast<std::size_t>(exponent), '0');
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

const Unit* find(std::span<const Unit> units, std::string_view name) {
  const auto found = std::ranges::find(units, name, &Unit::name);
  return found == units.end() ? nullptr : &*found;
}

[[noreturn]] void refuse(const std::string& option, std::string_view expected, std::string_view text) {
  throw Error(fmt::format("{}: expected {}, got '{}'", option, expected, text));
}

/// "1", "0,2-3": numbers and ranges of them.
template <class Whole>
std::vector<Whole> parse_list(std::string_view text, const std::string& option, std::string_view expected) {
  constexpr std::uint64_t kMost = 4095;
  std::vector<Whole> numbers;
  for (std::string_view rest = text;;) {
    const std::string_view part = rest.substr(0, rest.find(','));
    const std::size_t dash = part.find('-');
    const auto first = read_whole(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : read_whole(part.substr(dash + 1));
    if (!first || !last || *last < *first || *last > kMost) refuse(option, expected, text);
    for (std::uint64_t number = *first; number <= *last; ++number) numbers.push_back(static_cast<Whole>(number));
    if (part.size() == rest.size()) return numbers;
    rest.remove_prefix(part.size() + 1);
  }
}

}  // namespace

std::optional<std::uint64_t> read_whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<double> read_real(std::string_view text) {
  const auto number = take_number(text);
  return number && text.empty() ? std::optional(number->value) : std::nullopt;
}

double rounded(double value, int digits) {
  const std::string text = fmt::format("{:.{}g}", value, digits);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::uint64_t parse_whole(std::string_view text, const std::string& option, std::uint64_t lowest,
                          std::uint64_t highest) {
  const auto value = read_whole(text);
  if (value && *value >= lowest && *value <= highest) return *value;
  const std::string most = highest == UINT64_MAX ? "2^64-1" : std::to_string(highest);
  refuse(option, fmt::format("a whole number from {} to {}", lowest, most), text);
}

double parse_real(std::string_view text, const std::string& option, double lowest, double highest,
                  std::string_view what) {
  const auto value = read_real(text);
  if (!value || *value < lowest || *value > highest) {
    refuse(option, fmt::format("{} from {} to {}", what, lowest, highest), text);
  }
  return *value;
}

std::uint64_t parse_count(std::string_view text, const std::string& option) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  const Unit* unit = find(kCountUnits, rest);
  const auto count = number && unit != nullptr ? whole(*number, unit->zeros) : std::nullopt;
  constexpr std::uint64_t kMost = 1'000'000'000'000'000'000;
  if (!count || *count > kMost) refuse(option, "a count such as 200000, 200k or 10M", text);
  if (*count == 0) throw Error(option + ": must be at least 1");
  return *count;
}

std::uint64_t parse_bytes(std::string_view text, const std::string& option) {
  constexpr double kMost = 1e18;
  std::string_view rest = text;
  const auto number = take_number(rest);
  const Unit* unit = find(kByteUnits, rest);
  if (!number || unit == nullptr || number->value * unit->scale > kMost) {
    refuse(option, "a size such as 512MiB or 8GiB", text);
  }
  if (const auto exact = whole(*number, 0)) return *exact * static_cast<std::uint64_t>(unit->scale);
  return static_cast<std::uint64_t>(number->value * unit->scale);
}

double parse_duration_s(std::string_view text, const std::string& option) {
  double total = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto number = take_number(rest);
    const std::string_view name = rest.substr(0, std::min(rest.find_first_of("0123456789."), rest.size()));
    const Unit* unit = find(kTimeUnits, name);
    const bool alone = total == 0 && rest.empty();  // 1h30 is no half a minute past one
    if (!number || unit == nullptr || (name.empty() && !alone)) {
      total = 0;
      break;
    }
    total += number->value * unit->scale;
    rest.remove_prefix(name.size());
  }
  constexpr double kMost = 1e10;  // three centuries; nothing overflows when counted in nanoseconds
  if (!(total > 0 && total < kMost)) refuse(option, "a duration such as 90s, 10m or 1h30m", text);
  return total;
}

double parse_share(std::string_view text, const std::string& option) {
  const bool percent = text.ends_with('%');
  const auto value = read_real(percent ? text.substr(0, text.size() - 1) : text);
  const double share = value.value_or(-1) / (percent ? 100 : 1);
  if (!(share >= 0 && share <= 1)) refuse(option, "a share from 0 to 1 such as 0.05 or 5%", text);
  return share;
}

double parse_rate(std::string_view text, const std::string& option) {
  constexpr double kMost = 1e12;
  std::string_view rest = text;
  const auto number = take_number(rest);
  const Unit* unit = find(kCountUnits, rest);
  const double rate = number && unit != nullptr ? number->value * unit->scale : -1;
  if (!(rate > 0 && rate <= kMost)) refuse(option, "operations per second such as 50000, 50k or 2.5, above 0", text);
  return rate;
}

std::vector<std::uint64_t> parse_thread_counts(std::string_view text, const std::string& option) {
  const auto counts = parse_list<std::uint64_t>(text, option, "thread counts such as 4, 1,2,4 or 1-4");
  if (std::ranges::find(counts, 0u) != counts.end()) throw Error(option + ": must be at least 1");
  return counts;
}

std::vector<std::int32_t> parse_cpus(std::string_view text, const std::string& option) {
  return parse_list<std::int32_t>(text, option, "CPU numbers such as 1 or 0,2-3");
}

}  // namespace omenbench
