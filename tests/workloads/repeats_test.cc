// Streams over keys that repeat: their reference against std::multimap, run by the trial loop that measures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "harness/trial/repeating.h"
#include "tests/workloads/map_trial.h"
#include "tests/workloads/multimap_index.h"
#include "workloads/key_runs.h"

namespace omenbench {
namespace {

/// Runs of these lengths, in turn, of `n` sparse keys.
std::vector<Key> repeated_keys(std::uint64_t n, const std::vector<std::uint64_t>& lengths) {
  std::vector<Key> keys;
  const std::vector<Key> distinct = sparse_keys(n);
  for (std::size_t i = 0; i < distinct.size(); ++i) keys.insert(keys.end(), lengths[i % lengths.size()], distinct[i]);
  return keys;
}

Request request_of_repeats(std::span<const Key> keys, std::uint64_t operations, std::uint64_t threads = 1) {
  Request request = request_for(keys, operations, threads);
  request.history.repeat = true;
  return request;
}

const std::vector<Mix> kReads = {{{OpKind::kLookup, 1}},
                                 {{OpKind::kLowerBound, 1}},
                                 {{OpKind::kScan, 1}},
                                 {{OpKind::kLookup, .4}, {OpKind::kLowerBound, .3}, {OpKind::kScan, .3}}};

TEST(RepeatedKeys, HaveTheAnswersOfStdMultimap) {
  const std::vector<std::vector<Key>> sets = {
      repeated_keys(2000, {1}), repeated_keys(1000, {2}), repeated_keys(12, {1000}),
      repeated_keys(600, {1, 1, 255, 2, 256, 257, 3}), std::vector<Key>(500, Key{77})};
  for (const std::vector<Key>& keys : sets) {
    for (const Mix& mix : kReads) {
      for (const std::uint64_t threads : {1, 3}) {
        for (const double hit_ratio : {1.0, 0.6}) {
          Workload workload = workload_of(mix);
          workload.phases[0].scan_length = {.shortest = 1, .longest = 400};
          workload.phases[0].hit_ratio = hit_ratio;
          const Request request = request_of_repeats(keys, 600, threads);
          const Stream stream = generate_stream(workload, request);
          EXPECT_EQ(stream.stretch_of[static_cast<int>(Pass::kBatched)], kNoStretch);
          EXPECT_TRUE(agrees<Repeating<MultimapIndex>>(workload, request, stream))
              << keys.size() << " entries, " << threads << " threads, hit ratio " << hit_ratio;
        }
      }
    }
  }
}

TEST(RepeatedKeys, TellTheMistakesApart) {
  const std::vector<Key> keys = repeated_keys(300, {1, 2, 300});
  const auto agree = [&]<class I>(OpKind kind, I*) {
    const Workload workload = workload_of({{kind, 1}});
    const Request request = request_of_repeats(keys, 1000);
    return agrees<Repeating<I>>(workload, request, generate_stream(workload, request));
  };
  EXPECT_TRUE(agree(OpKind::kLookup, static_cast<MultimapIndex*>(nullptr)));
  EXPECT_FALSE(agree(OpKind::kLookup, static_cast<MissesOnePayload*>(nullptr)));
  EXPECT_FALSE(agree(OpKind::kLookup, static_cast<CountsOneTooMany*>(nullptr)));
  EXPECT_FALSE(agree(OpKind::kLookup, static_cast<StopsAt255*>(nullptr)));
  EXPECT_FALSE(agree(OpKind::kScan, static_cast<ScansEachKeyOnce*>(nullptr)));
  EXPECT_FALSE(agree(OpKind::kLowerBound, static_cast<BoundsTheLastOfItsKey*>(nullptr)));
}

TEST(RepeatedKeys, FindTheirRuns) {
  const std::vector<Key> keys = {0, 0, 0, 5, 6, 6, ~Key{0}, ~Key{0}};
  const KeyRuns runs(keys, 3);
  const std::vector<std::uint64_t> first = {0, 0, 0, 3, 4, 4, 6, 6}, end = {3, 3, 3, 4, 6, 6, 8, 8};
  for (std::uint64_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(runs.first_of(i), first[i]);
    EXPECT_EQ(runs.end_of(i), end[i]);
  }
  EXPECT_EQ(runs.answer(4), repeated_answer(2, payload_at(4, 3) + payload_at(5, 3)));
}

TEST(RepeatedKeys, AreOnlyRead) {
  const std::vector<Key> keys = repeated_keys(100, {2});
  for (const OpKind kind : {OpKind::kInsert, OpKind::kUpdate, OpKind::kErase}) {
    EXPECT_THROW(generate_stream(workload_of({{kind, 1}}), request_of_repeats(keys, 10)), Error);
  }
}

}  // namespace
}  // namespace omenbench
