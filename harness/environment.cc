// Reads /proc, /sys and the cgroup tree; see the header.
#include "harness/environment.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/files.h"
#include "harness/clock.h"
#include "harness/machine_difference.h"
#include "harness/machine_text.h"
#include "harness/probes.h"
#include "harness/timer.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

/// Files of /proc and /sys, as far as there are any.
std::string read_text(const fs::path& path) { return try_read_file(path).value_or(""); }

std::string read_line(const fs::path& path) { return std::string(trim(read_text(path))); }

// ---- cgroups ----

/// Where one controller's files of this process lie: the process's own group first, then its ancestors.
struct Cgroup {
  bool v2 = false;
  std::vector<fs::path> folders;
};

/// True when `list`, separated by commas, holds `word`.
bool lists(std::string_view list, std::string_view word) {
  return (',' + std::string(list) + ',').find(',' + std::string(word) + ',') != std::string::npos;
}

/// Mount point of the controller's hierarchy and which part of the hierarchy is mounted there (proc(5), mountinfo).
struct CgroupMount {
  fs::path point;
  std::string mounted_root;
};

std::optional<CgroupMount> find_cgroup_mount(std::string_view mountinfo, std::string_view controller, bool v2) {
  std::optional<CgroupMount> found;
  for_each_line(mountinfo, [&](std::string_view line) {
    const auto dash = line.find(" - ");
    if (dash == std::string_view::npos) return false;
    const auto left = words_of(line.substr(0, dash));
    const auto right = words_of(line.substr(dash + 3));
    if (left.size() < 5 || right.empty() || right[0] != (v2 ? "cgroup2" : "cgroup")) return false;
    if (!v2 && !lists(right.back(), controller)) return false;
    found = CgroupMount{fs::path(left[4]), std::string(left[3])};
    return true;
  });
  return found;
}

/// The process's group for a controller: v1 when the controller is bound to a v1 hierarchy, else v2.
std::optional<Cgroup> find_cgroup(const fs::path& root, std::string_view controller) {
  std::optional<std::string> v1_path;
  std::optional<std::string> v2_path;
  const std::string membership = read_text(root / "proc/self/cgroup");
  for_each_line(membership, [&](std::string_view line) {
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) return false;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    if (controllers.empty()) v2_path = line.substr(second + 1);
    if (lists(controllers, controller)) v1_path = line.substr(second + 1);
    return false;
  });
  if (!v1_path && !v2_path) return std::nullopt;
  const bool v2 = !v1_path;
  const auto mount = find_cgroup_mount(read_text(root / "proc/self/mountinfo"), controller, v2);
  if (!mount) return std::nullopt;

  // In a container the path may be the host's while only the container's part is mounted.
  std::string path = v2 ? *v2_path : *v1_path;
  if (mount->mounted_root != "/") {
    path = path.starts_with(mount->mounted_root) ? path.substr(mount->mounted_root.size()) : "/";
  }
  const fs::path top = root / mount->point.relative_path();
  Cgroup group{v2, {}};
  for (fs::path relative = fs::path(path).relative_path();; relative = relative.parent_path()) {
    group.folders.push_back(relative.empty() ? top : top / relative);
    if (relative.empty()) return group;
  }
}

