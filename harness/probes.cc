// Pointer chases, clock costs, bandwidth, and the list of noise sources; see the header.
#include "harness/probes.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <thread>
#include <utility>

#include "base/files.h"
#include "core/rng.h"
#include "harness/clock.h"
#include "harness/machine_text.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kHugePage = 2 * kMiB;

double median_of(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

/// Bytes of huge pages that this process holds.
std::uint64_t huge_page_bytes() {
  return parse_meminfo(try_read_file("/proc/self/smaps_rollup").value_or(""), "AnonHugePages").value_or(0);
}

/// Anonymous memory on small or, where the kernel agrees, huge pages. Starts at a huge page's border.
class ProbeMemory {
 public:
  ProbeMemory(std::uint64_t bytes, bool huge) : mapped_bytes_(bytes + kHugePage) {
    mapped_ = mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped_ == MAP_FAILED) {
      mapped_ = nullptr;
      return;
    }
    const std::uint64_t address = reinterpret_cast<std::uint64_t>(mapped_);
    data_ = static_cast<char*>(mapped_) + (kHugePage - address % kHugePage) % kHugePage;
    madvise(data_, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  }
  ~ProbeMemory() {
    if (mapped_ != nullptr) munmap(mapped_, mapped_bytes_);
  }
  ProbeMemory(const ProbeMemory&) = delete;
  ProbeMemory& operator=(const ProbeMemory&) = delete;
  /// Null when the kernel refused.
  char* data() const { return data_; }

 private:
  std::uint64_t mapped_bytes_;
  void* mapped_ = nullptr;
  char* data_ = nullptr;
};

struct alignas(64) Line {
  const Line* next;
};

/// One random cycle through 0..n-1 as successor of each (Sattolo, "An algorithm to generate a random cyclic
/// permutation", Information Processing Letters 22, 1986).
std::vector<std::uint32_t> random_cycle(std::uint32_t n) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  Rng rng(1);
  for (std::uint32_t i = n - 1; i > 0; --i) std::swap(order[i], order[rng.below(i)]);
  return order;
}

/// Median time of one load, over batches that fill 40 ms. None (0) when huge pages were asked for and not given.
double chase(const std::vector<std::uint32_t>& cycle, bool huge) {
  constexpr std::uint64_t kWindowNs = 40'000'000;
  constexpr int kBatch = 4096;
  const std::uint64_t bytes = cycle.size() * sizeof(Line);
  const std::uint64_t huge_before = huge ? huge_page_bytes() : 0;
  const ProbeMemory memory(bytes, huge);
  if (memory.data() == nullptr) return 0;
  Line* const lines = reinterpret_cast<Line*>(memory.data());
  for (std::size_t i = 0; i < cycle.size(); ++i) lines[i].next = &lines[cycle[i]];
  if (huge && huge_page_bytes() < huge_before + bytes / 2) return 0;

  const Line* line = lines;
  std::vector<double> batches;
  const std::uint64_t begin = steady_now_ns();
  for (std::uint64_t before = begin; before - begin < kWindowNs;) {
    for (int i = 0; i < kBatch; ++i) line = line->next;
    // The chain must look used, or the compiler drops it.
    asm volatile("" : "+r"(line));
    const std::uint64_t after = steady_now_ns();
    batches.push_back(static_cast<double>(after - before) / kBatch);
    before = after;
  }
  return median_of(std::move(batches));
}

bool irqbalance_runs() {
  std::error_code error;
  for (const auto& process : std::filesystem::directory_iterator("/proc", error)) {
    std::ifstream file(process.path() / "comm");
    std::string name;
    if (std::getline(file, name) && name == "irqbalance") return true;
  }
  return false;
}

}  // namespace

std::vector<MissLatency> probe_miss_latency() {
  std::vector<MissLatency> latencies;
  for (const std::uint64_t bytes : {16 * kKiB, 256 * kKiB, kMiB, 8 * kMiB, 64 * kMiB, 256 * kMiB}) {
    if (bytes > available_memory_bytes() / 4) break;
    const auto cycle = random_cycle(static_cast<std::uint32_t>(bytes / sizeof(Line)));
    latencies.push_back({bytes, chase(cycle, false), bytes >= kHugePage ? chase(cycle, true) : 0});
  }
  return latencies;
}

