// What every result says of the program that measured, of the machine it ran on, and of what a plan became on it.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fields.h"

namespace omenbench {

/// A shared object whose indexes took part.
struct PluginInfo {
  std::string file, sha256, version, compiler, isa;
  std::vector<std::string> indexes;
};
template <>
inline constexpr TypeText kTypeText<PluginInfo> = {
    .name = "plugin", .about = "A shared object of indexes.", .open = true};
template <class Visitor>
void visit_fields(Visitor& v, Is<PluginInfo> auto& plugin) {
  v.field("file", plugin.file, {.about = "Name, without its folder."});
  v.field("sha256", plugin.sha256, {.about = "Of its content; --resume refuses another."});
  v.field("version", plugin.version, {.about = "Of the headers it was compiled with."});
  v.field("compiler", plugin.compiler, {.about = "Compiler and version."});
  v.field("isa", plugin.isa, {.about = "Instruction set it was compiled for."});
  v.field("indexes", plugin.indexes, {.about = "Names of its indexes."});
}

/// The program that measured.
struct ToolInfo {
  std::string version, commit, compiler, flags, build_type;
  bool sanitized = false;
  std::string isa, build_id;
  std::vector<PluginInfo> plugins;
};
template <>
inline constexpr TypeText kTypeText<ToolInfo> = {
    .name = "tool", .about = "The program that measured. Further fields may follow.", .open = true};
template <class Visitor>
void visit_fields(Visitor& v, Is<ToolInfo> auto& tool) {
  v.field("version", tool.version, {.about = "Release number."});
  v.field("commit", tool.commit, {.about = "Source revision."});
  v.field("compiler", tool.compiler, {.about = "Compiler and version."});
  v.field("flags", tool.flags, {.about = "Compiler flags of the workers."});
  v.field("build_type", tool.build_type, {.about = "Release, Debug, ...", .may_miss = true});
  v.field("sanitized", tool.sanitized,
          {.about = "Sanitizers were compiled in: its times mean nothing.", .may_miss = true});
  v.field("isa", tool.isa, {.about = "Instruction set the workers were built for."});
  v.field("build_id", tool.build_id, {.about = "Hash of the executables.", .may_miss = true});
  v.field("plugins", tool.plugins, {.about = "Shared objects whose indexes took part.", .omit_empty = true});
}

struct CpuCache {
  int level = 0;
  std::string type;  ///< "data", "instruction" or "unified"
  std::uint64_t size_bytes = 0;
  std::uint64_t shared_by = 1;  ///< logical CPUs that share one instance
};
template <class Visitor>
void visit_fields(Visitor& v, Is<CpuCache> auto& cache) {
  v.field("level", cache.level);
  v.field("type", cache.type, {.about = "data, instruction or unified."});
  v.field("size_bytes", cache.size_bytes);
  v.field("shared_by", cache.shared_by, {.about = "Logical processors that share one."});
}

struct MemoryLimitFacts {
  std::string mechanism = "none";
  std::uint64_t bytes = 0;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<MemoryLimitFacts> auto& limit) {
  v.field("mechanism", limit.mechanism, {.about = "cgroup-v2, cgroup-v1 or none."});
  v.field("bytes", limit.bytes, {.about = "0: none is set."});
}

struct TimerFacts {
  std::string source;
  double cost_ns = 0;  ///< of a timed pair; 0: not known
  double resolution_ns = 0;
};
template <>
inline constexpr TypeText kTypeText<TimerFacts> = {
    .about = "The clock of the latency pass. Its cost is printed, never subtracted.", .open = true};
template <class Visitor>
void visit_fields(Visitor& v, Is<TimerFacts> auto& timer) {
  v.field("source", timer.source, {.about = "Which clock."});
  v.field("cost_ns", timer.cost_ns,
          {.about = "Cost of one timed pair; percentiles below 10 times this are not resolved.",
           .above = 0,
           .null_if_empty = true});
  v.field("resolution_ns", timer.resolution_ns, {.about = "Smallest step of the clock.", .may_miss = true});
}

struct PressureFacts {
  std::uint64_t limit_bytes = 0;
  std::string mechanism;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<PressureFacts> auto& pressure) {
  v.field("limit_bytes", pressure.limit_bytes,
          {.about = "All that a trial, and the private servers together, may hold."});
  v.field("mechanism", pressure.mechanism);
}

/// One thing that makes numbers of this machine doubtful while it lasts.
struct MachineDoubt {
  std::string found, why, remedy;
};
template <class Visitor>
void visit_fields(Visitor& v, Is<MachineDoubt> auto& doubt) {
  v.field("found", doubt.found, {.about = "What was found."});
  v.field("why", doubt.why, {.about = "What it does to a measurement."});
  v.field("remedy", doubt.remedy, {.about = "What helps."});
}

/// The machine, as found at the start. Empty texts and zeros: could not be read.
struct Environment {
  std::string cpu;
  std::uint64_t logical_cpus = 0, usable_cpus = 0;
  double cpu_quota = 0;
  bool smt = false;
  std::vector<CpuCache> caches;
  std::uint64_t numa_nodes = 1;
  std::uint64_t memory_total_bytes = 0, memory_available_bytes = 0;
  MemoryLimitFacts memory_limit;
  std::uint64_t swap_total_bytes = 0, page_size_bytes = 0;
  std::string kernel, os, thp, governor, frequency_driver, turbo, clock_source, virtualization, container;
  std::vector<std::string> variables;  ///< "NAME=value"
  TimerFacts timer;
  double load_average = 0;
  std::vector<MachineDoubt> doubts;
  std::string fingerprint;
  std::optional<PressureFacts> memory_pressure;  ///< only with --memory-pressure
};
template <>
inline constexpr TypeText kTypeText<Environment> = {
    .name = "environment", .about = "The machine, as found at the start. Further fields may follow.", .open = true};
template <class Visitor>
void visit_fields(Visitor& v, Is<Environment> auto& machine) {
  v.field("cpu", machine.cpu, {.about = "Processor model."});
  v.field("logical_cpus", machine.logical_cpus, {.about = "Logical processors that are online.", .may_miss = true});
  v.field("usable_cpus", machine.usable_cpus, {.about = "Those that the program may use.", .may_miss = true});
  v.field("cpu_quota", machine.cpu_quota,
          {.about = "Processors' worth of time that a control group grants; 0: no limit.", .may_miss = true});
  v.field("smt", machine.smt, {.about = "Processors share cores.", .may_miss = true});
  v.field("caches", machine.caches, {.about = "Data and unified caches."});
  v.field("numa_nodes", machine.numa_nodes, {.about = "Memory nodes.", .may_miss = true});
  v.field("memory_total_bytes", machine.memory_total_bytes, {.about = "Physical memory.", .may_miss = true});
  v.field("memory_available_bytes", machine.memory_available_bytes,
          {.about = "What could be taken at the start without swapping.", .may_miss = true});
  v.field("memory_limit", machine.memory_limit, {.about = "What limits memory besides the machine.", .may_miss = true});
  v.field("swap_total_bytes", machine.swap_total_bytes, {.about = "Swap space.", .may_miss = true});
  v.field("page_size_bytes", machine.page_size_bytes, {.about = "Size of a page.", .may_miss = true});
  v.field("kernel", machine.kernel, {.about = "Operating system kernel."});
  v.field("os", machine.os, {.about = "Distribution.", .may_miss = true});
  v.field("thp", machine.thp, {.about = "Transparent huge pages: always, madvise, never."});
  v.field("governor", machine.governor, {.about = "Frequency governor."});
  v.field("frequency_driver", machine.frequency_driver, {.about = "Frequency driver.", .may_miss = true});
  v.field("turbo", machine.turbo, {.about = "on, off, or empty when not known.", .may_miss = true});
  v.field("clock_source", machine.clock_source, {.about = "The kernel's clock.", .may_miss = true});
  v.field("virtualization", machine.virtualization, {.about = "Hypervisor, or none.", .may_miss = true});
  v.field("container", machine.container, {.about = "docker, podman, or empty.", .may_miss = true});
  v.field(
      "variables", machine.variables,
      {.about = "NAME=value of LD_PRELOAD, GLIBC_TUNABLES and MALLOC_*, which replace or steer the allocator of every "
                "trial.",
       .may_miss = true});
  v.field("timer", machine.timer);
  v.field("load_average", machine.load_average, {.about = "Of the minute before the start.", .may_miss = true});
  v.field("doubts", machine.doubts,
          {.about = "What 'omenbench doctor' calls serious: a busy or limited machine.", .may_miss = true});
  v.field("fingerprint", machine.fingerprint,
          {.about = "What must be equal for results to be comparable: processor, caches, memory, and what limits or "
                    "steers them. In earlier versions a hash."});
  v.field("memory_pressure", machine.memory_pressure,
          {.about = "The limit of --memory-pressure; absent without it.", .omit_empty = true});
}

/// Which part of a plan's rows a run holds: row r belongs to shard r % of + 1.
struct ShardFacts {
  std::uint64_t number = 0;  ///< from 1 to `of`
  std::uint64_t of = 0;
  std::uint64_t plan_rows = 0;  ///< of all shards together

