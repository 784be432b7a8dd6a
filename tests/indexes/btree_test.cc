// The B+tree's structure after random histories, and its answers under threads.
#include "indexes/trees/btree.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <vector>

#include "core/rng.h"
#include "tests/indexes/concurrent_tree.h"

namespace omenbench {
namespace {

// Small nodes: splits, merges and new roots after a few entries.
using Single = BTree<NoLock, 128, 128>;
using Shared = BTree<VersionLock, 128, 128>;

template <class Tree>
class BTreeStructure : public ::testing::Test {
 protected:
  using K = typename Tree::KeyType;
  using Leaf = typename Tree::Leaf;
  using Inner = typename Tree::Inner;

  /// Walks everything below `node`, whose keys must be in (above, up_to].
  void walk(const void* node, std::uint32_t level, std::optional<K> above, K up_to) {
    if (level == 0) return visit_leaf(*static_cast<const Leaf*>(node), above, up_to);
    const Inner& inner = *static_cast<const Inner*>(node);
    ++inners_;
    ASSERT_EQ(inner.level, level);
    ASSERT_LE(inner.count, Inner::kSlots);
    for (std::uint32_t i = 0; i <= inner.count; ++i) {
      if (i < inner.count) {
        ASSERT_LT(inner.keys[i], i + 1 < inner.count ? inner.keys[i + 1] : kEmptySlotOf<K>);
        ASSERT_LE(inner.keys[i], up_to);
      }
      const std::optional<K> over = i == 0 ? above : std::optional<K>(inner.keys[i - 1]);
      walk(inner.children[i], level - 1, over, i == inner.count ? up_to : inner.keys[i]);
    }
    for (std::uint32_t i = inner.count; i < Inner::kSlots; ++i) ASSERT_EQ(inner.keys[i], kEmptySlotOf<K>);
  }

  void visit_leaf(const Leaf& leaf, std::optional<K> above, K up_to) {
    ASSERT_LE(leaf.count, Leaf::kSlots);
    if (last_leaf_ != nullptr) {
      ASSERT_EQ(last_leaf_->next, &leaf);
    }
    last_leaf_ = &leaf;
    ++leaves_;
    entries_ += leaf.count;
    for (std::uint32_t i = 0; i < leaf.count; ++i) {
      if (above) {
        ASSERT_GT(leaf.keys[i], *above);
      }
      if (i > 0) {
        ASSERT_GT(leaf.keys[i], leaf.keys[i - 1]);
      }
      ASSERT_LE(leaf.keys[i], up_to);
    }
    for (std::uint32_t i = leaf.count; i < Leaf::kSlots; ++i) ASSERT_EQ(leaf.keys[i], kEmptySlotOf<K>);
  }

  void check(const Tree& tree, std::size_t entries) {
    last_leaf_ = nullptr;
    leaves_ = inners_ = entries_ = 0;
    walk(tree.root(), tree.root()->level, std::nullopt, ~K{0});
    if (this->HasFatalFailure()) return;
    ASSERT_EQ(last_leaf_->next, nullptr);
    ASSERT_EQ(entries_, entries);
    ASSERT_EQ(leaves_, tree.leaf_count()) << "a leaf was lost";
    ASSERT_EQ(inners_, tree.inner_count()) << "an inner node was lost";
  }

