// See value_hints.h.
#include "datasets/value_hints.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "datasets/key_parsing.h"

namespace omenbench::datasets {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Parse>
bool can(Parse&& parse) {
  try {
    parse();
    return true;
  } catch (const BadValue&) {
    return false;
  }
}

/// The digits of a hexadecimal number; nothing for others, whose digits may all be decimal ones.
std::string_view hex_digits(std::string_view text) {
  const bool marked = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = text.substr(marked ? 2 : 0);
  if (!std::ranges::all_of(digits, [](unsigned char c) { return std::isxdigit(c); })) return {};
  const auto decimal = std::ranges::count_if(digits, is_digit);
  const auto letters = static_cast<std::ptrdiff_t>(digits.size()) - decimal;
  const bool exponent = letters == 1 && digits.find_first_of("eE") != digits.npos;  // 12345678e9
  const bool number = decimal > 0 && letters > 0 && !exponent && digits.size() >= 8;
  return marked || number ? digits : std::string_view();
}

std::string hint_for_hex(std::string_view digits) {
  constexpr std::size_t kMostDigits = 16;  // of 64 bits
  if (digits.size() <= kMostDigits) return "; a recipe reads hexadecimal numbers: type 'hex'";
  if (digits.size() % 2 != 0) return "";
  return "; a recipe reads so many hexadecimal digits as byte strings: type 'hex-bytes' ('omenbench run' takes them)";
}

bool is_truth_value(std::string_view text) {
  constexpr std::array<std::string_view, 10> kWords = {"true",  "false", "True", "False", "TRUE",
                                                       "FALSE", "t",     "f",    "yes",   "no"};
  return std::ranges::find(kWords, text) != kWords.end();
}

/// "12:30:05", "-1:02:03.5", "1 day 02:00:00", "2 mons", "PT5M", "P1DT2H".
bool is_duration(std::string_view text) {
  if (text.size() > 2 && text[0] == 'P' && (is_digit(text[1]) || text[1] == 'T')) return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text[0])) return false;
  for (const std::string_view unit : {" day", " mon", " year", " hour", " min", " sec"}) {
    if (text.find(unit) != text.npos) return true;
  }
  const auto colons = std::ranges::count(text, ':');
  return (colons == 1 || colons == 2) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == ':' || c == '.'; });
}

/// "1,234,567", "1 234", "1_000", "1'000", "1.234.567": groups of three.
bool has_separators(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t first = text.find_first_of(",_' .");
  if (first == 0 || first > 3 || first == text.npos) return false;
  const char separator = text[first];
  std::size_t groups = 0;
  for (std::size_t at = first; at < text.size() && text[at] == separator; at += 4, ++groups) {
    if (text.size() < at + 4 || !std::ranges::all_of(text.substr(at + 1, 3), is_digit)) return false;
  }
  return std::ranges::all_of(text.substr(0, first), is_digit) && (separator != '.' || groups > 1) && groups > 0;
}

/// "31/01/2024 12:30", "1.31.2024", "2024-1-5", "2024-02-30T08:00:00Z": three numbers, one of them a year.
bool is_date_of_any_kind(std::string_view text) {
  const std::string_view date = text.substr(0, text.find_first_of(" T"));
  const std::size_t first = date.find_first_of("/.-");
  if (first == 0 || first == date.npos) return false;
  const std::size_t second = date.find(date[first], first + 1);
  if (second == date.npos) return false;
  const std::array<std::string_view, 3> numbers = {date.substr(0, first), date.substr(first + 1, second - first - 1),
                                                   date.substr(second + 1)};
  const bool all = std::ranges::all_of(numbers, [](std::string_view number) {
    return !number.empty() && number.size() <= 4 && std::ranges::all_of(number, is_digit);
  });
  return all && (numbers[0].size() == 4) != (numbers[2].size() == 4);
}

std::string hint_for_date(std::string_view text) {
  constexpr std::size_t kDay = 10;  // 2024-01-31
  const bool written_well = text.size() >= kDay && text[4] == text[7] && (text[4] == '-' || text[4] == '/');
  if (!written_well) return "; dates are written year first, as 2024-01-31 or 2024-01-31T12:30:00.5+02:00";
  if (!parse_timestamp(text.substr(0, kDay))) return "; there is no such day";
  return text.find(":60") != text.npos
             ? "; seconds since 1970 count no leap seconds: it has no place among them"
             : "; behind the day there may stand a time and an offset, as in 2024-01-31T12:30:00.5+02:00";
}

/// What programs write where there is nothing.
bool is_word_for_nothing(std::string_view text) {
  constexpr std::array<std::string_view, 13> kWords = {"NULL", "null", "None", "none", "NaN", "nan", "N/A",
                                                       "n/a",  "NA",   "\\N",  "-",    "?",   "."};
  return std::ranges::find(kWords, text) != kWords.end();
}

bool has_decimal_comma(std::string_view text) {
  const std::size_t comma = text.find(',');
  return comma != text.npos && text.find(',', comma + 1) == text.npos && comma + 1 < text.size() &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == ',' || c == '.' || c == '-'; });
}

}  // namespace

std::string hint_for(std::string_view text) {
  const bool v4 = can([&] { key_of_address(text, false); });
  if (can([&] { key_of_uuid(text); })) return "; of a UUID a recipe takes the first 64 bits: type 'uuid'";
  if (v4 || can([&] { key_of_address(text, true); })) {
    return std::string("; a recipe reads addresses: type '") + (v4 ? "ipv4'" : "ipv6'");
  }
  const std::string_view address = text.substr(0, text.find('/'));
  if (address.size() < text.size() &&
      (can([&] { key_of_address(address, false); }) || can([&] { key_of_address(address, true); }))) {
    return "; a recipe reads networks as byte strings: type 'inet' ('omenbench run' takes them)";
  }
  if (text.starts_with("\\x")) {
    return "; a recipe reads bytes as byte strings: type 'hex-bytes' ('omenbench run' takes them)";
  }
  if (is_truth_value(text)) return "; truth values make two keys at most: choose another column";
  if (has_separators(text)) return "; numbers have no thousands separators: export them without";
  if (has_decimal_comma(text)) return "; decimals have a point, not a comma";
  if (const std::string_view digits = hex_digits(text); !digits.empty()) return hint_for_hex(digits);
  if (is_date_of_any_kind(text)) return hint_for_date(text);
  if (is_word_for_nothing(text)) return "; if that means no value, name it in a recipe's field 'missing'";
  if (is_duration(text)) return "; a duration or time of day is exported as a number of seconds";
  return "";
}

}  // namespace omenbench::datasets
