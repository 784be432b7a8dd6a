// The machine's description: file formats of unusual machines, cgroups of both versions, and this machine's own clock.
#include "harness/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/fields_json.h"
#include "core/temporary_directory.h"
#include "harness/clock.h"
#include "harness/machine_difference.h"
#include "harness/machine_text.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

/// A file tree that looks like a machine.
class FakeRoot : public TemporaryDirectory {
 public:
  FakeRoot() : TemporaryDirectory("omb-root") {}
  void write(const fs::path& file, std::string_view text) const {
    fs::create_directories((path() / file).parent_path());
    std::ofstream(path() / file) << text;
  }
};

constexpr std::string_view kX86Cpuinfo =
    "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Gold\ncpu MHz\t\t: 2294.608\n"
    "flags\t\t: fpu tsc rdtscp constant_tsc nonstop_tsc\n\n"
    "processor\t: 1\nmodel name\t: Intel(R) Xeon(R) Gold\ncpu MHz\t\t: 3100.5\nflags\t\t: fpu tsc rdtscp\n";
constexpr std::string_view kArmCpuinfo =
    "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd crc32 atomics\nCPU implementer\t: 0x41\n"
    "CPU architecture: 8\nCPU part\t: 0xd0c\n";

TEST(Environment, ReadsTheCpuModelOfX86AndOfArm) {
  EXPECT_EQ(parse_cpu_model(kX86Cpuinfo), "Intel(R) Xeon(R) Gold");
  EXPECT_EQ(parse_cpu_model(kArmCpuinfo), "Arm implementer 0x41, part 0xd0c");
  EXPECT_EQ(parse_cpu_model(""), "");
}

TEST(Environment, FindsAFlagOnlyAsAWholeWord) {
  EXPECT_TRUE(has_cpu_flag(kX86Cpuinfo, "rdtscp"));
  EXPECT_FALSE(has_cpu_flag(kX86Cpuinfo, "rdtsc"));
  EXPECT_TRUE(has_cpu_flag(kArmCpuinfo, "asimd"));
}

TEST(Environment, ReadsTheFrequencyOfTheCpuAskedFor) {
  EXPECT_EQ(parse_cpu_khz(kX86Cpuinfo, 0), 2'294'608U);
  EXPECT_EQ(parse_cpu_khz(kX86Cpuinfo, 1), 3'100'500U);
  EXPECT_EQ(parse_cpu_khz(kX86Cpuinfo, 2), 0U);
  EXPECT_EQ(parse_cpu_khz(kArmCpuinfo, 0), 0U);
}

TEST(Environment, ReadsSizesListsAndChoices) {
  EXPECT_EQ(parse_size("32K\n"), 32768U);
  EXPECT_EQ(parse_size("2M"), 2097152U);
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size(""), 0U);
  EXPECT_EQ(parse_size("K"), 0U);
  EXPECT_EQ(parse_cpu_list("0-3,8\n"), 5U);
  EXPECT_EQ(parse_cpu_list("0"), 1U);
  EXPECT_EQ(parse_cpu_list("3-1"), 0U);
  EXPECT_EQ(parse_cpu_list(""), 0U);
  EXPECT_EQ(parse_choice("always [madvise] never\n"), "madvise");
  EXPECT_EQ(parse_choice("always\n"), "always");
  EXPECT_EQ(parse_meminfo("MemTotal:       24684096 kB\n", "MemTotal"), std::uint64_t{24684096} * 1024);
  EXPECT_EQ(parse_meminfo("MemTotal:       24684096 kB\n", "MemAvailable"), std::nullopt);
  EXPECT_EQ(parse_os_name("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n"), "Debian GNU/Linux 12");
}

TEST(Environment, ReadsStealTimeAndAcceptsKernelsWithoutIt) {
  EXPECT_EQ(parse_steal("cpu  5786 0 4138 327033 535 0 75 378 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"), 378U);
  EXPECT_EQ(parse_steal("cpu  5786 0 4138 327033\n"), 0U);
  EXPECT_EQ(parse_steal(""), 0U);
  EXPECT_EQ(parse_busy("cpu  1000 200 30 327033 535 4 5 378 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"), 1239U);
}

TEST(Environment, DescribesAMachineWithoutAnyFiles) {
  const FakeRoot root;
  const Machine machine = read_machine(root.path());
  EXPECT_EQ(machine.cpu, "");
  EXPECT_EQ(machine.numa_nodes, 1U);
  EXPECT_EQ(machine.memory_limit.mechanism, "none");
  EXPECT_TRUE(machine.caches.empty());
  EXPECT_FALSE(machine.invariant_counter);
}

