// The words that every checksum is made of, as numbers worked out in another language from the formulas that the header
// states. Generator and trial loop share these definitions, so that a mistake in them cannot show as a difference
// between the two: only numbers written down can.
#include "core/operation.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <vector>

namespace omenbench {
namespace {

constexpr std::uint64_t kMost = ~std::uint64_t{0};

std::uint64_t fold(std::initializer_list<std::uint64_t> answers) {
  AnswerChecksum checksum;
  for (const std::uint64_t answer : answers) checksum.add(answer);
  return checksum.value();
}

// mix64(key ^ (seed + version * gamma)), modulo 2^64.
TEST(Payload, HasKnownValues) {
  EXPECT_EQ(payload_of(0, 0), 0U);
  EXPECT_EQ(payload_of(1, 0), 0x5692161d100b05e5U);
  EXPECT_EQ(payload_of(5, 11), 0x255c6046f62fbe29U);
  EXPECT_EQ(payload_of(5, 11, 1), 0x5de186dcba779207U);
  EXPECT_EQ(payload_of(5, 11, 2), 0x72419db23951df99U);
  EXPECT_EQ(payload_of(kMost, 11, 1), 0x3e3fb59da7dc0fddU);
  EXPECT_EQ(payload_of(5, 11, 0xffffffffU), 0x3044ba17099999c7U) << "the version must not wrap at 32 bits";
}

TEST(Payload, DiffersByKeySeedAndVersion) {
  std::set<Payload> payloads;
  for (Key key = 0; key < 20; ++key) {
    for (std::uint64_t seed = 100; seed < 120; ++seed) {
      for (std::uint32_t version = 0; version < 20; ++version) payloads.insert(payload_of(key << 40, seed, version));
    }
  }
  EXPECT_EQ(payloads.size(), 8000U);
}

// rotl(value, 7) + answer: (1 * 128 + 2) * 128 + 3 is 16643.
TEST(AnswerFold, HasKnownValues) {
  EXPECT_EQ(fold({}), 0U);
  EXPECT_EQ(fold({1, 2, 3}), 16643U);
  EXPECT_EQ(fold({kMost, kMost, kAbsentAnswer}), 0x6a09e667f3bcc888U);
}

TEST(AnswerFold, DependsOnTheOrderOfAnswers) {
  EXPECT_EQ(fold({3, 2, 1}), 49409U);
  EXPECT_NE(fold({1, 2, 3}), fold({2, 1, 3}));
}

// 64 answers turn the first one round by 7 * 64 = 7 words: all of its bits are still there.
TEST(AnswerFold, ForgetsNoBitOfAnEarlyAnswer) {
  for (int bit = 0; bit < 64; ++bit) {
    AnswerChecksum checksum;
    checksum.add(std::uint64_t{1} << bit);
    for (int i = 0; i < 64; ++i) checksum.add(0);
    EXPECT_EQ(checksum.value(), std::uint64_t{1} << bit);
  }
}

// The fractional parts of the square roots of 2 and 3; below, of 5.
TEST(AnswerWords, OfPresenceAreTheseConstants) {
  EXPECT_EQ(kAbsentAnswer, 0x6a09e667f3bcc909U);
  EXPECT_EQ(kPresentAnswer, 0xbb67ae8584caa73bU);
  EXPECT_EQ(kNoPosition, kMost);
  EXPECT_EQ(presence_answer(true), kPresentAnswer);
  EXPECT_EQ(presence_answer(false), kAbsentAnswer);
}

TEST(AnswerWords, OfALookupAreThePayloadOrAbsent) {
  EXPECT_EQ(lookup_answer(true, 77), 77U);
  EXPECT_EQ(lookup_answer(false, 77), kAbsentAnswer);
}

TEST(AnswerWords, OfAnEntryHoldKeyAndPayload) {
  EXPECT_EQ(entry_answer({0x0123456789abcdef, 0xfedcba9876543210}), 0x7777777777777777U);
  EXPECT_NE(entry_answer({1, 2}), entry_answer({2, 1}));
  EXPECT_EQ(entry_answer({1, 0}), std::uint64_t{1} << 32);
  EXPECT_EQ(entry_answer(Entry{0, 1}), 1U);
}

// The sum of the entry answers times gamma, plus the count.
TEST(AnswerWords, OfAScanHoldEveryEntryAndTheirNumber) {
  const std::vector<Entry> entries = {{1, 10}, {2, 20}, {3, 30}};
  EXPECT_EQ(scan_answer(entries), 0x10bf6ff7d57514efU);
  EXPECT_EQ(scan_answer(std::span(entries).first(1)), 0xad753d53f8e8d8d3U);
  EXPECT_EQ(scan_answer(std::span<const Entry>()), 0U);
  const std::vector<Entry> with_nothing = {{1, 10}, {0, 0}};
  EXPECT_NE(scan_answer(with_nothing), scan_answer(std::span(entries).first(1))) << "an entry of zeros counts";
}

TEST(ScanOrder, AscendsOnlyWhenEveryKeyIsAboveTheOneBefore) {
  const auto ascending = [](std::initializer_list<Key> keys) {
    std::vector<Entry> entries;
    for (const Key key : keys) entries.push_back({key, 0});
    return ascends(entries);
  };
  EXPECT_TRUE(ascending({}));
  EXPECT_TRUE(ascending({5}));
  EXPECT_TRUE(ascending({0, 1, kMost}));
  EXPECT_FALSE(ascending({1, 0}));
  EXPECT_FALSE(ascending({0, 1, 1})) << "an entry given twice";
  EXPECT_FALSE(ascending({0, 2, 1, 3}));
  EXPECT_FALSE(ascending({2, 1, 3, 4}));
}

TEST(ScanOrder, IsLookedAtForOneKeyInSixteenOfAnySet) {
  for (const Key step : {Key{1}, Key{16}, Key{1000}, Key{1} << 40}) {
    int checked = 0;
    for (Key i = 0; i < 16'000; ++i) checked += order_is_checked(i * step + 7);
    EXPECT_NEAR(checked, 1000, 150) << "keys " << step << " apart";
  }
  EXPECT_EQ(kDisorderedAnswer, 0x3c6ef372fe94f82bU);
}

TEST(Operations, AreLookupsOfAnOwnKeyUnlessSaidOtherwise) {
  const Operation operation;
  EXPECT_EQ(operation.key, 0U);
  EXPECT_EQ(operation.argument, 0U);
  EXPECT_EQ(operation.kind, OpKind::kLookup);
  EXPECT_EQ(operation.foreign, 0);
  EXPECT_EQ(operation.reserved, 0);
}

TEST(Operations, HaveOneLayoutAndOneNumberPerKind) {
  EXPECT_EQ(kOpKinds, 7);
  EXPECT_EQ(static_cast<int>(OpKind::kReadModifyWrite), kOpKinds - 1);
  EXPECT_LT(OpKind::kScan, OpKind::kInsert) << "whatever is not below kInsert writes";
  EXPECT_GT(OpKind::kUpdate, OpKind::kInsert);
  EXPECT_GT(OpKind::kErase, OpKind::kInsert);
  EXPECT_EQ(kMaxScan, 10'000U);
}

}  // namespace
}  // namespace omenbench
