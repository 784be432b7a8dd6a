// The conformance checker itself: it must catch wrong, crashing and endless indexes, and shrink what it shows.
#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include "harness/register.h"
#include "tests/conformance/conformance.h"

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

template <class I>
std::string verdict(const KeySet& set, Options options = {.steps = 5'000}) {
  IndexInfo info;
  info.name = "under-test";
  info.capabilities = capabilities_of<I>();
  info.run = &run_trial<I>;
  return check(info, set, options);
}

const KeySet kDense{"dense", [] {
                      std::vector<Key> keys(2000);
                      for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = 1 + i;
                      keys.push_back(~Key{0});
                      return keys;
                    }()};

TEST(Checker, PassesAnHonestIndex) { EXPECT_EQ(verdict<Honest>(kDense), ""); }

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

}  // namespace
}  // namespace omenbench::conformance
