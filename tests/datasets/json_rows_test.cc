// JSON as rows: lines, arrays, prefixes, nested fields, lists; and what is not JSON.
#include "datasets/formats/json_rows.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "datasets/s2_cell.h"
#include "test_files.h"

namespace omenbench::datasets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class JsonFiles : public DatasetTest {
 protected:
  /// The keys of a file with this content, read by field 'x' or by the recipe's `key`.
  std::string spec(const std::string& content, const std::string& more = R"("key": "x")") const {
    const std::string recipe = write("recipe.json", R"({"format": "json", )" + more + "}");
    return write("data.json", content) + ":@" + recipe;
  }
};

TEST_F(JsonFiles, AreLinesAnArrayOrOneObjectAfterTheOther) {
  EXPECT_THAT(keys(spec("{\"x\": 3}\n{\"x\": 1}\n")), ElementsAre(1, 3));
  EXPECT_THAT(keys(spec(" [ {\"x\": 3},\n\t{\"x\": 1, \"y\": {\"x\": 9}} ]")), ElementsAre(1, 3));
  EXPECT_THAT(keys(spec("{\"x\":3}{\"x\":18446744073709551615}")), ElementsAre(3, 18446744073709551615u));
}

TEST_F(JsonFiles, HoldTextsWithBracesAndQuotes) {
  EXPECT_THAT(keys(spec(R"({"a": "}{][\"\\", "x": 5} {"x": "7"})")), ElementsAre(5, 7));
}

TEST_F(JsonFiles, MayBeLongerThanTheReadersBuffer) {
  std::string content = "[";
  std::vector<Key> expected;
  for (Key i = 0; i < 40'000; ++i) {
    content +=
        (i ? ",\n" : "") + std::string(R"({"pad": "0123456789012345678901234567890", "x": )") + std::to_string(i) + "}";
    expected.push_back(i);
  }
  EXPECT_EQ(keys(spec(content + "]")), expected);
}

TEST_F(JsonFiles, WithAPrefixPassOverWhatLacksIt) {
  const std::string log =
      "# path {\"x\": 9}\n:::LOG {\"x\": 4}\nnoise\n  12 :::LOG {\"x\": 2} tail\n:::LO {\"x\": 8}\n";
  EXPECT_THAT(keys(spec(log, R"("prefix": ":::LOG", "key": "x")")), ElementsAre(2, 4));
}

TEST_F(JsonFiles, NameNestedFieldsWithPointsAndSpreadLists) {
  EXPECT_THAT(keys(spec(R"({"a": {"x": 5}} {"a": {"x": 6}})", R"("key": "a.x")")), ElementsAre(5, 6));
  EXPECT_THAT(keys(spec(R"({"x": [5, 3]} {"x": []} {"x": [4, 3]})")), ElementsAre(3, 4, 5));
  EXPECT_THAT(error_of(spec(R"({"x": [5], "y": 1})", R"("key": ["x", "y"])")),
              HasSubstr("is a list beside other fields"));
}

TEST_F(JsonFiles, MayLackAFieldInSomeObjectsAndCountThem) {
  const Dataset skipped = load(spec("{\"x\": 1}\n{\"y\": 1}\n{\"x\": null}"));
  EXPECT_EQ(skipped.info().n, 1u);
  EXPECT_THAT(skipped.info().notes, ElementsAre("2 rows without a key skipped"));
  EXPECT_THAT(error_of(spec("{\"y\": 1, \"z\": 2}\n{\"y\": 2}\n")),
              HasSubstr("no object has a field 'x'; the first has 'y', 'z'"));
  EXPECT_THAT(error_of(spec("{\"x\": null}\n")), HasSubstr("none of its 1 rows has one"));
}

TEST_F(JsonFiles, ThatAreBrokenAreToldWithTheirLine) {
  EXPECT_THAT(error_of(spec("{\"x\": 1}\n{\"x\": ")), HasSubstr("line 2: the object does not end"));
  EXPECT_THAT(error_of(spec("{\"x\": 1}\n{\"x\": nonsense}")), HasSubstr("line 2: not valid JSON"));
  EXPECT_THAT(error_of(spec("x,y\n1,2\n")), HasSubstr("line 1: expected a JSON object, got 'x'"));
  EXPECT_THAT(error_of(spec("{\"x\":" + std::string(1000, '[') + std::string(1000, ']') + "}")), HasSubstr("deep"));
  EXPECT_THAT(error_of(spec("{\"x\": 1}\n{\"x\": 2, \"x\": 3}")), HasSubstr("line 2: field 'x' is given twice"));
  EXPECT_THAT(error_of(spec("{\"x\": {\"y\": 1}}")), HasSubstr("field 'x' is an object"));
  EXPECT_THAT(error_of(spec("{\"x\": [[1]]}")), HasSubstr("a list of lists or objects"));
}

TEST_F(JsonFiles, ThatEndWithinAnArrayAreCutOff) {
  for (const char* cut : {"[{\"x\": 1},\n{\"x\": 2}\n", "[{\"x\": 1},\n", "[", "[{\"x\": 1}"}) {
    EXPECT_THAT(error_of(spec(cut)), HasSubstr("the array does not end")) << cut;
  }
  for (const char* bad : {"[{\"x\": 1} {\"x\": 2}]", "[{\"x\": 1},]", "{\"x\": 1}, {\"x\": 2}", "{\"x\": 1}]",
                          "[[{\"x\": 1}]]", "[,{\"x\": 1}]", "]"}) {
    EXPECT_THAT(error_of(spec(bad)), HasSubstr("line 1: expected")) << bad;
  }
  EXPECT_THAT(keys(spec("[{\"x\": 1}]\n[{\"x\": 2}]\n[]")), ElementsAre(1, 2));
  EXPECT_THAT(keys(spec("\xEF\xBB\xBF[{\"x\": 1}]")), ElementsAre(1));
}

TEST_F(JsonFiles, KeepEveryDigitOfANumber) {
  const std::string epoch = R"("key": {"column": "x", "type": "epoch", "unit": "s"})";
  EXPECT_THAT(keys(spec("{\"x\": 1700000000.000000001} {\"x\": 1700000000.000000002}", epoch)),
              ElementsAre(1'700'000'000'000'000'001, 1'700'000'000'000'000'002));
  const std::string cents = R"("key": {"column": "x", "scale": 100})";
  EXPECT_THAT(keys(spec("{\"x\": 90071992547409.07} {\"x\": 9.007199254741007E13}", cents)),
              ElementsAre(9'007'199'254'740'907, 9'007'199'254'741'007));
  EXPECT_THAT(error_of(spec("{\"x\": 7}\n{\"x\": 18446744073709551616}")),
              HasSubstr("line 2, column 'x': expected an integer of 64 bits, got '18446744073709551616'"));
  EXPECT_THAT(error_of(spec("{\"x\": 1e999}")), HasSubstr("beyond the range of a double"));
}

TEST_F(JsonFiles, HavePrefixesThatRepeatThemselves) {
  EXPECT_THAT(keys(spec("aaab{\"x\": 3}\nno\n", R"("prefix": "aab", "key": "x")")), ElementsAre(3));
  EXPECT_THAT(load(spec("aab{\"x\": 3}\nno\n\naab none\n", R"("prefix": "aab", "key": "x")")).info().notes,
              ElementsAre("2 lines without an object behind 'aab' passed over"));
}

TEST_F(JsonFiles, HaveRecipesWithoutWhatOnlyTablesHave) {
  EXPECT_THAT(error_of(spec("{}", R"("key": "x", "header": true)")), HasSubstr("does not go with format 'json'"));
  EXPECT_THAT(error_of(spec("{}", R"("description": "")")), HasSubstr("needs field 'key'"));
  const std::string recipe = write("csv.json", R"({"format": "csv", "prefix": "a"})");
  EXPECT_THAT(error_of(write("a.csv", "1\n") + ":@" + recipe), HasSubstr("goes with format 'json' only"));
}

class Columns : public DatasetTest {
 protected:
  std::string spec(const std::string& content, const std::string& key) const {
    const std::string layout = R"({"format": "csv", "header": false, "delimiter": " ", "comment": "", "key": )";
    return write("data.txt", content) + ":@" + write("recipe.json", layout + key + "}");
  }
};

TEST_F(Columns, OfDateAndTimeAreOneTimestamp) {
  const std::string key = R"({"timestamp_columns": [1, 2]})";
  EXPECT_THAT(keys(spec("1970-01-01 00:01:00.5 9\n1970-01-02 00:00:00 9\n", key)), ElementsAre(60'500, 86'400'000));
  EXPECT_THAT(error_of(spec("1970-01-01 25:00 9\n", key)), HasSubstr("expected a date or timestamp"));
}

TEST_F(Columns, OfAddressesAreNumbers) {
  EXPECT_THAT(keys(spec("1.2.3.4 x\n0.0.1.0 x\n", R"({"column": 1, "type": "ipv4"})")), ElementsAre(0x100, 0x01020304));
  EXPECT_THAT(keys(spec("2001:db8::1 x\n::ffff x\n", R"({"column": 1, "type": "ipv6"})")),
              ElementsAre(0, 0x20010db800000000u));
  EXPECT_THAT(error_of(spec("1.2.3 x\n", R"({"column": 1, "type": "ipv4"})")), HasSubstr("expected an IPv4 address"));
}

TEST_F(Columns, OfLatitudeAndLongitudeAreACell) {
  const std::string key = R"({"s2_cell": [1, 2]})";
  EXPECT_THAT(keys(spec("49.703498679 11.770681595\n", key)), ElementsAre(0x47a1cbd595522b39u));
  EXPECT_THAT(error_of(spec("91 0\n", key)), HasSubstr("expected a latitude"));
  EXPECT_THAT(error_of(spec("0 181\n", key)), HasSubstr("expected a longitude"));
}

TEST(S2Cell, OfEachFaceOfTheCubeBeginsWithItsNumber) {
  EXPECT_EQ(s2_cell(0, 0) >> 61, 0u);
  EXPECT_EQ(s2_cell(0, 90) >> 61, 1u);
  EXPECT_EQ(s2_cell(90, 0) >> 61, 2u);
  EXPECT_EQ(s2_cell(0, 180) >> 61, 3u);
  EXPECT_EQ(s2_cell(0, -90) >> 61, 4u);
  EXPECT_EQ(s2_cell(-90, 0) >> 61, 5u);
}

TEST(S2Cell, OfNeighbouringPlacesSharesItsBeginning) {
  const std::uint64_t here = s2_cell(48.1371, 11.5754);
  EXPECT_LT(here ^ s2_cell(48.13710001, 11.57540001), 1u << 20);  // a millimetre
  EXPECT_GT(here ^ s2_cell(48.2, 11.5754), 1ULL << 34);           // seven kilometres
}

}  // namespace
}  // namespace omenbench::datasets
