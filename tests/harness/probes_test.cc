// The probes give plausible figures, and every noise source is found when present and only then.
#include "harness/probes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace omenbench {
namespace {

/// A machine without any fault.
Machine quiet_machine() {
  Machine machine;
  machine.logical_cpus = machine.usable_cpus = 8;
  machine.governor = "performance";
  machine.frequency_driver = "intel_pstate";
  machine.turbo = "off";
  machine.thp = "madvise";
  machine.clock_source = "tsc";
  machine.virtualization = "none";
  machine.invariant_counter = true;
  return machine;
}

/// The only finding about a machine, given how it differs from a quiet one.
template <class Change>
NoiseFinding only_finding(Change change) {
  Machine machine = quiet_machine();
  Disturbances disturbances;
  change(machine, disturbances);
  const auto findings = find_noise(machine, disturbances);
  EXPECT_EQ(findings.size(), 1U);
  return findings.empty() ? NoiseFinding{} : findings[0];
}

TEST(Noise, IsNotFoundOnAQuietMachine) { EXPECT_TRUE(find_noise(quiet_machine(), {}).empty()); }

TEST(Noise, IsFoundWithTheCommandThatQuietsIt) {
  using testing::HasSubstr;
  const auto command = [](auto change) { return only_finding(change).command; };
  EXPECT_THAT(command([](Machine& m, auto&) { m.governor = "powersave"; }), HasSubstr("echo performance"));
  EXPECT_THAT(command([](Machine& m, auto&) { m.turbo = "on"; }), HasSubstr("intel_pstate/no_turbo"));
  EXPECT_THAT(command([](Machine& m, auto&) { m.turbo = "on", m.frequency_driver = "acpi-cpufreq"; }),
              HasSubstr("cpufreq/boost"));
  EXPECT_THAT(command([](Machine& m, auto&) { m.smt = true; }), HasSubstr("smt/control"));
  EXPECT_THAT(command([](Machine& m, auto&) { m.thp = "always"; }), HasSubstr("echo madvise"));
  EXPECT_THAT(command([](Machine& m, auto&) { m.swap_used_bytes = 1 << 20; }), HasSubstr("swapoff"));
  EXPECT_THAT(command([](Machine& m, auto&) { m.numa_nodes = 2; }), HasSubstr("numactl"));
  EXPECT_THAT(command([](Machine&, auto& d) { d.irqbalance = true; }), HasSubstr("irqbalance"));
#if defined(__x86_64__)
  EXPECT_THAT(command([](Machine& m, auto&) { m.clock_source = "hpet"; }), HasSubstr("echo tsc"));
#endif
}

TEST(Noise, ThatNoCommandQuietsIsStillNamed) {
  using testing::HasSubstr;
  const auto found = [](auto change) {
    const NoiseFinding finding = only_finding(change);
    EXPECT_EQ(finding.command, "");
    EXPECT_NE(finding.why, "");
    return finding.found;
  };
  EXPECT_THAT(found([](Machine& m, auto&) { m.governor.clear(); }), HasSubstr("no CPU frequency driver"));
  EXPECT_THAT(found([](Machine& m, auto&) { m.usable_cpus = 2; }), HasSubstr("only 2 CPUs are usable"));
  EXPECT_THAT(found([](Machine& m, auto&) { m.cpu_quota = 1.5; }), HasSubstr("1.5 CPUs"));
  EXPECT_THAT(found([](Machine&, auto& d) { d.busy_cpus = 1.9; }), HasSubstr("1.9 CPUs busy just now"));
  EXPECT_THAT(found([](Machine& m, auto&) { m.load_average = 0.25; }), HasSubstr("0.25"));
  EXPECT_THAT(found([](Machine& m, auto&) { m.virtualization = "kvm"; }), HasSubstr("(kvm)"));
  EXPECT_THAT(found([](Machine&, auto& d) { d.steal_share = 0.02; }), HasSubstr("2 %"));
}

TEST(Noise, ThatIsSeriousSaysWhatHelps) {
  const auto serious = [](auto change) {
    const NoiseFinding finding = only_finding(change);
    EXPECT_EQ(finding.severity, Severity::kSerious) << finding.found;
    return finding.command + finding.remedy;
  };
  EXPECT_NE(serious([](Machine& m, auto&) { m.cpu_quota = 0.4; }), "");
  EXPECT_NE(serious([](Machine& m, auto&) { m.load_average = 9; }), "");
  EXPECT_NE(serious([](Machine&, auto& d) { d.busy_cpus = 0.6; }), "") << "work that began just now";
  EXPECT_NE(serious([](Machine&, auto& d) { d.steal_share = 0.02; }), "");
  EXPECT_NE(serious([](Machine& m, auto&) { m.governor = "powersave"; }), "");
}

TEST(Noise, IsListedWithTheMostSeriousFirst) {
  Machine machine = quiet_machine();
  machine.governor.clear();
  machine.smt = true;
  machine.load_average = 3;
  const auto findings = find_noise(machine, {});
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].severity, Severity::kSerious);
  EXPECT_EQ(findings[2].severity, Severity::kNote);
}

TEST(Probes, LoadsFromMemoryTakeLongerThanFromTheFirstCache) {
  const auto latencies = probe_miss_latency();
  ASSERT_GE(latencies.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(latencies, {}, &MissLatency::array_bytes));
  EXPECT_GT(latencies.front().small_pages_ns, 0);
  EXPECT_GT(latencies.back().small_pages_ns, latencies.front().small_pages_ns);
}

TEST(Probes, ClocksAndBandwidthGivePositiveFigures) {
  const TimerCosts costs = probe_timers();
  EXPECT_GT(costs.steady_clock_ns, 0);
  EXPECT_EQ(costs.fenced_counter_ns > 0, calibrate_ns_per_tick() > 0);
  EXPECT_GT(probe_read_bandwidth(), 0.01);
  const Disturbances disturbances = observe_disturbances();
  EXPECT_GE(disturbances.steal_share, 0);
  EXPECT_LE(disturbances.steal_share, 1.1);
  EXPECT_GE(disturbances.busy_cpus, 0);
}

}  // namespace
}  // namespace omenbench
