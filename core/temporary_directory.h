// Directories that exist for a while: of the coordinator, and of servers that workers start. (In core because both make
// them.)
#pragma once

#include <filesystem>
#include <string>

namespace omenbench {

/// Makes a fresh directory for this account alone: `start` and some random characters, "/var/tmp/omb-server". A name
/// without a slash lies in the system's folder for such things (TMPDIR). Throws Error.
std::filesystem::path make_temporary_directory(const std::string& start);

/// Made like that, and removed with everything in it by the destructor.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::string& start) : path_(make_temporary_directory(start)) {}
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace omenbench
