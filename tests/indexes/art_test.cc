// The adaptive radix tree's structure after random histories, and its answers under threads.
#include "indexes/trees/art.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "core/rng.h"
#include "tests/indexes/concurrent_tree.h"

namespace omenbench {
namespace {

template <class Lock>
class ArtStructure : public ::testing::Test {
 protected:
  /// Walks the subtree of `ref`, whose keys must agree with `prefix` in all bytes above `shift`.
  void walk(ArtRef ref, Key prefix, unsigned shift, bool root) {
    if (ref.is_leaf()) {
      ++leaves_;
      const Key key = ref.to<ArtLeaf>()->key;
      ASSERT_EQ(shift == 64 ? 0 : key >> shift, shift == 64 ? 0 : prefix >> shift);
      ASSERT_TRUE(leaves_ == 1 || key > last_) << "keys out of order";
      last_ = key;
      return;
    }
    ++nodes_;
    with_art_node<Lock>(ref, [&](const auto& node) {
      using Node = std::remove_cvref_t<decltype(node)>;
      kinds_.insert(Node::kKind);
      ASSERT_LE(node.count, Node::kCapacity);
      if (!root) {
        ASSERT_GE(node.count, 2U) << "a node with one child must give way to it";
        ASSERT_LT(ref.shift(), shift);
        ASSERT_EQ(shift == 64 ? 0 : node.prefix >> shift, shift == 64 ? 0 : prefix >> shift);
      }
      ArtChild children[256];
      const std::size_t count = node.collect(0, children);
      ASSERT_EQ(count, node.count);
      for (const ArtChild& c : std::span(children, count)) {
        ASSERT_EQ(node.find(c.byte), c.ref);
        walk(c.ref, node.prefix | Key{c.byte} << ref.shift(), ref.shift(), false);
        if (this->HasFatalFailure()) return;
      }
    });
  }

  void check(const Art<Lock>& tree, std::size_t entries) {
    leaves_ = nodes_ = 0;
    kinds_.clear();
    walk(tree.root(), 0, 64, true);
    if (this->HasFatalFailure()) return;
    ASSERT_EQ(leaves_, entries);
    ASSERT_EQ(leaves_, tree.leaf_count()) << "a leaf was lost";
    ASSERT_EQ(nodes_, tree.node_count()) << "a node was lost";
  }

  std::size_t leaves_ = 0;
  std::size_t nodes_ = 0;
  std::set<ArtKind> kinds_;
  Key last_ = 0;
};

using Locks = ::testing::Types<NoLock, VersionLock>;
TYPED_TEST_SUITE(ArtStructure, Locks);

TYPED_TEST(ArtStructure, HoldsAfterBulkLoads) {
  for (const std::size_t size : {0, 1, 2, 5, 17, 49, 300, 20'000}) {
    for (const Key gap : {Key{1}, Key{3}, Key{1} << 20, Key{0x0123456789ab}}) {
      std::vector<Entry> entries;
      for (std::size_t i = 0; i < size; ++i) entries.push_back({i * gap, i});
      Art<TypeParam> tree;
      tree.build(entries);
      this->check(tree, size);
      if (this->HasFatalFailure()) return;
    }
  }
}

TYPED_TEST(ArtStructure, HoldsAfterRandomInsertsAndErases) {
  Art<TypeParam> tree;
  tree.build({});
  std::map<Key, Payload> map;
  Rng rng(3);
  std::size_t kinds = 0;
  for (int i = 0; i < tree_test::kSteps; ++i) {
    const bool growing = i / 20'000 % 2 == 0;
    const std::uint64_t die = rng.below(100);
    const Key key = tree_test::scattered_key(rng, 3'000);
    tree_test::step(tree, map, key, growing ? die : die < 70 ? 50 : die, rng.next());
    if (i % 5'000 == 0) {
      this->check(tree, map.size());
      kinds = std::max(kinds, this->kinds_.size());
    }
    if (this->HasFatalFailure()) return;
  }
  EXPECT_EQ(kinds, 4U) << "the test must see nodes of every size";
  tree_test::expect_same(tree, map);
  for (const auto& [key, payload] : std::map(map)) tree_test::step(tree, map, key, 50, 0);
  this->check(tree, 0);
}

TYPED_TEST(ArtStructure, FindsLowerBoundsAcrossSharedPrefixes) {
  std::map<Key, Payload> map;
  std::vector<Entry> entries;
  Rng rng(8);
  for (int i = 0; i < 3'000; ++i) map.emplace(tree_test::scattered_key(rng, 2'000), i);
  for (const auto& [key, payload] : map) entries.push_back({key, payload});
  Art<TypeParam> tree;
  tree.build(entries);
  for (int i = 0; i < 30'000; ++i) {
    const Key key = tree_test::scattered_key(rng, 2'100) + rng.below(3) - 1;
    const auto expected = map.lower_bound(key);
    Entry entry{};
    ASSERT_EQ(tree.lower_bound(key, entry), expected != map.end()) << key;
    if (expected == map.end()) continue;
    ASSERT_EQ(entry.key, expected->first) << key;
    ASSERT_EQ(entry.payload, expected->second);
  }
}

TYPED_TEST(ArtStructure, AnswersBatchesLikeSingleLookups) {
  std::vector<Entry> entries;
  for (Key key = 0; key < 5'000; ++key) entries.push_back({key * 7, key});
  entries.push_back({~Key{0}, 1});
  Art<TypeParam> tree;
  tree.build(entries);
  Rng rng(5);
  for (std::size_t size = 0; size < 100; ++size) {
    std::vector<Key> keys(size);
    for (Key& key : keys) key = rng.below(10) == 0 ? ~rng.below(2) : rng.below(36'000);
    std::vector<Payload> payloads(size);
    const auto found = std::make_unique<bool[]>(size + 1);
    tree.find_batch(keys, payloads, std::span(found.get(), size));
    for (std::size_t i = 0; i < size; ++i) {
      Payload payload = 0;
      ASSERT_EQ(found[i], tree.find(keys[i], payload)) << keys[i];
      if (found[i]) {
        ASSERT_EQ(payloads[i], payload);
      }
    }
  }
}

TEST(SharedArt, SurvivesThreadsWithKeysOfTheirOwn) {
  tree_test::survives_threads_with_keys_of_their_own<Art<VersionLock>>();
}

TEST(SharedArt, ShowsEachWriterInOrder) { tree_test::shows_each_writer_in_order<Art<VersionLock>>(); }

TEST(SharedArt, CountsEveryInsertOnce) { tree_test::counts_every_insert_once<Art<VersionLock>>(); }

}  // namespace
}  // namespace omenbench
