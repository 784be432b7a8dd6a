// Text to numbers and instants, and numbers to keys: each mapping keeps the order of what it maps.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace omenbench::datasets {

/// What a cell cannot be; the reader that knows file and line turns it into an Error.
struct BadValue {
  std::string message;  ///< "expected an integer, got 'abc'"
  std::string hint{};   ///< what to do about it, in a file: "; a recipe reads hexadecimal numbers: type 'hex'"
};

/// "expected WHAT, got 'TEXT'", with overlong text cut.
BadValue unexpected(std::string_view what, std::string_view text);

/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);

/// A decimal integer with optional sign; `magnitude` may reach 2^64 - 1.
struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};
std::optional<Integer> parse_integer(std::string_view text);

/// A finite decimal number, "1.5", "-2e9".
std::optional<double> parse_double(std::string_view text);

/// Whether it is a decimal number, but too large or too close to zero for a double.
bool is_beyond_double(std::string_view text);

/// A decimal number ("12.5", "-3e2") times 10^digits, exactly: none when it is no such number, has more digits after
/// the point or leaves 64 signed bits.
std::optional<std::int64_t> parse_fixed_point(std::string_view text, int digits);

/// The same as a whole and what is left of 10^digits above it: `rest` counts 10^-digits and is not negative.
struct SplitDecimal {
  std::int64_t whole = 0;
  std::uint64_t rest = 0;
};
/// REQUIRES: digits <= 18.
std::optional<SplitDecimal> parse_split_decimal(std::string_view text, int digits);

/// A point in time: seconds since 1970-01-01T00:00Z (leap seconds are not counted, and refused) and nanoseconds after
/// that.
struct Instant {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  bool zoned = false;  ///< the text said its offset from UTC; otherwise it is taken as UTC
};

/// ISO 8601 dates and date-times: "2014-05-01", "2014-05-01T12:30:05.25+02:00", a blank instead of the T, "/" in the
/// date, seconds and fraction optional, up to nanoseconds, basic form ("20140501T123005Z"). None: not of that form, or
/// no such day or hour.
std::optional<Instant> parse_timestamp(std::string_view text);

/// Seconds since 1970-01-01 of a civil date and time, none when there is no such day, hour, ...
std::optional<std::int64_t> civil_seconds(int year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                                          unsigned second);

constexpr std::uint64_t kSignBit = 1ULL << 63;

/// Signed integers in order: INT64_MIN becomes 0.
constexpr std::uint64_t key_of_signed(std::int64_t value) { return static_cast<std::uint64_t>(value) ^ kSignBit; }

/// Finite doubles in order, -0 equal to 0: the bits of a positive number above 2^63, those of a negative one inverted.
inline std::uint64_t key_of_double(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return bits & kSignBit ? ~bits : bits | kSignBit;
}

/// The number that key_of_double() made a key of.
inline double double_of_key(std::uint64_t key) { return std::bit_cast<double>(key & kSignBit ? key ^ kSignBit : ~key); }

/// The first eight bytes of a text as a big-endian number, zeros after its end: ordered as memcmp orders texts, equal
/// where the first eight bytes are.
std::uint64_t key_of_prefix(std::string_view text);

/// A dotted IPv4 address as a number, or the first 64 bits of an IPv6 address. Throws BadValue.
std::uint64_t key_of_address(std::string_view text, bool v6);

/// A hexadecimal number of at most 64 bits, "1eef" or "0x1EEF". Throws BadValue.
std::uint64_t key_of_hex(std::string_view text);

/// The first 64 bits of a UUID, with its hyphens or without. Throws BadValue.
std::uint64_t key_of_uuid(std::string_view text);

}  // namespace omenbench::datasets
