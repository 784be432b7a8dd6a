// The automatic choices keep their budget of bytes on every key set, and choose small errors where keys are easy.
#include "indexes/learned/auto_epsilon.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "indexes/learned/greedy_spline.h"
#include "indexes/learned/pgm.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

template <class Locator>
class AutoEpsilon : public ::testing::Test {
 protected:
  static Locator trained(const std::vector<Key>& keys) {
    std::vector<Entry> entries;
    for (const Key key : keys) entries.push_back({key, 0});
    SortedColumns columns;
    columns.assign(entries);
    Locator locator;
    locator.train(columns);
    return locator;
  }
};

using Types = ::testing::Types<AutoEpsilonLocator<SplineFit>, AutoEpsilonLocator<PgmFit>>;
TYPED_TEST_SUITE(AutoEpsilon, Types);

TYPED_TEST(AutoEpsilon, KeepsItsBudgetOnEveryKeySet) {
  for (const std::size_t size : {10, 2'000, 100'000}) {
    for (const conformance::KeySet& set : conformance::synthetic_key_sets(size, 41)) {
      EXPECT_LE(this->trained(set.keys).size_bytes(), TypeParam::budget_bytes(set.keys.size()))
          << set.name << ", " << set.keys.size() << " keys";
    }
  }
}

/// Wherever the sample looks, keys are equally spaced; everywhere else they are not.
TYPED_TEST(AutoEpsilon, KeepsItsBudgetWhenTheSampleMisleads) {
  constexpr std::size_t kSize = 300'000;
  Rng rng(42);
  std::vector<Key> keys{5};
  for (std::size_t i = 1; i < kSize; ++i) {
    const std::size_t run = (kSize - 512) / 15;
    const bool sampled = i % run < 600;
    keys.push_back(keys.back() + (sampled ? 1000 : std::uint64_t{1} << rng.below(45)));
  }
  const TypeParam locator = this->trained(keys);
  EXPECT_LE(locator.size_bytes(), TypeParam::budget_bytes(kSize));
}

TYPED_TEST(AutoEpsilon, TellsWhatItChose) {
  std::vector<Key> line(100'000);
  for (std::size_t i = 0; i < line.size(); ++i) line[i] = i * 1'000'003 + 17;
  const TypeParam locator = this->trained(line);
  EXPECT_EQ(locator.epsilon(), 4) << "equal gaps cost nothing at any error";
  for (const Counter& counter : locator.counters()) {
    if (std::string_view(counter.name) == "epsilon") {
      EXPECT_EQ(counter.value, 4U);
    } else if (std::string_view(counter.name) == "model_bytes") {
      EXPECT_EQ(counter.value, locator.size_bytes());
    }
  }
  EXPECT_EQ(locator.counters().size(), 4U);
}

}  // namespace
}  // namespace omenbench