TEST(Environment, ReadsCachesAndTheCounterOfAWholeMachine) {
  const FakeRoot root;
  root.write("proc/cpuinfo", kX86Cpuinfo);
  const fs::path cpu = "sys/devices/system/cpu";
  root.write(cpu / "online", "0-7\n");
  root.write(cpu / "smt/active", "1\n");
  root.write(cpu / "intel_pstate/no_turbo", "0\n");
  root.write(cpu / "cpu0/cache/index0/level", "1\n");
  root.write(cpu / "cpu0/cache/index0/type", "Data\n");
  root.write(cpu / "cpu0/cache/index0/size", "48K\n");
  root.write(cpu / "cpu0/cache/index0/shared_cpu_list", "0,4\n");
  root.write("sys/devices/system/node/online", "0-1\n");
  const Machine machine = read_machine(root.path());
  EXPECT_EQ(machine.logical_cpus, 8U);
  EXPECT_TRUE(machine.smt);
  EXPECT_EQ(machine.turbo, "on");
  EXPECT_EQ(machine.numa_nodes, 2U);
  EXPECT_TRUE(machine.invariant_counter);
  ASSERT_EQ(machine.caches.size(), 1U);
  EXPECT_EQ(machine.caches[0].type, "data");
  EXPECT_EQ(machine.caches[0].size_bytes, 49152U);
  EXPECT_EQ(machine.caches[0].shared_by, 2U);
}

TEST(Environment, TrustsTheCounterOfArm) {
  const FakeRoot root;
  root.write("proc/cpuinfo", kArmCpuinfo);
  EXPECT_TRUE(read_machine(root.path()).invariant_counter);
}

TEST(Environment, TakesTheTightestLimitOnTheWayUpAVersion2Tree) {
  const FakeRoot root;
  root.write("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 900000 kB\n");
  root.write("proc/self/cgroup", "0::/user.slice/job\n");
  root.write("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n");
  root.write("sys/fs/cgroup/user.slice/job/memory.max", "max\n");
  root.write("sys/fs/cgroup/user.slice/job/cpu.max", "max 100000\n");
  root.write("sys/fs/cgroup/user.slice/memory.max", "104857600\n");
  root.write("sys/fs/cgroup/user.slice/memory.current", "50000000\n");
  root.write("sys/fs/cgroup/user.slice/memory.stat", "anon 1\ninactive_file 10000000\n");
  root.write("sys/fs/cgroup/user.slice/cpu.max", "150000 100000\n");
  const Machine machine = read_machine(root.path());
  EXPECT_EQ(machine.memory_limit.mechanism, "cgroup-v2");
  EXPECT_EQ(machine.memory_limit.limit_bytes, 104857600U);
  EXPECT_EQ(machine.memory_available_bytes, 64857600U);
  EXPECT_DOUBLE_EQ(machine.cpu_quota, 1.5);
}

