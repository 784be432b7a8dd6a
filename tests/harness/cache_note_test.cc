// When a row is told that its passes are too short for its index.
#include "harness/cache_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace omenbench {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

Workload lookups() {
  WorkloadPhase phase;
  phase.mix[static_cast<int>(OpKind::kLookup)] = 1;
  return single_phase("lookups", phase);
}

RowPlan row_of(std::uint64_t keys, std::uint64_t operations) {
  RowPlan row;
  row.keys = keys;
  row.operations = operations;
  return row;
}

TEST(CacheNote, SaysHowManyOperationsWouldTurnTheCacheOver) {
  const std::string note = cache_note(row_of(20'000'000, 20'000), lookups(), 32 * kMiB);
  EXPECT_EQ(note,
            "20000 operations touch about 2 MiB of 305, too few to turn over the last-level cache of 32 MiB; --ops "
            "524289 would");
  EXPECT_EQ(cache_note(row_of(20'000'000, 524'289), lookups(), 32 * kMiB), "");
}

TEST(CacheNote, IsSilentWhereTheIndexFitsOrNoCacheIsKnown) {
  EXPECT_EQ(cache_note(row_of(2'000'000, 20'000), lookups(), 32 * kMiB), "");
  EXPECT_EQ(cache_note(row_of(20'000'000, 20'000), lookups(), 0), "");
  RowPlan cold = row_of(20'000'000, 200);
  cold.cold = true;
  EXPECT_EQ(cache_note(cold, lookups(), 32 * kMiB), "");
}

TEST(CacheNote, CountsWhatIsLoadedAndWhatScansRead) {
  RowPlan half = row_of(4'000'000, 20'000);
  half.loaded_keys = 2'000'000;
  EXPECT_EQ(cache_note(half, lookups(), 32 * kMiB), "");
  WorkloadPhase phase;
  phase.mix[static_cast<int>(OpKind::kScan)] = 1;  // of 100 entries, 25 lines
  EXPECT_EQ(cache_note(row_of(20'000'000, 40'000), single_phase("scans", phase), 32 * kMiB), "");
  EXPECT_NE(cache_note(row_of(20'000'000, 30'000), single_phase("scans", phase), 32 * kMiB), "");
}

}  // namespace
}  // namespace omenbench
