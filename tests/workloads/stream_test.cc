// Streams against std::map, run by the very trial loop that measures: whatever a correct index answers must fold to the
// stream's reference, for every kind of operation, one thread and several, and every prefix.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/error.h"
#include "tests/workloads/map_trial.h"

namespace omenbench {
namespace {

/// Forgets every thousandth erase.
class ForgetfulIndex : public MapIndex {
 public:
  bool erase(Key key) { return ++erases_ % 1000 == 0 || MapIndex::erase(key); }

 private:
  std::uint64_t erases_ = 0;
};

/// Scans the right entries from the largest down.
class BackwardIndex : public MapIndex {
 public:
  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t count = MapIndex::scan(from, out);
    std::ranges::reverse(out.first(count));
    return count;
  }
};

/// Knows positions beforehand, like `oracle-gather`.
class OracleIndex {
 public:
  void build(std::span<const Entry> entries) { entries_.assign(entries.begin(), entries.end()); }
  bool find(Key, Payload&) const { return false; }
  std::uint64_t answer(const Operation& operation, std::uint64_t position) const {
    if (position == kNoPosition) return kAbsentAnswer;
    const auto rest = std::span<const Entry>(entries_).subspan(position);
    if (operation.kind == OpKind::kLookup) return rest[0].payload;
    if (operation.kind == OpKind::kLowerBound) return rest.empty() ? kAbsentAnswer : entry_answer(rest[0]);
    return scan_answer(rest.first(std::min<std::size_t>(rest.size(), operation.argument)));
  }

