// ALEX from the inside: what must hold in every node after any sequence of writes, and the keys that doubles confuse.
#include "indexes/learned/alex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

using Reference = std::map<Key, Payload>;

std::vector<Entry> entries_of(const Reference& reference) {
  std::vector<Entry> entries;
  for (const auto& [key, payload] : reference) entries.push_back({key, payload});
  return entries;
}

/// The invariants of one data node (AlexDataNode), its density, and that its keys are routed to it.
void audit(const Alex& alex, const AlexDataNode& leaf) {
  std::size_t used = 0;
  std::size_t end = 0;
  Key last = 0;
  for (std::size_t i = 0; i < leaf.capacity(); ++i) {
    const Key key = leaf.slot(i).key;
    if (leaf.used(i)) {
      ASSERT_TRUE(used == 0 || last < key) << "slot " << i;
      ASSERT_EQ(alex.tree().leaf(key), &leaf) << "key " << key;
      last = key;
      ++used;
      end = i + 1;
    } else if (i < leaf.end()) {
      ASSERT_EQ(key, last) << "gap " << i << " repeats the entry before it";
    }
  }
  ASSERT_EQ(used, leaf.size());
  ASSERT_EQ(end, leaf.end());
  for (std::size_t i = end; i < leaf.capacity() + AlexDataNode::kPadding; ++i) ASSERT_EQ(leaf.slot(i).key, ~Key{0});
  const auto size = static_cast<double>(leaf.size());
  const auto capacity = static_cast<double>(leaf.capacity());
  ASSERT_LE(size, AlexDensity::kFull * capacity + 1);
  ASSERT_TRUE(leaf.capacity() == AlexDataNode::kMinCapacity || size + 1 >= AlexDensity::kContracted * capacity);
}

/// Audits every node, the chain of the leaves and the contents.
void audit(const Alex& alex, const Reference& reference) {
  std::vector<const AlexDataNode*> leaves;
  visit_alex(
      alex.tree().root(), [](const AlexInnerNode&) {}, [&](const AlexDataNode& leaf) { leaves.push_back(&leaf); });
  ASSERT_EQ(leaves.front()->previous, nullptr);
  ASSERT_EQ(leaves.back()->next, nullptr);
  auto expected = reference.begin();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (i > 0) {
      ASSERT_EQ(leaves[i]->previous, leaves[i - 1]);
      ASSERT_EQ(leaves[i - 1]->next, leaves[i]);
    }
    ASSERT_TRUE(leaves.size() == 1 || leaves[i]->size() > 0);
    ASSERT_NO_FATAL_FAILURE(audit(alex, *leaves[i]));
    for (std::size_t s = 0; s < leaves[i]->end(); ++s) {
      if (!leaves[i]->used(s)) continue;
      ASSERT_NE(expected, reference.end());
      ASSERT_EQ(leaves[i]->slot(s), (Entry{expected->first, expected->second}));
      ++expected;
    }
  }
  ASSERT_EQ(expected, reference.end());
}

std::uint64_t counter(const Alex& alex, std::string_view name) {
  for (const Counter& counter : alex.counters()) {
    if (name == counter.name) return counter.value;
  }
  ADD_FAILURE() << "no counter " << name;
  return 0;
}

std::size_t depth(const Alex& alex, Key key) {
  std::size_t depth = 0;
  for (AlexChild child = alex.tree().root(); !child.is_data(); ++depth) {
    child = child.inner()->slots[child.inner()->route(key)];
  }
  return depth;
}

TEST(Alex, KeepsItsStructureUnderRandomInsertsAndErases) {
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(20'000, 3)) {
    SCOPED_TRACE(set.name);
    if (set.keys.empty()) continue;
    Rng rng(11);
    Reference reference;
    for (const Key key : set.keys) {
      if (rng.below(2) == 0) reference.emplace(key, rng.next());
    }
    Alex alex;
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
    }
  }
}