  std::size_t leaves_ = 0;
  std::size_t inners_ = 0;
  std::size_t entries_ = 0;
  const Leaf* last_leaf_ = nullptr;
};

using Trees = ::testing::Types<Single, Shared, BTree<NoLock>, BTree<VersionLock>, BTree<NoLock, 256, 1024>>;
TYPED_TEST_SUITE(BTreeStructure, Trees);

TYPED_TEST(BTreeStructure, HoldsAfterBulkLoadsOfEverySize) {
  std::vector<Entry> entries;
  for (Key key = 0; key < 700; ++key) {
    TypeParam tree;
    tree.build(entries);
    this->check(tree, entries.size());
    if (this->HasFatalFailure()) return;
    entries.push_back({key * 3 + 1, key});
  }
}

TYPED_TEST(BTreeStructure, HoldsAfterRandomInsertsAndErases) {
  TypeParam tree;
  tree.build({});
  std::map<Key, Payload> map;
  Rng rng(3);
  for (int i = 0; i < tree_test::kSteps; ++i) {
    const bool growing = i / 20'000 % 2 == 0;
    const std::uint64_t die = rng.below(100);
    const Key key = tree_test::scattered_key(rng, 3'000);
    tree_test::step(tree, map, key, growing ? die : die < 70 ? 50 : die, rng.next());
    if (i % 5'000 == 0) this->check(tree, map.size());
    if (this->HasFatalFailure()) return;
  }
  tree_test::expect_same(tree, map);
  for (const auto& [key, payload] : std::map(map)) tree_test::step(tree, map, key, 50, 0);
  this->check(tree, 0);
  EXPECT_EQ(this->leaves_, 1U) << "an empty tree is one empty leaf";
}

TYPED_TEST(BTreeStructure, KeepsLeavesNearlyFullWhenKeysAreAppended) {
  TypeParam tree;
  tree.build({});
  for (Key key = 0; key < 20'000; ++key) ASSERT_TRUE(tree.insert(key, key));
  this->check(tree, 20'000);
  EXPECT_GT(20'000.0, 0.8 * static_cast<double>(this->leaves_ * TypeParam::Leaf::kSlots));
}

TYPED_TEST(BTreeStructure, AnswersBatchesLikeSingleLookups) {
  std::vector<Entry> entries;
  for (Key key = 0; key < 5'000; ++key) entries.push_back({key * 7, key});
  entries.push_back({~Key{0}, 1});
  TypeParam tree;
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

class BTreeOf128Bits : public BTreeStructure<BTree<NoLock, 256, 256, U128>> {};

TEST_F(BTreeOf128Bits, HoldsAfterRandomInsertsAndErases) {
  BTree<NoLock, 256, 256, U128> tree;
  tree.build({});
  std::map<U128, Payload> map;
  Rng rng(6);
  for (int i = 0; i < 60'000; ++i) {
    const bool growing = i / 10'000 % 2 == 0;
    const std::uint64_t high = rng.below(4) == 0 ? ~std::uint64_t{0} : rng.below(3);
    const U128 key = u128_of(high, rng.below(2) == 0 ? ~rng.below(500) : rng.below(500));
    if (rng.below(100) < (growing ? 70U : 30U)) {
      ASSERT_EQ(tree.insert(key, i), map.emplace(key, i).second);
    } else {
      ASSERT_EQ(tree.erase(key), map.erase(key) == 1);
    }
    const auto bound = map.lower_bound(key);
    U128Entry entry;
    ASSERT_EQ(tree.lower_bound(key, entry), bound != map.end());
    if (bound != map.end()) {
      ASSERT_EQ(entry, (U128Entry{bound->first, bound->second}));
    }
    if (i % 2'000 == 0) check(tree, map.size());
    if (HasFatalFailure()) return;
  }
  check(tree, map.size());
}

TEST(SharedBTree, SurvivesThreadsWithKeysOfTheirOwn) {
  tree_test::survives_threads_with_keys_of_their_own<Shared>();
  tree_test::survives_threads_with_keys_of_their_own<BTree<VersionLock>>();
}

TEST(SharedBTree, ShowsEachWriterInOrder) {
  tree_test::shows_each_writer_in_order<Shared>();
  tree_test::shows_each_writer_in_order<BTree<VersionLock>>();
}

TEST(SharedBTree, CountsEveryInsertOnce) { tree_test::counts_every_insert_once<Shared>(); }

}  // namespace
}  // namespace omenbench
