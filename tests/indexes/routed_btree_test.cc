// The B+tree with learned inner levels: that its directory leads every key to its leaf after any history, that what
// hurts its models costs a bounded amount of planning, and that inserts in order leave full leaves.
#include "indexes/learned/routed_btree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <vector>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

constexpr Key kLargest = ~Key{0};

std::vector<Entry> entries_of(std::span<const Key> keys) {
  std::vector<Entry> entries;
  for (const Key key : keys) entries.push_back({key, key ^ 5});
  return entries;
}

std::unique_ptr<RoutedBTree> build(std::span<const Key> keys) {
  auto tree = std::make_unique<RoutedBTree>();
  tree->build(entries_of(keys));
  return tree;
}

/// Every leaf holds what lies between its floor and the next one's, and is where the directory leads from both ends of
/// this range, from its middle and from its keys.
void expect_sound(const RoutedBTree& tree, std::size_t entries) {
  const RoutedBTree::Leaf* leaf = tree.directory().find(0);
  std::size_t leaves = 0;
  std::size_t found = 0;
  for (bool first = true; leaf != nullptr; first = false, leaf = leaf->next) {
    ++leaves;
    found += leaf->count;
    const Key low = first ? 0 : leaf->floor + 1;
    const Key high = leaf->next == nullptr ? kLargest : leaf->next->floor;
    ASSERT_LE(low, high);
    for (const Key key : {low, low + (high - low) / 2, high}) ASSERT_EQ(tree.directory().find(key), leaf) << key;
    for (std::size_t i = 0; i < leaf->count; ++i) {
      ASSERT_TRUE(leaf->keys[i] >= low && leaf->keys[i] <= high);
      ASSERT_TRUE(i == 0 || leaf->keys[i - 1] < leaf->keys[i]);
      ASSERT_EQ(tree.directory().find(leaf->keys[i]), leaf);
    }
    for (std::size_t i = leaf->count; i < RoutedBTree::Leaf::kSlots; ++i) ASSERT_EQ(leaf->keys[i], kEmptySlot);
  }
  EXPECT_EQ(found, entries);
  EXPECT_EQ(leaves, tree.leaf_count()) << "a leaf was lost";
  EXPECT_EQ(leaves, tree.directory().shape().boundaries + 1);
}

/// Inserts all keys; none may be there.
void insert_all(RoutedBTree& tree, std::span<const Key> keys) {
  for (const Key key : keys) ASSERT_TRUE(tree.insert(key, key ^ 5));
}

std::vector<Key> shuffled(std::vector<Key> keys, std::uint64_t seed) {
  Rng rng(seed);
  for (std::size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[rng.below(i)]);
  return keys;
}

std::vector<Key> multiples(Key step, std::size_t count) {
  std::vector<Key> keys(count);
  for (std::size_t i = 0; i < count; ++i) keys[i] = step * i;
  return keys;
}

TEST(RoutedBTree, LeadsEveryKeyToItsLeafOnEveryKeySet) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(20'000, 3)) {
    SCOPED_TRACE(set.name);
    const auto tree = build(set.keys);
    expect_sound(*tree, set.keys.size());
    const auto grown = build({});
    insert_all(*grown, shuffled(set.keys, 1));
    expect_sound(*grown, set.keys.size());
  }
}

TEST(RoutedBTree, StaysSoundThroughRandomHistories) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    Rng rng(seed);
    std::map<Key, Payload> reference;
    const auto tree = build({});
    for (int phase = 0; phase < 8; ++phase) {
      const bool growing = phase % 2 == 0;
      const Key centre = rng.next();
      for (int i = 0; i < 6000; ++i) {
        const Key key = seed % 2 == 0 ? centre + rng.below(1 << 14) : rng.next() >> rng.below(60);
        if (growing ? rng.below(8) != 0 : rng.below(8) == 0) {
          ASSERT_EQ(tree->insert(key, key ^ 5), reference.emplace(key, key ^ 5).second);
        } else {
          const auto at = reference.lower_bound(key);
          const Key victim = at == reference.end() ? key : at->first;
          ASSERT_EQ(tree->erase(victim), reference.erase(victim) == 1);
        }
      }
      expect_sound(*tree, reference.size());
    }
  }
}

TEST(RoutedBTree, HoldsTheSmallestAndTheLargestKey) {
  const auto tree = build({});
  insert_all(*tree, std::vector<Key>{kLargest, 0});
  for (Key i = 1; i < 400; ++i) insert_all(*tree, std::vector<Key>{i, kLargest - i});
  expect_sound(*tree, 800);
  for (Key i = 1; i < 400; ++i) ASSERT_TRUE(tree->erase(i) && tree->erase(kLargest - i));
  EXPECT_FALSE(tree->insert(kLargest, 1));
  EXPECT_FALSE(tree->insert(0, 1));
  expect_sound(*tree, 2);
  Entry last{};
  ASSERT_TRUE(tree->lower_bound(1, last));
  EXPECT_EQ(last.key, kLargest);
}

