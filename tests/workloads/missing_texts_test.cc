// Byte strings that are not there: between their neighbours, and no key.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/key_kind.h"
#include "workloads/missing_keys.h"

namespace omenbench {
namespace {

struct Texts {
  explicit Texts(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
      places.push_back(place_of(text.size(), key.size()));
      text += key;
    }
  }
  std::string text;
  std::vector<Key> places;
};

TEST(MissingTexts, LieBetweenTheirNeighbours) {
  const std::vector<std::pair<std::string, std::string>> pairs = {{"abc", "abd"},
                                                                  {"a", "ab"},
                                                                  {"", "b"},
                                                                  {"ab", "abxyz"},
                                                                  {std::string("a\xff", 2), "b"},
                                                                  {"usr/share/doc/a", "usr/share/doc/b"}};
  for (const auto& [low, high] : pairs) {
    Rng rng(1);
    for (int i = 0; i < 200; ++i) {
      const auto text = text_between(low, high, "abcdefghijklmnop", rng);
      ASSERT_TRUE(text.has_value()) << low;
      EXPECT_LT(low, *text);
      EXPECT_LT(*text, high);
    }
  }
}

TEST(MissingTexts, NothingLiesBetweenAKeyAndTheSameWithAZeroByte) {
  Rng rng(1);
  EXPECT_FALSE(text_between("ab", std::string("ab\0", 3), "ab", rng).has_value());
}

TEST(MissingTexts, AreDrawnWithTheKeyAboveThem) {
  const std::vector<std::string> keys = {"apple", "apples", "pear", "plum"};
  const Texts texts(keys);
  MissingKeys missing(texts.places, texts.text, 3);
  Rng rng(2);
  std::vector<MissingKey> drawn;
  for (int i = 0; i < 500; ++i) drawn.push_back(missing.draw(rng));
  const std::string text = missing.take_text();
  for (const MissingKey& key : drawn) {
    const std::string_view made = bytes_at(text.data(), key.key - place_of(texts.text.size(), 0));
    EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::upper_bound(keys, made) - keys.begin()), key.above) << made;
    EXPECT_FALSE(std::ranges::binary_search(keys, made)) << made;
  }
}

TEST(MissingTexts, LieOutsideASetWithoutGaps) {
  const Texts texts({"", std::string(1, '\0'), std::string(2, '\0')});
  MissingKeys missing(texts.places, texts.text, 3);
  EXPECT_TRUE(missing.outside());
  Rng rng(2);
  EXPECT_EQ(missing.draw(rng).above, 3U);
  EXPECT_EQ(missing.take_text(), std::string(3, '\0'));
}

std::string sixteen(std::uint8_t high, std::uint8_t low) {
  std::string text(16, '\x7f');
  text[3] = static_cast<char>(high);
  text[15] = static_cast<char>(low);
  return text;
}

TEST(MissingTexts, AreAsLongAsAllKeysWhereTheseHaveOneLength) {
  std::vector<std::string> keys;  // from each to the next nothing, one or many, and carries between them
  for (const int high : {0, 1, 2, 200, 255}) {
    for (const int low : {0, 1, 3, 254, 255}) {
      keys.push_back(sixteen(static_cast<std::uint8_t>(high), static_cast<std::uint8_t>(low)));
    }
  }
  const Texts texts(keys);
  MissingKeys missing(texts.places, texts.text, 3);
  Rng rng(2);
  std::vector<MissingKey> drawn;
  for (int i = 0; i < 2000; ++i) drawn.push_back(missing.draw(rng));
  const std::string text = missing.take_text();
  for (const MissingKey& key : drawn) {
    const std::string_view made = bytes_at(text.data(), key.key - place_of(texts.text.size(), 0));
    ASSERT_EQ(made.size(), 16U);
    EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::upper_bound(keys, made) - keys.begin()), key.above);
    EXPECT_FALSE(std::ranges::binary_search(keys, made));
  }
}

TEST(MissingTexts, OfOneLengthLieBetweenNeighboursWhateverTheyDifferIn) {
  const std::string zeros(16, '\0');
  const std::string full = zeros.substr(0, 7) + std::string(9, '\xff');
  for (const auto& [low, high] :
       std::vector<std::pair<std::string, std::string>>{{sixteen(1, 1), sixteen(1, 3)},
                                                        {sixteen(1, 255), sixteen(2, 0)},
                                                        {zeros, std::string(16, '\xff')},
                                                        {full, zeros.substr(0, 6) + std::string(10, '\x1')}}) {
    Rng rng(1);
    for (int i = 0; i < 200; ++i) {
      const auto text = text_of_length_between(low, high, "\x1\x2\xff", rng);
      ASSERT_TRUE(text.has_value());
      EXPECT_EQ(text->size(), low.size());
      EXPECT_LT(low, *text);
      EXPECT_LT(*text, high);
    }
  }
  Rng rng(1);
  EXPECT_FALSE(text_of_length_between(full, zeros.substr(0, 6) + '\1' + zeros.substr(7), "a", rng).has_value());
}

TEST(MissingTexts, OfOneLengthLieOutsideASetWithoutGaps) {
  std::vector<std::string> keys;
  for (int low = 0; low < 256; ++low) keys.push_back(sixteen(1, static_cast<std::uint8_t>(low)));
  const Texts texts(keys);
  MissingKeys missing(texts.places, texts.text, 3);
  EXPECT_TRUE(missing.outside());
  Rng rng(2);
  std::vector<MissingKey> drawn;
  for (int i = 0; i < 100; ++i) drawn.push_back(missing.draw(rng));
  const std::string text = missing.take_text();
  for (const MissingKey& key : drawn) {
    const std::string_view made = bytes_at(text.data(), key.key - place_of(texts.text.size(), 0));
    EXPECT_EQ(made.size(), 16U);
    EXPECT_EQ(key.above, made < keys.front() ? 0U : keys.size());
    EXPECT_TRUE(made < keys.front() || made > keys.back());
  }
}

TEST(MissingTexts, OfOneLengthMayLieBesideTheOnlyRoomThatIsLeft) {
  std::vector<std::string> bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(std::string(1, static_cast<char>(byte)));
  std::ranges::sort(bytes);
  const Texts all(bytes);
  EXPECT_THROW(MissingKeys(all.places, all.text, 3), Error);
  bytes.erase(bytes.begin());
  const Texts but_one(bytes);
  MissingKeys missing(but_one.places, but_one.text, 3);
  Rng rng(2);
  EXPECT_EQ(missing.draw(rng).above, 0U);
  EXPECT_EQ(missing.take_text()[0], '\0');
}

}  // namespace
}  // namespace omenbench
