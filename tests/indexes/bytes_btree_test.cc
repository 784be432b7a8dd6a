// The B+tree over byte strings: its heaps at their limits and after histories, and what random inserts leave behind.
#include "indexes/trees/bytes_btree.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/rng.h"

namespace omenbench::bytes_btree {
namespace {

using Reference = std::map<std::string, Payload>;

std::string random_text(Rng& rng, std::size_t size) {
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>(rng.below(256));
  return text;
}

void expect_same(const Tree<>& tree, const Reference& reference) {
  std::vector<BytesEntry> out(reference.size() + 1);
  ASSERT_EQ(tree.scan("", out), reference.size());
  std::size_t i = 0;
  for (const auto& [key, payload] : reference) {
    ASSERT_EQ(out[i].key, key);
    ASSERT_EQ(out[i++].payload, payload);
    Payload found = 0;
    ASSERT_TRUE(tree.find(key, found));
    ASSERT_EQ(found, payload);
  }
}

/// A full node of the longest texts that lie inside fills a heap nearly to the reach of its offsets.
TEST(BytesBTree, KeepsNodesOfTheLongestTextsInReach) {
  Rng rng(1);
  Tree<> tree;
  Reference reference;
  for (int i = 0; i < 2'000; ++i) {
    const std::string key = random_text(rng, kLongestInside - rng.below(3));
    ASSERT_EQ(tree.insert(key, rng.next()), reference.emplace(key, 0).second);
    reference[key] = 0;
    ASSERT_TRUE(tree.update(key, 0));
  }
  expect_same(tree, reference);
}

/// What is erased leaves gaps in heaps, which grow with them or are compacted.
TEST(BytesBTree, AnswersAfterInsertsAndErasesOfEveryLength) {
  Rng rng(2);
  Tree<> tree;
  Reference reference;
  std::vector<std::string> keys;
  for (int i = 0; i < 3'000; ++i) keys.push_back(random_text(rng, rng.below(rng.below(10) == 0 ? 3'000 : 40)));
  for (int i = 0; i < 60'000; ++i) {
    const std::string& key = keys[rng.below(keys.size())];
    const bool shrinks = i / 10'000 % 2 == 1;
    if (rng.below(100) < (shrinks ? 35U : 65U)) {
      const Payload payload = rng.next();
      ASSERT_EQ(tree.insert(key, payload), reference.emplace(key, payload).second);
    } else {
      ASSERT_EQ(tree.erase(key), reference.erase(key) == 1);
    }
  }
  expect_same(tree, reference);
}

/// Heaps that nodes outgrow are used again: without that, half of the memory is.
TEST(BytesBTree, RandomInsertsLeaveNodesThatAreMostlyFull) {
  constexpr std::size_t kCount = 60'000;
  Rng rng(3);
  Tree<> tree;
  for (std::size_t i = 0; i < kCount; ++i) ASSERT_TRUE(tree.insert(random_text(rng, 16), i));
  // 25 bytes of record and 8 of slots a key in nodes that are two thirds full, heaps a tenth larger than they need be.
  EXPECT_LT(static_cast<double>(tree.size_bytes()), 48.0 * kCount);
}

}  // namespace
}  // namespace omenbench::bytes_btree