TimerCosts probe_timers() {
  TimerCosts costs;
  costs.steady_clock_ns = measure_timer(0).cost_ns;
  const double ns_per_tick = calibrate_ns_per_tick();
  if (ns_per_tick == 0) return costs;
  costs.fenced_counter_ns = measure_timer(ns_per_tick).cost_ns;
  constexpr int kReads = 1000;
  std::vector<double> batches;
  for (int batch = 0; batch < 101; ++batch) {
    const std::uint64_t start = steady_now_ns();
    for (int i = 0; i < kReads; ++i) {
      std::uint64_t ticks = FencedCounter::read_unfenced();
      asm volatile("" : "+r"(ticks));
    }
    batches.push_back(static_cast<double>(steady_now_ns() - start) / kReads);
  }
  costs.counter_ns = median_of(std::move(batches));
  return costs;
}

double probe_read_bandwidth() {
  constexpr std::uint64_t kWindowNs = 300'000'000;
  const std::uint64_t bytes = std::min(256 * kMiB, available_memory_bytes() / 4 / kMiB * kMiB);
  const ProbeMemory memory(bytes, true);
  if (memory.data() == nullptr || bytes == 0) return 0;
  auto* const words = reinterpret_cast<std::uint64_t*>(memory.data());
  const std::uint64_t count = bytes / sizeof(std::uint64_t);
  std::fill_n(words, count, 1);
  double best = 0;
  const std::uint64_t begin = steady_now_ns();
  for (std::uint64_t before = begin; before - begin < kWindowNs;) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < count; ++i) sum += words[i];
    asm volatile("" : "+r"(sum));
    const std::uint64_t after = steady_now_ns();
    best = std::max(best, static_cast<double>(bytes) / static_cast<double>(after - before));
    before = after;
  }
  return best;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kSerious:
      return "serious";
  }
  return "note";
}

Disturbances observe_disturbances() {
  const std::uint64_t steal = read_steal_ticks();
  const std::uint64_t busy = parse_busy(try_read_file("/proc/stat").value_or(""));
  const std::uint64_t start = steady_now_ns();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const double seconds = static_cast<double>(steady_now_ns() - start) * 1e-9;
  const double ticks = seconds * static_cast<double>(sysconf(_SC_CLK_TCK));
  const double capacity = ticks * std::max(1.0, static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN)));
  const std::uint64_t busy_now = parse_busy(try_read_file("/proc/stat").value_or(""));
  return {static_cast<double>(read_steal_ticks() - steal) / capacity,
          static_cast<double>(busy_now - std::min(busy, busy_now)) / ticks, irqbalance_runs()};
}

namespace {

/// Collects findings; each `if` below is one thing that a machine may have.
class NoiseList {
 public:
  void add(Severity severity, std::string found, std::string why, std::string command = {}, std::string remedy = {}) {
    findings_.push_back({severity, std::move(found), std::move(why), std::move(command), std::move(remedy)});
  }
  std::vector<NoiseFinding> take() {
    std::ranges::stable_sort(findings_, std::greater{}, &NoiseFinding::severity);
    return std::move(findings_);
  }

