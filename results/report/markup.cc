// Escaping and number formatting for the report.
#include "results/report/markup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace omenbench::report {
namespace {

void replace_all(std::string& where, std::string_view what, std::string_view by) {
  for (std::size_t at = where.find(what); at != std::string::npos; at = where.find(what, at + by.size())) {
    where.replace(at, what.size(), by);
  }
}

}  // namespace

std::string escape(std::string_view raw) {
  std::string result;
  result.reserve(raw.size());
  for (const char c : raw) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      case '`':
        result += "&#96;";
        break;  // an attribute quote in old browsers
      default:
        result += c;
    }
  }
  return result;
}

std::string script_json(const Json& value) {
  // ASCII only, so that U+2028 and U+2029 are escaped; outside strings none of the three characters occurs in JSON.
  std::string result = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  replace_all(result, "<", "\\u003c");
  replace_all(result, ">", "\\u003e");
  replace_all(result, "&", "\\u0026");
  return result;
}

std::string grouped(double value) {
  const std::string digits = fmt::format("{:.0f}", std::abs(value));
  std::string out(value < 0 && digits != "0" ? 1 : 0, '-');
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string significant(double value) {
  const double magnitude = std::abs(value);
  if (magnitude >= 99.95) return grouped(value);
  if (magnitude >= 9.995) return fmt::format("{:.1f}", value);
  if (magnitude >= 0.9995 || magnitude == 0) return fmt::format("{:.2f}", value);
  // Three digits with their trailing zeros, never as a power of ten: 0.446, 0.00110.
  const int digits = 2 - static_cast<int>(std::floor(std::log10(magnitude)));
  return fmt::format("{:.{}f}", value, std::min(digits, 9));
}

std::string duration(double ns) {
  if (ns < 1e3) return significant(ns) + " ns";
  if (ns < 1e6) return significant(ns / 1e3) + " \u00b5s";
  if (ns < 1e9) return significant(ns / 1e6) + " ms";
  return significant(ns / 1e9) + " s";
}

std::string bytes(double count) {
  constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (std::abs(count) >= 1024 && unit + 1 < kUnits.size()) {
    count /= 1024;
    ++unit;
  }
  return (unit == 0 ? grouped(count) : significant(count)) + " " + kUnits[unit];
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(static_cast<double>(count)), noun, count == 1 ? "" : "s");
}

std::string interval(double lo, double hi) { return fmt::format("[{}, {}]", significant(lo), significant(hi)); }

std::string interval(const BlockEstimate& value) { return value.has_interval() ? interval(*value.lo, *value.hi) : ""; }

}  // namespace omenbench::report
