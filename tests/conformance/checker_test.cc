// The conformance checker itself: it must catch wrong, crashing and endless indexes, and shrink what it shows.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>

#include "harness/conformance/suite.h"
#include "harness/register.h"
#include "tests/workloads/multimap_index.h"

namespace omenbench::conformance {
namespace {

/// A correct index to derive wrong ones from.
class Honest {
 public:
  void build(std::span<const Entry> entries) {
    for (const Entry& entry : entries) map_.emplace(entry.key, entry.payload);
  }
  bool find(Key key, Payload& payload) const {
    const auto it = map_.find(key);
    if (it == map_.end()) return false;
    payload = it->second;
    return true;
  }
  bool insert(Key key, Payload payload) { return map_.emplace(key, payload).second; }
  bool erase(Key key) { return map_.erase(key) == 1; }

 private:
  std::map<Key, Payload> map_;
};

struct ForgetsMaximum : Honest {
  bool find(Key key, Payload& payload) const { return key != ~Key{0} && Honest::find(key, payload); }
};

struct OverwritesOnInsert : Honest {
  bool insert(Key key, Payload payload) {
    erase(key);
    return Honest::insert(key, payload);
  }
};

struct Crashes : Honest {
  bool find(Key key, Payload& payload) const {
    if (key % 1000 == 999) std::raise(SIGKILL);  // the one signal that sanitizers leave alone
    return Honest::find(key, payload);
  }
};

struct Hangs : Honest {
  bool find(Key key, Payload& payload) const {
    for (volatile bool waiting = key == 40; waiting;) {
    }
    return Honest::find(key, payload);
  }
};

/// Concurrent by one lock.
struct Locked : Honest {
  static constexpr bool kConcurrent = true;
  bool find(Key key, Payload& payload) const {
    const std::lock_guard lock(mutex_);
    return Honest::find(key, payload);
  }
  bool insert(Key key, Payload payload) {
    const std::lock_guard lock(mutex_);
    return Honest::insert(key, payload);
  }
  bool erase(Key key) {
    const std::lock_guard lock(mutex_);
    return Honest::erase(key);
  }

 protected:
  mutable std::mutex mutex_;
};

/// Forgets one insert in a thousand when a second thread is around: right with one thread.
struct LosesInserts : Locked {
  bool insert(Key key, Payload payload) {
    thread_local const bool is_second = threads_++ > 1;  // the thread that builds does not insert
    if (is_second && ++inserts_ % 1000 == 0) return true;
    return Locked::insert(key, payload);
  }

 private:
  std::atomic<int> threads_{1};
  std::atomic<int> inserts_{0};
};

/// Gives readers what a key held some operations ago.
struct ReadsThePast : Locked {
  bool find(Key key, Payload& payload) const {
    const std::lock_guard lock(mutex_);
    if (++reads_ % 64 == 0) past_ = *this;
    return past_.Honest::find(key, payload);
  }

