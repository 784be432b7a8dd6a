// What a run is measured on: CPU, caches, memory, kernel, clock. It travels with every result, because a number without
// its machine cannot be compared with anything.
//
// Sources: proc(5), the kernel's Documentation/ABI (sysfs cpu, cpufreq, cgroup v1 and v2), and cpuid leaf 0x40000000
// for the hypervisor's name. Nothing here is required to exist: containers, other architectures and minimal kernels
// lack files, and a missing one leaves its field empty or 0.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run_facts.h"
#include "harness/timer.h"

namespace omenbench {

/// What limits this process's memory besides the machine itself.
struct MemoryLimit {
  std::string mechanism = "none";     ///< "cgroup-v2", "cgroup-v1" or "none"
  std::uint64_t limit_bytes = 0;      ///< smallest limit on the way up; 0: none is set
  std::uint64_t remainder_bytes = 0;  ///< what may still be taken under the tightest limit; meaningless without one
};

/// The machine as its files describe it. Empty texts and zeros mean "could not be read".
struct Machine {
  std::string cpu;
  std::uint64_t logical_cpus = 0;  ///< online
  std::uint64_t usable_cpus = 0;   ///< that this process may run on
  double cpu_quota = 0;            ///< CPUs' worth of time a cgroup grants; 0: unlimited
  std::vector<CpuCache> caches;
  std::uint64_t numa_nodes = 1;
  bool smt = false;
  std::uint64_t memory_total_bytes = 0;
  std::uint64_t memory_available_bytes = 0;  ///< MemAvailable, or what the cgroup leaves if that is less
  std::uint64_t swap_total_bytes = 0;
  std::uint64_t swap_used_bytes = 0;
  MemoryLimit memory_limit;
  std::uint64_t page_size_bytes = 0;
  std::string kernel;
  std::string os;
  std::string thp;               ///< "always", "madvise" or "never"
  std::string governor;          ///< cpufreq governor of CPU 0
  std::string frequency_driver;  ///< cpufreq driver of CPU 0
  std::string turbo;             ///< "on", "off", or empty
  std::string clock_source;
  std::string virtualization;      ///< "none", "kvm", "vmware", ...; "unknown" for a hypervisor without a name
  std::string container;           ///< "docker", "podman", or empty
  bool invariant_counter = false;  ///< the counter of harness/clock.h ticks at one rate whatever the CPU does
  double load_average = 0;         ///< one minute
};

/// Reads the machine from the files under `root` ("/" but for tests).
Machine read_machine(const std::filesystem::path& root = "/");

/// The machine and its timer as stored in a result: the `environment` of the schema. Takes about half a second.
Environment describe_environment();

/// Time that the hypervisor gave to others, in clock ticks since boot, summed over CPUs; 0 when unknown.
std::uint64_t read_steal_ticks();

/// Microseconds that control groups held this process's processors back because a quota was used up; 0 without one.
/// `root`: "/" but for tests.
std::uint64_t read_throttled_us(const std::filesystem::path& root = "/");

/// Present frequency of the CPU this thread runs on; 0 when unknown.
std::uint64_t current_frequency_khz();

/// Size of the largest cache; 0 when unknown.
std::uint64_t last_level_cache_bytes();

/// Bytes that can still be allocated without swapping: MemAvailable, or what the cgroup leaves if that is less.
std::uint64_t available_memory_bytes();

}  // namespace omenbench