  bool holds(std::uint64_t row) const { return row % of + 1 == number; }
  /// The place in the plan of this shard's row number `row`.
  std::uint64_t place_of(std::uint64_t row) const { return number - 1 + row * of; }
};
template <class Visitor>
void visit_fields(Visitor& v, Is<ShardFacts> auto& shard) {
  v.field("number", shard.number, {.about = "From 1.", .least = 1});
  v.field("of", shard.of, {.about = "Shards of the plan.", .least = 1});
  v.field("plan_rows", shard.plan_rows, {.about = "Rows of the plan, of all shards together.", .least = 1});
}

inline std::string why_invalid(const ShardFacts& shard) {
  return shard.number <= shard.of ? "" : "a shard's number is above the number of shards";
}

/// What became of a plan on this machine. It is told and never read back as a part of the plan, which alone says what
/// run it is.
struct RunFacts {
  std::uint64_t min_rounds = 0, max_rounds = 0;  ///< 0: not known
  std::uint64_t trial_memory_limit_bytes = 0;
  std::string memory_limit_mechanism;
  std::vector<std::pair<std::string, std::string>> servers;  ///< kind, "given" or "private"
  std::optional<ShardFacts> shard;                           ///< only a part of the plan's rows
  std::uint64_t merged_shards = 0;                           ///< put together from so many; 0: measured as a whole

