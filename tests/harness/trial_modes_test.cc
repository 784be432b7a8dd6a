// The trial loop itself, run in this process: phases that wait for each other, arrivals that are not begun early, a
// search that stops at the limit.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "harness/register.h"

namespace omenbench {
namespace {

/// A map behind a lock, whose inserts are slow: whoever does not wait for them misses their keys.
class SlowMap {
 public:
  static constexpr bool kConcurrent = true;
  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) map_.emplace(entry.key, entry.payload);
  }
  bool find(Key key, Payload& payload) const {
    const std::shared_lock lock(mutex_);
    const auto found = map_.find(key);
    if (found == map_.end()) return false;
    payload = found->second;
    return true;
  }
  bool insert(Key key, Payload payload) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    const std::unique_lock lock(mutex_);
    return map_.emplace(key, payload).second;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<Key, Payload> map_;
};

/// Takes a millisecond for every lookup.
class Millisecond {
 public:
  void build(std::span<const Entry>) {}
  bool find(Key, Payload&) const {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return false;
  }
};

/// Notes every key it is asked for.
class Diary {
 public:
  inline static std::vector<Key> asked;
  void build(std::span<const Entry>) { asked.clear(); }
  bool find(Key key, Payload&) const {
    asked.push_back(key);
    return false;
  }
  void find_batch(std::span<const Key> keys, std::span<Payload>, std::span<bool> found) const {
    asked.insert(asked.end(), keys.begin(), keys.end());
    std::ranges::fill(found, false);
  }
};

/// A trial's input over memory of its own.
struct Harness {
  explicit Harness(std::vector<std::vector<Operation>> streams) : operations(std::move(streams)) {
    for (const auto& stream : operations) {
      const std::size_t count = stream.size();
      samples.emplace_back(count);
      latencies.emplace_back(count);
      lags.emplace_back(count);
      arrivals.emplace_back(count);
      for (std::size_t i = 0; i < count; ++i) arrivals.back()[i] = static_cast<double>(i + 1);  // evenly spaced
    }
    for (std::size_t t = 0; t < operations.size(); ++t) {
      threads.push_back({.operations = operations[t].data(),
                         .count = operations[t].size(),
                         .samples = samples[t].data(),
                         .arrivals = arrivals[t].data(),
                         .open_latencies = latencies[t].data(),
                         .lags = lags[t].data()});
    }
    input.share_streams(threads.data());
    input.thread_count = threads.size();
  }
  void want(std::initializer_list<Pass> passes) {
    for (const Pass pass : passes) input.pass_mask |= 1U << static_cast<int>(pass);
  }
  const PassOutput& pass(Pass which) const { return output->passes[static_cast<int>(which)]; }

  std::vector<std::vector<Operation>> operations;
  std::vector<std::vector<std::uint32_t>> samples;
  std::vector<std::vector<std::uint64_t>> latencies, lags;
  std::vector<std::vector<double>> arrivals;
  std::vector<ThreadStream> threads;
  TrialInput input;
  std::unique_ptr<TrialOutput> output = std::make_unique<TrialOutput>();
};

TEST(TrialModes, EveryPassOfReadersWalksItsOwnOperationsAfterTheSameWarmUp) {
  const std::vector<Operation> warmup = {{.key = 1}, {.key = 2}};
  std::array<std::vector<Operation>, 4> operations;
  std::array<ThreadStream, 4> streams;
  std::vector<std::uint32_t> samples(3);
  std::vector<Key> expected;
  TrialInput input;
  for (std::uint64_t pass = 0; pass < 4; ++pass) {
    for (Key i = 0; i < 3; ++i) operations[pass].push_back({.key = 100 * (pass + 1) + i});
    streams[pass] = {.operations = operations[pass].data(),
                     .count = 3,
                     .warmup = warmup.data(),
                     .warmup_count = warmup.size(),
                     .samples = samples.data()};
    input.streams[pass] = &streams[pass];
    for (const auto& list : {warmup, operations[pass]}) {
      for (const Operation& operation : list) expected.push_back(operation.key);
    }
  }
  input.pass_mask = 0b1111;
  const auto output = std::make_unique<TrialOutput>();
  run_trial<Diary>(input, *output);
  ASSERT_EQ(output->status, TrialStatus::kOk) << output->reason;
  EXPECT_EQ(Diary::asked, expected);
}

