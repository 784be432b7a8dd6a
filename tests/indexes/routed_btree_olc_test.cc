// The concurrent B+tree with learned inner levels: that leaves and directory agree after histories of one thread and of
// many, and its answers under threads while splits, merges and plans go on.
#include "indexes/learned/routed_btree_olc.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"
#include "tests/indexes/concurrent_tree.h"

namespace omenbench {
namespace {

constexpr Key kLargest = ~Key{0};

/// To be called when no operation runs: every leaf holds what lies between its floor and the next one's, and the
/// directory leads to it from both ends of this range, from its middle and from its keys.
void audit(const RoutedBTreeOlc& tree, const std::map<Key, Payload>& expected) {
  const RoutedBTreeOlc::Leaf* leaf = tree.directory().find(0);
  std::size_t leaves = 0;
  auto next = expected.begin();
  for (bool first = true; leaf != nullptr; first = false, leaf = leaf->next) {
    ++leaves;
    ASSERT_EQ(leaf->lock.read() % 2, 0U);
    const Key low = first ? 0 : leaf->floor + 1;
    const Key high = leaf->next == nullptr ? kLargest : leaf->next->floor;
    ASSERT_LE(low, high);
    for (const Key key : {low, low + (high - low) / 2, high}) ASSERT_EQ(tree.directory().find(key), leaf) << key;
    for (std::size_t i = 0; i < leaf->count; ++i, ++next) {
      ASSERT_NE(next, expected.end());
      ASSERT_EQ(leaf->keys[i], next->first);
      ASSERT_EQ(leaf->payloads[i], next->second);
      ASSERT_TRUE(leaf->keys[i] >= low && leaf->keys[i] <= high);
      ASSERT_EQ(tree.directory().find(leaf->keys[i]), leaf);
    }
  }
  ASSERT_EQ(next, expected.end());
  EXPECT_EQ(leaves, tree.leaf_count()) << "a leaf was lost";
  EXPECT_EQ(leaves, tree.directory().shape().boundaries + 1);
}

TEST(RoutedBTreeOlc, IsSoundAfterAHistoryOfOneThread) {
  for (const std::uint64_t range : {60ULL, 3'000ULL, 100'000ULL}) {
    RoutedBTreeOlc tree;
    tree.build({});
    std::map<Key, Payload> map;
    Rng rng(range);
    for (int i = 0; i < tree_test::kSteps; ++i) {
      const bool shrinks = i / 20'000 % 2 == 1;
      const std::uint64_t die = rng.below(100);
      tree_test::step(tree, map, tree_test::scattered_key(rng, range), shrinks && die < 60 ? 50 : die, rng.next());
      ASSERT_FALSE(HasFatalFailure());
    }
    audit(tree, map);
    tree_test::expect_same(tree, map);
  }
}

TEST(RoutedBTreeOlc, IsBuiltOfAnyKeySet) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(3'000, 11)) {
    std::map<Key, Payload> map;
    std::vector<Entry> entries;
    for (const Key key : set.keys) {
      entries.push_back({key, key ^ 5});
      map.emplace(key, key ^ 5);
    }
    RoutedBTreeOlc tree;
    tree.build(entries);
    audit(tree, map);
    ASSERT_FALSE(HasFatalFailure()) << set.name;
  }
}

/// A reader may hold a leaf while it is merged into its neighbour and must then ask again, for whatever key.
TEST(RoutedBTreeOlc, ALeafThatWasMergedAwayAnswersForNoKey) {
  RoutedBTreeOlc tree;
  std::vector<Entry> entries;
  for (Key key = 1; key <= 40; ++key) entries.push_back({key, key});
  tree.build(entries);
  const RoutedBTreeOlc::Leaf* const left = tree.directory().find(1);
  const RoutedBTreeOlc::Leaf* const right = tree.directory().find(40);
  ASSERT_NE(left, right);
  for (Key key = 1; left->next == right; ++key) {
    ASSERT_LT(key, 40U);
    ASSERT_TRUE(tree.erase(key));
  }
  EXPECT_EQ(tree.directory().find(40), left);
  EXPECT_EQ(right->floor, kLargest);
  EXPECT_EQ(right->count, 0);
  Payload payload = 0;
  EXPECT_TRUE(tree.find(40, payload));
}

/// Many threads insert what makes one bucket overflow, regions and the whole directory be planned anew, while others
/// look for keys that are there all the time; then they erase it again.
TEST(RoutedBTreeOlc, FindsWhatStaysWhileEverythingIsPlannedAnew) {
  constexpr unsigned kWriters = 3;
  constexpr Key kStays = 20'000;
  constexpr Key kComes = 20'000 + tree_test::kSteps / 8;
  const auto place_of_stay = [](Key i) { return i << 40; };
  const auto place_of_new = [](unsigned writer, Key i) {
    const Key gap = i % 4 == 0 ? i * 0x9e3779b97f4a7c15ULL >> 8 : (7777ULL << 40) + i * 5;  // spread, or in one gap
    return (gap | 1) + 2 * (writer + kWriters * (gap % 2));
  };
  RoutedBTreeOlc tree;
  std::vector<Entry> entries;
  std::map<Key, Payload> map;
  for (Key i = 0; i < kStays; ++i) {
    entries.push_back({place_of_stay(i), i});
    map.emplace(place_of_stay(i), i);
  }
  tree.build(entries);
  std::atomic<unsigned> running{kWriters};
  std::vector<std::vector<Key>> inserted(kWriters);
  const auto write = [&](unsigned writer) {
    std::vector<Key>& own = inserted[writer];
    for (Key i = 0; i < kComes; ++i) {
      const Key key = place_of_new(writer, i);
      if (key % (Key{1} << 40) != 0 && tree.insert(key, key)) own.push_back(key);
    }
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (i % 3 != 0) {
        ASSERT_TRUE(tree.erase(own[i]));
      }
    }
    --running;
  };
  const auto read = [&](std::uint64_t seed) {
    Rng rng(seed);
    std::vector<Key> keys(64);
    std::vector<Payload> payloads(64);
    bool found[64];
    while (running != 0) {
      for (Key& key : keys) key = place_of_stay(rng.below(kStays));
      tree.find_batch(keys, payloads, found);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        ASSERT_TRUE(found[i]) << keys[i];
        ASSERT_EQ(payloads[i], keys[i] >> 40);
        Payload payload = 0;
        ASSERT_TRUE(tree.find(keys[i], payload));
        ASSERT_EQ(payload, keys[i] >> 40);
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < kWriters; ++t) threads.emplace_back(write, t);
    for (std::uint64_t t = 0; t < 2; ++t) threads.emplace_back(read, t);
  }
  for (const std::vector<Key>& own : inserted) {
    for (std::size_t i = 0; i < own.size(); i += 3) map.emplace(own[i], own[i]);
  }
  audit(tree, map);
  std::size_t plans = 0;
  for (const Counter& counter : tree.counters())
    plans += counter.name != std::string_view("planned_boundaries") ? counter.value : 0;
  EXPECT_GT(plans, 5U) << "nothing was planned anew";
}

TEST(RoutedBTreeOlc, SurvivesThreadsWithKeysOfTheirOwn) {
  tree_test::survives_threads_with_keys_of_their_own<RoutedBTreeOlc>();
}
TEST(RoutedBTreeOlc, ShowsEachWriterInOrder) { tree_test::shows_each_writer_in_order<RoutedBTreeOlc>(); }
TEST(RoutedBTreeOlc, CountsEveryInsertOnce) { tree_test::counts_every_insert_once<RoutedBTreeOlc>(); }

}  // namespace
}  // namespace omenbench
