// What the kernel and the allocator say about this process: the one definition of memory that results use.
#pragma once

#include <sched.h>

#include <cstdint>

namespace omenbench {

/// Bytes that malloc (all arenas) and core's page allocator have handed out. Requires no concurrent allocation.
std::uint64_t allocated_bytes();

/// Anonymous resident bytes of this process, now.
std::uint64_t resident_bytes();

/// Largest resident size so far, without the shared memory that the trial's input is mapped from.
std::uint64_t peak_resident_bytes();

/// Times the kernel took this process off its CPU.
std::uint64_t involuntary_switches();

/// Keeps the calling thread on one CPU as long as it lives. Throws std::runtime_error when the kernel refuses.
class PinnedThread {
 public:
  explicit PinnedThread(int cpu);
  PinnedThread(const PinnedThread&) = delete;
  PinnedThread& operator=(const PinnedThread&) = delete;
  ~PinnedThread();

 private:
  cpu_set_t before_{};
};

}  // namespace omenbench
