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
  EXPECT_EQ(parse_integer("0000000000000000000000000000018446744073709551615")->magnitude, ~0ULL);
  EXPECT_EQ(parse_integer("-000000000000000000000000")->magnitude, 0u);
  for (const char* bad : {"", "-", "+", "+-1", "1,000", "1_000", "1'000", "000000000000000000000018446744073709551616",
                          "18446744073709551616", "99999999999999999999", "1.5", "1e3", "0x10", "1 2", "abc",
                          "123456789012345678901", "1844674407370955161a"}) {
    EXPECT_FALSE(parse_integer(bad)) << bad;
  }
}

TEST(ParseFixedPoint, IsExactOrRefuses) {
  EXPECT_EQ(parse_fixed_point("1291.677", 3), 1291677);
  EXPECT_EQ(parse_fixed_point("-0.5", 3), -500);
  EXPECT_EQ(parse_fixed_point("7", 3), 7000);
  EXPECT_EQ(parse_fixed_point("1.2300", 2), 123);
  for (const char* bad : {"1.234", "", ".", "-", "1.2.3", "9999999999999999999", "1e", "1e+", "e2", "1e-3", "15e-3",
                          "1e99999", "0x1", "1,5", "--1", "+-1", "1e2.5"}) {
    EXPECT_FALSE(parse_fixed_point(bad, 2)) << bad;
  }
}

