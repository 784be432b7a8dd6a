// A limit on what a group of processes may hold in memory, for runs under memory pressure: a cgroup of our own, of
// version 2 where its memory controller can be had, else of version 1; where neither can, each process gets an
// address space limit instead, which also counts what is mapped but never touched.
//
// Source: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace omenbench {

class MemoryGroup {
 public:
  /// Creates a group that may hold `limit_bytes`, and removes those that killed runs left behind. `purpose` tells
  /// groups of one run apart ("trials", "servers"). `root`: where control groups are mounted, but for tests.
  MemoryGroup(std::uint64_t limit_bytes, const std::string& purpose,
              const std::filesystem::path& root = "/sys/fs/cgroup");
  MemoryGroup(const MemoryGroup&) = delete;
  MemoryGroup& operator=(const MemoryGroup&) = delete;
  /// Removes the group, once its last process is gone.
  ~MemoryGroup();

  std::uint64_t limit_bytes() const { return limit_bytes_; }
  /// "cgroup-v2", "cgroup-v1" or "RLIMIT_AS".
  const std::string& mechanism() const { return mechanism_; }
  /// The file a process writes "0" to in order to join; empty: there is no group.
  std::string procs_file() const { return group_.empty() ? "" : (group_ / "cgroup.procs").string(); }
  /// How often the kernel has killed a process of the group for memory.
  std::uint64_t oom_kills() const;

 private:
  bool try_version_2(const std::filesystem::path& root, const std::string& name);
  bool try_version_1(const std::filesystem::path& root, const std::string& name);

  std::uint64_t limit_bytes_;
  std::string mechanism_ = "RLIMIT_AS";
  std::filesystem::path group_;
};

}  // namespace omenbench
