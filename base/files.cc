// See the header.
#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/held_signals.h"
#include "core/write_error.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

/// Fills `text`; the answer says what went wrong, "" for nothing.
std::string read_into(std::string& text, const fs::path& path, std::uint64_t most_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return std::strerror(errno);
  if (!S_ISREG(facts.st_mode)) return fmt::format("is {}, expected a regular file", kind_of(facts.st_mode));
  // Files of /proc have no size, and others may grow.
  text.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(facts.st_size, most_bytes)));
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::strerror(errno);
    if (got == 0) return "";
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > most_bytes) return fmt::format("is larger than {} bytes", most_bytes);
  }
}

/// Where a symbolic link leads to, so that it stays one. A link to nothing is replaced like nothing.
fs::path behind_links(const fs::path& path) {
  std::error_code failure;
  if (!is_replaced(path) || !fs::is_symlink(path, failure)) return path;
  const fs::path target = fs::canonical(path, failure);
  return failure ? path : target;
}

}  // namespace

bool is_replaced(const fs::path& path) {
  std::error_code failure;
  const std::string name = fs::absolute(path, failure).lexically_normal().string();
  for (const char* opened : {"/dev/std", "/dev/fd/", "/proc/"}) {
    if (name.starts_with(opened)) return false;
  }
  return !fs::exists(path, failure) || fs::is_regular_file(path, failure);
}

std::string read_file(const fs::path& path, std::string_view what, std::uint64_t most_bytes) {
  std::string text;
  const std::string problem = read_into(text, path, most_bytes);
  if (problem.empty()) return text;
  throw Error(
      fmt::format("{} '{}': {}{}", what, path.string(), problem.starts_with("is ") ? "" : "cannot read: ", problem));
}

std::optional<std::string> try_read_file(const fs::path& path) {
  std::string text;
  if (!read_into(text, path, kMaxFileBytes).empty()) return std::nullopt;
  return text;
}

AtomicFile::AtomicFile(const fs::path& path)
    : path_(behind_links(path)),
      temporary_(is_replaced(path_) ? fs::path(fmt::format("{}.{}.tmp", path_.string(), ::getpid())) : path_) {
  file_ = std::fopen(temporary_.c_str(), "wbe");
  if (file_ == nullptr) fail();
}

AtomicFile::~AtomicFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::error_code ignored;
  if (temporary_ != path_) fs::remove(temporary_, ignored);
}

void AtomicFile::write(std::span<const char> bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail();
}

void AtomicFile::commit() {
  if (std::fflush(file_) != 0) fail();
  const bool renames = temporary_ != path_;
  if (renames && (::fsync(::fileno(file_)) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0)) fail();
  std::fclose(std::exchange(file_, nullptr));
}

void AtomicFile::fail() const {
  throw WriteError(fmt::format("cannot write '{}': {}", path_.string(), std::strerror(errno)));
}

void write_file(const fs::path& path, std::string_view content) {
  std::optional<HeldSignals> held;
  if (is_replaced(path))
    held.emplace();  // a pipe may wait for its reader, and whoever waits too must be able to end it
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

}  // namespace omenbench
