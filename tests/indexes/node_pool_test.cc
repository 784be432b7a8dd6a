// Nodes wander between threads, and none is lost or handed out twice.
#include "indexes/trees/node_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace omenbench {
namespace {

struct Node {
  std::uint64_t value = 7;
  std::uint64_t more[31] = {};
};
using Pool = NodePool<Node, true>;

TEST(NodePool, HandsNodesThatAnotherThreadGaveBackOutAgain) {
  constexpr std::size_t kNodes = 10'000;
  Pool pool;
  std::uint64_t bytes = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<Node*> nodes;
    std::jthread([&] {
      for (std::size_t i = 0; i < kNodes; ++i) nodes.push_back(pool.take());
    }).join();
    EXPECT_EQ(pool.in_use(), kNodes);
    std::jthread([&] {
      for (Node* const node : nodes) pool.give(node);
    }).join();
    EXPECT_EQ(pool.in_use(), 0U);
    if (round == 0) bytes = pool.size_bytes();
  }
  EXPECT_LT(pool.size_bytes(), 3 * bytes) << "nodes must not pile up where nobody takes them";
}

TEST(NodePool, GivesEveryThreadNodesOfItsOwn) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kNodes = 20'000;
  Pool pool;
  std::vector<std::vector<Node*>> taken(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&pool, &mine = taken[t]] {
        for (std::size_t i = 0; i < kNodes; ++i) {
          mine.push_back(pool.take());
          if (i % 3 != 0) continue;
          pool.give(mine.back());
          mine.pop_back();
        }
      });
    }
  }
  std::vector<Node*> all;
  for (const std::vector<Node*>& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  EXPECT_EQ(pool.in_use(), all.size());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  for (const Node* const node : all) ASSERT_EQ(node->value, 7U);
}

}  // namespace
}  // namespace omenbench