TEST(Environment, FindsTheVersion1ControllerBesideAnEmptyVersion2Tree) {
  const FakeRoot root;
  root.write("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 900000 kB\n");
  root.write("proc/self/cgroup", "4:memory:/docker/abc\n1:cpu,cpuacct:/docker/abc\n0::/docker/abc\n");
  root.write("proc/self/mountinfo",
             "32 31 0:29 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
             "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
             "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "104857600\n");
  root.write("sys/fs/cgroup/memory/memory.usage_in_bytes", "4857600\n");
  root.write("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "-1\n");
  root.write("sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us", "100000\n");
  const Machine machine = read_machine(root.path());
  EXPECT_EQ(machine.memory_limit.mechanism, "cgroup-v1");
  EXPECT_EQ(machine.memory_limit.limit_bytes, 104857600U);
  EXPECT_EQ(machine.memory_available_bytes, 100000000U);
  EXPECT_EQ(machine.cpu_quota, 0);
}

TEST(Environment, TreatsTheLargestVersion1LimitAsNone) {
  const FakeRoot root;
  root.write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 900 kB\n");
  root.write("proc/self/cgroup", "4:memory:/\n");
  root.write("proc/self/mountinfo", "32 31 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  root.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.write("sys/fs/cgroup/memory/memory.usage_in_bytes", "4857600\n");
  const Machine machine = read_machine(root.path());
  EXPECT_EQ(machine.memory_limit.mechanism, "cgroup-v1");
  EXPECT_EQ(machine.memory_limit.limit_bytes, 0U);
  EXPECT_EQ(machine.memory_available_bytes, 900U * 1024U);
}

Environment some_machine() {
  Environment machine;
  machine.cpu = "Xeon X";
  machine.kernel = "6.1";
  machine.usable_cpus = 4;
  machine.caches = {{1, "data", 32768, 1}, {1, "instruction", 32768, 1}, {2, "unified", 1 << 20, 1}};
  machine.memory_total_bytes = std::uint64_t{24} << 30;
  machine.thp = "madvise";
  return machine;
}

TEST(MachineDifference, FingerprintsAreReadableAndDoNotChangeWithLoadOrKernel) {
  Environment machine = some_machine();
  const std::string before = fingerprint_of(machine);
  EXPECT_EQ(before, "Xeon X, 4 CPUs, L1 32 KiB, L2 1 MiB, 24 GiB, huge pages madvise");
  machine.load_average = 3;
  machine.kernel = "6.2";
  machine.memory_total_bytes -= 1 << 20;  // a few reserved pages more or less are the same machine
  EXPECT_EQ(fingerprint_of(machine), before);
  EXPECT_FALSE(machine_differences(machine, machine).size());
}

TEST(MachineDifference, EverythingThatMovesNumbersIsGraveAndNamed) {
  const auto only = [](auto change) {
    const Environment before = some_machine();
    Environment after = before;
    change(after);
    EXPECT_NE(fingerprint_of(after), fingerprint_of(before));
    const auto found = machine_differences(before, after);
    EXPECT_EQ(found.size(), 1U);
    if (found.empty()) return std::string();
    EXPECT_TRUE(found[0].grave);
    return found[0].text();
  };
  EXPECT_EQ(only([](Environment& m) { m.cpu = "Y"; }), "processor: Xeon X and Y");
  EXPECT_EQ(only([](Environment& m) { m.cpu_quota = 0.4; }), "CPU quota: none and 0.4 CPUs");
  EXPECT_EQ(only([](Environment& m) { m.usable_cpus = 1; }), "usable processors: 4 and 1");
  EXPECT_EQ(only([](Environment& m) { m.thp = "always"; }), "huge pages: madvise and always");
  EXPECT_EQ(only([](Environment& m) { m.governor = "powersave"; }), "frequency governor: none and powersave");
  EXPECT_EQ(only([](Environment& m) { m.variables = {"LD_PRELOAD=/x.so"}; }),
            "allocator variables: none and LD_PRELOAD=/x.so");
  EXPECT_EQ(only([](Environment& m) { m.caches[2].size_bytes *= 2; }),
            "caches: L1 32 KiB, L2 1 MiB and L1 32 KiB, L2 2 MiB");
}

TEST(MachineDifference, AnotherKernelIsNamedAndWhatOneSideDoesNotKnowIsNot) {
  const Environment before = some_machine();
  Environment after = before;
  after.kernel = "6.2";
  after.thp.clear();
  after.turbo = "on";
  const auto found = machine_differences(before, after);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].grave);
  EXPECT_EQ(found[0].text(), "kernel: 6.1 and 6.2");
}

TEST(Environment, ReadsForHowLongAQuotaHeldProcessorsBack) {
  const FakeRoot root;
  root.write("proc/self/cgroup", "0::/job/step\n");
  root.write("proc/self/mountinfo", "25 1 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  EXPECT_EQ(read_throttled_us(root.path()), 0U);
  root.write("sys/fs/cgroup/job/cpu.stat", "usage_usec 9\nnr_throttled 3\nthrottled_usec 4500\n");
  root.write("sys/fs/cgroup/job/step/cpu.stat", "throttled_usec 500\n");
  EXPECT_EQ(read_throttled_us(root.path()), 5000U);
  root.write("proc/self/cgroup", "1:cpu,cpuacct:/job\n");
  root.write("proc/self/mountinfo", "25 1 0:22 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n");
  root.write("sys/fs/cgroup/cpu/job/cpu.stat", "nr_throttled 3\nthrottled_time 7000000\n");
  EXPECT_EQ(read_throttled_us(root.path()), 7000U);
}

TEST(Environment, CalibratedCounterAgreesWithSteadyClock) {
  const double ns_per_tick = calibrate_ns_per_tick();
  if (ns_per_tick == 0) GTEST_SKIP() << "no invariant time stamp counter here";
  const LatencyClock clock(ns_per_tick);
  const std::uint64_t start_ns = steady_now_ns();
  const std::uint64_t start = clock.now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double by_counter = static_cast<double>(clock.elapsed_ns(start, clock.now()));
  const double by_steady = static_cast<double>(steady_now_ns() - start_ns);
  EXPECT_NEAR(by_counter / by_steady, 1.0, 0.01);
}

TEST(Environment, NamesWhatSteersTheAllocator) {
  setenv("MALLOC_ARENA_MAX", "2", 1);
  setenv("MALLOCATE", "no", 1);
  const std::vector<std::string> variables = describe_environment().variables;
  unsetenv("MALLOC_ARENA_MAX");
  unsetenv("MALLOCATE");
  EXPECT_THAT(variables, testing::Contains("MALLOC_ARENA_MAX=2"));
  EXPECT_THAT(variables, testing::Not(testing::Contains("MALLOCATE=no")));
  EXPECT_THAT(describe_environment().variables, testing::Not(testing::Contains("MALLOC_ARENA_MAX=2")));
}

TEST(Environment, DescriptionHoldsWhatEveryResultNeeds) {
  const Environment machine = describe_environment();
  EXPECT_FALSE(machine.cpu.empty());
  EXPECT_FALSE(machine.kernel.empty());
  EXPECT_EQ(machine.fingerprint, fingerprint_of(machine));
  EXPECT_GT(machine.timer.cost_ns, 0);
  EXPECT_GT(machine.timer.resolution_ns, 0);
  EXPECT_GT(machine.memory_available_bytes, 0U);
  EXPECT_LE(available_memory_bytes(), machine.memory_total_bytes);
  Environment read;
  read_json(nlohmann::ordered_json::parse(write_json(machine).dump()), read);
  EXPECT_EQ(write_json(read), write_json(machine));
}

}  // namespace
}  // namespace omenbench
