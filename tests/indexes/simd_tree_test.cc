// The SIMD search tree with every counting kernel that this compilation allows, position by position.
#include "indexes/trees/simd_tree.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/rng.h"
#include "tests/conformance/key_sets.h"

namespace omenbench {
namespace {

template <class Kernel>
class CountKernels : public ::testing::Test {};

using Kernels = ::testing::Types<PortableCountKernel
#if defined(__AVX2__)
                                 ,
                                 Avx2CountKernel
#endif
#if defined(__AVX512F__)
                                 ,
                                 Avx512CountKernel
#endif
#if defined(__ARM_NEON)
                                 ,
                                 NeonCountKernel
#endif
                                 >;
TYPED_TEST_SUITE(CountKernels, Kernels);

constexpr Key kEdges[] = {0, 1, 2, (Key{1} << 63) - 1, Key{1} << 63, (Key{1} << 63) + 1, ~Key{0} - 1, ~Key{0}};

std::vector<Entry> entries_of(const std::vector<Key>& keys) {
  std::vector<Entry> entries;
  for (const Key key : keys) entries.push_back({key, ~key});
  return entries;
}

std::size_t expected_position(const std::vector<Key>& keys, Key probe) {
  return static_cast<std::size_t>(std::ranges::lower_bound(keys, probe) - keys.begin());
}

TYPED_TEST(CountKernels, CountLikeLowerBoundOnBothSidesOf2To63) {
  Rng rng(4);
  for (int round = 0; round < 2000; ++round) {
    std::vector<Key> keys(kCountedKeys);
    for (Key& key : keys) key = rng.below(3) == 0 ? kEdges[rng.below(std::size(kEdges))] : rng.next() >> rng.below(64);
    std::ranges::sort(keys);
    for (const Key edge : kEdges) EXPECT_EQ(TypeParam::count_below(keys.data(), edge), expected_position(keys, edge));
    for (const Key key : keys) EXPECT_EQ(TypeParam::count_below(keys.data(), key), expected_position(keys, key));
  }
}

/// Probes every key and its neighbours through `lower_bound` and through `locate_batch`.
template <class Locator>
void expect_exact(const std::vector<Key>& keys, const std::string& name) {
  const std::vector<Entry> entries = entries_of(keys);
  SortedColumns columns;
  columns.assign(entries);
  Locator locator;
  locator.train(columns);
  std::vector<Key> probes(std::begin(kEdges), std::end(kEdges));
  for (const Key key : keys) probes.insert(probes.end(), {key - 1, key, key + 1});
  for (std::size_t begin = 0; begin < probes.size(); begin += kLocateBatch) {
    const std::span<const Key> group(probes.data() + begin, std::min(kLocateBatch, probes.size() - begin));
    std::size_t positions[kLocateBatch];
    locator.locate_batch(columns, group, std::span(positions, group.size()));
    for (std::size_t i = 0; i < group.size(); ++i) {
      const std::size_t expected = expected_position(keys, group[i]);
      ASSERT_EQ(locator.lower_bound(columns, group[i]), expected) << name << ", probe " << group[i];
      ASSERT_EQ(positions[i], expected) << name << ", batched probe " << group[i];
    }
  }
}

TYPED_TEST(CountKernels, MakeTreesThatFindTheExactLowerBound) {
  for (const std::size_t size : {50, 3'000, 100'000}) {
    for (const conformance::KeySet& set : conformance::synthetic_key_sets(size, 21)) {
      expect_exact<SimdTreeLocator<TypeParam, false>>(set.keys, set.name);
      expect_exact<SimdTreeLocator<TypeParam, true>>(set.keys, set.name);
    }
  }
}

/// Where a node, a level or the last block becomes full: one key fewer, exactly, one more.
TYPED_TEST(CountKernels, MakeTreesOfEverySizeAroundAFullLevel) {
  std::vector<std::size_t> sizes{1, 2, 15, 16, 17};
  for (const std::size_t full : {16 * 16, 16 * 17, 16 * 17 * 16, 16 * 17 * 17, 16 * 17 * 17 * 17}) {
    for (std::size_t size = full - 17; size <= full + 17; ++size) sizes.push_back(size);
  }
  for (const std::size_t size : sizes) {
    std::vector<Key> keys(size);
    for (std::size_t i = 0; i < size; ++i) keys[i] = ~Key{0} - 3 * (size - 1 - i);  // ends in 2^64-1
    const std::vector<Entry> entries = entries_of(keys);
    SortedColumns columns;
    columns.assign(entries);
    SimdTreeLocator<TypeParam, true> locator;
    locator.train(columns);
    for (std::size_t i = 0; i < size; i += i + 40 < size && i > 40 ? 7 : 1) {
      ASSERT_EQ(locator.lower_bound(columns, keys[i]), i) << size;
      ASSERT_EQ(locator.lower_bound(columns, keys[i] - 1), i) << size;
    }
  }
}

TEST(SimdTree, KeepsOneSeparatorForEvery16Keys) {
  std::vector<Key> keys(1'000'000);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = i * 5;
  SortedColumns columns;
  columns.assign(entries_of(keys));
  SimdTreeLocator<BestCountKernel, false> locator;
  locator.train(columns);
  EXPECT_EQ(locator.depth(), 4U);
  EXPECT_LE(locator.size_bytes(), 8 * keys.size() / 16 * 17 / 16);
}

}  // namespace
}  // namespace omenbench