  bool empty() const { return max_rounds == 0 && servers.empty() && !shard; }
};
template <>
inline constexpr TypeText kTypeText<RunFacts> = {
    .name = "facts", .about = "What became of the plan on this machine. Further fields may follow.", .open = true};
template <class Visitor>
void visit_fields(Visitor& v, Is<RunFacts> auto& facts) {
  v.field("min_rounds", facts.min_rounds, {.about = "Rounds of each row, at least."});
  v.field("max_rounds", facts.max_rounds, {.about = "Rounds of each row, at most."});
  v.field("trial_memory_limit_bytes", facts.trial_memory_limit_bytes, {.about = "What a trial may take."});
  v.field("memory_limit_mechanism", facts.memory_limit_mechanism, {.about = "How that is enforced."});
  v.field("servers", facts.servers,
          {.about = "Kind of each server, and whether it was given or private.", .omit_empty = true});
  v.field("shard", facts.shard, {.about = "Which of the plan's rows this run holds; absent: all.", .omit_empty = true});
  v.field("merged_shards", facts.merged_shards,
          {.about = "Shards that this result was put together from.", .omit_empty = true});
}

/// What the clock of the latency pass costs, in ns; NaN: not known.
inline double timer_cost_of(const Environment& machine) {
  return machine.timer.cost_ns > 0 ? machine.timer.cost_ns : std::nan("");
}

}  // namespace omenbench
