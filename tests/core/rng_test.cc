// Seeded randomness with known answers: published ones where there are, else worked out by integer arithmetic of any
// width in another language. A changed number here means that every stored seed now names another stream.
#include "core/rng.h"

#include <gmock/gmock.h>

#include <vector>

namespace omenbench {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint64_t> draws(Rng rng, int count, std::uint64_t below) {
  std::vector<std::uint64_t> values;
  for (int i = 0; i < count; ++i) values.push_back(below == 0 ? rng.next() : rng.below(below));
  return values;
}

// SplitMix64 from seed 1234567, as published with the algorithm's task on Rosetta Code: its i-th output is the mix of
// the seed plus i gammas.
TEST(Mix, GivesTheOutputsOfSplitMix64) {
  std::vector<std::uint64_t> outputs;
  std::uint64_t state = 1234567;
  for (int i = 0; i < 5; ++i) outputs.push_back(mix64(state += kGoldenGamma));
  EXPECT_THAT(outputs, ElementsAre(6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                   4593380528125082431U, 16408922859458223821U));
}

TEST(Mix, HasKnownValuesAtTheEnds) {
  EXPECT_EQ(mix64(0), 0U);
  EXPECT_EQ(mix64(1), 0x5692161d100b05e5U);
  EXPECT_EQ(mix64(std::uint64_t{1} << 63), 0x25c26ea579cea98aU);
  EXPECT_EQ(mix64(~std::uint64_t{0}), 0xb4d055fcf2cbbd7bU);
}

TEST(Mix, OfTwoWordsDependsOnTheirOrder) {
  EXPECT_EQ(mix64(1, 2), 0x081a5c1377856b73U);
  EXPECT_EQ(mix64(2, 1), 0xf2826f98653e9e57U);
  EXPECT_EQ(mix64(0, std::uint64_t{0}), 0x48218226ff3cd4bfU);
}

TEST(Mix, OfAWordAndATextDependsOnEveryLetterAndItsPlace) {
  EXPECT_EQ(mix64(1, ""), 0x910a2dec89025cc1U);
  EXPECT_EQ(mix64(1, "stream"), 0x28c2ca71454fefacU);
  EXPECT_EQ(mix64(1, "maerts"), 0xfad3838b52f0a825U);
  EXPECT_EQ(mix64(7, "\xc3\xa9"), 0x8397aed768637e2fU) << "letters are bytes without a sign";
}

// The first outputs of xoshiro256++ seeded by SplitMix64 from 0, which the Rust crate rand tests its SmallRng with.
TEST(Rng, GivesTheOutputsOfXoshiro256PlusPlus) {
  EXPECT_THAT(draws(Rng(0), 6, 0), ElementsAre(5987356902031041503U, 7051070477665621255U, 6633766593972829180U,
                                               211316841551650330U, 9136120204379184874U, 379361710973160858U));
}

TEST(Rng, DrawsBelowABoundFromTheHighHalfOfAProduct) {
  EXPECT_THAT(draws(Rng(42), 6, 7), ElementsAre(5, 2, 6, 4, 5, 4));
  EXPECT_THAT(draws(Rng(42), 6, 1000), ElementsAre(814, 318, 983, 701, 793, 588));
  EXPECT_THAT(draws(Rng(42), 3, 1), ElementsAre(0, 0, 0));
}

// Of three quarters of 2^64 and of 2^63 + 1 values, a quarter and a half of all words must be drawn again.
TEST(Rng, DrawsAgainWhatWouldFavourSomeValues) {
  EXPECT_THAT(draws(Rng(42), 6, std::uint64_t{3} << 62),
              ElementsAre(11265958957490425463U, 4410907598498523564U, 10978180682012118998U, 8136376425801098973U,
                          1734258313309431808U, 8371904207726483572U));
  EXPECT_THAT(draws(Rng(42), 6, (std::uint64_t{1} << 63) + 1),
              ElementsAre(2940605065665682376U, 9074821957992740550U, 6466834469879552732U, 5581269471817655715U,
                          1915852752325109347U, 8608607705564336234U));
}

TEST(Rng, MakesDoublesOfThe53HighBits) {
  Rng rng(42);
  EXPECT_EQ(rng.uniform(), 0x1.a0ec9a9e88ecdp-1);
  EXPECT_EQ(rng.uniform(), 0x1.467905d15dbccp-2);
  EXPECT_EQ(rng.uniform(), 0x1.f7c0f9f61849dp-1);
}

}  // namespace
}  // namespace omenbench
