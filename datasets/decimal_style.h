// Decimals as doubles without a silent loss: two different texts of a column must never become one key. Up to 15
// significant digits that cannot happen. Longer texts are taken where they are what a program prints of a double: the
// shortest text that gives it back (Python, Java, JavaScript, PostgreSQL), or, throughout the column, its value rounded
// to the same 17 or more digits (C's "%.17g", NumPy's "%.18e").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace omenbench::datasets {

class DecimalStyle {
 public:
  /// Whether `text`, whose nearest double is `value`, is a different key from every other text of the column that is
  /// taken. `earlier`: the keys of those before it. REQUIRES: parse_double(text) == value.
  bool takes(std::string_view text, double value, std::span<const std::uint64_t> earlier);

 private:
  std::size_t digits_ = 0;  ///< 0: shortest texts; else each double is rounded to so many digits
};

/// Whether `text` is the shortest text of `value`, or its value rounded to as many digits, at least 17: what a program
/// would print that means this double.
bool prints(std::string_view text, double value);

}  // namespace omenbench::datasets