 private:
  std::vector<NoiseFinding> findings_;
};

void find_frequency_noise(const Machine& machine, NoiseList& list) {
  if (!machine.governor.empty() && machine.governor != "performance") {
    list.add(Severity::kSerious, fmt::format("the CPU frequency governor is '{}'", machine.governor),
             "the clock rate follows the load, so the first rounds run slower than the later ones",
             "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
  }
  if (machine.governor.empty()) {
    list.add(Severity::kNote, "there is no CPU frequency driver",
             "the clock rate can be neither seen nor fixed from here; changes show only as noise between rounds");
  }
  if (machine.turbo == "on") {
    const bool intel = machine.frequency_driver.starts_with("intel");
    list.add(Severity::kWarning, "turbo (boost) is on",
             "the clock rate depends on temperature and on what the other cores do",
             intel ? "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
                   : "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost");
  }
}

/// The load average tells of the last minute, also of what has ended since; a short look tells of now alone.
void find_other_work(const Machine& machine, const Disturbances& disturbances, NoiseList& list) {
  if (machine.load_average <= 0.1 && disturbances.busy_cpus < 0.5) return;
  const bool serious = machine.load_average > 1 || disturbances.busy_cpus >= 0.5;
  list.add(serious ? Severity::kSerious : Severity::kWarning,
           fmt::format("other work is running (load average {:.2f}, {:.1f} CPUs busy just now)", machine.load_average,
                       disturbances.busy_cpus),
           "it competes for CPU, caches and memory bandwidth", "", "stop it or wait for its end; 'top' names it");
}

void find_cpu_noise(const Machine& machine, const Disturbances& disturbances, NoiseList& list) {
  if (machine.smt) {
    list.add(Severity::kWarning, "two hardware threads share a core (SMT)",
             "whatever runs on the sibling takes caches and execution units from the measured thread",
             "echo off | sudo tee /sys/devices/system/cpu/smt/control");
  }
  const std::uint64_t cpus = machine.usable_cpus;
  if (cpus > 0 && cpus < 4) {
    list.add(Severity::kNote, fmt::format("only {} CPU{} usable", cpus, cpus == 1 ? " is" : "s are"),
             "kernel and other programs run beside the measured thread; rows with more threads are oversubscribed");
  }
  if (machine.cpu_quota > 0) {
    list.add(Severity::kSerious, fmt::format("a cgroup limits CPU time to {:.3g} CPUs", machine.cpu_quota),
             "a thread that used up its share is stopped for tens of milliseconds: high percentiles show the quota", "",
             "raise it where it was set: --cpus of docker, CPUQuota= of systemd, the limits of a pod or job");
  }
  find_other_work(machine, disturbances, list);
  if (disturbances.irqbalance) {
    list.add(Severity::kNote, "irqbalance is running", "it moves interrupts between CPUs during a measurement",
             "sudo systemctl stop irqbalance");
  }
  if (machine.numa_nodes > 1) {
    list.add(Severity::kWarning, fmt::format("memory has {} NUMA nodes", machine.numa_nodes),
             "an array may lie in another node's memory, which differs from run to run",
             "numactl --cpunodebind=0 --membind=0 omenbench run");
  }
}

void find_virtualization_noise(const Machine& machine, const Disturbances& disturbances, NoiseList& list) {
  if (!machine.virtualization.empty() && machine.virtualization != "none") {
    list.add(Severity::kWarning, fmt::format("this is a virtual machine ({})", machine.virtualization),
             "neighbours share caches and memory bandwidth unseen, and page walks cost more; compare only results that "
             "were taken in turns");
  }
  if (disturbances.steal_share > 0) {
    list.add(disturbances.steal_share > 0.01 ? Severity::kSerious : Severity::kWarning,
             fmt::format("the hypervisor took {:.2g} % of the CPU time away just now", 100 * disturbances.steal_share),
             "operations that were interrupted so show in the high percentiles; steal time is recorded per trial", "",
             "measure at another time, or on a machine whose processors are its own");
  }
}

void find_memory_and_clock_noise(const Machine& machine, NoiseList& list) {
  if (machine.thp == "always") {
    list.add(Severity::kWarning, "transparent huge pages are set to 'always'",
             "the kernel decides from moment to moment which arrays get huge pages, which changes their miss costs",
             "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled");
  }
  if (machine.swap_used_bytes > 0) {
    list.add(Severity::kWarning, fmt::format("{} MiB of swap are in use", machine.swap_used_bytes / kMiB),
             "a page that has to be read back costs a million times a cache miss", "sudo swapoff -a");
  }
#if defined(__x86_64__)
  if (machine.clock_source == "hpet" || machine.clock_source == "acpi_pm" || machine.clock_source == "jiffies") {
    list.add(Severity::kSerious, fmt::format("the kernel's clock source is '{}'", machine.clock_source),
             "reading the clock is a system call to a slow device, about a microsecond each",
             "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource");
  }
  if (!machine.invariant_counter) {
    list.add(Severity::kNote, "the time stamp counter is not invariant",
             "single operations are timed with steady_clock instead, at a coarser resolution");
  }
#endif
}

}  // namespace

std::vector<NoiseFinding> find_noise(const Machine& machine, const Disturbances& disturbances) {
  NoiseList list;
  find_frequency_noise(machine, list);
  find_cpu_noise(machine, disturbances, list);
  find_virtualization_noise(machine, disturbances, list);
  find_memory_and_clock_noise(machine, list);
  return list.take();
}

}  // namespace omenbench
