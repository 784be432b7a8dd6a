// Byte strings as datasets: from files, recipes and generators.
#include "datasets/text_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/composite.h"
#include "datasets/dataset.h"
#include "datasets/key_parsing.h"
#include "tests/datasets/test_files.h"

namespace omenbench::datasets {
namespace {

std::vector<std::string> keys_of(const Dataset& dataset) {
  std::vector<std::string> keys;
  for (const Key place : dataset.keys()) keys.emplace_back(bytes_at(dataset.text()->data(), place));
  return keys;
}

class TextDatasets : public DatasetTest {
 protected:
  Dataset load(const std::string& name, const std::string& content, const std::string& after = "",
               std::optional<std::uint64_t> keys = std::nullopt) const {
    DatasetRequest wanted = request(write(name, content) + after);
    wanted.keys = keys;
    wanted.byte_strings = true;
    return load_dataset(wanted);
  }
};

TEST_F(TextDatasets, AColumnOfTextsIsSortedByItsBytesAndDistinct) {
  const Dataset dataset = load("names.csv", "id,name\n1,beta\n2,alpha\n3,beta\n4,Zeta\n5,alphabet\n", ":name");
  ASSERT_TRUE(dataset.text().has_value());
  EXPECT_EQ(keys_of(dataset), (std::vector<std::string>{"Zeta", "alpha", "alphabet", "beta"}));
  EXPECT_EQ(dataset.info().duplicates_dropped, 1U);
  EXPECT_NE(dataset.info().key_type.find("collation C"), std::string::npos);
}

TEST_F(TextDatasets, TheSameComesOutOfTheCache) {
  const Dataset first = load("words.txt", "pear\napple\nfig\n");
  const Dataset again = load("words.txt", "pear\napple\nfig\n");
  EXPECT_EQ(keys_of(again), keys_of(first));
  EXPECT_EQ(again.info().sha256, first.info().sha256);
}

TEST_F(TextDatasets, LinesAreKeysWhateverTheyHold) {
  EXPECT_EQ(keys_of(load("lines.txt", "10\n9\n# not a comment\na,b\n", ":@text")),
            (std::vector<std::string>{"# not a comment", "10", "9", "a,b"}));
}

TEST_F(TextDatasets, UuidsAreKnownByTheirLooksAndBecomeSixteenBytes) {
  const Dataset dataset =
      load("ids.csv", "id\n00000000-0000-4000-8000-0000000000ff\n00000000-0000-4000-8000-0000000000FE\n", ":id");
  ASSERT_EQ(dataset.keys().size(), 2U);
  EXPECT_EQ(keys_of(dataset)[0], std::string("\0\0\0\0\0\0\x40\0\x80\0\0\0\0\0\0\xfe", 16));
}

TEST_F(TextDatasets, AddressesAndNetworksOrderAsPostgresqlOrdersThem) {
  // As "select a from t order by a" of its type inet gives them.
  const std::vector<std::string> ordered = {
      "0.0.0.0/0", "10.0.0.0/8",     "10.0.0.1/8",    "10.0.0.0/9",       "10.0.0.1/9",    "10.0.0.0/16",
      "10.0.0.0",  "10.0.0.1",       "10.128.0.0/9",  "192.168.1.255/31", "192.168.1.255", "255.255.255.255",
      "::/0",      "2001:db8::1/32", "2001:db8::/33", "2001:db8::1",      "ffff::"};
  std::string lines = "address\n";
  for (std::size_t i = ordered.size(); i-- > 0;) lines += ordered[i] + "\n";
  const Dataset dataset = load("inet.csv", lines, ":address");
  EXPECT_EQ(dataset.info().key_type, "byte strings (IP addresses or networks, in PostgreSQL's order)");
  std::vector<std::string> keys;
  for (const std::string& text : ordered) keys.push_back(bytes_of_inet(text));
  EXPECT_EQ(keys_of(dataset), keys);
  EXPECT_EQ(bytes_of_inet("10.0.0.1/9"), std::string("\4\xa\0\0\0\x9\xa\0\0\1", 10));
  for (const char* bad :
       {"10.0.0", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/", "::/129", "::g", "", "/8", "1.2.3.4/8/8"}) {
    EXPECT_THROW(bytes_of_inet(bad), BadValue) << bad;
  }
}

TEST_F(TextDatasets, WholeIpv6AddressesAreSixteenBytes) {
  const std::string recipe = write("r.json", R"({"key": {"column": "a", "type": "ipv6-bytes"}})");
  const Dataset dataset = load("v6.csv", "a\n::2\n::1\n", ":@" + recipe);
  EXPECT_EQ(keys_of(dataset), (std::vector<std::string>{std::string(15, '\0') + '\1', std::string(15, '\0') + '\2'}));
  EXPECT_NE(error_of(write("v4.csv", "a\n10.0.0.1\n") + ":@" + recipe).find("expected an IPv6 address"),
            std::string::npos);
}

TEST_F(TextDatasets, WhatOnlyBeganAsAUuidOrAnAddressSaysHowToTakeTexts) {
  for (const char* first : {"1.2.3.4", "00000000-0000-4000-8000-0000000000ff"}) {
    const std::string file = write("versions.csv", std::string("v\n") + first + "\n1.2.3\n");
    try {
      load("versions.csv", std::string("v\n") + first + "\n1.2.3\n", ":v");
      FAIL() << first;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("a recipe's type 'bytes' takes texts as they are"), std::string::npos)
          << error.what();
    }
  }
}

TEST_F(TextDatasets, NumbersStayNumbers) { EXPECT_FALSE(load("numbers.txt", "3\n1\n2\n").text().has_value()); }

TEST_F(TextDatasets, ATextAmongNumbersIsStillAnError) {
  EXPECT_THROW(load("mixed.txt", "3\nabc\n2\n"), Error);
  EXPECT_THROW(load("mixed2.csv", "k\nnone\n3\n2\n", ":k"), Error);
}

TEST_F(TextDatasets, WhoTakesNoByteStringsIsTold) {
  const std::string file = write("words.txt", "pear\napple\n");
  EXPECT_NE(error_of(file + ":@text").find("byte strings, which are not taken here"), std::string::npos);
  EXPECT_NE(error_of(file).find("expected a number or a date"), std::string::npos);
}

TEST_F(TextDatasets, ASampleKeepsItsTextOnly) {
  const Dataset sample = load("words.txt", "pear\napple\nfig\nplum\n", "", 2);
  ASSERT_EQ(sample.keys().size(), 2U);
  const std::vector<std::string> keys = keys_of(sample);
  EXPECT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_EQ(sample.text()->size(), keys[0].size() + keys[1].size());
}

TEST_F(TextDatasets, ADecisionBetweenRecipesIsNotTheCaches) {
  const std::string digits = "0a\n0b\n";
  EXPECT_EQ(keys_of(load("digits.txt", digits, ":@text")), (std::vector<std::string>{"0a", "0b"}));
  const std::string recipe = write("hex.json", R"({"format": "text", "key": {"column": 1, "type": "hex-bytes"}})");
  EXPECT_EQ(keys_of(load("digits.txt", digits, ":@" + recipe)), (std::vector<std::string>{"\x0a", "\x0b"}));
}

TEST_F(TextDatasets, AListingsLastWordIsNoPartOfTheKey) {
  const std::string recipe = write("r.json", R"({"format": "text", "drop_last_word": true, "header": false,
                                                 "key": {"column": 1, "type": "bytes"}})");
  // A path may hold blanks, a line may end with some, and a line of one word has no key.
  const Dataset dataset = load("c.txt", "bin/a   x/y\nshare/b c\tx/z,x/w\nd   \nbin/e x  \n", ":@" + recipe);
  EXPECT_EQ(keys_of(dataset), (std::vector<std::string>{"bin/a", "bin/e", "share/b c"}));
  EXPECT_EQ(dataset.info().notes, (std::vector<std::string>{"1 row without a key skipped"}));
}

TEST_F(TextDatasets, CompositeKeysThatDoNotFitAWordOrderAsTheirTuples) {
  const Dataset numbers = load("n.csv", "a,b\n1000000000000,1\n0,1000000000000\n0,1\n1000000000000,0\n", ":a,b");
  EXPECT_EQ(keys_of(numbers),
            (std::vector<std::string>{
                std::string("\0\0\0\0\0\0\0\0\0\1", 10), std::string("\0\0\0\0\0\xe8\xd4\xa5\x10\0", 10),
                std::string("\xe8\xd4\xa5\x10\0\0\0\0\0\0", 10), std::string("\xe8\xd4\xa5\x10\0\0\0\0\0\1", 10)}));
  EXPECT_EQ(numbers.info().key_type, "byte strings (composite: a 5 bytes (uint64), b 5 bytes (uint64))");
  EXPECT_FALSE(load("s.csv", "a,b\n1,x\n2,y\n", ":a,b").text().has_value()) << "what fits a word stays one";
}

TEST_F(TextDatasets, PartsOfACompositeKeyAreToldApartWhateverTheyHold) {
  const std::string recipe = write("r.json", R"({"format": "json", "key": [{"column": "a", "type": "bytes"},
                                                {"column": "b", "type": "bytes"}, {"column": "n"}]})");
  // In the order of the tuples; zero bytes, 0xff, prefixes, and neighbours that would be one if just joined.
  const std::vector<std::pair<std::string, std::string>> tuples = {
      {R"(a)", R"(bc)"},      {R"(a\u0000)", R"(b)"}, {R"(a\u0000)", R"(\u00ff)"}, {R"(a\u0000b)", R"(c)"},
      {R"(a\u0001)", R"(b)"}, {R"(ab)", R"(c)"},      {R"(ab)", R"(c\u0000)"},     {R"(a\u00ff)", R"(a)"}};
  std::string lines;
  for (std::size_t i = tuples.size(); i-- > 0;) {
    lines +=
        R"({"a": ")" + tuples[i].first + R"(", "b": ")" + tuples[i].second + R"(", "n": )" + std::to_string(i) + "}\n";
  }
  const Dataset dataset = load("t.json", lines, ":@" + recipe);
  ASSERT_EQ(dataset.keys().size(), tuples.size());
  const std::vector<std::string> keys = keys_of(dataset);
  for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(keys[i].back(), static_cast<char>(i)) << i;
}

