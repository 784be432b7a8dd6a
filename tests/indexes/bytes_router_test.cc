// The learned directory above a B+tree of byte strings: that it leads where the tree would, whatever the keys are, and
// that it steps aside where eight bytes tell too little.
#include "indexes/learned/bytes_router.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/rng.h"
#include "indexes/trees/bytes_btree.h"

namespace omenbench::bytes_btree {
namespace {

using Routed = Tree<LearnedRouter>;
using Model = std::map<std::string, Payload>;

std::unique_ptr<Routed> build(const Model& model) {
  std::string text;
  std::vector<Entry> entries;
  for (const auto& [key, payload] : model) {
    entries.push_back({place_of(text.size(), key.size()), payload});
    text += key;
  }
  auto tree = std::make_unique<Routed>();
  tree->build(BytesEntries(entries, text.data()));
  return tree;
}

void expect_same(const Routed& tree, const Model& model) {
  std::vector<BytesEntry> all(model.size() + 1);
  ASSERT_EQ(tree.scan("", all), model.size());
  std::size_t i = 0;
  for (const auto& [key, payload] : model) {
    ASSERT_EQ(all[i].payload, payload) << i;
    ++i;
    Payload found = 0;
    ASSERT_TRUE(tree.find(key, found));
    ASSERT_EQ(found, payload);
    ASSERT_FALSE(tree.find(key + '\0', found) && !model.contains(key + '\0'));
    BytesEntry entry;
    const auto above = model.upper_bound(key);
    ASSERT_EQ(tree.lower_bound(key + '\0', entry), above != model.end());
    if (above != model.end()) {
      ASSERT_EQ(entry.payload, above->second);
    }
  }
}

using Draw = std::string (*)(Rng&);

std::string words_of(Rng& rng, std::size_t words) {
  std::string key;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t word = rng.next();
    key.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  return key;
}
std::string sixteen_bytes(Rng& rng) { return words_of(rng, 2); }
std::string behind_a_prefix(Rng& rng) { return "all share this:" + words_of(rng, 1); }
/// Eight bytes tell nothing.
std::string deep(Rng& rng) {
  return std::string(rng.below(3), 'a') + "/usr/share/doc/" + std::to_string(rng.below(99'999));
}
/// Words tell all apart, but cluster so that only trees find them.
std::string written(Rng& rng) {
  std::string key;
  for (int i = 0; i < 24; ++i) key += "0123456789abcdef"[rng.below(16)];
  return key;
}
/// Zero bytes at the end: words that are equal though the keys are not; and the largest word.
std::string ends(Rng& rng) {
  std::string key = words_of(rng, 1).substr(0, rng.below(3));
  key.append(rng.below(20), rng.below(2) == 0 ? '\0' : '\xff');
  return key;
}
/// Half with what the others share, some below it and some above.
std::string with_strangers(Rng& rng) {
  if (rng.below(8) != 0) return behind_a_prefix(rng);
  return words_of(rng, 1).substr(0, rng.below(9));
}

TEST(BytesRouter, AnswersAsAMapDoesThroughRandomHistories) {
  for (const Draw draw : {sixteen_bytes, behind_a_prefix, deep, written, ends, with_strangers}) {
    for (const std::size_t built : {std::size_t{0}, std::size_t{20'000}}) {
      Rng rng(built + 1);
      Model model;
      for (std::size_t i = 0; i < built; ++i) model.emplace(draw(rng), rng.next());
      const auto tree = build(model);
      for (std::size_t i = 0; i < 30'000; ++i) {
        const std::string key = draw(rng);
        const Payload payload = rng.next();
        ASSERT_EQ(tree->insert(key, payload), model.emplace(key, payload).second);
        if (i % 3 != 0) continue;
        const std::string other = draw(rng);
        ASSERT_EQ(tree->erase(other), model.erase(other) == 1);
        const auto at = model.find(key);
        ASSERT_EQ(tree->update(key, payload + 1), at != model.end());
        if (at != model.end()) at->second = payload + 1;
      }
      expect_same(*tree, model);
    }
  }
}

TEST(BytesRouter, AppendedKeysGoToTheLastLeaf) {
  Model model;
  const auto tree = build(model);
  for (std::uint64_t i = 0; i < 40'000; ++i) {
    std::string key = "2026-";
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>((i * 1'000'003) >> shift);
    ASSERT_TRUE(tree->insert(key, i));
    model.emplace(key, i);
  }
  EXPECT_TRUE(tree->router().routes());
  expect_same(*tree, model);
}

TEST(BytesRouter, RoutesWhereAWordTellsLeavesApartAndNotElsewhere) {
  const auto routes = [](Draw draw) {
    Rng rng(7);
    Model model;
    while (model.size() < 20'000) model.emplace(draw(rng), 1);
    return build(model)->router().routes();
  };
  EXPECT_TRUE(routes(sixteen_bytes));
  EXPECT_TRUE(routes(behind_a_prefix));
  EXPECT_FALSE(routes(deep));
  EXPECT_FALSE(routes(written));
}

TEST(BytesRouter, IsPlannedAnewAsSeldomAsLeavesDouble) {
  Rng rng(9);
  Model model;
  const auto tree = build(model);
  for (std::size_t i = 0; i < 200'000; ++i) tree->insert(sixteen_bytes(rng), i);
  EXPECT_TRUE(tree->router().routes());
  EXPECT_LE(tree->router().plans(), 10U);
  EXPECT_GE(tree->router().plans(), 4U);
}

}  // namespace
}  // namespace omenbench::bytes_btree
