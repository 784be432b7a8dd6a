// The concurrent ALEX: its structure after histories of one thread and of many, and its answers under threads.
#include "indexes/learned/alex_olc.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"
#include "tests/indexes/concurrent_tree.h"

namespace omenbench {
namespace {

using Leaf = AlexOlcTree::Leaf;
using Inner = AlexOlcTree::Inner;
using Reference = std::map<Key, Payload>;

std::vector<Entry> entries_of(const Reference& reference) {
  std::vector<Entry> entries;
  for (const auto& [key, payload] : reference) entries.push_back({key, payload});
  return entries;
}

std::uint64_t counter(const AlexOlc& alex, std::string_view name) {
  for (const Counter& counter : alex.counters()) {
    if (name == counter.name) return counter.value;
  }
  ADD_FAILURE() << "no counter " << name;
  return 0;
}

/// To be called when no operation runs: no node is retired or owned, every entry lies in the leaf that its key leads
/// to, leaves follow each other in key order, none but a lone root is empty, and the contents are those of `reference`.
void audit(const AlexOlc& alex, const Reference& reference) {
  std::vector<const Leaf*> leaves;
  std::size_t owned = 0;
  visit_alex(
      alex.tree().root(), [&](const Inner& node) { owned += !node.lock.idle(); },
      [&](const Leaf& leaf) {
        owned += !leaf.lock.idle();
        leaves.push_back(&leaf);
      });
  ASSERT_EQ(owned, 0U);
  auto expected = reference.begin();
  for (const Leaf* const leaf : leaves) {
    ASSERT_TRUE(leaves.size() == 1 || leaf->size() > 0);
    std::size_t used = 0;
    for (std::size_t i = 0; i < leaf->end(); ++i) {
      if (!leaf->used(i)) continue;
      ++used;
      ASSERT_NE(expected, reference.end());
      ASSERT_EQ(leaf->slot(i), (Entry{expected->first, expected->second}));
      ASSERT_EQ(alex.tree().leaf(expected->first), leaf) << expected->first;
      ++expected;
    }
    ASSERT_EQ(used, leaf->size());
  }
  ASSERT_EQ(expected, reference.end());
}

TEST(AlexOlc, KeepsItsStructureUnderRandomInsertsAndErases) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(20'000, 3)) {
    SCOPED_TRACE(set.name);
    if (set.keys.empty()) continue;
    Rng rng(11);
    Reference reference;
    for (const Key key : set.keys) {
      if (rng.below(2) == 0) reference.emplace(key, rng.next());
    }
    AlexOlc alex;
    alex.build(entries_of(reference));
    ASSERT_NO_FATAL_FAILURE(audit(alex, reference));
    for (const std::uint64_t erased_share : {10, 90, 30}) {
      for (std::size_t i = 0; i < set.keys.size(); ++i) {
        const Key key = set.keys[rng.below(set.keys.size())] + rng.below(2);
        if (rng.below(100) < erased_share) {
          ASSERT_EQ(alex.erase(key), reference.erase(key) == 1);
        } else {
          ASSERT_EQ(alex.insert(key, i), reference.emplace(key, i).second);
        }
      }
      ASSERT_NO_FATAL_FAILURE(audit(alex, reference));
      tree_test::expect_same(alex, reference);
    }
  }
}

/// One thread's part of a test in which all threads change the shape of the same tree: it inserts keys of its own, and
/// later erases all but every hundredth.
struct Grower {
  AlexOlc& alex;
  Key (*key_of)(std::size_t);  ///< the keys of all threads, of which thread t takes every kThreads-th
  std::size_t thread;
  std::size_t keys;
  Reference reference{};

  static constexpr std::size_t kThreads = 4;

