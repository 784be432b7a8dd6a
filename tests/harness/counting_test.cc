// Counting: profiles of callgrind, the caches it is told to simulate, and what is read of hardware counters. Machines
// without such counters are the rule, so that they are simulated reads here; that the kernel's interface is called as
// it wants to be shows a counter that every kernel has.
#include <gtest/gtest.h>
#include <linux/perf_event.h>

#include <fstream>
#include <vector>

#include "harness/callgrind.h"
#include "harness/perf_event.h"

namespace omenbench {
namespace {

TEST(Callgrind, AddsUpThePartsOfAProfile) {
  const CallgrindCounts counts = parse_callgrind(
      "version: 1\nevents: Ir Dr D1mr\nfn=(1) main\n12 5 6 7\ntotals: 100 20 3\n\nevents: Ir Dr D1mr\ntotals: 10 2 "
      "1\n");
  EXPECT_EQ(counts.at("Ir"), 110);
  EXPECT_EQ(counts.at("D1mr"), 4);
  EXPECT_EQ(parse_callgrind("totals: 7\n").at("Ir"), 7) << "a profile of instructions alone need not name them";
  EXPECT_TRUE(parse_callgrind("").empty());
}

TEST(Callgrind, CountsReadsAndWritesAndBothKindsOfBranches) {
  const auto events =
      events_of({{"Ir", 100}, {"D1mr", 5}, {"D1mw", 1}, {"DLmr", 2}, {"DLmw", 0}, {"Bcm", 3}, {"Bim", 1}});
  EXPECT_EQ(events[static_cast<std::size_t>(Event::kInstructions)], 100);
  EXPECT_EQ(events[static_cast<std::size_t>(Event::kMispredictions)], 4);
  EXPECT_EQ(events[static_cast<std::size_t>(Event::kFirstLevelMisses)], 6);
  EXPECT_EQ(events[static_cast<std::size_t>(Event::kLastLevelMisses)], 2);
  EXPECT_FALSE(events[static_cast<std::size_t>(Event::kTranslationMisses)]) << "unknown is not zero";
  EXPECT_FALSE(events_of({{"Ir", 100}})[static_cast<std::size_t>(Event::kMispredictions)]);
}

TEST(Callgrind, SimulatesTheMachinesCachesWithSetsThatAreAPowerOfTwo) {
  const auto options = [](std::uint64_t first, std::uint64_t last) {
    return cache_options({{.level = 1, .type = "data", .size_bytes = first},
                          {.level = 1, .type = "instruction", .size_bytes = 1 << 20},
                          {.level = 2, .type = "unified", .size_bytes = 1 << 19},
                          {.level = 3, .type = "unified", .size_bytes = last}});
  };
  using Options = std::vector<std::string>;
  EXPECT_EQ(options(32 << 10, 32 << 20), (Options{"--D1=32768,8,64", "--LL=33554432,16,64"}));
  EXPECT_EQ(options(48 << 10, 36 << 20), (Options{"--D1=49152,12,64", "--LL=37748736,18,64"}));
  EXPECT_EQ(options(0, 0).size(), 1U) << "of the first level nothing is known; the second is the last";
  EXPECT_TRUE(cache_options({}).empty());
}

TEST(PerfEvent, ScalesACounterThatHadOnlyAPartOfTheTime) {
  EXPECT_EQ(whole_count({.value = 1000, .enabled_ns = 500, .running_ns = 500}), 1000);
  EXPECT_EQ(whole_count({.value = 1000, .enabled_ns = 500, .running_ns = 250}), 2000);
  EXPECT_FALSE(whole_count({.value = 0, .enabled_ns = 500, .running_ns = 0})) << "it never ran: not zero, unknown";
  EXPECT_FALSE(whole_count({.value = 10, .enabled_ns = 500, .running_ns = 49})) << "nine tenths would be guessed";
  EXPECT_EQ(whole_count({.value = 0, .enabled_ns = 500, .running_ns = 500}), 0);
}

TEST(PerfEvent, AsksForMissesOfLoads) {
  const PerfEvent event = perf_event_of(Event::kTranslationMisses);
  EXPECT_EQ(event.type, PERF_TYPE_HW_CACHE);
  EXPECT_EQ(event.config, 0x10003U);  // perf_event_open(2): dTLB | read << 8 | miss << 16
  EXPECT_EQ(perf_event_of(Event::kLastLevelMisses).config, 0x10002U);
  EXPECT_EQ(perf_event_of(Event::kFirstLevelMisses).config, 0x10000U);
}

TEST(PerfEvent, CountsOnlyWhileItIsLetRun) {
  const PerfCounter faults({PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS});
  if (!faults.is_open()) GTEST_SKIP() << "this kernel gives no counters at all";
  const auto touch = [](std::size_t pages) {
    std::vector<char> fresh(pages << 12);  // zeroed: every page is touched
    return fresh[0];
  };
  constexpr std::size_t kPages = 4096;  // far beyond what malloc keeps
  touch(kPages);
  EXPECT_FALSE(faults.count().value_or(0) > 0) << "it has not been let run yet";
  faults.let_run(true);
  touch(kPages);
  faults.let_run(false);
  const double counted = faults.count().value();
  EXPECT_GE(counted, kPages / 2.0);
  touch(kPages);
  EXPECT_EQ(faults.count(), counted);
}

TEST(PerfEvent, OneThatDoesNotExistIsUnknown) {
  const PerfCounter none({0xffff, 0});
  EXPECT_FALSE(none.is_open());
  EXPECT_FALSE(none.count());
  none.let_run(true);
}

}  // namespace
}  // namespace omenbench