TEST(Alex, FindsEveryKeyThatADoubleConfusesWithItsNeighbours) {
  Rng rng(5);
  std::vector<Key> keys{1'600'000'000'000'000'000};
  while (keys.size() < 200'000) keys.push_back(keys.back() + 1 + rng.below(rng.below(100) == 0 ? 100'000 : 40));
  Reference reference;
  for (std::size_t i = 0; i < keys.size(); i += 10) reference.emplace(keys[i], i);
  Alex alex;
  alex.build(entries_of(reference));
  for (std::size_t i = keys.size(); i-- > 1;) std::swap(keys[i], keys[rng.below(i + 1)]);
  for (const Key key : keys) ASSERT_EQ(alex.insert(key, key), reference.emplace(key, key).second);
  for (const auto& [key, payload] : reference) {
    Payload found = 0;
    ASSERT_TRUE(alex.find(key, found)) << key;
    ASSERT_EQ(found, payload);
    ASSERT_EQ(alex.find(key + 1, found), reference.contains(key + 1));
  }
  audit(alex, reference);
}

TEST(Alex, GrowsAndShrinksInOrderWithoutMovingMuchOrGrowingDeep) {
  constexpr std::size_t kKeys = 400'000;
  constexpr Key kMiddle = Key{1} << 62;
  for (const bool ascending : {true, false}) {
    for (const bool outliers : {true, false}) {
      Alex alex;
      Reference reference;
      if (outliers) reference = {{0, 1}, {~Key{0}, 2}};
      alex.build(entries_of(reference));
      const auto key_of = [&](std::size_t i) { return ascending ? kMiddle + i * 1000 : kMiddle - i * 1000; };
      for (std::size_t i = 0; i < kKeys; ++i) {
        ASSERT_TRUE(alex.insert(key_of(i), i));
        reference.emplace(key_of(i), i);
      }
      ASSERT_NO_FATAL_FAILURE(audit(alex, reference));
      // At a busy spot it is about the root of the node's size; a node's size would be thousands.
      EXPECT_LT(counter(alex, "shifted_entries"), (outliers ? 400 : 1) * kKeys) << ascending << outliers;
      EXPECT_LT(depth(alex, key_of(kKeys - 1)), 8U) << ascending << outliers;
      for (std::size_t i = kKeys; i-- > 0;) ASSERT_TRUE(alex.erase(key_of(i)));
      std::erase_if(reference, [](const auto& entry) { return entry.first != 0 && entry.first != ~Key{0}; });
      ASSERT_NO_FATAL_FAILURE(audit(alex, reference));
      EXPECT_LE(counter(alex, "data_nodes"), 2U);
      EXPECT_LT(alex.size_bytes(), 100'000U);
    }
  }
}

TEST(Alex, TellsTheExtremeKeysFromWhatFillsItsGaps) {
  for (const Key extreme : {Key{0}, ~Key{0}}) {
    Alex alex;
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

TEST(Alex, AnswersBatchesAsSingleLookups) {
  Rng rng(9);
  Reference reference;
  for (const conformance::KeySet& set : conformance::synthetic_key_sets(5'000, 4)) {
    for (const Key key : set.keys) reference.emplace(key, rng.next());
  }
  Alex alex;
  alex.build(entries_of(reference));
  std::vector<Key> keys{0, ~Key{0}};
  for (const auto& [key, payload] : reference) keys.insert(keys.end(), {key, key + 1});
  std::vector<Payload> payloads(keys.size());
  const auto found = std::make_unique<bool[]>(keys.size());
  alex.find_batch(keys, payloads, {found.get(), keys.size()});
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto expected = reference.find(keys[i]);
    ASSERT_EQ(found[i], expected != reference.end()) << keys[i];
    ASSERT_TRUE(!found[i] || payloads[i] == expected->second);
  }
}

}  // namespace
}  // namespace omenbench