  void grow() {
    for (std::size_t i = thread; i < keys; i += kThreads) {
      const Key key = key_of(i);
      ASSERT_TRUE(alex.insert(key, i)) << key;
      reference.emplace(key, i);
      if (i % 64 == thread) check(key_of(i / kThreads / 2 * kThreads + thread));
    }
  }
  void shrink() {
    for (std::size_t i = thread; i < keys; i += kThreads) {
      if (i / kThreads % 100 == 0) continue;
      ASSERT_TRUE(alex.erase(key_of(i))) << key_of(i);
      reference.erase(key_of(i));
    }
  }
  /// A key that is there since long, and what follows it.
  void check(Key key) {
    Payload payload = 0;
    ASSERT_TRUE(alex.find(key, payload)) << key;
    Entry first;
    ASSERT_TRUE(alex.lower_bound(key, first));
    ASSERT_EQ(first, (Entry{key, payload}));
    std::vector<Entry> out(100);
    out.resize(alex.scan(key, out));
    ASSERT_FALSE(out.empty());
    for (std::size_t i = 1; i < out.size(); ++i) ASSERT_LT(out[i - 1].key, out[i].key);
    auto own = reference.lower_bound(key);
    for (const Entry& entry : out) {
      if (own != reference.end() && own->first == entry.key) ++own;
    }
    ASSERT_TRUE(own == reference.end() || out.size() < 100 || own->first > out.back().key) << "a scan missed " << key;
  }
};

constexpr std::size_t kGrown = tree_test::kSteps;
Key ascending(std::size_t i) { return (Key{1} << 62) + i * 1000; }
Key descending(std::size_t i) { return (Key{1} << 62) - i * 1000; }
Key scattered(std::size_t i) { return mix64(i); }
Key dense(std::size_t i) { return i * 7919 % kGrown; }

TEST(AlexOlc, ChangesItsShapeUnderFourThreads) {
  for (const auto key_of : {ascending, descending, scattered, dense}) {
    for (const bool extremes : {false, true}) {
      Reference reference;
      if (extremes) reference = {{0, 1}, {~Key{0}, 2}};
      if (extremes && key_of(0) == 0) continue;
      AlexOlc alex;
      alex.build(entries_of(reference));
      std::vector<Grower> growers;
      for (std::size_t t = 0; t < Grower::kThreads; ++t) growers.push_back({alex, key_of, t, kGrown});
      for (const bool growing : {true, false}) {
        {
          std::vector<std::jthread> threads;
          for (Grower& grower : growers) {
            threads.emplace_back([&grower, growing] { growing ? grower.grow() : grower.shrink(); });
          }
        }
        Reference all = reference;
        for (const Grower& grower : growers) all.insert(grower.reference.begin(), grower.reference.end());
        ASSERT_NO_FATAL_FAILURE(audit(alex, all));
        tree_test::expect_same(alex, all);
        if (growing) {
          EXPECT_GT(counter(alex, "expansions"), 5U);
        }
      }
      EXPECT_GT(counter(alex, "sideways_splits") + counter(alex, "downward_splits") + counter(alex, "retrains"), 0U);
      EXPECT_GT(counter(alex, "contractions"), 0U);
      EXPECT_LT(alex.size_bytes(), 200 * kGrown / 100 + 3'000'000) << "what was retired is freed in time";
    }
  }
}

TEST(AlexOlc, EmptiesItsNodesUnderTwoThreads) {
  constexpr std::size_t kClusters = 8;
  constexpr std::size_t kKeys = 200;  // of a cluster
  for (int round = 0; round < tree_test::kSteps / 1000; ++round) {
    // Clusters of ever smaller gaps: inner nodes with few children below each other.
    Reference reference;
    for (std::size_t c = 0; c < kClusters; ++c) {
      for (std::size_t i = 0; i < kKeys; ++i) reference.emplace((Key{1} << (60 - 6 * c)) + (i << (48 - 6 * c)), i);
    }
    AlexOlc alex;
    alex.build(entries_of(reference));
    std::atomic<unsigned> ready{0};
    std::atomic<std::size_t> erased{0};
    const auto erase = [&](std::size_t thread) {
      ++ready;
      while (ready < 2) {
      }
      // Each takes every other cluster, and comes to its last keys when the other does.
      std::size_t n = 0;
      for (const auto& [key, payload] : reference) erased += n++ / kKeys % 2 == thread && alex.erase(key);
    };
    {
      std::jthread first(erase, 0);
      std::jthread second(erase, 1);
    }
    ASSERT_EQ(erased, reference.size());
    ASSERT_NO_FATAL_FAILURE(audit(alex, {}));
    ASSERT_EQ(counter(alex, "data_nodes"), 1U);
    ASSERT_EQ(counter(alex, "inner_nodes"), 0U);
    ASSERT_TRUE(alex.insert(round, 1));
  }
}

TEST(AlexOlc, TellsTheExtremeKeysFromWhatFillsItsGaps) {
  for (const Key extreme : {Key{0}, ~Key{0}}) {
    AlexOlc alex;
    alex.build({});
    Payload payload = 0;
    Entry entry{};
    for (std::size_t round = 0; round < 3; ++round) {
      EXPECT_FALSE(alex.find(extreme, payload));
      EXPECT_FALSE(alex.update(extreme, 1));
      EXPECT_FALSE(alex.erase(extreme));
      EXPECT_TRUE(alex.insert(extreme, 7));
      EXPECT_FALSE(alex.insert(extreme, 8));
      EXPECT_TRUE(alex.find(extreme, payload));
      EXPECT_EQ(payload, 7U);
      EXPECT_TRUE(alex.lower_bound(extreme, entry));
      EXPECT_EQ(entry, (Entry{extreme, 7}));
      EXPECT_TRUE(alex.erase(extreme));
      for (Key key = 1; key <= 100; ++key) alex.insert(extreme == 0 ? key * 1000 : ~(key * 1000), key);
    }
  }
}

TEST(AlexOlc, AnswersBatchesAsSingleLookupsWhileOthersWrite) {
  constexpr Key kStride = 1000;
  constexpr std::size_t kKeys = 20'000;
  Reference reference;
  for (std::size_t i = 0; i < kKeys; ++i) reference.emplace(i * kStride, i);
  AlexOlc alex;
  alex.build(entries_of(reference));
  std::atomic<bool> stop{false};
  std::jthread writer([&] {
    Rng rng(3);
    while (!stop) {
      const Key key = rng.below(kKeys * kStride) | 1;
      alex.insert(key, ~Payload{0});
      if (rng.below(2) == 0) alex.erase(rng.below(kKeys * kStride) | 1);
    }
  });
  Rng rng(4);
  for (std::size_t round = 0; round < tree_test::kSteps / 100; ++round) {
    std::vector<Key> keys(rng.below(100));
    for (Key& key : keys) key = rng.below(kKeys + 10) * kStride;
    std::vector<Payload> payloads(keys.size());
    const auto found = std::make_unique<bool[]>(keys.size() + 1);
    alex.find_batch(keys, payloads, {found.get(), keys.size()});
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_EQ(found[i], keys[i] / kStride < kKeys) << keys[i];
      ASSERT_TRUE(!found[i] || payloads[i] == keys[i] / kStride);
    }
  }
  stop = true;
}

TEST(AlexOlc, SurvivesThreadsWithKeysOfTheirOwn) { tree_test::survives_threads_with_keys_of_their_own<AlexOlc>(); }

TEST(AlexOlc, ShowsEachWriterInOrder) { tree_test::shows_each_writer_in_order<AlexOlc>(); }

TEST(AlexOlc, CountsEveryInsertOnce) { tree_test::counts_every_insert_once<AlexOlc>(); }

}  // namespace
}  // namespace omenbench
