// The dynamic PGM-index at sizes that conformance does not reach: large runs have a model, small ones have not, and the
// memory of small runs is used again.
#include "indexes/learned/dynamic_pgm.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "core/rng.h"
#include "indexes/learned/presence_filter.h"

namespace omenbench {
namespace {

using Index = DynamicPgm<16, 64, 4, 1024>;  // runs of up to 256 and 1024 entries are recycled

struct Filled {
  Index index;
  std::vector<Key> keys;
};

/// Half of the keys built, half inserted in random order.
void fill(Filled& filled, std::size_t count) {
  Rng rng(3);
  std::vector<Entry> entries;
  for (Key key = 1; entries.size() < count; key += 1 + rng.below(1000)) entries.push_back({key, key * 3});
  std::vector<Entry> built;
  std::vector<Entry> later;
  for (const Entry& entry : entries) (rng.below(2) == 0 ? built : later).push_back(entry);
  for (std::size_t i = later.size(); i > 1; --i) std::swap(later[i - 1], later[rng.below(i)]);
  filled.index.build(built);
  for (const Entry& entry : later) ASSERT_TRUE(filled.index.insert(entry.key, entry.payload)) << entry.key;
  for (const Entry& entry : entries) filled.keys.push_back(entry.key);
}

TEST(DynamicPgm, RefusesWhatAnyOfItsRunsHolds) {
  Filled filled;
  fill(filled, 40'000);
  for (const Key key : filled.keys) {
    ASSERT_FALSE(filled.index.insert(key, 0)) << key;
    Payload payload = 0;
    ASSERT_TRUE(filled.index.find(key, payload)) << key;
    ASSERT_EQ(payload, key * 3);
  }
}

TEST(DynamicPgm, TakesBackWhatWasErasedFromAnyOfItsRuns) {
  Filled filled;
  fill(filled, 40'000);
  for (std::size_t i = 0; i < filled.keys.size(); i += 3) ASSERT_TRUE(filled.index.erase(filled.keys[i]));
  for (std::size_t i = 0; i < filled.keys.size(); ++i) {
    ASSERT_EQ(filled.index.insert(filled.keys[i], 5), i % 3 == 0) << filled.keys[i];
  }
  std::vector<Entry> scanned(filled.keys.size() + 1);
  ASSERT_EQ(filled.index.scan(0, scanned), filled.keys.size());
  for (std::size_t i = 0; i < filled.keys.size(); ++i) ASSERT_EQ(scanned[i].key, filled.keys[i]);
}

TEST(PresenceFilter, LetsEveryKeyOfItsRunPassAndFewOthers) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{5000}}) {
    std::vector<Entry> entries;
    for (Key key = 0; key < count; ++key) entries.push_back({key << 40, 0});  // differ in their highest bits only
    SortedColumns columns;
    columns.assign(entries);
    PresenceFilter filter;
    filter.train(columns);
    for (const Entry& entry : entries) ASSERT_TRUE(filter.may_hold(PresenceFilter::probe(entry.key)));
    std::size_t passed = 0;
    for (Key key = 0; key < 10'000; ++key) passed += filter.may_hold(PresenceFilter::probe((key << 40) + 1));
    EXPECT_LT(passed, 500U) << count;
  }
}

}  // namespace
}  // namespace omenbench
