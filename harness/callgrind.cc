// See the header.
#include "harness/callgrind.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <sstream>
#include <system_error>

#include "base/files.h"
#include "base/units.h"

namespace omenbench {

namespace fs = std::filesystem;

std::string find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path candidate = fs::path(folder) / name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return "";
}

CallgrindCounts parse_callgrind(std::string_view profile) {
  CallgrindCounts counts;
  std::vector<std::string> names{"Ir"};
  std::istringstream lines{std::string(profile)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "events:") {
      names.clear();
      while (words >> word) names.push_back(word);
    } else if (word == "totals:") {
      for (std::size_t i = 0; i < names.size() && words >> word; ++i) counts[names[i]] += read_real(word).value_or(0);
    }
  }
  return counts;
}

std::array<std::optional<double>, kEvents> events_of(const CallgrindCounts& counts) {
  const auto sum = [&](const char* one, const char* other) -> std::optional<double> {
    const auto first = counts.find(one);
    const auto second = counts.find(other);
    if (first == counts.end() || second == counts.end()) return std::nullopt;
    return first->second + second->second;
  };
  std::array<std::optional<double>, kEvents> events;
  const auto at = [&](Event event) -> auto& { return events[static_cast<std::size_t>(event)]; };
  if (const auto all = counts.find("Ir"); all != counts.end()) at(Event::kInstructions) = all->second;
  at(Event::kMispredictions) = sum("Bcm", "Bim");
  at(Event::kFirstLevelMisses) = sum("D1mr", "D1mw");
  at(Event::kLastLevelMisses) = sum("DLmr", "DLmw");
  return events;
}

namespace {

constexpr std::uint64_t kLineBytes = 64;

/// "32768,8,64": the fewest ways from `least` on with which the sets are a power of two. Empty: no such cache.
std::string geometry_of(std::uint64_t size_bytes, std::uint64_t least) {
  const std::uint64_t lines = size_bytes / kLineBytes;
  for (std::uint64_t ways = least; ways <= lines; ++ways) {
    if (lines % ways == 0 && std::has_single_bit(lines / ways)) {
      return fmt::format("{},{},{}", size_bytes, ways, kLineBytes);
    }
  }
  return "";
}

}  // namespace

std::vector<std::string> cache_options(const std::vector<CpuCache>& caches) {
  constexpr std::uint64_t kFirstWays = 8, kLastWays = 16;
  std::uint64_t first = 0, last = 0;
  for (const CpuCache& cache : caches) {
    if (cache.type == "instruction") continue;
    if (cache.level == 1) first = cache.size_bytes;
    last = std::max(last, cache.size_bytes);
  }
  std::vector<std::string> options;
  if (const std::string d1 = geometry_of(first, kFirstWays); !d1.empty()) options.push_back("--D1=" + d1);
  if (const std::string ll = geometry_of(last, kLastWays); !ll.empty()) options.push_back("--LL=" + ll);
  return options;
}

CallgrindCounts ProfileFile::take() const {
  const std::optional<std::string> text = try_read_file(path());
  std::error_code ignored;
  fs::remove(path(), ignored);
  return text ? parse_callgrind(*text) : CallgrindCounts();
}

}  // namespace omenbench
