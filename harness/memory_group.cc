// See the header.
#include "harness/memory_group.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/units.h"
#include "harness/machine_text.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "omenbench-";

std::string text_of(const fs::path& file) { return try_read_file(file).value_or(""); }

bool write_text(const fs::path& file, const std::string& text) {
  std::ofstream stream(file);
  stream << text;
  stream.flush();
  return static_cast<bool>(stream);
}

/// This process's group in the hierarchy of `controller`; "" for version 2. Empty when it is in none.
std::string own_group(std::string_view controller) {
  std::istringstream lines(text_of("/proc/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    if (std::string_view(line).substr(first + 1, second - first - 1) == controller) return line.substr(second + 1);
  }
  return "";
}

/// Groups of runs that are no more. One that still has processes stays for the next time.
void remove_stale(const fs::path& folder) {
  std::error_code unreadable;
  std::vector<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kPrefix)) continue;
    const std::string_view number = std::string_view(name).substr(kPrefix.size());
    const auto pid = read_whole(number.substr(0, number.find('-'))).value_or(0);
    if (pid > 0 && kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) stale.push_back(entry.path());
  }
  for (const fs::path& group : stale) rmdir(group.c_str());
}

/// Creates the group and sets its limit; leaves nothing behind when that fails.
bool create(const fs::path& group, const char* limit_file, std::uint64_t limit_bytes) {
  remove_stale(group.parent_path());
  std::error_code failure;
  if (!fs::create_directory(group, failure)) return false;
  if (fs::exists(group / limit_file, failure) && write_text(group / limit_file, std::to_string(limit_bytes)) &&
      access((group / "cgroup.procs").c_str(), W_OK) == 0) {
    return true;
  }
  rmdir(group.c_str());
  return false;
}

}  // namespace

MemoryGroup::MemoryGroup(std::uint64_t limit_bytes, const std::string& purpose, const fs::path& root)
    : limit_bytes_(limit_bytes) {
  const std::string name = fmt::format("{}{}-{}", kPrefix, getpid(), purpose);
  if (!try_version_2(root, name)) try_version_1(root, name);
}

MemoryGroup::~MemoryGroup() {
  if (group_.empty()) return;
  // A process that has ended leaves its group a moment later.
  for (int attempt = 0; attempt < 100 && rmdir(group_.c_str()) != 0 && errno == EBUSY; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

bool MemoryGroup::try_version_2(const fs::path& root, const std::string& name) {
  for (const fs::path& mount : {root, root / "unified"}) {
    std::error_code unreadable;
    if (!fs::exists(mount / "cgroup.controllers", unreadable)) continue;
    // The nearest ancestor that hands the memory controller down to its children.
    for (fs::path parent = fs::path(own_group("")).relative_path();; parent = parent.parent_path()) {
      const bool hands_down = text_of(mount / parent / "cgroup.subtree_control").find("memory") != std::string::npos;
      if (hands_down && create(mount / parent / name, "memory.max", limit_bytes_)) {
        group_ = mount / parent / name;
        mechanism_ = "cgroup-v2";
        write_text(group_ / "memory.swap.max", "0");
        return true;
      }
      if (parent.empty()) break;
    }
  }
  return false;
}

bool MemoryGroup::try_version_1(const fs::path& root, const std::string& name) {
  const fs::path mount = root / "memory";
  // Below our own group when that is limited, or its limit would be escaped; else at the top, out of others' way.
  constexpr std::uint64_t kUnlimited = std::uint64_t{1} << 60;
  const fs::path own = mount / fs::path(own_group("memory")).relative_path();
  const bool limited = parse_size(text_of(own / "memory.limit_in_bytes")) < kUnlimited;
  std::error_code unreadable;
  const fs::path parent = limited && fs::exists(own, unreadable) ? own : mount;
  if (!create(parent / name, "memory.limit_in_bytes", limit_bytes_)) return false;
  group_ = parent / name;
  mechanism_ = "cgroup-v1";
  write_text(group_ / "memory.memsw.limit_in_bytes", std::to_string(limit_bytes_));  // where swap is accounted
  return true;
}

std::uint64_t MemoryGroup::oom_kills() const {
  if (group_.empty()) return 0;
  std::istringstream words(text_of(group_ / (mechanism_ == "cgroup-v2" ? "memory.events" : "memory.oom_control")));
  std::string name;
  std::uint64_t value = 0;
  while (words >> name >> value) {
    if (name == "oom_kill") return value;
  }
  return 0;
}

}  // namespace omenbench
