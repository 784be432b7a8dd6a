// Orders of arrival: which keys are loaded, and in which order the others come.
#include "workloads/population.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"

namespace omenbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Key> keys_of(std::uint64_t n) {
  std::vector<Key> keys(n);
  for (std::uint64_t i = 0; i < n; ++i) keys[i] = 10 * i + 3;
  return keys;
}

Workload inserting(Arrival arrival, double bulk_load = 0.5) {
  WorkloadPhase phase;
  phase.mix[static_cast<int>(OpKind::kInsert)] = 1;
  Workload workload = single_phase("test", phase);
  workload.bulk_load = bulk_load;
  workload.arrival = arrival;
  return workload;
}

std::vector<std::uint32_t> order(const Workload& workload, std::span<const Key> keys, KeyHistory history = {}) {
  const Population population(workload, keys, 7, history);
  return {population.arrival().begin(), population.arrival().end()};
}

TEST(Population, LoadsTheSameRandomShareForTheSameSeed) {
  const std::vector<Key> keys = keys_of(1000);
  const Workload workload = inserting({}, 0.3);
  const Population population(workload, keys, 33);
  const std::vector<Entry> entries = population.entries(11);
  EXPECT_EQ(entries.size(), 300U);
  EXPECT_EQ(population.loaded_count(), 300U);
  EXPECT_EQ(population.keys().size(), 1000U);
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &Entry::key));
  EXPECT_EQ(entries, Population(workload, keys, 33).entries(11));
  EXPECT_NE(entries, Population(workload, keys, 34).entries(11));
  EXPECT_EQ(entries[5].payload, payload_of(entries[5].key, 11));
  EXPECT_EQ(Population(inserting({}, 1), keys, 33).entries(11).size(), 1000U);
  EXPECT_TRUE(Population(inserting({}, 0), keys, 33).entries(11).empty());
}

TEST(Population, LoadsEveryKeyEquallyOften) {
  const std::vector<Key> keys = keys_of(20);
  std::vector<int> loaded(20);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const Population population(inserting({}, 0.25), keys, seed);
    for (std::uint64_t i = 0; i < 20; ++i) loaded[i] += population.loaded(i);
  }
  for (const int count : loaded) EXPECT_NEAR(count, 1000, 140);
}

TEST(Population, HeldOutKeysDoNotExistWithoutInserts) {
  const std::vector<Key> keys = keys_of(100);
  WorkloadPhase phase;
  phase.mix[0] = 1;
  phase.chooser = KeyChooser::kLatest;
  Workload workload = single_phase("test", phase);
  workload.bulk_load = 0.3;
  workload.arrival.order = ArrivalOrder::kDescending;
  const Population population(workload, keys, 5);
  EXPECT_THAT(population.keys(), testing::ElementsAreArray(keys.begin() + 70, keys.end()));
  ASSERT_EQ(population.arrival().size(), 30U);
  EXPECT_EQ(population.arrival()[0], 29U) << "the largest came first";
  EXPECT_EQ(population.entries(1).size(), 30U);
}

TEST(Population, OfNothingIsRefused) {
  const std::vector<Key> keys = keys_of(100);
  WorkloadPhase phase;
  phase.mix[0] = 1;
  Workload workload = single_phase("test", phase);
  workload.bulk_load = 0;
  EXPECT_THROW(Population(workload, keys, 5), Error) << "without inserts nothing will ever be there";
  EXPECT_NO_THROW(Population(inserting({}, 0), keys, 5));
}

