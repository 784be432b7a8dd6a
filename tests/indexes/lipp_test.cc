// The inner shape of LIPP: every entry in the slot that its line predicts, bounded depth, bounded memory.
#include "indexes/learned/lipp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

using conformance::KeySet;

/// All sums of three powers of two: skewed at every scale, so that no line fits any part well.
std::vector<Key> sums_of_powers() {
  std::vector<Key> keys;
  for (int a = 2; a < 64; ++a) {
    for (int b = 1; b < a; ++b) {
      for (int c = 0; c < b; ++c) keys.push_back((Key{1} << a) + (Key{1} << b) + (Key{1} << c));
    }
  }
  std::ranges::sort(keys);
  return keys;
}

/// Pairs of neighbours, each twice as far from the last: a line through any two far keys merges all others.
std::vector<Key> neighbours_beside_gaps() {
  std::vector<Key> keys;
  for (int bit = 1; bit < 64; ++bit) {
    for (Key i = 0; i < 100 && i < Key{1} << (bit - 1); ++i) keys.push_back((Key{1} << bit) + i);
  }
  std::ranges::sort(keys);
  return keys;
}

std::vector<KeySet> key_sets(std::size_t count) {
  std::vector<KeySet> sets = conformance::synthetic_key_sets(count, 3);
  sets.push_back({"sums of powers", sums_of_powers()});
  sets.push_back({"neighbours beside gaps", neighbours_beside_gaps()});
  return sets;
}

std::vector<Entry> entries_of(const std::vector<Key>& keys) {
  std::vector<Entry> entries;
  for (const Key key : keys) entries.push_back({key, key ^ 5});
  return entries;
}

void expect_sound(const Lipp& lipp, std::size_t entries, const std::string& what) {
  const Lipp::Shape shape = lipp.shape();
  EXPECT_TRUE(shape.sound) << what;
  EXPECT_EQ(shape.entries, entries) << what;
  EXPECT_LE(shape.depth, 20U) << what;
}

TEST(Lipp, BuildsSoundShallowTreesWithinItsMemory) {
  for (const std::size_t count : {17, 1'000, 100'000}) {
    for (const KeySet& set : key_sets(count)) {
      Lipp lipp;
      lipp.build(entries_of(set.keys));
      expect_sound(lipp, set.keys.size(), set.name);
      EXPECT_LE(lipp.size_bytes(), 90 * set.keys.size() + 8192) << set.name;
    }
  }
}

TEST(Lipp, NeedsHalfTheMemoryOfNodesForEveryConflictOnUniformKeys) {
  Rng rng(1);
  std::vector<Key> keys(500'000);
  for (Key& key : keys) key = rng.next();
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  Lipp lipp;
  lipp.build(entries_of(keys));
  EXPECT_LE(lipp.size_bytes(), 42 * keys.size());
}

TEST(Lipp, StaysSoundAndShallowWhateverTheOrderOfInserts) {
  for (const KeySet& set : key_sets(20'000)) {
    std::vector<Key> shuffled = set.keys;
    Rng rng(2);
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[rng.below(i)]);
    const std::vector<Key> descending(set.keys.rbegin(), set.keys.rend());
    for (const std::vector<Key>& order : {set.keys, descending, shuffled}) {
      Lipp lipp;
      lipp.build({});
      for (const Key key : order) ASSERT_TRUE(lipp.insert(key, key ^ 5));
      expect_sound(lipp, order.size(), set.name);
      EXPECT_LE(lipp.size_bytes(), 200 * order.size() + 16384) << set.name;
    }
  }
}

TEST(Lipp, StaysSoundWhileEntriesComeAndGo) {
  for (const KeySet& set : key_sets(5'000)) {
    if (set.keys.empty()) continue;
    Rng rng(4);
    Lipp lipp;
    lipp.build(entries_of(set.keys));
    std::size_t size = set.keys.size();
    // Mostly erasing, then mostly inserting, over shifting parts of the keys.
    for (std::size_t step = 0; step < 8 * set.keys.size(); ++step) {
      const Key key = set.keys[rng.below(set.keys.size())];
      if (rng.below(10) < (step / set.keys.size() % 2 == 0 ? 9 : 1)) {
        size -= lipp.erase(key);
      } else {
        size += lipp.insert(key, 1);
      }
      if (step % set.keys.size() == 0) expect_sound(lipp, size, set.name);
    }
    expect_sound(lipp, size, set.name);
    for (const Key key : set.keys) size -= lipp.erase(key);
    EXPECT_EQ(size, 0U) << set.name;
    expect_sound(lipp, 0, set.name);
    EXPECT_EQ(lipp.shape().nodes, 0U) << set.name;
  }
}

TEST(Lipp, FindsInBatchesWhatItFindsAlone) {
  for (const KeySet& set : key_sets(3'000)) {
    Lipp lipp;
    lipp.build(entries_of(set.keys));
    std::vector<Key> probes{0, ~Key{0}, 1, ~Key{0} - 1};
    for (const Key key : set.keys) probes.insert(probes.end(), {key, key + 1});
    std::vector<Payload> payloads(probes.size());
    const auto found = std::make_unique<bool[]>(probes.size());
    lipp.find_batch(probes, payloads, {found.get(), probes.size()});
    for (std::size_t i = 0; i < probes.size(); ++i) {
      Payload payload = 0;
      ASSERT_EQ(found[i], lipp.find(probes[i], payload)) << set.name << ", " << probes[i];
      if (found[i]) {
        ASSERT_EQ(payloads[i], payload) << set.name << ", " << probes[i];
      }
    }
  }
}

TEST(LippOccupancy, FindsTheNextMemberAcrossSummaries) {
  constexpr std::uint64_t kSlots = 300'000;
  std::vector<std::uint64_t> words(lipp::Occupancy::words_for(kSlots));
  lipp::Occupancy occupancy(words.data(), kSlots);
  std::map<std::uint64_t, bool> members;
  Rng rng(6);
  for (int round = 0; round < 4000; ++round) {
    const std::uint64_t i = rng.below(8) == 0 ? rng.below(kSlots) : rng.below(40) * 7001;
    if (members.erase(i) == 1) {
      occupancy.clear(i);
    } else {
      members[i] = true;
      occupancy.set(i);
    }
    const std::uint64_t from = rng.below(kSlots);
    const auto next = members.lower_bound(from);
    ASSERT_EQ(occupancy.next(from), next == members.end() ? kSlots : next->first);
  }
  EXPECT_EQ(occupancy.next(kSlots), kSlots);
}

}  // namespace
}  // namespace omenbench
