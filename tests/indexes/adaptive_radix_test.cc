// The adaptive radix table, position by position, and what its builder promises: small tables, few misses where keys
// are regular, bounded tables and build time where they are hostile.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/rng.h"
#include "indexes/learned/adaptive_radix_or_tree.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

template <class Locator>
struct BuiltAs {
  SortedColumns columns;
  Locator locator;
};
using Built = BuiltAs<AdaptiveRadixLocator>;

template <class Locator = AdaptiveRadixLocator, class... Prices>
std::unique_ptr<BuiltAs<Locator>> build(const std::vector<Key>& keys, Prices... prices) {
  std::vector<Entry> entries;
  for (const Key key : keys) entries.push_back({key, 0});
  auto built = std::make_unique<BuiltAs<Locator>>();
  built->columns.assign(entries);
  built->locator.train(built->columns, prices...);
  return built;
}

void sort_unique(std::vector<Key>& keys) {
  std::ranges::sort(keys);
  const auto rest = std::ranges::unique(keys);
  keys.erase(rest.begin(), rest.end());
}

double missed_share(const Built& built) {
  std::size_t missed = 0;
  const std::size_t size = built.columns.size();
  for (std::size_t i = 0; i < size; ++i) {
    missed += !built.locator.window_holds(built.columns, built.columns.keys()[i]);
  }
  return static_cast<double>(missed) / static_cast<double>(size);
}

template <class Locator>
void expect_exact(const std::vector<Key>& keys, const BuiltAs<Locator>& built, const std::string& name) {
  Rng rng(9);
  std::vector<Key> probes{0, 1, Key{1} << 63, ~Key{0} - 1, ~Key{0}};
  for (const Key key : keys) probes.insert(probes.end(), {key - 1, key, key + 1});
  for (int i = 0; i < 1000; ++i) probes.push_back(rng.next() >> rng.below(64));
  for (std::size_t begin = 0; begin < probes.size(); begin += kLocateBatch) {
    const std::span<const Key> group(probes.data() + begin, std::min(kLocateBatch, probes.size() - begin));
    std::size_t positions[kLocateBatch];
    built.locator.locate_batch(built.columns, group, std::span(positions, group.size()));
    for (std::size_t i = 0; i < group.size(); ++i) {
      const auto expected = static_cast<std::size_t>(std::ranges::lower_bound(keys, group[i]) - keys.begin());
      ASSERT_EQ(built.locator.lower_bound(built.columns, group[i]), expected) << name << ", probe " << group[i];
      ASSERT_EQ(positions[i], expected) << name << ", batched probe " << group[i];
    }
  }
}

/// Prices decide the shape, so that all depths and both huge and tiny slots are walked through.
TEST(AdaptiveRadix, FindsTheExactLowerBoundOfEveryProbeInEveryShape) {
  constexpr adaptive_radix::Prices kPrices[] = {{}, {.miss = 100, .level = 0}, {.miss = 0.01}, {.miss = 8, .level = 2}};
  for (const std::size_t size : {1, 7, 50, 1'000, 10'000}) {
    for (const conformance::KeySet& set : conformance::synthetic_key_sets(size, 21)) {
      for (const adaptive_radix::Prices& prices : kPrices) expect_exact(set.keys, *build(set.keys, prices), set.name);
    }
  }
}

/// Clusters within clusters: each half of a cell holds 30 or 70 % of its keys.
std::vector<Key> cascade(std::size_t count) {
  Rng rng(3);
  std::vector<Key> keys(count);
  for (Key& key : keys) {
    for (int bit = 0; bit < 60; ++bit) key = key * 2 + (rng.below(10) < 3);
  }
  sort_unique(keys);
  return keys;
}

/// Steady events, bursts of a hundred and rare long pauses: three scales.
std::vector<Key> bursts_and_pauses(std::size_t count) {
  Rng rng(4);
  std::vector<Key> keys{1'600'000'000'000'000'000};
  while (keys.size() < count) {
    const std::size_t i = keys.size();
    const std::uint64_t gap = i % 10'000 == 0 ? 50'000'000 : 1 + rng.below(i % 1'000 < 100 ? 2 : 1'000);
    keys.push_back(keys.back() + gap);
  }
  return keys;
}

