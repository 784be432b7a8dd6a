// What the kernel counted for this thread, of engines that leave reading to it.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace omenbench {

/// Bytes that came from the disk, or were marked to be written there, on behalf of this thread; 0 where the kernel does
/// not tell.
struct ThreadIo {
  std::uint64_t read_bytes = 0, written_bytes = 0;
};

inline ThreadIo read_thread_io() {
  ThreadIo io;
  std::ifstream file("/proc/thread-self/io");
  std::string name;
  for (std::uint64_t bytes = 0; file >> name >> bytes;) {
    if (name == "read_bytes:") io.read_bytes = bytes;
    if (name == "write_bytes:") io.written_bytes = bytes;
  }
  return io;
}

}  // namespace omenbench