 private:
  mutable Honest past_;
  mutable int reads_ = 0;
};

/// The first finding on keys that repeat; empty: none.
template <class R>
std::string verdict_on_repeats() {
  IndexInfo info;
  info.name = "under-test";
  info.capabilities = {.ordered = true, .shared_reads = true, .repeats = true};
  info.repeats = repeats_of<R>();
  const IndexInfo repeating = where_keys_repeat(info);
  const std::vector<KeySet> sets = suite_repeated_key_sets(info);
  const Options options{.steps = 5'000, .shrink_seconds = 2};
  for (const Check& check : checks_of_form(repeating, sets, options)) {
    if (const std::optional<Finding> finding = check.run()) return to_text(info, *finding);
  }
  return "";
}

/// The first finding on payloads that are records; empty: none.
template <class R>
std::string verdict_on_records() {
  IndexInfo info;
  info.name = "under-test";
  info.capabilities = {.insertable = true, .erasable = true, .shared_reads = true, .records = true};
  info.records = records_of<R>();
  const IndexInfo holding = with_records(info, kMostRecordBytes);
  const std::vector<KeySet> sets = suite_record_key_sets(info);
  const Options options{.steps = 5'000, .shrink_seconds = 2};
  for (const Check& check : checks_of_form(holding, sets, options)) {
    if (const std::optional<Finding> finding = check.run()) return to_text(info, *finding);
  }
  return "";
}

struct ForgetsTheLastByte : RecordsBeside<Honest> {
  void hold_records(std::uint64_t bytes) { RecordsBeside::hold_records(bytes - 1); }
};

template <class I>
std::string verdict(const KeySet& set, Options options = {.steps = 5'000}) {
  IndexInfo info;
  info.name = "under-test";
  info.capabilities = capabilities_of<I>();
  info.run = &run_trial<I>;
  if constexpr (Concurrent<I>) info.record = &run_recorded<I>;
  return check(info, set, options);
}

const KeySet kDense{"dense", [] {
                      std::vector<Key> keys(2000);
                      for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = 1 + i;
                      keys.push_back(~Key{0});
                      return keys;
                    }()};

TEST(Checker, PassesAnHonestIndex) { EXPECT_EQ(verdict<Honest>(kDense), ""); }

TEST(Checker, PassesAnMultimapIndex) { EXPECT_EQ(verdict_on_repeats<MultimapIndex>(), ""); }

TEST(Checker, FindsWhatIsWrongWithRepeatedKeys) {
  const auto expect = [](const std::string& report, const char* keys) {
    EXPECT_NE(report.find(keys), std::string::npos) << report;
    EXPECT_NE(report.find("wrong answer"), std::string::npos) << report;
  };
  expect(verdict_on_repeats<MissesOnePayload>(), "keys 'every key twice'");
  expect(verdict_on_repeats<CountsOneTooMany>(), "keys 'every key twice'");
  expect(verdict_on_repeats<StopsAt255>(), "keys 'runs of 1,000'");
  expect(verdict_on_repeats<ScansEachKeyOnce>(), "keys 'every key twice'");
  expect(verdict_on_repeats<BoundsTheLastOfItsKey>(), "keys 'every key twice'");
}

TEST(Checker, PassesRecordsBesideAnHonestIndex) { EXPECT_EQ(verdict_on_records<RecordsBeside<Honest>>(), ""); }

TEST(Checker, FindsATruncatedRecord) {
  const std::string report = verdict_on_records<ForgetsTheLastByte>();
  EXPECT_NE(report.find("keys 'records of 9 bytes'"), std::string::npos) << report;
  EXPECT_NE(report.find("wrong answer"), std::string::npos) << report;
}

TEST(Checker, ShrinksAWrongAnswerToOneEntryAndOneOperation) {
  const std::string report = verdict<ForgetsMaximum>(kDense);
  EXPECT_NE(report.find("wrong answer"), std::string::npos) << report;
  EXPECT_NE(report.find("build of 1 entries: 18446744073709551615\n"), std::string::npos) << report;
  EXPECT_NE(report.find("1 operations on 1 thread"), std::string::npos) << report;
}

TEST(Checker, CatchesAnInsertThatOverwrites) {
  EXPECT_NE(verdict<OverwritesOnInsert>(kDense).find("insert"), std::string::npos);
}

TEST(Checker, NamesTheOperationThatCrashes) {
  const std::string report = verdict<Crashes>(kDense);
  EXPECT_NE(report.find("killed by signal"), std::string::npos) << report;
  EXPECT_NE(report.find("1 operations on 1 thread"), std::string::npos) << report;
}

TEST(Checker, EndsAnIndexThatHangs) {
  const std::string report = verdict<Hangs>(kDense, {.steps = 2'000, .timeout_seconds = 1, .shrink_runs = 0});
  EXPECT_NE(report.find("did not end within 1 s"), std::string::npos) << report;
}

TEST(Checker, PassesALockedMap) { EXPECT_EQ(verdict<Locked>(kDense), ""); }

TEST(Checker, CatchesInsertsThatAreLostAmongSeveralWriters) {
  const std::string report = verdict<LosesInserts>(kDense, {.steps = 20'000, .shrink_runs = 10});
  EXPECT_NE(report.find("mix '"), std::string::npos) << report;
}

TEST(Checker, CatchesStaleReadsByTheHistoryOfAKey) {
  IndexInfo info;
  info.name = "under-test";
  info.capabilities = capabilities_of<ReadsThePast>();
  info.record = &run_recorded<ReadsThePast>;
  const std::string report = run_history(info, kDense.keys, {.name = "few keys", .shared_keys = 4}, 4'000, {});
  EXPECT_NE(report.find("no order of the operations on key"), std::string::npos) << report;
}

}  // namespace
}  // namespace omenbench::conformance