MemoryLimit read_memory_limit(const fs::path& root) {
  MemoryLimit limit;
  const auto group = find_cgroup(root, "memory");
  if (!group) return limit;
  for (const fs::path& folder : group->folders) {
    const auto text = try_read_file(folder / (group->v2 ? "memory.max" : "memory.limit_in_bytes"));
    if (!text) continue;  // the root group of v2 has none
    limit.mechanism = group->v2 ? "cgroup-v2" : "cgroup-v1";
    const auto bytes = parse_integer(*text);
    // v2 writes "max", v1 the largest multiple of the page size below 2^63.
    if (!bytes || *bytes >= (std::uint64_t{1} << 62)) continue;
    const auto used = parse_integer(read_text(folder / (group->v2 ? "memory.current" : "memory.usage_in_bytes")));
    std::uint64_t reclaimable = 0;
    for_each_line(read_text(folder / "memory.stat"), [&](std::string_view line) {
      const auto words = words_of(line);
      if (words.size() != 2 || words[0] != (group->v2 ? "inactive_file" : "total_inactive_file")) return false;
      reclaimable = parse_integer(words[1]).value_or(0);
      return true;
    });
    const std::uint64_t held = used.value_or(0) - std::min(reclaimable, used.value_or(0));
    const std::uint64_t remainder = *bytes - std::min(held, *bytes);
    limit.remainder_bytes = limit.limit_bytes == 0 ? remainder : std::min(remainder, limit.remainder_bytes);
    limit.limit_bytes = limit.limit_bytes == 0 ? *bytes : std::min(*bytes, limit.limit_bytes);
  }
  return limit;
}

/// CPUs' worth of time granted by the tightest group; 0 when unlimited.
double read_cpu_quota(const fs::path& root) {
  double quota = 0;
  const auto group = find_cgroup(root, "cpu");
  if (!group) return 0;
  for (const fs::path& folder : group->folders) {
    const std::string text =
        group->v2 ? read_text(folder / "cpu.max")
                  : read_text(folder / "cpu.cfs_quota_us") + ' ' + read_text(folder / "cpu.cfs_period_us");
    const auto words = words_of(text);
    if (words.size() != 2) continue;
    const auto allowed = parse_integer(words[0]);  // "max" or "-1": unlimited
    const auto period = parse_integer(words[1]);
    if (!allowed || !period || *period == 0) continue;
    const double cpus = static_cast<double>(*allowed) / static_cast<double>(*period);
    quota = quota == 0 ? cpus : std::min(quota, cpus);
  }
  return quota;
}

// ---- CPU, caches, virtualisation ----

std::vector<CpuCache> read_caches(const fs::path& root) {
  std::vector<CpuCache> caches;
  for (int i = 0;; ++i) {
    const fs::path folder = root / "sys/devices/system/cpu/cpu0/cache" / fmt::format("index{}", i);
    const auto level = parse_integer(read_text(folder / "level"));
    if (!level) return caches;
    std::string type = read_line(folder / "type");
    std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    caches.push_back({static_cast<int>(*level), type, parse_size(read_text(folder / "size")),
                      std::max<std::uint64_t>(1, parse_cpu_list(read_text(folder / "shared_cpu_list")))});
  }
}

std::string hypervisor_name(const fs::path& root, std::string_view cpuinfo) {
  const std::string xen = read_line(root / "sys/hypervisor/type");
  if (!has_cpu_flag(cpuinfo, "hypervisor")) return xen.empty() ? "none" : xen;
#if defined(__x86_64__)
  if (root == "/") {
    unsigned leaf = 0;
    std::array<unsigned, 3> words{};
    __cpuid(0x40000000, leaf, words[0], words[1], words[2]);
    std::string name;
    for (const unsigned word : words) {
      for (int shift = 0; shift < 32; shift += 8) {
        if (const char c = static_cast<char>(word >> shift); c > ' ') name += c;
      }
    }
    if (name.starts_with("KVM")) return "kvm";
    if (name == "MicrosoftHv") return "hyper-v";
    if (name.starts_with("VMware")) return "vmware";
    if (name.starts_with("Xen")) return "xen";
    if (!name.empty()) return name;
  }
#endif
  return xen.empty() ? "unknown" : xen;
}

std::string read_turbo(const fs::path& cpu) {
  const std::string no_turbo = read_line(cpu / "intel_pstate/no_turbo");
  if (!no_turbo.empty()) return no_turbo == "0" ? "on" : "off";
  const std::string boost = read_line(cpu / "cpufreq/boost");
  if (!boost.empty()) return boost == "1" ? "on" : "off";
  return "";
}

