// Numbers and times in the many ways in which programs write them: each spelling of a value is the same key, or is
// refused; none becomes another value's key. Random values from fixed seeds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include "core/rng.h"
#include "datasets/key_column.h"

namespace omenbench::datasets {
namespace {

constexpr int kRounds = 20'000;

/// The one value of a column, or none when it is refused.
std::optional<EncodedColumn> encode(const std::vector<std::string>& texts, ValueForm form = {}) {
  KeyColumn column(form, false);
  try {
    for (const std::string& text : texts) column.add(text);
  } catch (const BadValue&) {
    return std::nullopt;
  }
  return std::move(column).finish();
}

/// Of any size: every number of bits is as likely.
std::uint64_t any_word(Rng& rng) { return rng.next() >> rng.below(64); }

TEST(Spellings, OfAnIntegerAreOneKey) {
  Rng rng(1);
  for (int i = 0; i < kRounds; ++i) {
    const std::uint64_t value = any_word(rng);
    for (const std::string& text : {fmt::format("{}", value), fmt::format("+{}", value), fmt::format("{:030}", value),
                                    fmt::format(" {}\t", value)}) {
      const auto column = encode({text});
      ASSERT_TRUE(column) << text;
      ASSERT_EQ(column->values[0], value) << text;
    }
    const auto negative = encode({fmt::format("-{}", value)});
    const bool fits = value <= kSignBit;
    ASSERT_EQ(negative.has_value(), fits) << value;
    if (fits && value > 0) {
      ASSERT_EQ(negative->values[0], kSignBit - value);
    }
    ASSERT_FALSE(encode({"0", fmt::format("{}{:020}", 1 + rng.below(99), value)})) << "beyond 2^64";
    ASSERT_FALSE(encode({fmt::format("{:#x}", value)}));
    for (const std::string& text : {fmt::format("{}.0", value), fmt::format("{}.", value)}) {
      const auto decimal = encode({text});
      ASSERT_TRUE(!decimal || double_of_key(decimal->values[0]) == static_cast<double>(value)) << text;
      ASSERT_EQ(decimal.has_value(), value <= 1ULL << 53) << text;
    }
  }
}

/// `digits` of them behind the point.
std::string decimal(std::uint64_t magnitude, bool negative, int digits) {
  std::string text = fmt::format("{:0{}}", magnitude, digits + 1);
  if (digits > 0) text.insert(text.size() - static_cast<std::size_t>(digits), ".");
  return (negative ? "-" : "") + text;
}

TEST(Spellings, OfAScaledDecimalAreOneKey) {
  Rng rng(2);
  for (int i = 0; i < kRounds; ++i) {
    const int digits = static_cast<int>(rng.below(19));
    const std::uint64_t magnitude = any_word(rng) >> 1;
    const bool negative = rng.below(2) == 1 && magnitude > 0;
    const std::uint64_t key = negative ? kSignBit - magnitude : magnitude;
    const std::string plain = decimal(magnitude, negative, digits);
    const int shift = static_cast<int>(rng.below(19));
    for (const std::string& text :
         {plain, plain + (digits > 0 ? "000" : ".000"), fmt::format("{}{}e-{}", negative ? "-" : "", magnitude, digits),
          fmt::format("{}E+{}", decimal(magnitude, negative, digits + shift), shift)}) {
      const auto column = encode({text}, {ValueType::kFixed, digits});
      ASSERT_TRUE(column) << text << " with " << digits;
      ASSERT_EQ(column->values[0], key) << text << " with " << digits;
    }
    if (digits > 0 && magnitude % 10 != 0) {
      ASSERT_FALSE(encode({plain}, {ValueType::kFixed, digits - 1})) << plain;
    }
  }
}

TEST(Spellings, OfATimeAreOneKey) {
  Rng rng(3);
  for (int i = 0; i < kRounds; ++i) {
    const int digits = 3 * static_cast<int>(rng.below(4));  // of the unit that it needs at most
    std::int64_t unit = 1;
    for (int d = 0; d < digits; ++d) unit *= 10;
    const auto value =
        static_cast<std::int64_t>(rng.next() >> (64 - 32)) * unit + static_cast<std::int64_t>(rng.below(unit));
    for (const int written : {0, 3, 6, 9}) {  // as so many units of 10^-written seconds
      const std::string text =
          written >= digits ? fmt::format("{}{}", value, std::string(static_cast<std::size_t>(written - digits), '0'))
                            : decimal(static_cast<std::uint64_t>(value), false, digits - written);
      const auto column = encode({text}, {ValueType::kEpoch, written});
      ASSERT_TRUE(column) << text;
      const std::string unit_name = column->type.substr(column->type.rfind(' ') + 1);
      const int found = unit_name == "s" ? 0 : unit_name == "ms" ? 3 : unit_name == "us" ? 6 : 9;
      ASSERT_LE(found, digits) << text;
      std::uint64_t back = column->values[0];
      for (int d = found; d < digits; ++d) back *= 10;
      ASSERT_EQ(back, static_cast<std::uint64_t>(value)) << text << " as " << column->type;
    }
  }
}

std::string shortest(double value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

TEST(Spellings, OfADoubleAreOneKeyWhereTheyAreReadAtAll) {
  Rng rng(4);
  for (int i = 0; i < kRounds; ++i) {
    const double value = std::bit_cast<double>(rng.next());
    const bool whole = std::trunc(value) == value && std::abs(value) < 1e23;  // printed without a point: integers
    if (!std::isfinite(value) || whole) continue;
    char long_text[64], fixed[400];
    std::snprintf(long_text, sizeof long_text, "%.17g", value);
    std::snprintf(fixed, sizeof fixed, "%.18e", value);
    for (const std::string& text : {shortest(value), std::string(long_text), std::string(fixed)}) {
      const auto column = encode({text});
      ASSERT_TRUE(column) << text;
      ASSERT_EQ(column->values[0], key_of_double(value)) << text;
    }
  }
}

TEST(Spellings, OfNeighbouringDecimalsAreNeverOneKey) {
  Rng rng(5);
  std::uint64_t told_apart = 0, refused = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::uint64_t magnitude = any_word(rng) >> 1;
    const int digits = 1 + static_cast<int>(rng.below(18));
    const auto both = encode({decimal(magnitude, false, digits), decimal(magnitude + 1, false, digits)});
    refused += !both;
    if (!both) continue;
    ++told_apart;
    ASSERT_LT(both->values[0], both->values[1]) << decimal(magnitude, false, digits);
  }
  EXPECT_GT(told_apart, 1000u);
  EXPECT_GT(refused, 1000u);
}

TEST(Spellings, OfAnInstantAreOneKey) {
  Rng rng(6);
  for (int i = 0; i < kRounds / 10; ++i) {
    const auto seconds = static_cast<std::int64_t>(rng.below(4'000'000'000));
    const int offset = 15 * static_cast<int>(rng.below(49)) - 360;  // minutes east of Greenwich
    const std::chrono::sys_seconds local{std::chrono::seconds(seconds + 60 * offset)};
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    const auto nanoseconds = static_cast<unsigned>(rng.below(1'000'000'000));
    const std::string text =
        fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}.{:09}{}{:02}:{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rng.below(2) ? 'T' : ' ',
                    time.hours().count(), time.minutes().count(), time.seconds().count(), nanoseconds,
                    offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
    const auto instant = parse_timestamp(text);
    ASSERT_TRUE(instant) << text;
    ASSERT_EQ(instant->seconds, seconds) << text;
    ASSERT_EQ(instant->nanoseconds, nanoseconds) << text;
  }
}

}  // namespace
}  // namespace omenbench::datasets
