// memfd_create and mmap; see the header.
#include "harness/shared_segment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace omenbench {

SharedSegment::SharedSegment(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  descriptor_ = memfd_create("omenbench", MFD_CLOEXEC);
  // posix_fallocate, because a sparse file would end the process with SIGBUS when memory runs out.
  int failure = descriptor_ < 0 ? errno : posix_fallocate(descriptor_, 0, static_cast<off_t>(bytes));
  if (failure == 0) {
    data_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (data_ == MAP_FAILED) failure = errno;
  }
  if (failure != 0) {
    if (descriptor_ >= 0) close(descriptor_);
    throw Error(fmt::format("cannot share {} bytes with the trial processes: {}", bytes, std::strerror(failure)));
  }
}

SharedSegment::~SharedSegment() {
  if (descriptor_ < 0) return;
  munmap(data_, size_);
  close(descriptor_);
}

int SharedSegment::read_only_descriptor() const {
  if (descriptor_ < 0) return -1;
  const int copy = open(fmt::format("/proc/self/fd/{}", descriptor_).c_str(), O_RDONLY | O_CLOEXEC);
  if (copy < 0) throw Error(fmt::format("cannot reopen shared memory read-only: {}", std::strerror(errno)));
  return copy;
}

}  // namespace omenbench