TEST_F(TextDatasets, CompositeKeysOfEveryShapeOrderAsTheirTuples) {
  Rng rng(11);
  std::vector<std::pair<std::string, std::string>> tuples;
  const auto text = [&] {
    std::string made;
    for (std::uint64_t length = rng.next() % 4; length > 0; --length)
      made +=
          "\0\1\xff"
          "a"[rng.next() % 4];
    return made;
  };
  while (tuples.size() < 500) tuples.emplace_back(text(), text());
  TextKeys first, second;
  for (const auto& [a, b] : tuples) {
    first.add(a);
    second.add(b);
  }
  const std::vector<Key> firsts = first.places;
  std::vector<EncodedColumn> columns = {{first.places, "bytes", {}, first.text, {}},
                                        {second.places, "bytes", {}, second.text, {}}};
  const PackedKeys packed = pack_columns(std::move(columns), {"a", "b"}, {.where = "test", .byte_strings = true});
  const auto key = [&](std::size_t i) { return bytes_at(packed.text->data(), packed.keys[i]); };
  for (std::size_t i = 0; i < tuples.size(); ++i) {
    for (std::size_t j = 0; j < tuples.size(); ++j) EXPECT_EQ(tuples[i] < tuples[j], key(i) < key(j)) << i << " " << j;
  }
}