 private:
  std::vector<Entry> entries_;
};

const std::vector<std::pair<std::string, Mix>> kMixes = {
    {"lookup", {{OpKind::kLookup, 1}}},
    {"lower_bound", {{OpKind::kLowerBound, 1}}},
    {"scan", {{OpKind::kScan, 1}}},
    {"insert", {{OpKind::kInsert, 1}}},
    {"update", {{OpKind::kUpdate, 1}}},
    {"erase", {{OpKind::kErase, 1}}},
    {"read_modify_write", {{OpKind::kReadModifyWrite, 1}}},
    {"updates_and_reads",
     {{OpKind::kLookup, .3},
      {OpKind::kLowerBound, .2},
      {OpKind::kScan, .1},
      {OpKind::kUpdate, .2},
      {OpKind::kReadModifyWrite, .2}}},
    {"inserts_and_scans", {{OpKind::kScan, .8}, {OpKind::kInsert, .2}}},
    {"everything",
     {{OpKind::kLookup, .2},
      {OpKind::kLowerBound, .1},
      {OpKind::kScan, .1},
      {OpKind::kInsert, .2},
      {OpKind::kUpdate, .1},
      {OpKind::kErase, .2},
      {OpKind::kReadModifyWrite, .1}}}};

constexpr std::array<KeyChooser, 7> kChoosers = {
    KeyChooser::kUniform, KeyChooser::kZipfian,    KeyChooser::kZipfianClustered, KeyChooser::kScrambled,
    KeyChooser::kLatest,  KeyChooser::kSequential, KeyChooser::kHotspot};

class StreamReference : public testing::TestWithParam<std::pair<std::string, Mix>> {};

TEST_P(StreamReference, IsWhatStdMapAnswers) {
  const std::vector<Key> keys = sparse_keys(6001);
  Workload workload = workload_of(GetParam().second);
  WorkloadPhase& phase = workload.phases[0];
  phase.scan_length = {.shortest = 1, .longest = 20};
  for (const KeyChooser chooser : kChoosers) {
    for (const std::uint64_t threads : {1, 2, 3}) {
      for (const double hit_ratio : {1.0, 0.6}) {
        phase.chooser = chooser;
        phase.hit_ratio = hit_ratio;
        Request request = request_for(keys, 2500, threads);
        request.prefixes = {2500, 7, 1000, 1000};
        const Stream stream = generate_stream(workload, request);
        ASSERT_EQ(stream.stretches[0].references.size(), 3U);
        EXPECT_TRUE(agrees<MapIndex>(workload, request, stream))
            << "chooser " << static_cast<int>(chooser) << ", " << threads << " threads, hit ratio " << hit_ratio;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Mixes, StreamReference, testing::ValuesIn(kMixes),
                         [](const auto& mix) { return mix.param.first; });

TEST(Stream, CatchesAnIndexThatForgetsOneErase) {
  const std::vector<Key> keys = sparse_keys(5000);
  const Workload workload = workload_of({{OpKind::kLookup, .5}, {OpKind::kErase, .5}});
  const Request request = request_for(keys, 4000);
  const Stream stream = generate_stream(workload, request);
  EXPECT_TRUE(agrees<MapIndex>(workload, request, stream));
  EXPECT_FALSE(agrees<ForgetfulIndex>(workload, request, stream));
}

TEST(Stream, CatchesScansInTheWrongOrder) {
  const std::vector<Key> keys = sparse_keys(500);
  const Workload workload = workload_of({{OpKind::kScan, 1}});
  const Request request = request_for(keys, 300);
  const Stream stream = generate_stream(workload, request);
  EXPECT_TRUE(agrees<MapIndex>(workload, request, stream));
  EXPECT_FALSE(agrees<BackwardIndex>(workload, request, stream));
}

TEST(Stream, WorksTheLastKeysDownToNothing) {
  const std::vector<Key> keys = sparse_keys(500);
  const Workload workload = workload_of({{OpKind::kErase, 1}});
  const Request request = request_for(keys, 500);
  const Stream stream = generate_stream(workload, request);
  EXPECT_TRUE(agrees<MapIndex>(workload, request, stream));
  // How often a live key is drawn for before one is looked for decides which keys come last.
  EXPECT_EQ(stream.sha256.substr(0, 16), "21f0a70517031abc");
  EXPECT_THROW(generate_stream(workload, request_for(keys, 501)), Error);
}

TEST(Stream, RefusesMoreInsertsThanHeldOutKeys) {
  const std::vector<Key> keys = sparse_keys(500);
  const Workload workload = workload_of({{OpKind::kInsert, 1}});
  EXPECT_NO_THROW(generate_stream(workload, request_for(keys, 250)));
  try {
    generate_stream(workload, request_for(keys, 251));
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("more inserts than held-out keys"));
  }
}

TEST(Stream, RefusesScansThatSeveralThreadsMightEmpty) {
  const std::vector<Key> keys = sparse_keys(1000);
  const Workload workload = workload_of({{OpKind::kScan, .1}, {OpKind::kErase, .9}});
  EXPECT_THROW(generate_stream(workload, request_for(keys, 1050, 2)), Error);
  EXPECT_NO_THROW(generate_stream(workload, request_for(keys, 500, 2)));
}

TEST(Stream, RefusesAnEmptyUniverse) {
  EXPECT_THROW(generate_stream(workload_of({{OpKind::kLookup, 1}}), request_for({}, 10)), Error);
}

TEST(Stream, ServesASingleKey) {
  const std::vector<Key> keys = {5};
  for (const auto& [name, mix] : kMixes) {
    Workload workload = workload_of(mix);
    if (workload.reshapes()) continue;
    workload.phases[0].chooser = KeyChooser::kZipfian;
    workload.phases[0].hit_ratio = 0.5;
    const Request request = request_for(keys, 50);
    EXPECT_TRUE(agrees<MapIndex>(workload, request, generate_stream(workload, request))) << name;
  }
}

TEST(Stream, GivesPositionsThatTheOracleGathersCorrectly) {
  const std::vector<Key> keys = sparse_keys(5000);
  Workload workload = workload_of({{OpKind::kLookup, 1}});
  const Request request = request_for(keys, 3000, 2);
  EXPECT_TRUE(agrees<OracleIndex>(workload, request, generate_stream(workload, request)));
  workload.bulk_load = 0.3;
  EXPECT_TRUE(agrees<OracleIndex>(workload, request, generate_stream(workload, request)));
  EXPECT_TRUE(agrees<MapIndex>(workload, request, generate_stream(workload, request)));
  workload.phases[0].hit_ratio = 0.5;
  EXPECT_TRUE(agrees<OracleIndex>(workload, request, generate_stream(workload, request)));
  workload = workload_of({{OpKind::kLookup, .4}, {OpKind::kLowerBound, .3}, {OpKind::kScan, .3}});
  workload.phases[0].hit_ratio = 0.5;
  EXPECT_TRUE(agrees<OracleIndex>(workload, request, generate_stream(workload, request)));
}

TEST(Stream, IsReproducedByItsSeedsAndChangedByEach) {
  const std::vector<Key> keys = sparse_keys(2000);
  Workload workload = workload_of({{OpKind::kLookup, .5}, {OpKind::kInsert, .5}});
  workload.phases[0].chooser = KeyChooser::kZipfian;
  Request request = request_for(keys, 1000, 2);
  const Stream first = generate_stream(workload, request);
  EXPECT_THAT(first.sha256, testing::MatchesRegex("[0-9a-f]{64}"));
  const Stream second = generate_stream(workload, request);
  EXPECT_EQ(first.sha256, second.sha256);
  EXPECT_EQ(first.stretches[0].threads, second.stretches[0].threads);
  request.seed = 23;
  EXPECT_NE(generate_stream(workload, request).sha256, first.sha256);
  request.seed = 22;
  request.row_seed = 34;
  EXPECT_NE(generate_stream(workload, request).sha256, first.sha256);
}

TEST(Stream, GivesEveryPassOfReadersAStretchOfItsOwn) {
  const std::vector<Key> keys = sparse_keys(50'000);
  const Workload workload = workload_of({{OpKind::kLookup, 1}});
  const Stream stream = generate_stream(workload, request_for(keys, 2000, 2));
  ASSERT_EQ(stream.stretches.size(), 4U);
  EXPECT_EQ(stream.stretch_of, (std::array<std::uint64_t, kPasses>{0, 1, 2, 3, kNoStretch}));
  std::set<Key> seen;
  for (const Stretch& stretch : stream.stretches) {
    for (const auto& operations : stretch.threads) {
      ASSERT_EQ(operations.size(), 1000U);
      for (const Operation& operation : operations) seen.insert(operation.key);
    }
  }
  EXPECT_GT(seen.size(), 7000U) << "8,000 draws among 50,000 keys repeat about 600";
  EXPECT_NE(stream.stretches[0].references[0].checksum, stream.stretches[1].references[0].checksum);
}

TEST(Stream, KeepsTheFirstStretchWhicheverPassesFollow) {
  const std::vector<Key> keys = sparse_keys(5000);
  const Workload workload = workload_of({{OpKind::kLookup, .5}, {OpKind::kLowerBound, .5}});
  Request request = request_for(keys, 1000);
  const Stream all = generate_stream(workload, request);
  EXPECT_EQ(all.stretch_of, (std::array<std::uint64_t, kPasses>{0, 1, 2, kNoStretch, kNoStretch})) << "no batches";
  request.passes = 1U << static_cast<int>(Pass::kOpen);
  const Stream open = generate_stream(workload, request);
  EXPECT_EQ(open.stretch_of, (std::array<std::uint64_t, kPasses>{0, kNoStretch, kNoStretch, kNoStretch, 1}));
  EXPECT_EQ(all.stretches[0].threads, open.stretches[0].threads);
  EXPECT_EQ(all.sha256, open.sha256);
}

TEST(Stream, LetsPassesThatWriteShareTheirOperations) {
  const std::vector<Key> keys = sparse_keys(500);
  const Stream stream = generate_stream(workload_of({{OpKind::kUpdate, 1}}), request_for(keys, 100));
  EXPECT_EQ(stream.stretches.size(), 1U);
  EXPECT_EQ(stream.stretch_of, (std::array<std::uint64_t, kPasses>{}));
}

TEST(Stream, WalksOnFromStretchToStretch) {
  const std::vector<Key> keys = sparse_keys(1000);
  Workload workload = workload_of({{OpKind::kLookup, 1}});
  workload.phases[0].chooser = KeyChooser::kSequential;
  const Stream stream = generate_stream(workload, request_for(keys, 100));
  for (std::size_t s = 0; s < 4; ++s) {
    for (std::size_t i = 0; i < 100; ++i) ASSERT_EQ(stream.stretches[s].threads[0][i].key, keys[100 * s + i]);
  }
  EXPECT_EQ(stream.warmup[0][0].key, keys[400]);
}

TEST(Stream, WarmsReadersUpAtLengthHoweverShortTheyAre) {
  const std::vector<Key> keys = sparse_keys(2000);
  const Stream stream = generate_stream(workload_of({{OpKind::kLookup, 1}}), request_for(keys, 100));
  ASSERT_EQ(stream.warmup[0].size(), 500U) << "a fourth of the keys";
  ASSERT_EQ(stream.warmup_positions[0].size(), 500U);
  for (std::size_t i = 0; i < 500; ++i) {
    ASSERT_EQ(stream.warmup[0][i].key, keys[stream.warmup_positions[0][i]]);
  }
}

TEST(Stream, WarmsUpWithOtherKeysThanItMeasures) {
  const std::vector<Key> keys = sparse_keys(2000);
  Request request = request_for(keys, 1000, 2);
  request.warmup_share = 0.2;
  const Stream stream = generate_stream(workload_of({{OpKind::kUpdate, 1}}), request);
  ASSERT_EQ(stream.warmup[1].size(), 100U);
  for (const Operation& operation : stream.warmup[1]) EXPECT_EQ(operation.kind, OpKind::kLookup);
  EXPECT_NE(stream.warmup[1][0].key, stream.stretches[0].threads[1][0].key);
}

TEST(Stream, KeepsEveryThreadsWritesInItsOwnPartition) {
  const std::vector<Key> keys = sparse_keys(3001);
  Workload workload = workload_of(kMixes.back().second);
  workload.phases[0].chooser = KeyChooser::kZipfian;
  const Stream stream = generate_stream(workload, request_for(keys, 2000, 3));
  for (std::uint64_t t = 0; t < 3; ++t) {
    for (const Operation& operation : stream.stretches[0].threads[t]) {
      if (operation.kind < OpKind::kInsert) continue;
      const auto ordinal = std::ranges::lower_bound(keys, operation.key) - keys.begin();
      ASSERT_EQ(static_cast<std::uint64_t>(ordinal) % 3, t);
    }
  }
}

TEST(Stream, ChecksOnlyThePresenceOfForeignKeysWhereOthersUpdateThem) {
  const std::vector<Key> keys = sparse_keys(3000);
  const Workload workload = workload_of({{OpKind::kLookup, .5}, {OpKind::kUpdate, .5}});
  std::uint64_t foreign = 0;
  const Stream updates = generate_stream(workload, request_for(keys, 2000, 2));
  for (const Operation& operation : updates.stretches[0].threads[1]) {
    const auto ordinal = std::ranges::lower_bound(keys, operation.key) - keys.begin();
    ASSERT_EQ(operation.foreign != 0, ordinal % 2 != 1);
    foreign += operation.foreign;
  }
  EXPECT_GT(foreign, 150U);
  const Stream reads = generate_stream(workload_of({{OpKind::kLookup, 1}}), request_for(keys, 2000, 2));
  for (const Operation& operation : reads.stretches[0].threads[1]) ASSERT_EQ(operation.foreign, 0);
}

TEST(Stream, ReportsTheSharesThatCameOut) {
  const std::vector<Key> keys = sparse_keys(10'000);
  Workload workload = workload_of({{OpKind::kLookup, .7}, {OpKind::kUpdate, .3}});
  workload.phases[0].hit_ratio = 0.8;
  workload.phases[0].chooser = KeyChooser::kHotspot;
  const Stream stream = generate_stream(workload, request_for(keys, 50'000));
  const std::map<std::string, double> realised(stream.realised.begin(), stream.realised.end());
  std::uint64_t updates = 0;
  for (const Operation& operation : stream.stretches[0].threads[0]) updates += operation.kind == OpKind::kUpdate;
  EXPECT_DOUBLE_EQ(realised.at("update"), static_cast<double>(updates) / 50'000);
  EXPECT_NEAR(realised.at("lookup"), .7, .01);
  EXPECT_NEAR(realised.at("hit_ratio"), .8, .01);
  // Misses touch no key: 70 % * 20 % of the operations are in neither share.
  EXPECT_NEAR(realised.at("hot_share"), .8 * .86, .01);
  EXPECT_FALSE(realised.contains("scan"));
}

TEST(Stream, ReportsTheShareOfTheMostPopularKey) {
  const std::vector<Key> keys = sparse_keys(100'000);
  Workload workload = workload_of({{OpKind::kLookup, 1}});
  workload.phases[0].chooser = KeyChooser::kZipfian;
  const Stream stream = generate_stream(workload, request_for(keys, 200'000));
  const std::map<std::string, double> realised(stream.realised.begin(), stream.realised.end());
  EXPECT_NEAR(realised.at("top_key_share"), 1 / 12.778338, 0.003);
}

}  // namespace
}  // namespace omenbench