TEST(ParseFixedPoint, FollowsExponentsAndReachesBothEndsOf64Bits) {
  EXPECT_EQ(parse_fixed_point("1e2", 2), 10'000);
  EXPECT_EQ(parse_fixed_point("1.25E+1", 2), 1250);
  EXPECT_EQ(parse_fixed_point("-1500e-2", 0), -15);
  EXPECT_EQ(parse_fixed_point("0e999", 2), 0);
  EXPECT_EQ(parse_fixed_point("000000000000000000000000000000000007", 1), 70);
  EXPECT_EQ(parse_fixed_point("9223372036854775807", 0), INT64_MAX);
  EXPECT_EQ(parse_fixed_point("-92233720368547758.08", 2), INT64_MIN);
  EXPECT_FALSE(parse_fixed_point("92233720368547758.08", 2));
  EXPECT_FALSE(parse_fixed_point("340282366920938463463374607431768211457", 0));  // 2^128 + 1
}

TEST(ParseSplitDecimal, KeepsWhatIsLeftOfAUnitExactly) {
  const auto split = parse_split_decimal("1700000000.000000001", 9);
  EXPECT_EQ(split->whole, 1'700'000'000);
  EXPECT_EQ(split->rest, 1u);
  const auto before = parse_split_decimal("-0.25", 2);
  EXPECT_EQ(before->whole, -1);
  EXPECT_EQ(before->rest, 75u);
  EXPECT_FALSE(parse_split_decimal("0.1234567891", 9));
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
                          "2014-05-01T12:60", "2016-12-31T23:59:60", "2014-05-01T24:00:01", "2014-05-01T12:30:05.",
                          "2014-05-01X12", "2014-05-01T12:30:05.1234567891", "2014-05-01T12:30+99:00", "2014-05/01",
                          "2014-05-01T", "2014-05-01T12:30:05Zjunk", "2014-05-01 12:30:05 CET", "hello"}) {
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
  EXPECT_EQ(refusal({"18446744073709551617"}), "expected an integer of 64 bits, got '18446744073709551617'");
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

TEST(KeyColumn, NamesUnitsThatAreMixedInOneColumn) {
  const EncodedColumn mixed = column({"1700000000", "1700000000123", "1700000001", "0"});
  EXPECT_TRUE(mixed.notes.empty()) << "three of four are no nearly all";
  const EncodedColumn all = column({"1700000000", "1700000000123", "1700000001"});
  ASSERT_EQ(all.notes.size(), 1u);
  EXPECT_EQ(all.notes[0],
            "its integers look like times since 1970 in more than one unit: 2 in the range of s (as 1700000000), "
            "1 in the range of ms (as 1700000000123)");
  EXPECT_TRUE(column({"1700000000", "1700000001"}).notes.empty());
}

TEST(KeyColumn, TellsDecimalsApartOrRefusesThem) {
  // 1.1 and the next decimal of 17 digits that is the same double.
  EXPECT_NE(refusal({"1.1", "1.1000000000000000001"}), "");
  EXPECT_NE(refusal({"0.123456789012345678", "0.123456789012345679"}), "");
  EXPECT_NE(refusal({"12345678.9012345678"}), "");
  EXPECT_NE(refusal({"1e400"}).find("range of a double"), std::string::npos);
  EXPECT_NE(refusal({"1.5", "1e-400"}).find("range of a double"), std::string::npos);
  EXPECT_NE(refusal({"1.5", "1.2345e-320"}), "") << "too few bits are left of it";
  // What programs print of doubles.
  EXPECT_EQ(column({"0.1", "0.30000000000000004"}).values,
            (std::vector<std::uint64_t>{key_of_double(0.1), key_of_double(0.1 + 0.2)}));
  EXPECT_EQ(column({"0.5", "0.10000000000000001", "0.29999999999999999"}).values[2], key_of_double(0.3));
  EXPECT_EQ(column({"5.000000000000000000e-01", "1.000000000000000056e-01"}).values[1], key_of_double(0.1));
  // The same double in two styles would be one key for two texts.
  EXPECT_NE(refusal({"0.3", "0.29999999999999999"}), "");
  EXPECT_NE(refusal({"0.29999999999999999", "0.3"}), "");
}

TEST(KeyColumn, RoundsToDoublesOnlyWhereToldToAndCounts) {
  const EncodedColumn rounded = column({"1.5", "0.123456789012345678901"}, {ValueType::kDouble, 0});
  EXPECT_EQ(rounded.values[1], key_of_double(0.123456789012345678901));
  EXPECT_EQ(rounded.notes, std::vector<std::string>{"1 of 2 decimals rounded to doubles"});
}

TEST(KeyColumn, ReadsHexadecimalNumbersAndUuids) {
  EXPECT_EQ(column({"0x1eef", "FFFFFFFFFFFFFFFF", "0"}, {ValueType::kHex, 0}).values,
            (std::vector<std::uint64_t>{0x1eef, ~0ULL, 0}));
  EXPECT_NE(refusal({"10000000000000000"}, {ValueType::kHex, 0}), "");
  EXPECT_NE(refusal({"-1"}, {ValueType::kHex, 0}), "");
  EXPECT_NE(refusal({""}, {ValueType::kHex, 0}), "");
  const ValueForm uuid{ValueType::kUuid, 0};
  EXPECT_EQ(column({"01890a5d-ac96-774b-bcce-b302099a8057"}, uuid).values[0], 0x01890a5dac96774bu);
  EXPECT_EQ(column({"01890a5dac96774bbcceb302099a8057"}, uuid).values[0], 0x01890a5dac96774bu);
  EXPECT_NE(refusal({"01890a5d-ac96-774b-bcce-b302099a805"}, uuid), "");
  EXPECT_NE(refusal({"01890a5dxac96-774b-bcce-b302099a8057"}, uuid), "");
}

std::string hint(const char* text) {
  try {
    column({text});
  } catch (const BadValue& bad) {
    return bad.hint;
  }
  return "none";
}

TEST(KeyColumn, SaysWhatToDoWithValuesOfOtherKinds) {
  const std::pair<const char*, const char*> cases[] = {{"0x1eef", "type 'hex'"},
                                                       {"01890a5d-ac96-774b-bcce-b302099a8057", "type 'uuid'"},
                                                       {"10.0.0.1", "type 'ipv4'"},
                                                       {"2001:db8::1", "type 'ipv6'"},
                                                       {"10.0.0.0/8", "network"},
                                                       {"true", "truth values"},
                                                       {"\\x00ff", "hex-bytes"},
                                                       {"1 day 02:00:00", "seconds"},
                                                       {"12:30:05", "seconds"},
                                                       {"1,234,567", "thousands separators"},
                                                       {"1 234", "thousands"},
                                                       {"3,14", "a point, not a comma"},
                                                       {"hello", "type 'prefix'"},
                                                       {"PT5M", "seconds"},
                                                       {"31/01/2024", "year first"},
                                                       {"1.31.2024 12:30", "year first"},
                                                       {"2024-1-5", "year first"},
                                                       {"2024-02-30", "no such day"},
                                                       {"2023-02-29T08:00:00Z", "no such day"},
                                                       {"2016-12-31T23:59:60Z", "leap seconds"},
                                                       {"2024-01-31T25:00:00", "time and an offset"},
                                                       {"NULL", "'missing'"},
                                                       {"\\N", "'missing'"},
                                                       {"-", "'missing'"}};
  for (const auto& [text, says] : cases) EXPECT_NE(hint(text).find(says), std::string::npos) << text << hint(text);
}

TEST(KeyColumn, ATypeThatAHintNamesTakesTheValue) {
  const std::map<std::string, ValueType> types = {{"hex", ValueType::kHex},   {"hex-bytes", ValueType::kHexBytes},
                                                  {"uuid", ValueType::kUuid}, {"ipv4", ValueType::kIpv4},
                                                  {"ipv6", ValueType::kIpv6}, {"prefix", ValueType::kPrefix}};
  const std::pair<const char*, const char*> cases[] = {{"0x1eef", "hex"},
                                                       {"deadbeef01", "hex"},
                                                       {"0123456789abcdef", "hex"},
                                                       {"0123456789abcdef01", "hex-bytes"},
                                                       {"9e107d9d372bb6826bd81d3542a419d6", "uuid"},
                                                       {"da39a3ee5e6b4b0d3255bfef95601890afd80709", "hex-bytes"},
                                                       {"\\x00ff", "hex-bytes"},
                                                       {"01890a5d-ac96-774b-bcce-b302099a8057", "uuid"},
                                                       {"10.0.0.1", "ipv4"},
                                                       {"2001:db8::1", "ipv6"},
                                                       {"hello", "prefix"}};
  for (const auto& [text, type] : cases) {
    EXPECT_NE(hint(text).find(std::string("type '") + type + "'"), std::string::npos) << text << hint(text);
    EXPECT_NO_THROW(column({text}, {types.at(type), 0})) << text;
  }
  for (const char* text : {"99999999999999999999999", "12345678e999", "18446744073709551616", "0123456789abcdef0"}) {
    EXPECT_EQ(hint(text).find("type"), std::string::npos) << text << hint(text);
  }
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
