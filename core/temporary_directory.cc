// See the header.
#include "core/temporary_directory.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "core/error.h"

namespace omenbench {

namespace fs = std::filesystem;

fs::path make_temporary_directory(const std::string& start) {
  std::error_code failure;
  const bool placed = start.find('/') != std::string::npos;
  std::string pattern = placed ? start : (fs::temp_directory_path(failure) / start).string();
  pattern += "-XXXXXX";
  if (failure || mkdtemp(pattern.data()) == nullptr) {
    const std::string reason = failure ? failure.message() : std::strerror(errno);
    throw Error("cannot create a temporary directory '" + pattern + "': " + reason);
  }
  return pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  // After an interrupt the trial that was running dies a moment later, and may add a file until then.
  std::error_code failure;
  for (int attempt = 0; attempt < 200; ++attempt) {
    fs::remove_all(path_, failure);
    if (!failure && !fs::exists(path_, failure)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace omenbench
