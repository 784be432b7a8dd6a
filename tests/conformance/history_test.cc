// Linearizability of one key's history, with known answers.
#include "harness/conformance/history.h"

#include <gtest/gtest.h>

namespace omenbench::conformance {
namespace {

constexpr Payload kOld = 1, kNew = 2, kOther = 3;

HistoryEvent event(unsigned thread, std::uint64_t start, std::uint64_t end, OpKind kind, bool success,
                   Payload payload = 0) {
  return {.kind = kind, .thread = thread, .start_ns = start, .end_ns = end, .payload = payload, .success = success};
}

bool explains(const std::vector<HistoryEvent>& events, std::uint64_t initial) {
  return explain_history(events, initial, 7).empty();
}

TEST(History, OfNothingIsExplained) { EXPECT_TRUE(explains({}, kAbsentAnswer)); }

TEST(History, AReadDuringAWriteMaySeeEitherValue) {
  for (const Payload seen : {kOld, kNew}) {
    EXPECT_TRUE(
        explains({event(0, 10, 20, OpKind::kUpdate, true, kNew), event(1, 12, 15, OpKind::kLookup, true, seen)}, kOld));
  }
}

TEST(History, AReadAfterAWriteMustSeeIt) {
  EXPECT_TRUE(
      explains({event(0, 10, 20, OpKind::kUpdate, true, kNew), event(1, 21, 25, OpKind::kLookup, true, kNew)}, kOld));
  EXPECT_FALSE(
      explains({event(0, 10, 20, OpKind::kUpdate, true, kNew), event(1, 21, 25, OpKind::kLookup, true, kOld)}, kOld));
}

TEST(History, TwoReadsDuringAWriteMustNotGoBackInTime) {
  const HistoryEvent write = event(0, 10, 90, OpKind::kUpdate, true, kNew);
  EXPECT_FALSE(explains(
      {write, event(1, 20, 30, OpKind::kLookup, true, kNew), event(2, 40, 50, OpKind::kLookup, true, kOld)}, kOld));
  EXPECT_TRUE(explains(
      {write, event(1, 20, 30, OpKind::kLookup, true, kOld), event(2, 40, 50, OpKind::kLookup, true, kNew)}, kOld));
}

TEST(History, AValueNobodyWroteIsNeverExplained) {
  EXPECT_FALSE(explains({event(0, 10, 20, OpKind::kLookup, true, kOther)}, kOld));
}

TEST(History, OneOfTwoRacingInsertsWins) {
  const auto race = [](bool first, bool second) {
    return explains({event(0, 10, 30, OpKind::kInsert, first, kNew), event(1, 20, 40, OpKind::kInsert, second, kOther)},
                    kAbsentAnswer);
  };
  EXPECT_TRUE(race(true, false));
  EXPECT_TRUE(race(false, true));
  EXPECT_FALSE(race(true, true));
  EXPECT_FALSE(race(false, false));
}

TEST(History, OneOfTwoRacingErasesWins) {
  EXPECT_FALSE(explains({event(0, 10, 30, OpKind::kErase, true), event(1, 20, 40, OpKind::kErase, true)}, kOld));
  EXPECT_TRUE(explains({event(0, 10, 30, OpKind::kErase, true), event(1, 20, 40, OpKind::kErase, false)}, kOld));
}

TEST(History, AnUpdateThatFailedNeedsAMomentWithoutTheKey) {
  EXPECT_FALSE(explains({event(0, 10, 30, OpKind::kUpdate, false, kNew)}, kOld));
  EXPECT_TRUE(explains({event(0, 10, 30, OpKind::kUpdate, false, kNew), event(1, 5, 25, OpKind::kErase, true),
                        event(1, 26, 27, OpKind::kInsert, true, kOther)},
                       kOld));
}

TEST(History, LongHonestHistoriesAreDecidedQuickly) {
  std::vector<HistoryEvent> events;
  Payload value = kOld;
  for (std::uint64_t i = 0; i < 30'000; ++i) {
    const unsigned thread = i % 4;
    const std::uint64_t at = i * 10;  // each overlaps the next three, and takes effect where it starts
    if (i % 3 == 0) {
      value = 100 + i;
      events.push_back(event(thread, at, at + 35, OpKind::kUpdate, true, value));
    } else {
      events.push_back(event(thread, at, at + 35, OpKind::kLookup, true, value));
    }
  }
  EXPECT_TRUE(explains(events, kOld));
}

TEST(History, TheReportNamesTheKeyAndTheOperations) {
  const std::vector<HistoryEvent> events = {event(0, 10, 20, OpKind::kErase, true),
                                            event(1, 30, 40, OpKind::kLookup, true, kOld)};
  const std::string report = explain_history(events, kOld, 7);
  EXPECT_NE(report.find("key 7"), std::string::npos);
  EXPECT_NE(report.find("thread 1, 20 to 30 ns: lookup -> true 1"), std::string::npos) << report;
}

}  // namespace
}  // namespace omenbench::conformance
