// Workloads of several phases, choosers that depend on time, and every preset, all against std::map by the trial loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <ostream>

#include "core/error.h"
#include "tests/workloads/map_trial.h"

namespace omenbench {

void PrintTo(const Workload& workload, std::ostream* out) { *out << workload.name; }

namespace {

WorkloadPhase phase_of(std::string name, const Mix& mix, double share) {
  WorkloadPhase phase = workload_of(mix).phases[0];
  phase.name = std::move(name);
  phase.share = share;
  return phase;
}

std::map<std::string, double> shares_of(std::span<const Operation> operations) {
  std::map<std::string, double> shares;
  static const char* const kNames[] = {"lookup", "lower_bound", "scan", "insert", "update", "erase", "rmw"};
  for (const Operation& operation : operations) {
    shares[kNames[static_cast<int>(operation.kind)]] += 1.0 / static_cast<double>(operations.size());
  }
  return shares;
}

TEST(Phases, FollowOneAnotherWithTheirSharesAndMixes) {
  const std::vector<Key> keys = sparse_keys(20'000);
  Workload workload = workload_of({{OpKind::kInsert, 1}});
  workload.phases = {phase_of("a", {{OpKind::kInsert, 1}}, 0.2), phase_of("b", {{OpKind::kLookup, 1}}, 0.5),
                     phase_of("c", {{OpKind::kErase, .5}, {OpKind::kInsert, .5}}, 0.3)};
  for (const std::uint64_t threads : {1, 3}) {
    const Request request = request_for(keys, 9000, threads);
    const Stream stream = generate_stream(workload, request);
    ASSERT_EQ(stream.stretches[0].references.size(), 1U);
    for (std::uint64_t t = 0; t < threads; ++t) {
      EXPECT_THAT(stream.phase_ends[t],
                  testing::ElementsAre(1800 / threads, 1800 / threads + 4500 / threads, 9000 / threads));
      const std::span<const Operation> all(stream.stretches[0].threads[t]);
      const auto& ends = stream.phase_ends[t];
      EXPECT_NEAR(shares_of(all.first(ends[0])).at("insert"), 1, 1e-9);
      EXPECT_NEAR(shares_of(all.subspan(ends[0], ends[1] - ends[0])).at("lookup"), 1, 1e-9);
      EXPECT_NEAR(shares_of(all.subspan(ends[1])).at("erase"), 0.5, 0.06);
    }
    EXPECT_TRUE(agrees<MapIndex>(workload, request, stream));
  }
}

TEST(Phases, MayTakeFewerThreads) {
  const std::vector<Key> keys = sparse_keys(3000);
  Workload workload = workload_of({{OpKind::kUpdate, 1}});
  workload.phases = {phase_of("all", {{OpKind::kUpdate, 1}}, 0.5), phase_of("one", {{OpKind::kLookup, 1}}, 0.5)};
  workload.phases[1].threads = 1;
  const Request request = request_for(keys, 1200, 3);
  const Stream stream = generate_stream(workload, request);
  EXPECT_THAT(stream.phase_ends[0], testing::ElementsAre(200, 800));
  EXPECT_THAT(stream.phase_ends[2], testing::ElementsAre(200, 200));
  EXPECT_TRUE(agrees<MapIndex>(workload, request, stream));
}

TEST(Phases, ChurnGoesOnForEverWithTheKeysThatItErased) {
  const std::vector<Key> keys = sparse_keys(3000);
  const Workload workload = workload_of({{OpKind::kErase, .5}, {OpKind::kInsert, .5}});
  const Request request = request_for(keys, 20'000);
  EXPECT_TRUE(agrees<MapIndex>(workload, request, generate_stream(workload, request)));
}

TEST(Phases, InsertsComeInTheOrderOfArrival) {
  const std::vector<Key> keys = sparse_keys(1000);
  Workload workload = workload_of({{OpKind::kInsert, 1}});
  workload.arrival.order = ArrivalOrder::kSorted;
  const Stream stream = generate_stream(workload, request_for(keys, 400, 2));
  for (const auto& thread : stream.stretches[0].threads) {
    EXPECT_TRUE(std::ranges::is_sorted(thread, {}, &Operation::key));
    EXPECT_GE(thread[0].key, keys[500]);
  }
}

/// Ages of what is read: 0 for the key that arrived last before the read.
std::vector<std::uint64_t> ages_read(const Workload& workload, const Request& request, const Stream& stream) {
  const Population population(workload, request.keys, request.row_seed, request.history);
  std::map<Key, std::uint64_t> born;
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < population.loaded_count(); ++i) born[request.keys[population.arrival()[i]]] = count++;
  std::vector<std::uint64_t> ages;
  for (const Operation& operation : stream.stretches[0].threads[0]) {
    if (operation.kind == OpKind::kInsert) born[operation.key] = count++;
    if (operation.kind == OpKind::kLookup) ages.push_back(count - 1 - born.at(operation.key));
  }
  return ages;
}

TEST(Latest, IsZipfianOverTheAgeWhileKeysArrive) {
  const std::vector<Key> keys = sparse_keys(20'000);
  Workload workload = workload_of({{OpKind::kLookup, .8}, {OpKind::kInsert, .2}});
  workload.phases[0].chooser = KeyChooser::kLatest;
  const Request request = request_for(keys, 40'000);
  const Stream stream = generate_stream(workload, request);
  const std::vector<std::uint64_t> ages = ages_read(workload, request, stream);
  double zeta = 0;  // of the middle of the run; it varies by 4 % over it
  for (int i = 1; i <= 14'000; ++i) zeta += std::pow(i, -0.99);
  for (const std::uint64_t age : {0, 1, 9}) {
    const double expected = std::pow(static_cast<double>(age + 1), -0.99) / zeta;
    const double seen = static_cast<double>(std::ranges::count(ages, age)) / static_cast<double>(ages.size());
    EXPECT_NEAR(seen, expected, 0.05 * expected + 0.003) << "age " << age;
  }
  EXPECT_TRUE(agrees<MapIndex>(workload, request, stream));
}

TEST(Recorded, ReplaysTheRowsInTheirOrder) {
  const std::vector<Key> keys = sparse_keys(100);
  Workload workload = workload_of({{OpKind::kLookup, 1}});
  workload.phases[0].chooser = KeyChooser::kRecorded;
  std::vector<std::uint32_t> rows;
  Rng rng(5);
  for (int i = 0; i < 900; ++i) rows.push_back(static_cast<std::uint32_t>(rng.below(100)));
  Request request = request_for(keys, 900);
  request.history.rows = rows;
  const Stream stream = generate_stream(workload, request);
  for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(stream.stretches[0].threads[0][i].key, keys[rows[i]]);
  EXPECT_TRUE(agrees<MapIndex>(workload, request, stream));
  request.threads = 2;
  const Stream two = generate_stream(workload, request);
  EXPECT_EQ(two.stretches[0].threads[1][0].key, keys[rows[1]]) << "one access each in turn";
}

TEST(Scrambled, HasTheSkewOfTheOriginalAtAnySize) {
  for (const std::uint64_t n : {10'000, 100'000}) {
    const std::vector<Key> keys = sparse_keys(n);
    Workload workload = workload_of({{OpKind::kLookup, 1}});
    workload.phases[0].chooser = KeyChooser::kScrambled;
    const Stream stream = generate_stream(workload, request_for(keys, 200'000));
    const std::map<std::string, double> realised(stream.realised.begin(), stream.realised.end());
    EXPECT_NEAR(realised.at("top_key_share"), 1 / 26.469028, 0.002) << n;
  }
}

TEST(ScanLengths, MayBeZipfian) {
  const std::vector<Key> keys = sparse_keys(5000);
  Workload workload = workload_of({{OpKind::kScan, 1}});
  workload.phases[0].scan_length = {.shortest = 5, .longest = 104, .theta = 1};
  const Request request = request_for(keys, 50'000);
  const Stream stream = generate_stream(workload, request);
  std::vector<std::uint64_t> counts(105);
  for (const Operation& operation : stream.stretches[0].threads[0]) ++counts.at(operation.argument);
  constexpr double kHarmonic = 5.187377;  // of 100
  EXPECT_EQ(std::accumulate(counts.begin(), counts.begin() + 5, std::uint64_t{0}), 0U);
  EXPECT_NEAR(static_cast<double>(counts[5]), 50'000 / kHarmonic, 400);
  EXPECT_NEAR(static_cast<double>(counts[9]), 10'000 / kHarmonic, 200);
  EXPECT_GT(counts[104], 0U);
}

TEST(Mixes, ComeOutAsAsked) {
  const std::vector<Key> keys = sparse_keys(5000);
  constexpr double kOperations = 100'000;
  const Mix mix = {{OpKind::kLookup, .5}, {OpKind::kScan, .1}, {OpKind::kUpdate, .25}, {OpKind::kReadModifyWrite, .15}};
  const Stream stream = generate_stream(workload_of(mix), request_for(keys, static_cast<std::uint64_t>(kOperations)));
  std::map<OpKind, double> seen;
  for (const Operation& operation : stream.stretches[0].threads[0]) ++seen[operation.kind];
  double chi_square = 0;
  for (const auto& [kind, share] : mix) {
    chi_square += std::pow(seen[kind] - share * kOperations, 2) / (share * kOperations);
  }
  EXPECT_LT(chi_square, 16.27) << "3 degrees of freedom, p = 0.001";
}

class EveryPreset : public testing::TestWithParam<Workload> {};

TEST_P(EveryPreset, YieldsAStreamThatStdMapAnswers) {
  const Workload& workload = GetParam();
  const std::vector<Key> own = sparse_keys(6000);
  const std::vector<Key> other = sparse_keys(3000, 8);
  std::vector<std::uint32_t> rows;
  Rng rng(1);
  for (int i = 0; i < 40'000; ++i) rows.push_back(static_cast<std::uint32_t>(rng.below(own.size())));
  const bool mixes = !workload.insert_from.dataset.empty();
  const MixedKeys mixed = mixes ? mix_keys(workload, own, other, 3) : MixedKeys{};
  const std::span<const Key> keys = mixes ? mixed.keys : own;
  for (const std::uint64_t threads : {1, 3}) {
    const std::uint64_t loaded =
        Population(workload, keys, 33, {.rows = rows, .foreign = mixed.foreign}).loaded_count();
    const std::uint64_t operations = feasible_operations(workload, keys.size(), loaded, threads, 8000);
    ASSERT_GT(operations, 30U) << threads;
    Request request = request_for(keys, operations, threads);
    request.history = {.rows = rows, .foreign = mixed.foreign};
    EXPECT_TRUE(agrees<MapIndex>(workload, request, generate_stream(workload, request))) << threads;
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, EveryPreset, testing::ValuesIn(list_workloads()), [](const auto& preset) {
  std::string name = preset.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace omenbench