TEST(TrialModes, APhaseBeginsWhenAllThreadsHaveEndedTheOneBefore) {
  // Thread 0 inserts in the first phase, in which thread 1 has nothing to do; then thread 1 looks for those keys.
  std::vector<Operation> inserts, lookups;
  AnswerChecksum present;
  for (Key key = 1; key <= 50; ++key) {
    inserts.push_back({.key = key, .kind = OpKind::kInsert});
    lookups.push_back({.key = key, .kind = OpKind::kLookup, .foreign = 1});
    present.add(kPresentAnswer);
  }
  Harness harness({inserts, lookups});
  const std::uint64_t writer_ends[] = {50, 50}, reader_ends[] = {0, 50};
  harness.threads[0].phase_ends = writer_ends;
  harness.threads[1].phase_ends = reader_ends;
  harness.input.phase_count = 2;
  harness.input.mutates = 1;
  harness.want({Pass::kThroughput, Pass::kLatency});
  run_trial<SlowMap>(harness.input, *harness.output);
  ASSERT_EQ(harness.output->status, TrialStatus::kOk) << harness.output->reason;
  for (const Pass pass : {Pass::kThroughput, Pass::kLatency}) {
    EXPECT_EQ(harness.pass(pass).checksum[1], present.value());
    EXPECT_GT(harness.pass(pass).phase_elapsed_ns[0], 50 * 200'000U);
    EXPECT_LE(harness.pass(pass).phase_elapsed_ns[0] + harness.pass(pass).phase_elapsed_ns[1],
              harness.pass(pass).elapsed_ns);
  }
}

TEST(TrialModes, AnOpenLoopChargesWaitingToWhoWaited) {
  // A millisecond each, twice as many arrivals: the i-th operation is late by about i / 2 milliseconds.
  Harness harness({std::vector<Operation>(40)});
  harness.input.phase_rates[0] = 2'000;
  harness.want({Pass::kLatency, Pass::kOpen});
  run_trial<Millisecond>(harness.input, *harness.output);
  ASSERT_EQ(harness.output->status, TrialStatus::kOk) << harness.output->reason;
  EXPECT_EQ(harness.pass(Pass::kOpen).checksum[0], harness.pass(Pass::kLatency).checksum[0]);
  EXPECT_GT(harness.lags[0][39], 19'000'000U);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_GE(harness.latencies[0][i], harness.lags[0][i] + 1'000'000);
}

TEST(TrialModes, NoOperationBeginsBeforeItsTime) {
  Harness harness({std::vector<Operation>(30)});
  harness.input.phase_rates[0] = 200;
  harness.want({Pass::kOpen});
  run_trial<Millisecond>(harness.input, *harness.output);
  ASSERT_EQ(harness.output->status, TrialStatus::kOk) << harness.output->reason;
  EXPECT_GE(harness.pass(Pass::kOpen).elapsed_ns, 30 * 5'000'000U);
}

TEST(TrialModes, ThePhaseWithoutARateIsRunAtOnce) {
  Harness harness({std::vector<Operation>(20)});
  const std::uint64_t ends[] = {10, 20};
  harness.threads[0].phase_ends = ends;
  harness.input.phase_count = 2;
  harness.input.phase_rates[1] = 100;
  harness.want({Pass::kOpen});
  run_trial<Millisecond>(harness.input, *harness.output);
  ASSERT_EQ(harness.output->status, TrialStatus::kOk) << harness.output->reason;
  EXPECT_GE(harness.pass(Pass::kOpen).phase_elapsed_ns[1], 100'000'000U);
  EXPECT_EQ(harness.lags[0][5], 0U) << "not timed";
}

TEST(TrialModes, TheSearchRecordsItsStepsAndChecksAllAnswers) {
  struct Quick {
    void build(std::span<const Entry>) {}
    bool find(Key, Payload&) const { return false; }
  };
  constexpr std::size_t kOperations = kMaxProbes * 2'000;
  for (const std::uint64_t limit_ns : {std::uint64_t{1}, std::uint64_t{3'600'000'000'000}}) {
    Harness harness({std::vector<Operation>(kOperations), std::vector<Operation>(kOperations)});
    harness.input.search_p99_ns = limit_ns;
    harness.want({Pass::kThroughput, Pass::kOpen});
    run_trial<Quick>(harness.input, *harness.output);
    ASSERT_EQ(harness.output->status, TrialStatus::kOk) << harness.output->reason;
    EXPECT_EQ(harness.pass(Pass::kOpen).checksum[0], harness.pass(Pass::kThroughput).checksum[0]);
    EXPECT_EQ(harness.pass(Pass::kOpen).checksum[1], harness.pass(Pass::kThroughput).checksum[1]);
    EXPECT_EQ(harness.output->probe_count, kMaxProbes);
    for (std::uint64_t i = 0; i < harness.output->probe_count; ++i) {
      const ProbeOutput& probe = harness.output->probes[i];
      const bool kept_up = probe.achieved >= 0.95 * probe.rate;
      EXPECT_EQ(probe.passed, limit_ns > 1 && kept_up) << "no limit is met by falling behind; step " << i;
      if (i == 0) continue;
      const ProbeOutput& before = harness.output->probes[i - 1];
      EXPECT_EQ(probe.rate > before.rate, before.passed != 0);
    }
  }
}

TEST(CacheEvictor, ReadsEveryLineOfAsManyBytesAsAsked) {
  for (const std::uint64_t lines : {1U, 3U, 16384U}) {
    // A line holds the position of its first word.
    EXPECT_EQ(detail::CacheEvictor(64 * lines).evict(), 8 * lines * (lines - 1) / 2) << lines << " lines";
  }
}

TEST(TrialModes, AnEvictedCacheDoesNotChangeTheAnswers) {
  std::vector<Operation> inserts;
  for (Key key = 1; key <= 20; ++key) inserts.push_back({.key = key, .kind = OpKind::kInsert});
  Harness harness({inserts});
  harness.input.evict_bytes = 1 << 20;
  harness.input.mutates = 1;
  harness.want({Pass::kLatency});
  run_trial<SlowMap>(harness.input, *harness.output);
  ASSERT_EQ(harness.output->status, TrialStatus::kOk) << harness.output->reason;
  AnswerChecksum present;
  for (int i = 0; i < 20; ++i) present.add(kPresentAnswer);
  EXPECT_EQ(harness.pass(Pass::kLatency).checksum[0], present.value());
  for (const std::uint32_t sample : harness.samples[0]) EXPECT_GT(sample, 150'000U);
}

}  // namespace
}  // namespace omenbench
