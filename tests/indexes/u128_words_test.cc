// Static indexes of 128-bit keys over words of 64 bits, key by key, and the SIMD search among whole keys.
#include "indexes/u128_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/rng.h"
#include "harness/conformance/texts.h"
#include "indexes/arrays/binary_search.h"
#include "indexes/learned/adaptive_radix_or_tree.h"
#include "indexes/learned/pgm.h"
#include "indexes/learned/radix_spline.h"
#include "indexes/trees/simd_tree.h"
#include "indexes/trees/split_words.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kMost = ~std::uint64_t{0};

TEST(WordProjection, KeepsTheBitsFromTheFirstThatDiffer) {
  const U128 smallest = u128_of(0x0123456789abcdef, 5);
  for (int width = 0; width <= 128; ++width) {
    const U128 range = width == 128 ? ~U128{0} : (U128{1} << width) - 1;
    const U128 from = width > 60 ? 0 : smallest;
    const WordProjection projection(from, from + range);
    Rng rng(static_cast<std::uint64_t>(width));
    for (int i = 0; i < 100; ++i) {
      const U128 drawn = u128_of(rng.next(), rng.next());
      const U128 key = from + (drawn & range), other = from + ((drawn + i) & range);
      EXPECT_TRUE(projection.key(projection.word(key), projection.rest(key)) == key) << width;
      EXPECT_TRUE(projection.spans(key));
      EXPECT_LE(projection.word(std::min(key, other)), projection.word(std::max(key, other))) << width;
      if (width <= 64) {
        EXPECT_EQ(projection.rest(key), 0U) << "the word tells keys apart";
      }
    }
    EXPECT_EQ(projection.word(from + range), width >= 64 ? kMost : low_word(range));
    EXPECT_EQ(projection.spans(from - 1), width == 128);
  }
}

template <class Locator>
class WordIndexes : public ::testing::Test {};

using Locators = ::testing::Types<Halving, SimdTreeLocator<BestCountKernel, true>, PgmLocator<8>,
                                  RadixSplineLocator<10, 8>, AdaptiveRadixOrTree>;
TYPED_TEST_SUITE(WordIndexes, Locators);

/// `expected`: the payload of each key, or none.
template <class I>
void expect_batch(const I& index, const std::vector<U128>& keys, const std::vector<std::optional<Payload>>& expected,
                  const std::string& name) {
  std::vector<Payload> payloads(keys.size());
  const auto found = std::make_unique<bool[]>(keys.size());
  index.find_batch(std::span<const U128>(keys), std::span(payloads), std::span(found.get(), keys.size()));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    ASSERT_EQ(found[i], expected[i].has_value()) << name;
    if (found[i]) {
      ASSERT_EQ(payloads[i], *expected[i]) << name;
    }
  }
}

/// Every key that may be asked for, one by one and in batches.
TYPED_TEST(WordIndexes, FindEveryKeyAndTheNextOfEveryOther) {
  for (const std::size_t count : {300, 20'000}) {
    for (const conformance::TextSet& set : conformance::sixteen_byte_sets(count, 3)) {
      std::vector<Entry> places;
      for (const Key number : set.keys) places.push_back({set.texts->place(number), 3 * number});
      StaticWordsIndex<TypeParam> index;
      index.build(U128Entries(places, set.texts->text()));
      std::size_t next = 0;  // first of the keys that is not below
      std::vector<U128> asked;
      std::vector<std::optional<Payload>> answers;
      for (Key number = 0; number < set.texts->size(); ++number) {
        const U128 key = load_u128((*set.texts)[number].data());
        const bool present = next < set.keys.size() && set.keys[next] == number;
        Payload payload = 0;
        ASSERT_EQ(index.find(key, payload), present) << set.name;
        if (present) {
          ASSERT_EQ(payload, 3 * number) << set.name;
        }
        U128Entry entries[3];
        const std::size_t left = std::min<std::size_t>(set.keys.size() - next, 3);
        ASSERT_EQ(index.scan(key, std::span(entries)), left) << set.name;
        for (std::size_t i = 0; i < left; ++i) {
          const Key expected = set.keys[next + i];
          ASSERT_EQ(entries[i], (U128Entry{load_u128((*set.texts)[expected].data()), 3 * expected})) << set.name;
        }
        next += present;
        asked.push_back(key);
        answers.push_back(present ? std::optional(3 * number) : std::nullopt);
      }
      if constexpr (Batched<StaticWordsIndex<TypeParam>>) expect_batch(index, asked, answers, set.name);
    }
  }
}

TEST(WordColumns, KeepOneWordForKeysThatShareIt) {
  std::string text;
  std::vector<Entry> places;
  for (const std::uint64_t high : {1, 2, 900}) {  // ten bits: the word leaves ten of the lower half out
    for (std::uint64_t low = 0; low < 1024 * 3; ++low) {
      places.push_back({place_of(text.size(), 16), low});
      for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(static_cast<unsigned char>(high >> shift));
      for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(static_cast<unsigned char>(low >> shift));
    }
  }
  WordColumns columns;
  columns.assign(U128Entries(places, text.data()));
  EXPECT_TRUE(columns.has_runs());
  EXPECT_EQ(columns.size(), 9U);
  EXPECT_EQ(columns.entries(), 9U * 1024);
  EXPECT_EQ(columns.begin_of(4), 4U * 1024);
  EXPECT_EQ(columns.lower_bound_in_run(4, 1023), 4U * 1024 + 1023);
}

template <std::size_t kCount>
void expect_counts_like_lower_bound() {
  Rng rng(kCount);
  const auto draw = [&] {
    const std::uint64_t halves[] = {0, 1, kMost >> 1, (kMost >> 1) + 1, kMost - 1, kMost, rng.next()};
    const std::uint64_t high = halves[rng.below(std::size(halves))];
    return u128_of(high, halves[rng.below(std::size(halves))]);
  };
  for (int round = 0; round < 2000; ++round) {
    U128 keys[kCount];
    for (U128& key : keys) key = draw();
    std::ranges::sort(keys);
    const U128 probe = rng.below(2) == 0 ? draw() : keys[rng.below(kCount)];
    const auto expected = static_cast<std::size_t>(std::ranges::lower_bound(keys, probe) - keys);
    SplitWords<kCount> words;
    for (std::size_t i = 0; i < kCount; ++i) words[i] = keys[i];
    ASSERT_EQ((slots_below<false, kCount>(words, probe)), expected);
  }
}

TEST(SlotsBelow, CountKeysOf128BitsByBothHalves) {
  expect_counts_like_lower_bound<1>();
  expect_counts_like_lower_bound<3>();
  expect_counts_like_lower_bound<4>();
  expect_counts_like_lower_bound<7>();
  expect_counts_like_lower_bound<20>();
}

}  // namespace
}  // namespace omenbench
