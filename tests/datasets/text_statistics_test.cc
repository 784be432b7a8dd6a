// What `data describe` says of byte strings: every statistic by its definition on small and on adversarial sets.
#include "datasets/describe/text_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/error.h"
#include "core/key_kind.h"
#include "core/rng.h"
#include "datasets/describe/description.h"
#include "datasets/text_keys.h"
#include "tests/datasets/test_files.h"

namespace omenbench::datasets {
namespace {

using Texts = std::set<std::string>;  // std::string orders as memcmp does

TextKeys keys_of(const Texts& texts) {
  TextKeys keys;
  for (const std::string& text : texts) keys.add(text);
  return keys;
}

TextStatistics statistics_of(const Texts& texts) {
  const TextKeys keys = keys_of(texts);
  return text_statistics(keys.places, keys.text);
}

/// Bits in which each byte follows one that says that there is a byte, as the trie has them.
std::string bits_of(const std::string& text) {
  std::string bits;
  for (const char c : text) {
    bits += '1';
    for (int bit = 7; bit >= 0; --bit) bits += (static_cast<unsigned char>(c) >> bit & 1) != 0 ? '1' : '0';
  }
  return bits + '0';
}

/// Branching nodes on a key's way: prefixes of its bits behind which some keys go one way and some the other.
std::uint64_t branches_above(const std::string& text, const std::map<std::string, int>& prefixes) {
  const std::string bits = bits_of(text);
  std::uint64_t branches = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const std::string before = bits.substr(0, i);
    branches += prefixes.contains(before + '0') && prefixes.contains(before + '1');
  }
  return branches;
}

void expect_bits_by_definition(const Texts& texts) {
  std::map<std::string, int> prefixes;
  for (const std::string& text : texts) {
    const std::string bits = bits_of(text);
    for (std::size_t i = 0; i <= bits.size(); ++i) ++prefixes[bits.substr(0, i)];
  }
  std::vector<std::uint64_t> depths;
  double sum = 0;
  for (const std::string& text : texts) {
    depths.push_back(branches_above(text, prefixes));
    sum += static_cast<double>(depths.back());
  }
  std::ranges::sort(depths);
  const Spread found = statistics_of(texts).distinguishing_bits;
  EXPECT_EQ(found.smallest, depths.front());
  EXPECT_EQ(found.median, depths[(depths.size() - 1) / 2]);
  EXPECT_EQ(found.largest, depths.back());
  EXPECT_DOUBLE_EQ(found.mean, sum / static_cast<double>(depths.size()));
}

TEST(TextStatistics, OfFourWordsAreThoseThatACountByHandGives) {
  const TextStatistics found = statistics_of({"abc", "abcd", "abd", "b"});
  EXPECT_EQ(found.bytes, 11U);
  EXPECT_EQ(found.length.smallest, 1U);
  EXPECT_EQ(found.length.median, 3U);
  EXPECT_EQ(found.length.largest, 4U);
  EXPECT_DOUBLE_EQ(found.length.mean, 2.75);
  EXPECT_EQ(found.shared, 0U);
  EXPECT_EQ(found.neighbours.largest, 3U);  // abc, abcd
  EXPECT_DOUBLE_EQ(found.neighbours.mean, 5.0 / 3);
  EXPECT_EQ(found.distinguishing_bytes.smallest, 1U);  // b
  EXPECT_EQ(found.distinguishing_bytes.largest, 4U);   // abcd, and the end of abc
  EXPECT_EQ(found.projection.words, 4U);
  EXPECT_EQ(found.projection.told_apart, 4U);
  ASSERT_EQ(found.positions.size(), 4U);
  EXPECT_EQ(found.positions[0].values, 2U);
  EXPECT_DOUBLE_EQ(found.positions[0].entropy, -0.75 * std::log2(0.75) - 0.25 * std::log2(0.25));
  EXPECT_DOUBLE_EQ(found.positions[3].share, 0.25);
  EXPECT_DOUBLE_EQ(found.positions[3].entropy, 0);
}

TEST(TextStatistics, BitsOnTheWayToAKeyAreTheBranchesOfATrie) {
  expect_bits_by_definition({"abc", "abcd", "abd", "b"});
  expect_bits_by_definition({"", std::string(1, '\0'), std::string(2, '\0'), "\xff", "\xff\xff"});
  Rng rng(7);
  for (int set = 0; set < 20; ++set) {
    Texts texts;
    while (texts.size() < 60) {
      std::string text;
      for (std::uint64_t length = rng.next() % 6; length > 0; --length) {
        text += static_cast<char>(rng.next() % 2 == 0 ? rng.next() % 3 : 0xfd + rng.next() % 3);
      }
      texts.insert(text);
    }
    expect_bits_by_definition(texts);
  }
}

TEST(TextStatistics, OfOneKeySayNothingOfNeighbours) {
  for (const std::string& key : {std::string(), std::string("only"), std::string(65536, '\xff')}) {
    const TextStatistics found = statistics_of({key});
    EXPECT_EQ(found.length.largest, key.size());
    EXPECT_EQ(found.shared, 0U);
    EXPECT_EQ(found.neighbours.largest, 0U);
    EXPECT_EQ(found.distinguishing_bytes.largest, 0U);
    EXPECT_EQ(found.distinguishing_bits.largest, 0U);
    EXPECT_EQ(found.projection.told_apart, 1U);
  }
}

TEST(TextStatistics, WhatAllShareIsPassedOverByPositionsAndProjection) {
  Texts texts;
  for (int i = 0; i < 256; ++i) texts.insert(std::string(1024, 'p') + static_cast<char>(i));
  const TextStatistics found = statistics_of(texts);
  EXPECT_EQ(found.shared, 1024U);
  ASSERT_EQ(found.positions.size(), 1U);
  EXPECT_EQ(found.positions[0].position, 1025U);
  EXPECT_DOUBLE_EQ(found.positions[0].entropy, 8);
  EXPECT_EQ(found.projection.told_apart, 256U);
  EXPECT_DOUBLE_EQ(found.distinguishing_bits.mean, 8);  // as few as there can be
  EXPECT_EQ(found.distinguishing_bytes.smallest, 1025U);
}

TEST(TextStatistics, ZeroBytesAndEndsAreOneToTheProjectionAlone) {
  const TextStatistics found = statistics_of({"a", std::string("a\0", 2), std::string("a\0\0", 3), "b"});
  EXPECT_EQ(found.projection.words, 2U);
  EXPECT_EQ(found.projection.told_apart, 1U);
  EXPECT_EQ(found.projection.most_alike, 3U);
  EXPECT_EQ(found.distinguishing_bytes.largest, 3U);
  const TextKeys keys = keys_of({"a", std::string("a\0", 2), "b"});
  EXPECT_EQ(projected_words(keys.places, keys.text, 0), (std::vector<Key>{Key{'a'} << 56, Key{'b'} << 56}));
}

class TextDescriptions : public DatasetTest {
 protected:
  Described describe(const std::string& spec, std::optional<std::uint64_t> keys = std::nullopt) const {
    DatasetRequest wanted = request(spec);
    wanted.byte_strings = true;
    wanted.keys = keys;
    EXPECT_EQ(describe_dataset(wanted).description.info.sha256, load_dataset(wanted).info().sha256);
    return describe_dataset(wanted);
  }
};

TEST_F(TextDescriptions, OrderOfArrivalAndEqualValuesAreThoseOfTheFile) {
  const Description found = describe(write("w.txt", "delta\nalpha\nbeta\nbeta\ngamma\nbeta\n")).description;
  EXPECT_EQ(found.info.n, 4U);
  EXPECT_EQ(found.info.rows, 6U);
  EXPECT_EQ(found.info.duplicates, 2U);
  EXPECT_EQ(found.longest_run, 3U);
  ASSERT_TRUE(found.sortedness.has_value());
  EXPECT_EQ(found.sortedness->k, 2U);  // delta, and gamma or the last beta
  ASSERT_TRUE(found.texts.has_value());
  EXPECT_EQ(found.numbers(), 4U);
}

TEST_F(TextDescriptions, ASampleIsThatOfARun) {
  std::string lines;
  for (int i = 100; i < 400; ++i) lines += "user" + std::to_string(i) + "\n";
  const Described found = describe(write("users.txt", lines), 50);
  EXPECT_EQ(found.description.info.n, 50U);
  EXPECT_EQ(found.description.texts->shared, 4U);
  EXPECT_EQ(found.words.size(), 50U);
}

TEST_F(TextDescriptions, GeneratedOnesAreDescribedToo) {
  const nlohmann::json found = to_json(describe("uuid-v4", 2000).description);
  EXPECT_EQ(found["key_kind"], "bytes");
  EXPECT_EQ(found["length"]["min"], 16);
  EXPECT_EQ(found["length"]["max"], 16);
  EXPECT_EQ(found["projection"]["told_apart"], 2000);
  EXPECT_EQ(found["positions"].size(), 16U);
  EXPECT_LT(found["positions"][6]["entropy_bits"], 4.01);  // the version stands in half of it
  EXPECT_TRUE(found["sortedness"].is_null());
  EXPECT_FALSE(found.contains("gaps"));
  EXPECT_TRUE(found["projection"].contains("gaps"));
}

TEST_F(TextDescriptions, TheyAreNotMadeDistinctByNumbers) {
  DatasetRequest wanted = request(write("w.txt", "pear\npear\n"));
  wanted.byte_strings = true;
  wanted.duplicates = Duplicates::kSequence;
  EXPECT_THROW(describe_dataset(wanted), Error);
}

}  // namespace
}  // namespace omenbench::datasets