TEST(RoutedBTree, SplitsLeavesThatTheBuildLeftNearlyFull) {
  const std::vector<Key> keys = multiples(1000, 27'000);
  const auto tree = build(keys);
  const std::size_t leaves = tree->leaf_count();
  for (std::size_t i = 0; i < keys.size(); i += 9) insert_all(*tree, std::vector<Key>{keys[i] + 1});
  EXPECT_EQ(tree->leaf_count(), leaves) << "three more entries fit into every leaf";
  for (std::size_t i = 0; i < keys.size(); i += 27) insert_all(*tree, std::vector<Key>{keys[i] + 500});
  EXPECT_EQ(tree->leaf_count(), 2 * leaves);
  expect_sound(*tree, 31'000);
}

TEST(RoutedBTree, BecomesEmptyAndUsesItsLeavesAgain) {
  const std::vector<Key> keys = shuffled(multiples(Key{1} << 40, 30'000), 2);
  const auto tree = build({});
  insert_all(*tree, keys);
  const std::uint64_t bytes = tree->size_bytes();
  for (int cycle = 0; cycle < 5; ++cycle) {
    for (const Key key : shuffled(keys, static_cast<std::uint64_t>(cycle))) ASSERT_TRUE(tree->erase(key));
    expect_sound(*tree, 0);
    EXPECT_LT(tree->leaf_count(), 60U) << "leaves whose boundary lies high in a tree may stay, few";
    insert_all(*tree, keys);
    expect_sound(*tree, keys.size());
  }
  EXPECT_LT(tree->size_bytes(), bytes + bytes / 8);
}

/// Inserts that fill one gap: always in the middle of the widest one that the last two left.
std::vector<Key> bisecting(Key low, Key high, std::size_t count) {
  std::vector<std::pair<Key, Key>> gaps = {{low, high}};
  std::vector<Key> keys;
  for (std::size_t i = 0; keys.size() < count && i < gaps.size(); ++i) {
    const auto [from, to] = gaps[i];
    if (to - from < 2) continue;
    const Key middle = from + (to - from) / 2;
    keys.push_back(middle);
    gaps.emplace_back(from, middle);
    gaps.emplace_back(middle, to);
  }
  return keys;
}

/// What each adversary inserts into an index of evenly spread keys.
std::vector<std::pair<const char*, std::vector<Key>>> adversaries(Key step) {
  std::vector<Key> nested;  // each cluster a 2^16th as wide as the last, inside of it
  for (Key width = step - 2, low = 77 * step + 1; width > 4000; width >>= 8, low += width) {
    for (Key i = 0; i < 3000; ++i) nested.push_back(low + width / 3000 * i);
  }
  std::ranges::sort(nested);
  nested.erase(std::unique(nested.begin(), nested.end()), nested.end());
  std::vector<Key> upwards(40'000);
  std::iota(upwards.begin(), upwards.end(), 50 * step + 1);
  std::vector<Key> downwards(upwards.rbegin(), upwards.rend());
  return {{"one gap, bisected", bisecting(20 * step, 21 * step, 40'000)},
          {"one gap, upwards", upwards},
          {"one gap, downwards", downwards},
          {"one gap, at random", shuffled(upwards, 3)},
          {"clusters within clusters", shuffled(nested, 4)}};
}

TEST(RoutedBTree, PlansABoundedAmountUnderAdversaries) {
  const Key step = Key{1} << 44;
  const std::vector<Key> keys = multiples(step, 200'000);
  for (const auto& [name, inserts] : adversaries(step)) {
    SCOPED_TRACE(name);
    const auto tree = build(keys);
    const std::size_t built = tree->directory().planned_boundaries();
    const std::size_t leaves = tree->leaf_count();
    insert_all(*tree, inserts);
    expect_sound(*tree, keys.size() + inserts.size());
    const std::size_t splits = tree->leaf_count() - leaves;
    EXPECT_LE(tree->directory().planned_boundaries() - built, 12 * splits + 1000);
    // Trees may come, tables may not grow beyond their bound.
    EXPECT_LE(tree->directory().size_bytes(), 170 * tree->leaf_count());
  }
}

/// Like text: every byte is one of few, some far more often than others, so that keys lie in clusters within clusters.
std::vector<Key> text_like(std::size_t count) {
  Rng rng(6);
  std::vector<Key> keys;
  for (std::size_t i = 0; i < count; ++i) {
    Key key = 0;
    for (int byte = 0; byte < 8; ++byte) key = key << 8 | (97 + rng.below(1 + rng.below(6)));
    keys.push_back(key);
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

TEST(RoutedBTree, IsOneTreeWhereTablesDoNotPayAndTablesWhereTheyDo) {
  const std::vector<Key> text = text_like(100'000);
  const auto tree = build(text);
  expect_sound(*tree, text.size());
  EXPECT_EQ(tree->directory().shape().in_trees, tree->directory().shape().boundaries);
  EXPECT_EQ(tree->directory().shape().entries, 1U);
  // So many evenly spread keys that the next plan has tables.
  const std::vector<Key> spread = multiples((Key{1} << 44) + 1, 500'000);
  insert_all(*tree, shuffled(spread, 7));
  expect_sound(*tree, text.size() + spread.size());
  EXPECT_LT(tree->directory().shape().in_trees, tree->directory().shape().boundaries / 2);
}

double fill_of(const RoutedBTree& tree, std::size_t entries) {
  return static_cast<double>(entries) / static_cast<double>(tree.leaf_count() * RoutedBTree::Leaf::kSlots);
}

TEST(RoutedBTree, LeavesFullLeavesBehindInsertsInOrder) {
  const std::vector<Key> ascending = multiples(1000, 60'000);
  const std::vector<Key> descending(ascending.rbegin(), ascending.rend());
  std::vector<Key> interleaved;
  for (Key i = 0; i < 7500; ++i) {
    for (Key stream = 0; stream < 8; ++stream) interleaved.push_back((stream << 40) + i);
  }
  for (const auto& keys : {ascending, descending, interleaved}) {
    const auto tree = build({});
    insert_all(*tree, keys);
    expect_sound(*tree, keys.size());
    EXPECT_GT(fill_of(*tree, keys.size()), 0.88);
  }
  const auto tree = build({});
  insert_all(*tree, shuffled(ascending, 5));
  EXPECT_LT(fill_of(*tree, ascending.size()), 0.8) << "else this test says nothing";
}

}  // namespace
}  // namespace omenbench
