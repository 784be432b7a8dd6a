// What every concurrent tree must survive, and every tree must answer, seen from outside: random histories against
// std::map, threads that own the keys of one residue each, and writers that fight over single keys.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

namespace omenbench::tree_test {

/// Steps of a stress test; sanitizers make each some ten times slower.
#ifdef OMENBENCH_SANITIZED
inline constexpr int kSteps = 30'000;
#else
inline constexpr int kSteps = 300'000;
#endif

/// Keys whose bytes collide in every way that matters to a tree: dense runs, shared prefixes, both ends.
inline Key scattered_key(Rng& rng, std::uint64_t range) {
  const std::uint64_t n = rng.below(range);
  switch (rng.below(4)) {
    case 0:
      return n;
    case 1:
      return n * 0x0101010101010101ULL;
    case 2:
      return ~Key{0} - n;
    default:
      return mix64(n);
  }
}

template <class Tree>
void expect_same(const Tree& tree, const std::map<Key, Payload>& map) {
  std::vector<Entry> out(map.size() + 1);
  ASSERT_EQ(tree.scan(0, out), map.size());
  std::size_t i = 0;
  for (const auto& [key, payload] : map) {
    ASSERT_EQ(out[i].key, key);
    ASSERT_EQ(out[i++].payload, payload);
  }
}

/// One random operation on `tree` and on `map`, whose answers must be equal.
template <class Tree>
void step(Tree& tree, std::map<Key, Payload>& map, Key key, std::uint64_t die, std::uint64_t payload) {
  const auto it = map.find(key);
  const bool present = it != map.end();
  if (die < 40) {
    ASSERT_EQ(tree.insert(key, payload), !present) << key;
    map.emplace(key, payload);
  } else if (die < 75) {
    ASSERT_EQ(tree.erase(key), present) << key;
    map.erase(key);
  } else if (die < 85) {
    ASSERT_EQ(tree.update(key, payload), present) << key;
    if (present) it->second = payload;
  } else {
    Payload found = 0;
    ASSERT_EQ(tree.find(key, found), present) << key;
    if (present) {
      ASSERT_EQ(found, it->second) << key;
    }
  }
}

/// Every thread changes the keys of its own residue and checks each answer; scans see ascending keys all the time.
template <class Tree>
void survives_threads_with_keys_of_their_own() {
  constexpr unsigned kThreads = 4;
  constexpr std::uint64_t kRange = 4'000;
  Tree tree;
  std::vector<std::map<Key, Payload>> maps(kThreads);
  std::vector<Entry> entries;
  for (Key key = 0; key < kRange * kThreads; key += 2) {
    entries.push_back({key * 0x1000100010ULL, key});
    maps[key % kThreads].emplace(entries.back().key, key);
  }
  tree.build(entries);
  const auto work = [&](unsigned thread) {
    Rng rng(thread + 1);
    std::vector<Entry> out(50);
    for (int i = 0; i < kSteps; ++i) {
      // Phases of growing and shrinking, so that nodes are merged and used again.
      const std::uint64_t die = rng.below(100) * (i / 5'000 % 2 == 0 ? 100 : 75) / 100;
      const Key key = (rng.below(kRange) * kThreads + thread) * 0x1000100010ULL;
      const bool erase = i / 5'000 % 2 == 1 && die < 60;
      step(tree, maps[thread], key, erase ? 50 : die, rng.next());
      if (::testing::Test::HasFatalFailure()) return;
      if (i % 50 == 0) {
        const std::size_t count = tree.scan(key, out);
        for (std::size_t j = 0; j < count; ++j) {
          ASSERT_GE(out[j].key, j == 0 ? key : out[j - 1].key + 1);
          if (out[j].key / 0x1000100010ULL % kThreads != thread) continue;
          const auto own = maps[thread].find(out[j].key);
          ASSERT_TRUE(own != maps[thread].end() && own->second == out[j].payload) << "a scan saw what was not there";
        }
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < kThreads; ++t) threads.emplace_back(work, t);
  }
  std::map<Key, Payload> all;
  for (const auto& map : maps) all.insert(map.begin(), map.end());
  expect_same(tree, all);
}

/// Writers overwrite the same few keys with (writer, serial number) while the keys around them come and go: readers see
/// only what was written, and of each writer never an older value after a newer one.
template <class Tree>
void shows_each_writer_in_order() {
  constexpr Key kHot[] = {0, 1000, 1001, ~Key{0}};
  constexpr unsigned kWriters = 2;
  Tree tree;
  std::vector<Entry> entries;
  for (const Key key : kHot) entries.push_back({key, 0});
  tree.build(entries);
  std::atomic<unsigned> running{kWriters};
  const auto write = [&](std::uint64_t writer) {
    Rng rng(writer);
    std::vector<std::uint64_t> serial(std::size(kHot));
    for (int i = 0; i < kSteps; ++i) {
      const std::size_t which = rng.below(std::size(kHot));
      EXPECT_TRUE(tree.update(kHot[which], (writer + 1) << 56 | ++serial[which]));
      const Key other = 2 + writer + kWriters * rng.below(400) + (rng.below(2) << 40);
      if (other == 1000 || other == 1001) continue;
      rng.below(2) == 0 ? tree.insert(other, 0) : tree.erase(other);
    }
    --running;
  };
  const auto read = [&](std::uint64_t seed) {
    Rng rng(seed);
    std::uint64_t newest[std::size(kHot)][kWriters + 1] = {};
    while (running != 0) {
      const std::size_t which = rng.below(std::size(kHot));
      Payload payload = 0;
      if (rng.below(2) == 0) {
        ASSERT_TRUE(tree.find(kHot[which], payload));
      } else {
        Entry entry{};
        ASSERT_TRUE(tree.lower_bound(kHot[which], entry));
        ASSERT_EQ(entry.key, kHot[which]);
        payload = entry.payload;
      }
      const std::uint64_t writer = payload >> 56;
      const std::uint64_t serial = payload & ((std::uint64_t{1} << 56) - 1);
      ASSERT_LE(writer, kWriters);
      ASSERT_LE(serial, static_cast<std::uint64_t>(kSteps));
      ASSERT_GE(serial, newest[which][writer]) << "an older value came back";
      newest[which][writer] = serial;
    }
  };
  std::vector<std::jthread> threads;
  for (std::uint64_t t = 0; t < kWriters; ++t) threads.emplace_back(write, t);
  for (std::uint64_t t = 0; t < 2; ++t) threads.emplace_back(read, 10 + t);
}

/// One key inserted and erased by many: as many inserts succeed as erases, give or take the last one.
template <class Tree>
void counts_every_insert_once() {
  Tree tree;
  tree.build({});
  std::atomic<std::int64_t> balance[8] = {};
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        Rng rng(t);
        for (int i = 0; i < kSteps; ++i) {
          const std::uint64_t n = rng.below(std::size(balance));
          const Key key = n * 0x0100000000000001ULL;
          if (rng.below(2) == 0) {
            balance[n] += tree.insert(key, t);
          } else {
            balance[n] -= tree.erase(key);
          }
        }
      });
    }
  }
  for (std::size_t n = 0; n < std::size(balance); ++n) {
    Payload payload = 0;
    EXPECT_EQ(balance[n], tree.find(n * 0x0100000000000001ULL, payload));
  }
}

}  // namespace omenbench::tree_test