std::uint64_t count_numa_nodes(const fs::path& root) {
  const std::uint64_t nodes = parse_cpu_list(read_text(root / "sys/devices/system/node/online"));
  return std::max<std::uint64_t>(1, nodes);
}

std::uint64_t usable_cpu_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<std::uint64_t>(CPU_COUNT(&set)) : 0;
}

/// Arm's generic timer ticks at one rate by its architecture (DDI 0487, D12.1).
bool has_invariant_counter(std::string_view cpuinfo, std::string_view clock_source) {
  if (cpuinfo.find("\nCPU architecture: 8") != std::string_view::npos) return true;
  return has_cpu_flag(cpuinfo, "rdtscp") &&
         ((has_cpu_flag(cpuinfo, "constant_tsc") && has_cpu_flag(cpuinfo, "nonstop_tsc")) || clock_source == "tsc");
}

void read_cpu(const fs::path& root, Machine& machine) {
  const fs::path cpu = root / "sys/devices/system/cpu";
  const std::string cpuinfo = read_text(root / "proc/cpuinfo");
  machine.cpu = parse_cpu_model(cpuinfo);
  machine.logical_cpus = parse_cpu_list(read_text(cpu / "online"));
  if (machine.logical_cpus == 0) {
    for_each_line(cpuinfo, [&](std::string_view line) {
      machine.logical_cpus += line.starts_with("processor") ? 1 : 0;
      return false;
    });
  }
  machine.usable_cpus = root == "/" ? usable_cpu_count() : machine.logical_cpus;
  machine.cpu_quota = read_cpu_quota(root);
  machine.caches = read_caches(root);
  machine.numa_nodes = count_numa_nodes(root);
  machine.smt = read_line(cpu / "smt/active") == "1";
  machine.governor = read_line(cpu / "cpu0/cpufreq/scaling_governor");
  machine.frequency_driver = read_line(cpu / "cpu0/cpufreq/scaling_driver");
  machine.turbo = read_turbo(cpu);
  machine.clock_source = read_line(root / "sys/devices/system/clocksource/clocksource0/current_clocksource");
  machine.virtualization = hypervisor_name(root, cpuinfo);
  machine.invariant_counter = has_invariant_counter(cpuinfo, machine.clock_source);
}

void read_memory(const fs::path& root, Machine& machine) {
  const std::string meminfo = read_text(root / "proc/meminfo");
  machine.memory_total_bytes = parse_meminfo(meminfo, "MemTotal").value_or(0);
  // Kernels before 3.14 have no MemAvailable: free and cached pages come close.
  machine.memory_available_bytes =
      parse_meminfo(meminfo, "MemAvailable")
          .value_or(parse_meminfo(meminfo, "MemFree").value_or(0) + parse_meminfo(meminfo, "Cached").value_or(0));
  machine.swap_total_bytes = parse_meminfo(meminfo, "SwapTotal").value_or(0);
  const std::uint64_t swap_free = parse_meminfo(meminfo, "SwapFree").value_or(machine.swap_total_bytes);
  machine.swap_used_bytes = machine.swap_total_bytes - std::min(swap_free, machine.swap_total_bytes);
  machine.memory_limit = read_memory_limit(root);
  if (machine.memory_limit.limit_bytes != 0) {
    machine.memory_available_bytes = std::min(machine.memory_available_bytes, machine.memory_limit.remainder_bytes);
  }
}

}  // namespace

Machine read_machine(const fs::path& root) {
  Machine machine;
  read_cpu(root, machine);
  read_memory(root, machine);
  machine.page_size_bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  machine.kernel = read_line(root / "proc/sys/kernel/osrelease");
  machine.os = parse_os_name(read_text(root / "etc/os-release"));
  machine.thp = parse_choice(read_text(root / "sys/kernel/mm/transparent_hugepage/enabled"));
  if (fs::exists(root / ".dockerenv")) machine.container = "docker";
  if (fs::exists(root / "run/.containerenv")) machine.container = "podman";
  const std::string load = read_text(root / "proc/loadavg");
  std::from_chars(load.data(), load.data() + load.size(), machine.load_average);
  return machine;
}

