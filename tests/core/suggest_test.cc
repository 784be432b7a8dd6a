// The distance has known answers, and suggestions neither miss a typing slip nor invent a meaning.
#include "core/suggest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace omenbench {
namespace {

const std::vector<std::string> kNames = {"alex",   "btree",   "lognormal", "normal",
                                         "pgm-64", "pgm-256", "uniform",   "uniform-dense"};

TEST(EditDistance, HasTheKnownAnswers) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("btree", "btere"), 1u);
  EXPECT_EQ(edit_distance("ca", "abc"), 3u);  // 2 only when a part may be edited twice
  EXPECT_EQ(edit_distance("PGM-64", "pgm-64"), 0u);
}

TEST(Suggest, FindsTheNameThatWasMistyped) {
  EXPECT_EQ(suggest("unifrom", kNames), "uniform");
  EXPECT_EQ(suggest("pgm64", kNames), "pgm-64");
  EXPECT_EQ(suggest("lognormla", kNames), "lognormal");
  EXPECT_EQ(suggest("Btree", kNames), "btree");
}

TEST(Suggest, FindsTheNameThatWasCutShort) {
  EXPECT_EQ(suggest("pgm", kNames), "pgm-64");
  EXPECT_EQ(suggest("logn", kNames), "lognormal");
}

TEST(Suggest, IsSilentWhenNothingIsClose) {
  EXPECT_EQ(suggest("rocksdb", kNames), "");
  EXPECT_EQ(suggest("", kNames), "");
  EXPECT_EQ(suggest("x", {}), "");
  const std::vector<std::string> columns = {"a", "10", "x1"};
  EXPECT_EQ(suggest("b", columns), "");
  EXPECT_EQ(suggest("12", columns), "");
  EXPECT_EQ(suggest("x2", columns), "x1");
}

TEST(Suggest, PhrasesTheEndOfAMessage) {
  EXPECT_EQ(did_you_mean("unifrom", kNames), ", did you mean 'uniform'?");
  EXPECT_EQ(did_you_mean("rocksdb", kNames), "");
}

}  // namespace
}  // namespace omenbench
