// /proc/self/status, mallinfo2 and getrusage; see the header.
#include "harness/worker/process_usage.h"

#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

#include "core/page_allocator.h"

namespace omenbench {
namespace {

/// A "Name:  123 kB" line of /proc/self/status in bytes; 0 when absent.
std::uint64_t status_bytes(const char* name) {
  std::FILE* file = std::fopen("/proc/self/status", "re");
  if (file == nullptr) return 0;
  char line[256];
  std::uint64_t kib = 0;
  const std::size_t length = std::strlen(name);
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (std::strncmp(line, name, length) == 0 && line[length] == ':') {
      unsigned long long value = 0;
      if (std::sscanf(line + length + 1, "%llu", &value) == 1) kib = value;
      break;
    }
  }
  std::fclose(file);
  return kib * 1024;
}

}  // namespace

std::uint64_t allocated_bytes() {
  // mallinfo2 sums the arenas of all threads; hblkhd are malloc's own mappings.
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd + allocated_page_bytes();
}

std::uint64_t resident_bytes() { return status_bytes("RssAnon"); }

std::uint64_t peak_resident_bytes() {
  const std::uint64_t peak = status_bytes("VmHWM");
  const std::uint64_t shared = status_bytes("RssShmem");
  return peak > shared ? peak - shared : 0;
}

std::uint64_t involuntary_switches() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_nivcsw);
}

PinnedThread::PinnedThread(int cpu) {
  sched_getaffinity(0, sizeof before_, &before_);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) {
    throw std::runtime_error("cannot pin to CPU " + std::to_string(cpu));
  }
}

PinnedThread::~PinnedThread() { sched_setaffinity(0, sizeof before_, &before_); }

}  // namespace omenbench
