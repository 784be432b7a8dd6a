// Measured numbers as people read them: the one rule for terminals, Markdown, pages and sentences, three significant
// digits. It is plain arithmetic on doubles, digit by digit, so that the page's script (results/report/script/
// numbers.js), which writes what only a browser knows (ticks, tooltips), comes to the same text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace omenbench {

/// 1234567 -> "1,234,567": counts are exact.
std::string with_commas(std::uint64_t number);
/// "1 round", "1,200 rounds".
std::string counted(std::uint64_t number, std::string_view noun);

/// Three significant digits, at least whole numbers, with commas: 0.00110, 0.620, 9.00, 32.1, 905, 41,200. 0: "0"; what
/// is no number: "-".
std::string three_digits(double number);
/// The same without the zeros that only fill up: 0.62, 9, 0.0011.
std::string short_number(double number);
/// A count that may be rounded, short: 2.5k, 10M, 1.04M.
std::string short_count(double count);
/// A duration with its unit: "850 ns", "5.02 ms", "1.20 s".
std::string duration(double ns);
/// A size with its binary unit: "512 B", "8.50 MiB".
std::string byte_size(double bytes);
/// A ratio with its sign, two decimals, and two significant digits below 0.1: "0.62x", "4.31x", "41.2x", "0.0011x".
std::string times(double ratio);
/// A share: 0.05 -> "5 %".
std::string percent(double share);

/// "[lo, hi]", each end as `write` has it.
template <class Write>
std::string interval_of(double lo, double hi, Write write) {
  return "[" + write(lo) + ", " + write(hi) + "]";
}
/// The interval of a ratio, whose sign stands before it already: "[0.60, 0.64]".
std::string times_interval(double lo, double hi);
/// Both: "0.62x [0.60, 0.64]".
std::string times(double ratio, double lo, double hi);

}  // namespace omenbench