TEST(AdaptiveRadix, TakesAsManyTablesAsTheKeysNeed) {
  Rng rng(8);
  std::vector<Key> uniform(200'000);
  for (Key& key : uniform) key = rng.next();
  sort_unique(uniform);
  EXPECT_EQ(build(uniform)->locator.depth(), 1U);
  const std::vector<Key> clustered = cascade(200'000);
  const auto built = build(clustered);
  EXPECT_EQ(built->locator.depth(), 2U);
  EXPECT_LT(missed_share(*built), 0.2);
  expect_exact(clustered, *built, "cascade");
  const std::vector<Key> events = bursts_and_pauses(200'000);
  const auto table = build(events, adaptive_radix::Prices{.miss = 8, .level = 0});
  EXPECT_EQ(table->locator.depth(), 3U) << "when levels cost nothing";
  EXPECT_LT(missed_share(*table), 0.2);
  expect_exact(events, *table, "bursts and pauses");
}

TEST(AdaptiveRadix, MissesFewOfTheKeysAndKeepsSmallTables) {
  Rng rng(8);
  std::vector<Key> uniform(500'000);
  for (Key& key : uniform) key = rng.next();
  sort_unique(uniform);
  const auto built = build(uniform);
  EXPECT_LT(missed_share(*built), 0.03);
  EXPECT_LT(built->locator.size_bytes(), uniform.size() / 2);
}

/// More bytes never buy less than their price: one slot for everything would cost the price of a miss for each key.
TEST(AdaptiveRadix, NeverSpendsMoreThanThePriceOfMissingEveryKey) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(50'000, 5)) {
    if (set.keys.empty()) continue;
    const auto built = build(set.keys);
    const double limit = adaptive_radix::Prices{}.miss * static_cast<double>(set.keys.size()) + 128;
    EXPECT_LE(static_cast<double>(built->locator.size_bytes()), limit) << set.name;
  }
}

/// Seventeen neighbours in an otherwise empty space, four times over: more scales than there are tables.
std::vector<Key> nested_clusters() {
  Rng rng(6);
  std::vector<Key> keys{0};
  for (int scale = 0; scale < 4; ++scale) {
    std::vector<Key> finer;
    for (const Key key : keys) {
      for (int i = 0; i < 17; ++i) finer.push_back((key << 15) + rng.below(1 << (4 + rng.below(12))));
    }
    sort_unique(finer);
    keys = std::move(finer);
  }
  return keys;
}

TEST(AdaptiveRadix, LeavesKeysThatClusterAtTooManyScalesToATree) {
  const std::vector<Key> nested = nested_clusters();
  EXPECT_GT(missed_share(*build(nested)), 0.4);
  const auto tree = build<AdaptiveRadixOrTree>(nested);
  EXPECT_TRUE(tree->locator.by_tree());
  EXPECT_EQ(tree->locator.counters()[0].value, 0U);
  expect_exact(nested, *tree, "nested");
  const std::vector<Key> clustered = cascade(50'000);
  const auto tables = build<AdaptiveRadixOrTree>(clustered);
  EXPECT_FALSE(tables->locator.by_tree());
  EXPECT_GT(tables->locator.counters()[0].value, 0U);
  expect_exact(clustered, *tables, "cascade");
}

TEST(AdaptiveRadix, FindsTheExactLowerBoundWhicheverItChooses) {
  for (const std::size_t size : {0, 1, 7, 600, 10'000}) {
    for (const conformance::KeySet& set : conformance::synthetic_key_sets(size, 22)) {
      expect_exact(set.keys, *build<AdaptiveRadixOrTree>(set.keys), set.name);
    }
  }
}

/// Groups of 40 close keys, far apart: each makes a chain of nearly empty cells, one a level.
TEST(AdaptiveRadix, VisitsEachLevelOnceHoweverTheKeysAreNested) {
  std::vector<Key> keys;
  for (Key group = 0; group < 5'000; ++group) {
    for (Key i = 0; i < 40; ++i) keys.push_back((group << 50) + i * i / 16 + i);
  }
  const adaptive_radix::Plan plan(keys.data(), keys.size(), {});
  EXPECT_GE(plan.examined(), 5'000U * 40 * 32);
  EXPECT_LE(plan.examined(), 5'000U * 50 * 40 + 2 * 5'000 * 32);
  expect_exact(keys, *build(keys), "groups");
}

}  // namespace
}  // namespace omenbench
