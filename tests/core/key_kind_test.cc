// Byte strings as keys: places, heads and the words of checksums.
#include "core/key_kind.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/common_length.h"
#include "core/rng.h"

namespace omenbench {
namespace {

std::vector<std::string> odd_texts() {
  std::vector<std::string> texts = {"", std::string(1, '\0'), std::string(9, '\0'), "a", "ab", "abcdefg", "abcdefgh"};
  Rng rng(1);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (std::uint64_t left = rng.below(20); left > 0; --left) text += static_cast<char>(rng.below(3) - 1);
    texts.push_back(text);
  }
  std::ranges::sort(texts);
  const auto rest = std::ranges::unique(texts);
  texts.erase(rest.begin(), rest.end());
  return texts;
}

TEST(KeyKind, APlaceHoldsOffsetAndLengthUpToTheLongestKey) {
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, kMaxKeyBytes}) {
    const Key place = place_of(std::uint64_t{1} << 40, length);
    EXPECT_EQ(offset_of(place), std::uint64_t{1} << 40);
    EXPECT_EQ(length_of(place), length);
  }
}

TEST(KeyKind, PlacesInASortedTextAscendAsTheKeysDo) {
  std::uint64_t offset = 0;
  Key last = 0;
  for (const std::string& text : odd_texts()) {
    const Key place = place_of(offset, text.size());
    if (offset > 0 || !text.empty()) {
      EXPECT_GT(place, last);
    }
    last = place;
    offset += text.size();
  }
}

TEST(KeyKind, HeadsOrderAsTheKeysDo) {
  const std::vector<std::string> texts = odd_texts();
  for (std::size_t i = 1; i < texts.size(); ++i) EXPECT_LE(head_of(texts[i - 1]), head_of(texts[i])) << i;
  EXPECT_EQ(head_of("abcdefghij", 8), 0x696a000000000000U);
  EXPECT_EQ(head_of("abc", 3), 0U);
}

TEST(KeyKind, AWordTellsKeysApartThatDifferInOneByteOrInLength) {
  for (const std::string& text : odd_texts()) {
    EXPECT_NE(word_of(text), word_of(text + '\0'));
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string other = text;
      other[i] ^= 1;
      EXPECT_NE(word_of(text), word_of(other)) << i;
    }
  }
}

TEST(KeyKind, EntriesReadTheirKeysFromTheText) {
  const std::string text = "abcabd";
  const std::vector<Entry> places = {{place_of(0, 3), 7}, {place_of(3, 3), 8}};
  const BytesEntries entries(places, text.data());
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1], (BytesEntry{"abd", 8}));
  EXPECT_EQ(entries.text_bytes(), 6U);
  std::string all;
  for (const BytesEntry& entry : entries) all += entry.key;
  EXPECT_EQ(all, text);
}

/// Sixteen bytes each: random ones, and those that differ in one byte or half.
std::vector<std::string> sixteen_byte_texts() {
  std::vector<std::string> texts = {std::string(16, '\0'), std::string(16, '\xff'),
                                    std::string(8, '\0') + std::string(8, '\xff')};
  Rng rng(2);
  for (int i = 0; i < 300; ++i) {
    std::string text = texts[rng.below(texts.size())];
    text[rng.below(16)] = static_cast<char>(rng.below(256));
    texts.push_back(text);
  }
  std::ranges::sort(texts);
  const auto rest = std::ranges::unique(texts);
  texts.erase(rest.begin(), rest.end());
  return texts;
}

TEST(KeyKind, SixteenBytesOrderAsTheIntegersThatTheyStandFor) {
  const std::vector<std::string> texts = sixteen_byte_texts();
  for (std::size_t i = 1; i < texts.size(); ++i) EXPECT_LT(load_u128(texts[i - 1].data()), load_u128(texts[i].data()));
  EXPECT_TRUE(load_u128("\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf") == u128_of(0x0001020304050607, 0x08090a0b0c0d0e0f));
}

TEST(KeyKind, SixteenBytesAndTheirIntegerHaveOneWord) {
  for (const std::string& text : sixteen_byte_texts()) EXPECT_EQ(word_of(load_u128(text.data())), word_of(Bytes(text)));
}

TEST(KeyKind, EntriesOfIntegersReadTheSameTextAsThoseOfBytes) {
  const std::string text = "aaaabbbbccccddddaaaabbbbccccddde";
  const std::vector<Entry> places = {{place_of(0, 16), 7}, {place_of(16, 16), 8}};
  const U128Entries entries(places, text.data());
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1], (U128Entry{load_u128(text.data() + 16), 8}));
  EXPECT_TRUE(entries.key(1) - entries.key(0) == 1);
}

TEST(KeyKind, KindsAreFoundByTheirNames) {
  for (const KeyKind kind : {KeyKind::kU64, KeyKind::kBytes, KeyKind::kU128})
    EXPECT_EQ(key_kind_of(to_string(kind)), kind);
  EXPECT_FALSE(key_kind_of("u256").has_value());
}

TEST(KeyKind, ALengthIsCommonWhereEveryKeyHasIt) {
  EXPECT_EQ(common_length(std::vector<Key>{place_of(0, 16), place_of(16, 16)}), 16U);
  EXPECT_FALSE(common_length(std::vector<Key>{place_of(0, 16), place_of(16, 17), place_of(33, 16)}).has_value());
  EXPECT_FALSE(common_length({}).has_value());
}

}  // namespace
}  // namespace omenbench
