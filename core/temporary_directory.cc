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

namespace {

/// Not std::filesystem's, which forgets the name of a folder that is none, and takes an empty one for a folder.
fs::path system_folder() {
  const char* named = std::getenv("TMPDIR");
  return named == nullptr || *named == '\0' ? "/tmp" : named;
}

}  // namespace

fs::path make_temporary_directory(const std::string& start) {
  const bool placed = start.find('/') != std::string::npos;
  std::string pattern = placed ? start : (system_folder() / start).string();
  pattern.append("-").append(6, 'X');  // what mkdtemp replaces
  if (mkdtemp(pattern.data()) == nullptr) {
    const char* reason = std::strerror(errno);
    throw Error("cannot create a temporary directory '" + pattern + "'" + (placed ? "" : " (TMPDIR)") + ": " + reason);
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