TEST_F(TextDatasets, ACompositeKeyThatIsTooLongIsRefusedWithItsLine) {
  const std::string recipe = write("r.json", R"({"format": "csv", "key": [{"column": "a", "type": "bytes"},
                                                {"column": "b", "type": "bytes"}]})");
  DatasetRequest wanted = request(
      write("l.csv", "a,b\nx,y\n" + std::string(40000, 'a') + "," + std::string(40000, 'b') + "\n") + ":@" + recipe);
  wanted.byte_strings = true;
  try {
    load_dataset(wanted);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("l.csv', line 3: the parts of the key take 80002 bytes together"),
              std::string::npos)
        << error.what();
  }
}

TEST(TextKeys, HexadecimalDigitsComeInPairs) {
  EXPECT_EQ(bytes_of_hex("0x00fF"), std::string("\0\xff", 2));
  EXPECT_THROW(bytes_of_hex("abc"), BadValue);
  EXPECT_THROW(bytes_of_hex("zz"), BadValue);
}

TEST(TextKeys, AUuidHasItsHyphensAndNothingBehindThem) {
  EXPECT_EQ(bytes_of_uuid("{00010203-0405-0607-0809-0a0b0c0d0e0f}"), bytes_of_hex("000102030405060708090a0b0c0d0e0f"));
  for (const char* bad : {"", "00010203-0405-0607-0809-0a0b0c0d0e", "00010203-0405-0607-0809-0a0b0c0d0e0f0"}) {
    EXPECT_THROW(bytes_of_uuid(bad), BadValue) << bad;
  }
}

}  // namespace
}  // namespace omenbench::datasets
