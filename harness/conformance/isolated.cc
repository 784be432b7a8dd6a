// fork without exec: the child has everything that was prepared, and dies alone.
#include "harness/conformance/isolated.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "harness/clock.h"

namespace omenbench::conformance {
namespace {

/// A file for what a child prints, which takes 1 MiB and refuses the rest: an index that prints at every operation must
/// not fill the memory.
int bounded_memory() {
  constexpr off_t kMostBytes = off_t{1} << 20;
  const int file = memfd_create("omenbench-conformance", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0 || (ftruncate(file, kMostBytes) == 0 && fcntl(file, F_ADD_SEALS, F_SEAL_GROW) == 0)) return file;
  close(file);
  return -1;
}

[[noreturn]] void be_child(const std::function<void()>& body, int messages) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  dup2(messages, STDERR_FILENO);
  dup2(messages, STDOUT_FILENO);  // what an index prints must not mix with ours
  body();
  _exit(0);
}

/// Waits for the child; kills it when the time is over. Returns false then.
bool wait_for(pid_t child, unsigned timeout_seconds, int& status) {
  const std::uint64_t deadline = steady_now_ns() + std::uint64_t{timeout_seconds} * 1'000'000'000;
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  bool in_time = true;
  while (waitpid(child, &status, WNOHANG) == 0) {
    const std::uint64_t now = steady_now_ns();
    if (now >= deadline) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      in_time = false;
      break;
    }
    pollfd waiting{pidfd, POLLIN, 0};
    const auto left_ms = static_cast<int>((deadline - now) / 1'000'000 + 1);
    poll(&waiting, pidfd < 0 ? 0 : 1, pidfd < 0 ? 1 : left_ms);
  }
  if (pidfd >= 0) close(pidfd);
  return in_time;
}

/// ": " and the last words in the file, on one line; nothing when it is empty.
std::string last_words(int messages) {
  constexpr off_t kMost = 500;
  const off_t size = lseek(messages, 0, SEEK_CUR);  // what was written, by the child through the same description
  std::string text(static_cast<std::size_t>(std::min(size, kMost)), '\0');
  const ssize_t n = pread(messages, text.data(), text.size(), std::max<off_t>(0, size - kMost));
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text.empty() ? "" : ": " + text;
}

}  // namespace

SharedMemory::SharedMemory(std::size_t bytes) : data_(nullptr), bytes_(std::max<std::size_t>(bytes, 1)) {
  data_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (data_ == MAP_FAILED) throw std::bad_alloc();
}

SharedMemory::~SharedMemory() { munmap(data_, bytes_); }

std::string run_isolated(const std::function<void()>& body, unsigned timeout_seconds) {
  const int messages = bounded_memory();
  const pid_t child = fork();
  if (child < 0) {
    close(messages);
    return std::string("cannot fork: ") + std::strerror(errno);
  }
  if (child == 0) be_child(body, messages);
  int status = 0;
  const bool in_time = wait_for(child, timeout_seconds, status);
  const std::string said = last_words(messages);
  close(messages);
  if (!in_time) return "did not end within " + std::to_string(timeout_seconds) + " s";
  if (WIFSIGNALED(status)) return std::string("killed by signal ") + strsignal(WTERMSIG(status)) + said;
  if (WEXITSTATUS(status) != 0) return "ended with exit code " + std::to_string(WEXITSTATUS(status)) + said;
  return {};
}

std::string run_isolated(const std::function<void()>& body, const TrialOutput& output, unsigned timeout_seconds) {
  const std::string failure = run_isolated(body, timeout_seconds);
  if (!failure.empty() || output.status == TrialStatus::kOk) return failure;
  if (output.reason[0] == '\0') return "the process ended without a result";
  return std::string("failed: ") + output.reason;
}

}  // namespace omenbench::conformance