/// Variables that put another allocator under every trial, or steer the one that is there.
std::vector<std::string> allocator_variables() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::string_view name = text.substr(0, text.find('='));
    if (name == "LD_PRELOAD" || name == "GLIBC_TUNABLES" || name.starts_with("MALLOC_")) variables.emplace_back(text);
  }
  std::ranges::sort(variables);
  return variables;
}

Environment describe_environment() {
  const Machine machine = read_machine();
  const double ns_per_tick = calibrate_ns_per_tick();
  const TimerCost timer = measure_timer(ns_per_tick);
  Environment facts;
  facts.cpu = machine.cpu;
  facts.logical_cpus = machine.logical_cpus;
  facts.usable_cpus = machine.usable_cpus;
  facts.cpu_quota = machine.cpu_quota;
  facts.smt = machine.smt;
  facts.caches = machine.caches;
  facts.numa_nodes = machine.numa_nodes;
  facts.memory_total_bytes = machine.memory_total_bytes;
  facts.memory_available_bytes = machine.memory_available_bytes;
  facts.memory_limit = {machine.memory_limit.mechanism, machine.memory_limit.limit_bytes};
  facts.swap_total_bytes = machine.swap_total_bytes;
  facts.page_size_bytes = machine.page_size_bytes;
  facts.kernel = machine.kernel;
  facts.os = machine.os;
  facts.thp = machine.thp;
  facts.governor = machine.governor;
  facts.frequency_driver = machine.frequency_driver;
  facts.turbo = machine.turbo;
  facts.clock_source = machine.clock_source;
  facts.virtualization = machine.virtualization;
  facts.container = machine.container;
  facts.variables = allocator_variables();
  facts.timer = {ns_per_tick > 0 ? FencedCounter::kName : "steady_clock", timer.cost_ns, timer.resolution_ns};
  facts.load_average = machine.load_average;
  for (NoiseFinding& finding : find_noise(machine, observe_disturbances())) {
    if (finding.severity != Severity::kSerious) continue;
    facts.doubts.push_back({std::move(finding.found), std::move(finding.why),
                            finding.command.empty() ? std::move(finding.remedy) : std::move(finding.command)});
  }
  facts.fingerprint = fingerprint_of(facts);
  return facts;
}

std::uint64_t read_steal_ticks() { return parse_steal(read_text("/proc/stat")); }

std::uint64_t read_throttled_us(const fs::path& root) {
  const auto group = find_cgroup(root, "cpu");
  std::uint64_t total_us = 0;
  for (const fs::path& folder : group ? group->folders : std::vector<fs::path>()) {
    for_each_line(read_text(folder / "cpu.stat"), [&](std::string_view line) {
      const auto words = words_of(line);
      if (words.size() != 2 || words[0] != (group->v2 ? "throttled_usec" : "throttled_time")) return false;
      total_us += parse_integer(words[1]).value_or(0) / (group->v2 ? 1 : 1000);
      return true;
    });
  }
  return total_us;
}

std::uint64_t current_frequency_khz() {
  const int cpu = std::max(0, sched_getcpu());
  const auto khz = parse_integer(read_text(fmt::format("/sys/devices/system/cpu/cpu{}/cpufreq/scaling_cur_freq", cpu)));
  return khz ? *khz : parse_cpu_khz(read_text("/proc/cpuinfo"), cpu);
}

std::uint64_t last_level_cache_bytes() {
  std::uint64_t largest = 0;
  for (const CpuCache& cache : read_caches("/")) largest = std::max(largest, cache.size_bytes);
  return largest;
}

std::uint64_t available_memory_bytes() {
  Machine machine;
  read_memory("/", machine);
  return machine.memory_available_bytes;
}

}  // namespace omenbench
