// See the header. One list of properties serves both: the fingerprint shows those that are grave, differences compare
// all.
#include "harness/machine_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace omenbench {
namespace {

/// One thing that a machine has. An empty value: not known, or not worth a word.
struct Property {
  const char* what;
  std::string value;
  std::string shown;        ///< in the fingerprint; empty: left out there
  const char* absent = "";  ///< what an empty value means; empty: not known
  bool grave = true;
};

std::string size_text(std::uint64_t bytes) {
  return bytes >= (1U << 20) ? fmt::format("{} MiB", bytes >> 20) : fmt::format("{} KiB", bytes >> 10);
}

std::string caches_text(const Environment& machine) {
  std::vector<std::string> texts;
  for (const CpuCache& cache : machine.caches) {
    if (cache.type != "instruction") texts.push_back(fmt::format("L{} {}", cache.level, size_text(cache.size_bytes)));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Rounded: a few reserved pages more or less are the same machine.
std::string memory_text(std::uint64_t bytes) {
  constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
  return bytes == 0 ? "" : fmt::format("{} GiB", (bytes + kGiB / 2) / kGiB);
}

std::string cpus_text(std::uint64_t count) { return count == 0 ? "" : fmt::format("{}", count); }

/// With the name before it, where there is a value.
std::string named(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{} {}", name, value);
}

std::vector<Property> properties_of(const Environment& machine) {
  const std::string quota = machine.cpu_quota > 0 ? fmt::format("{:.3g} CPUs", machine.cpu_quota) : "";
  const std::string preload = fmt::format("{}", fmt::join(machine.variables, " "));
  const std::string usable = cpus_text(machine.usable_cpus);
  const std::string pressure =
      machine.memory_pressure ? fmt::format("{} MiB", machine.memory_pressure->limit_bytes >> 20) : "";
  const std::string caches = caches_text(machine), memory = memory_text(machine.memory_total_bytes);
  return {{"processor", machine.cpu, machine.cpu},
          {"usable processors", usable, usable.empty() ? "" : usable + (usable == "1" ? " CPU" : " CPUs")},
          {"CPU quota", quota, named("quota", quota), "none"},
          {"caches", caches, caches},
          {"memory", memory, memory},
          {"memory pressure", pressure, named("memory pressure", pressure), "none"},
          {"huge pages", machine.thp, named("huge pages", machine.thp)},
          {"frequency governor", machine.governor, named("governor", machine.governor), "none"},
          {"turbo", machine.turbo, named("turbo", machine.turbo)},
          {"allocator variables", preload, preload, "none"},
          {"kernel", machine.kernel, "", "", false}};
}

}  // namespace

std::vector<MachineDifference> machine_differences(const Environment& first, const Environment& second) {
  const std::vector<Property> ours = properties_of(first), theirs = properties_of(second);
  std::vector<MachineDifference> found;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const Property& a = ours[i];
    const Property& b = theirs[i];
    const bool unknown = *a.absent == '\0' && (a.value.empty() || b.value.empty());
    if (unknown || a.value == b.value) continue;
    found.push_back({a.what, a.value.empty() ? a.absent : a.value, b.value.empty() ? b.absent : b.value, a.grave});
  }
  return found;
}

std::string to_sentence(const MachineDoubt& doubt) {
  return fmt::format("{}: {}. What helps: {}", doubt.found, doubt.why, doubt.remedy);
}

std::vector<std::string> at_the_start(std::span<const MachineDoubt> doubts) {
  std::vector<std::string> sentences;
  for (const MachineDoubt& doubt : doubts) sentences.push_back("at the start " + to_sentence(doubt));
  return sentences;
}

std::string fingerprint_of(const Environment& machine) {
  std::vector<std::string> parts;
  for (Property& property : properties_of(machine)) {
    if (!property.shown.empty()) parts.push_back(std::move(property.shown));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace omenbench
