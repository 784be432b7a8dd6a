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

}  // namespace
}  // namespace omenbench
