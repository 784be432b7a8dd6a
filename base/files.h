// Whole files in, whole files out. What is no regular file is refused when read, since a pipe without a writer would
// hang and /dev/zero never end; what is written appears at once or not at all.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace omenbench {

/// Larger files than this are no documents that somebody wrote or a run left behind.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{4} << 30;

/// `what` begins the error: "plan 'x.json': cannot read: No such file or directory". Throws Error.
std::string read_file(const std::filesystem::path& path, std::string_view what = "file",
                      std::uint64_t most_bytes = kMaxFileBytes);

/// None when the file cannot be read: for what the kernel may or may not offer (files of /proc and /sys).
std::optional<std::string> try_read_file(const std::filesystem::path& path);

/// Whether writing puts a whole new file in its place. What is there and no regular file must stay, and so must the
/// names that the kernel gives to open files: /dev/stdout is a link to a regular file where standard output is one.
bool is_replaced(const std::filesystem::path& path);

/// A file under a temporary name, which gets its own by commit(); without it nothing is left. What is not replaced is
/// written to, and a symbolic link stays one.
class AtomicFile {
 public:
  /// Throws Error naming the file, as all of them do.
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const char> bytes);
  void commit();

 private:
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;  ///< equals path_ where nothing is replaced
  std::FILE* file_ = nullptr;
};

/// All of it by one AtomicFile. Throws Error.
void write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace omenbench
