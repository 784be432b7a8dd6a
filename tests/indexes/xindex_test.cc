// XIndex under several writers: each thread owns the keys of one residue and checks every answer against its own
// std::map while the others change their neighbours and the background thread compacts.
#include "indexes/learned/xindex.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "core/rng.h"

namespace omenbench {
namespace {

constexpr unsigned kThreads = 4;
#if defined(OMENBENCH_SANITIZED)
constexpr std::size_t kSteps = 40'000;
#else
constexpr std::size_t kSteps = 300'000;
#endif

/// What one thread does: operations on keys that are `residue` modulo kThreads, times `stride`, below `range`.
struct Writer {
  XIndex& index;
  unsigned residue;
  Key range;
  Key stride;
  bool ascending;
  std::map<Key, Payload> reference{};
  std::string failure{};

  void run() {
    Rng rng(residue + 1);
    for (std::size_t step = 0; step < kSteps && failure.empty(); ++step) {
      const std::uint64_t die = rng.below(100);
      const Key base = ascending && die < 60 ? step / 2 % range : rng.below(range);
      // Phases that grow and phases that shrink, so that groups are split and merged.
      const bool growing = step / (kSteps / 4) % 2 == 0;
      operate((base * kThreads + residue) * stride, die, growing, rng.next());
    }
  }

  void operate(Key key, std::uint64_t die, bool growing, Payload payload) {
    const auto it = reference.find(key);
    const bool present = it != reference.end();
    if (die < (growing ? 60U : 15U)) {
      if (index.insert(key, payload) == present) fail("insert", key);
      reference.emplace(key, payload);
    } else if (die < 75) {
      if (index.erase(key) != present) fail("erase", key);
      reference.erase(key);
    } else if (die < 85) {
      if (index.update(key, payload) != present) fail("update", key);
      if (present) it->second = payload;
    } else if (die < 98) {
      Payload found = 0;
      const bool answer = index.find(key, found);
      if (answer != present || (present && found != it->second)) fail("find", key);
    } else {
      check_scan(key);
    }
  }

  /// Keys of other threads come and go, but ascend; the own ones are known.
  void check_scan(Key from) {
    std::vector<Entry> out(200);
    out.resize(index.scan(from, out));
    auto own = reference.lower_bound(from);
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i].key < from || (i > 0 && out[i].key <= out[i - 1].key)) return fail("order of scan", out[i].key);
      if (out[i].key / stride % kThreads != residue) continue;
      if (own == reference.end() || *own != std::pair<const Key, Payload>(out[i].key, out[i].payload)) {
        return fail("scan", out[i].key);
      }
      ++own;
    }
    const bool more = own != reference.end() && (out.size() < 200 || own->first < out.back().key);
    if (more) fail("scan missed a key", own->first);
  }

  void fail(const char* what, Key key) {
    if (failure.empty()) failure = std::string(what) + " of key " + std::to_string(key);
  }
};

std::uint64_t counter(const XIndex& index, const std::string& name) {
  for (const Counter& counter : index.counters()) {
    if (counter.name == name) return counter.value;
  }
  return 0;
}

void stress(Key range, Key stride, bool ascending, bool loaded) {
  std::vector<Entry> entries;
  if (loaded) {
    for (Key key = 0; key < range * kThreads; key += 2) entries.push_back({key * stride, key});
  }
  XIndex index;
  index.build(entries);
  std::vector<Writer> writers;
  for (unsigned t = 0; t < kThreads; ++t) writers.push_back({index, t, range, stride, ascending});
  for (const Entry& entry : entries) writers[entry.key / stride % kThreads].reference.emplace(entry.key, entry.payload);
  {
    std::vector<std::jthread> threads;
    for (Writer& writer : writers) threads.emplace_back([&writer] { writer.run(); });
  }
  std::map<Key, Payload> expected;
  for (Writer& writer : writers) {
    EXPECT_EQ(writer.failure, "");
    expected.merge(writer.reference);
  }
  std::vector<Entry> out(expected.size() + 1);
  out.resize(index.scan(0, out));
  ASSERT_EQ(out.size(), expected.size());
  std::size_t i = 0;
  for (const auto& [key, payload] : expected) {
    ASSERT_EQ(out[i++], (Entry{key, payload}));
    Payload found = 0;
    ASSERT_TRUE(index.find(key, found));
    ASSERT_EQ(found, payload);
  }
  EXPECT_GT(counter(index, "compactions"), 10U);
}

TEST(XIndex, AnswersRightWhileFourThreadsWriteAllOver) { stress(20'000, 1'000'003, false, true); }

TEST(XIndex, AnswersRightWhileFourThreadsFightForOneGroup) { stress(500, 1, false, false); }

TEST(XIndex, AnswersRightWhileFourThreadsAppend) { stress(1 << 20, 3, true, false); }

TEST(XIndex, SplitsAndMergesGroupsAndTrainsItsRoot) {
  XIndex index;
  index.build({});
  constexpr Key kCount = 100'000;
  for (Key key = 0; key < kCount; ++key) ASSERT_TRUE(index.insert(key * 7, key));
  EXPECT_GT(counter(index, "group_splits"), 20U);
  EXPECT_GT(counter(index, "root_trainings"), 2U);
  for (Key key = 0; key < kCount; ++key) {
    if (key % 50 == 0) continue;
    ASSERT_TRUE(index.erase(key * 7));
  }
  for (Key key = 0; key < kCount; key += 50) {
    for (Key i = 1; i < 4; ++i) ASSERT_TRUE(index.insert(key * 7 + i, key));
  }
  std::vector<Entry> out(kCount);
  out.resize(index.scan(0, out));
  ASSERT_EQ(out.size(), kCount / 50 * 4);
  for (std::size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i].key, i / 4 * 350 + i % 4);
}

}  // namespace
}  // namespace omenbench