TEST(Arrivals, SortedLoadsTheLowestKeysAndDescendingTheHighest) {
  const std::vector<Key> keys = keys_of(6);
  EXPECT_THAT(order(inserting({.order = ArrivalOrder::kSorted}), keys), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(order(inserting({.order = ArrivalOrder::kDescending}), keys), ElementsAre(5, 4, 3, 2, 1, 0));
  const Population population(inserting({.order = ArrivalOrder::kSorted}), keys, 7);
  EXPECT_TRUE(population.loaded(2));
  EXPECT_FALSE(population.loaded(3));
}

TEST(Arrivals, NearSortedPutsKOutOfPlaceAndNoneFurtherThanL) {
  const std::vector<Key> keys = keys_of(10'000);
  const auto arrival = order(inserting({.order = ArrivalOrder::kNearSorted, .displaced = 0.2, .distance = 0.03}), keys);
  std::uint64_t displaced = 0;
  std::int64_t furthest = 0;
  for (std::size_t i = 0; i < arrival.size(); ++i) {
    const std::int64_t off = std::abs(static_cast<std::int64_t>(arrival[i]) - static_cast<std::int64_t>(i));
    displaced += off != 0;
    furthest = std::max(furthest, off);
  }
  EXPECT_EQ(displaced, 2000U);
  EXPECT_LE(furthest, 300);
  EXPECT_GT(furthest, 250);
}

TEST(Arrivals, LatePointsComeLaterByTheMeanDelay) {
  const std::vector<Key> keys = keys_of(200'000);
  const auto arrival = order(inserting({.order = ArrivalOrder::kLate, .displaced = 0.1, .distance = 0.01}), keys);
  // A late point stands behind one with a larger ordinal.
  std::uint64_t late = 0;
  double delay = 0;
  std::uint32_t newest = 0;
  for (std::size_t i = 0; i < arrival.size(); ++i) {
    if (i > 0 && arrival[i] < newest) {
      ++late;
      delay += static_cast<double>(newest - arrival[i]);
    }
    newest = std::max(newest, arrival[i]);
  }
  EXPECT_NEAR(static_cast<double>(late) / 200'000, 0.1, 0.005);
  EXPECT_NEAR(delay / static_cast<double>(late), 2000, 100);
}

TEST(Arrivals, HotspotInsertsFallIntoOneRange) {
  const std::vector<Key> keys = keys_of(1000);
  const auto arrival =
      order(inserting({.order = ArrivalOrder::kHotspot, .displaced = 0.05, .distance = 0.3}, 0.95), keys);
  std::vector<std::uint32_t> last(arrival.end() - 50, arrival.end());
  EXPECT_FALSE(std::ranges::is_sorted(last));
  std::ranges::sort(last);
  std::vector<std::uint32_t> range(50);
  std::iota(range.begin(), range.end(), 300U);
  EXPECT_EQ(last, range);
}

TEST(Arrivals, TimeIsTheLowPartOfACompositeKey) {
  const std::vector<Key> keys = {0x1000 + 2, 0x1000 + 9, 0x2000 + 1, 0x2000 + 5};
  EXPECT_THAT(order(inserting({.order = ArrivalOrder::kTime, .time_bits = 12}), keys), ElementsAre(2, 0, 3, 1));
}

TEST(Arrivals, RecordedIsTheOrderOfFirstAppearance) {
  const std::vector<Key> keys = keys_of(4);
  const std::vector<std::uint32_t> rows = {2, 0, 2, 2, 3, 0, 1};
  EXPECT_THAT(order(inserting({.order = ArrivalOrder::kRecorded}), keys, {.rows = rows}), ElementsAre(2, 0, 3, 1));
  try {
    order(inserting({.order = ArrivalOrder::kRecorded}), keys);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("these keys come without it"));
  }
}

TEST(MixedKeys, HoldAShareOfTheOneAndAllOfTheOtherRescaled) {
  const std::vector<Key> own = keys_of(1000);
  std::vector<Key> other(100);
  for (std::uint64_t i = 0; i < 100; ++i) other[i] = (Key{1} << 60) + 999 * i * i;
  Workload workload = inserting({}, 0.4);
  workload.insert_from.dataset = "other";
  const MixedKeys mixed = mix_keys(workload, own, other, 3);
  EXPECT_TRUE(std::ranges::is_sorted(mixed.keys));
  EXPECT_TRUE(std::ranges::adjacent_find(mixed.keys) == mixed.keys.end());
  EXPECT_EQ(mixed.keys.size(), 400 + mixed.foreign.size());
  EXPECT_GT(mixed.foreign.size(), 90U) << "a few may meet a key of the first set";
  EXPECT_LE(mixed.keys.back(), own.back());
  const Population population(workload, mixed.keys, 9, {.foreign = mixed.foreign});
  EXPECT_EQ(population.loaded_count(), 400U);
  for (const std::uint32_t ordinal : mixed.foreign) EXPECT_FALSE(population.loaded(ordinal));
  workload.insert_from.rescale = false;
  EXPECT_EQ(mix_keys(workload, own, other, 3).keys.back(), other.back());
}

TEST(FeasibleOperations, StopBeforeHeldOutKeysRunOut) {
  const Workload inserts = inserting({});
  EXPECT_EQ(feasible_operations(inserts, 1000, 500, 1, 400), 400U);
  EXPECT_EQ(feasible_operations(inserts, 1000, 500, 1, 10'000), 500U) << "nothing is left to chance";
  Workload half = inserts;
  half.phases[0].mix = {};
  half.phases[0].mix[static_cast<int>(OpKind::kInsert)] = 0.5;
  half.phases[0].mix[static_cast<int>(OpKind::kLookup)] = 0.5;
  const std::uint64_t feasible = feasible_operations(half, 100'000, 50'000, 1, 1'000'000);
  EXPECT_LT(feasible, 100'000U);
  EXPECT_GT(feasible, 98'000U);
  EXPECT_LT(feasible_operations(half, 100'000, 50'000, 4, 1'000'000), feasible);
  Workload churn = half;
  churn.phases[0].mix[static_cast<int>(OpKind::kLookup)] = 0;
  churn.phases[0].mix[static_cast<int>(OpKind::kErase)] = 0.5;
  EXPECT_EQ(feasible_operations(churn, 1'000'000, 500'000, 1, 1'000'000), 1'000'000U);
  EXPECT_EQ(feasible_operations(inserts, 10, 10, 1, 5), 0U);
}

}  // namespace
}  // namespace omenbench
