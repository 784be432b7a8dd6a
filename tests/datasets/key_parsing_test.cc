// Texts become the right numbers and instants or none at all, and every mapping to keys keeps the order.
#include "datasets/key_parsing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "datasets/key_column.h"

namespace omenbench::datasets {
namespace {

TEST(ParseInteger, TakesAll64BitsAndNothingElse) {
  EXPECT_EQ(parse_integer("0")->magnitude, 0u);
  EXPECT_EQ(parse_integer("18446744073709551615")->magnitude, ~0ULL);
  EXPECT_EQ(parse_integer("-9223372036854775808")->magnitude, 1ULL << 63);
  EXPECT_TRUE(parse_integer("-5")->negative);
  EXPECT_EQ(parse_integer("+7")->magnitude, 7u);
  for (const char* bad : {"", "-", "18446744073709551616", "99999999999999999999", "1.5", "1e3", "0x10", "1 2", "abc",
                          "123456789012345678901", "1844674407370955161a"}) {
    EXPECT_FALSE(parse_integer(bad)) << bad;
  }
}

TEST(ParseFixedPoint, IsExactOrRefuses) {
  EXPECT_EQ(parse_fixed_point("1291.677", 3), 1291677);
  EXPECT_EQ(parse_fixed_point("-0.5", 3), -500);
  EXPECT_EQ(parse_fixed_point("7", 3), 7000);
  EXPECT_EQ(parse_fixed_point("1.2300", 2), 123);
  for (const char* bad : {"1.234", "", ".", "-", "1.2.3", "9999999999999999999", "1e2"}) {
    EXPECT_FALSE(parse_fixed_point(bad, 2)) << bad;
  }
}

TEST(ParseTimestamp, KnowsTheUsualIsoForms) {
  const auto seconds = [](const char* text) { return parse_timestamp(text)->seconds; };
  EXPECT_EQ(seconds("1970-01-01"), 0);
  EXPECT_EQ(seconds("2014-05-01"), 1398902400);
  EXPECT_EQ(seconds("2014/05/01"), 1398902400);
  EXPECT_EQ(seconds("2014-05-01T12:30"), 1398947400);
  EXPECT_EQ(seconds("2014-05-01 12:30:05"), 1398947405);
  EXPECT_EQ(seconds("20140501T123005Z"), 1398947405);
  EXPECT_EQ(seconds("2014-05-01T12:30:05Z"), 1398947405);
  EXPECT_EQ(seconds("2014-05-01T14:30:05+02:00"), 1398947405);
  EXPECT_EQ(seconds("2014-05-01T09:00:05-0330"), 1398947405);
  EXPECT_EQ(seconds("2014-05-01 12:30:05 UTC"), 1398947405);
  EXPECT_EQ(seconds("1969-12-31T23:59:59"), -1);
  EXPECT_EQ(seconds("2000-02-29"), 951782400);
  EXPECT_EQ(seconds("2014-05-01T24:00:00"), seconds("2014-05-02"));
  EXPECT_EQ(parse_timestamp("2014-05-01T12:30:05.25Z")->nanoseconds, 250'000'000u);
  EXPECT_EQ(parse_timestamp("2014-05-01T12:30:05,123456789")->nanoseconds, 123'456'789u);
  EXPECT_EQ(parse_timestamp("2014-05-01T12:30:05.1234567890")->nanoseconds, 123'456'789u);
  EXPECT_TRUE(parse_timestamp("2014-05-01T12Z")->zoned);
  EXPECT_FALSE(parse_timestamp("2014-05-01T12")->zoned);
}

TEST(ParseTimestamp, RefusesWhatIsNoInstant) {
  for (const char* bad : {"", "2014", "20140501", "2014-5-1", "2014-13-01", "2014-02-29", "2014-05-01T25:00",
                          "2014-05-01T12:60", "2014-05-01T24:00:01", "2014-05-01T12:30:05.", "2014-05-01X12",
                          "2014-05-01T12:30:05.1234567891", "2014-05-01T12:30+99:00", "2014-05/01", "2014-05-01T",
                          "2014-05-01T12:30:05Zjunk", "2014-05-01 12:30:05 CET", "hello"}) {
    EXPECT_FALSE(parse_timestamp(bad)) << bad;
  }
}

TEST(KeyOfDouble, KeepsTheOrder) {
  const double infinity = std::numeric_limits<double>::max();
  const double values[] = {-infinity, -1e10, -1.5, -1, -1e-300, 0, 1e-300, 1, 1.5, 1e10, infinity};
  for (std::size_t i = 1; i < std::size(values); ++i) {
    EXPECT_LT(key_of_double(values[i - 1]), key_of_double(values[i])) << values[i];
  }
  EXPECT_EQ(key_of_double(-0.0), key_of_double(0.0));
}

TEST(KeyOfPrefix, OrdersAsTheTextsDo) {
  EXPECT_EQ(key_of_prefix("A"), 0x4100000000000000u);
  EXPECT_LT(key_of_prefix("abc"), key_of_prefix("abd"));
  EXPECT_LT(key_of_prefix("ab"), key_of_prefix("abc"));
  EXPECT_LT(key_of_prefix("z"), key_of_prefix("\xC3\xA9"));
  EXPECT_EQ(key_of_prefix("12345678"), key_of_prefix("123456789"));
}

EncodedColumn column(const std::vector<const char*>& texts, ValueForm form = {}, bool text_allowed = false) {
  KeyColumn column(form, text_allowed);
  for (const char* text : texts) column.add(text);
  return std::move(column).finish();
}

std::string refusal(const std::vector<const char*>& texts, ValueForm form = {}) {
  try {
    column(texts, form);
  } catch (const BadValue& bad) {
    return bad.message;
  }
  return "";
}

TEST(KeyColumn, KeepsUnsignedIntegersAsTheyAre) {
  const EncodedColumn encoded = column({"5", " 18446744073709551615", "0"});
  EXPECT_EQ(encoded.values, (std::vector<std::uint64_t>{5, ~0ULL, 0}));
  EXPECT_EQ(encoded.type, "uint64");
}

TEST(KeyColumn, MapsSignedIntegersInOrder) {
  const EncodedColumn encoded = column({"-1", "0", "-9223372036854775808", "9223372036854775807"});
  EXPECT_EQ(encoded.values, (std::vector<std::uint64_t>{kSignBit - 1, kSignBit, 0, ~0ULL}));
  EXPECT_EQ(encoded.type, "int64 (order-preserving)");
  EXPECT_EQ(column({"5", "-0"}).values, (std::vector<std::uint64_t>{5, 0}));
}

TEST(KeyColumn, RefusesIntegersThatFitTogetherNeitherSignedNorUnsigned) {
  EXPECT_NE(refusal({"-1", "9223372036854775808"}), "");
  EXPECT_NE(refusal({"9223372036854775808", "-1"}), "");
  EXPECT_EQ(refusal({"1", "18446744073709551616"}), "expected an integer of 64 bits, got '18446744073709551616'");
}

TEST(KeyColumn, TurnsIntegersIntoDecimalsWhereExact) {
  const EncodedColumn encoded = column({"2", "-1", "1.5"});
  EXPECT_EQ(encoded.type, "double (order-preserving)");
  EXPECT_EQ(encoded.values, (std::vector<std::uint64_t>{key_of_double(2), key_of_double(-1), key_of_double(1.5)}));
  EXPECT_NE(refusal({"9007199254740993", "1.5"}), "");
  EXPECT_NE(refusal({"1.5", "9007199254740993"}), "");
}

TEST(KeyColumn, SharesTheFinestUnitAmongTimestamps) {
  const EncodedColumn encoded = column({"1970-01-02", "1970-01-01T00:00:01.5", "1970-01-01T00:00:00.000001"});
  EXPECT_EQ(encoded.type, "timestamp us");
  EXPECT_EQ(encoded.values, (std::vector<std::uint64_t>{86'400'000'000, 1'500'000, 1}));
  EXPECT_EQ(column({"1970-01-02", "1970-01-03"}).type, "timestamp s");
  const EncodedColumn early = column({"1969-12-31T23:59:59.5", "1970-01-01"});
  EXPECT_LT(early.values[0], early.values[1]);
}

TEST(KeyColumn, RefusesTimestampsThatDoNotGoTogether) {
  EXPECT_NE(refusal({"2020-01-01T00:00Z", "2020-01-01T00:00"}).find("lacks an offset"), std::string::npos);
  EXPECT_NE(refusal({"1066-10-14", "2020-01-01T00:00:00.000000001"}).find("does not fit 64 bits in ns"),
            std::string::npos);
  EXPECT_EQ(refusal({"2020-01-01", "17"}), "expected a date or timestamp, got '17'");
  EXPECT_EQ(refusal({"17", "2020-01-01"}), "expected an integer, got '2020-01-01'");
}

TEST(KeyColumn, ReadsEpochNumbersWithFractions) {
  const ValueForm seconds{ValueType::kEpoch, 0}, milliseconds{ValueType::kEpoch, 3};
  EXPECT_EQ(column({"1700000000.25", "1"}, seconds).values, (std::vector<std::uint64_t>{1'700'000'000'250, 1'000}));
  EXPECT_EQ(column({"43.142"}, milliseconds).values, (std::vector<std::uint64_t>{43'142}));
  EXPECT_EQ(column({"-1.5"}, seconds).values, (std::vector<std::uint64_t>{kSignBit - 1500}));
  EXPECT_NE(refusal({"1.0000000001"}, seconds), "");
}

TEST(KeyColumn, NamesTheUnitThatEpochIntegersSeemToHave) {
  EXPECT_EQ(column({"1700000000", "1700000001"}).type, "uint64 (in the range of epoch s)");
  EXPECT_EQ(column({"1700000000000"}).type, "uint64 (in the range of epoch ms)");
  EXPECT_EQ(column({"1700000000000000000"}).type, "uint64 (in the range of epoch ns)");
  EXPECT_EQ(column({"1700000000", "1700000000000"}).type, "uint64");
}

TEST(KeyColumn, RanksTextsLexicographically) {
  EXPECT_EQ(column({"b", "a", "c", "a"}, {}, true).values, (std::vector<std::uint64_t>{1, 0, 2, 0}));
}

TEST(KeyColumn, SaysWhatItExpected) {
  EXPECT_EQ(refusal({"7", "abc"}), "expected an integer, got 'abc'");
  EXPECT_EQ(refusal({"7", ""}), "expected an integer, got nothing");
  EXPECT_EQ(refusal({"abc"}), "expected a number or a date, got 'abc'");
  EXPECT_EQ(refusal({"1.5", "nan"}), "expected a finite number, got 'nan'");
}

}  // namespace
}  // namespace omenbench::datasets
