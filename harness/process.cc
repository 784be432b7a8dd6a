// fork, limits, exec; pidfd for the wait. Between fork and exec only async-signal-safe calls are made.
#include "harness/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>

#include "core/error.h"
#include "core/rng.h"
#include "harness/interrupt.h"

namespace omenbench {
namespace {

/// Above every number that a child is given, and below the lowest limit that anybody sets.
constexpr int kFirstParked = 16;
/// Exit codes of a child that could not become the program, as shells have them.
constexpr int kNotSetUp = 126, kNotExecuted = 127;

/// Everything the child needs, prepared before fork because nothing may be allocated after it.
struct ChildPlan {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<std::pair<int, int>> descriptors;
  std::vector<int> parked;  ///< room for the first step of moving descriptors
  rlimit address_space{};
  bool limited = false;
  const char* join_group = nullptr;
  bool dies_with_parent = true;
  pid_t parent = 0;
};

[[noreturn]] void become(ChildPlan& plan) {
  setpgid(0, 0);
  if (plan.dies_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != plan.parent) _exit(kNotExecuted);  // the parent died before prctl
  }
  // Not SIGHUP: who ignores it (nohup) wants it ignored by all that belongs to the run.
  for (const int number : {SIGINT, SIGTERM, SIGPIPE}) signal(number, SIG_DFL);
  // In two steps, so that no target overwrites a source that is still needed.
  for (std::size_t i = 0; i < plan.descriptors.size(); ++i) {
    plan.parked[i] = fcntl(plan.descriptors[i].first, F_DUPFD_CLOEXEC, kFirstParked);
    if (plan.parked[i] < 0) _exit(kNotSetUp);
  }
  for (std::size_t i = 0; i < plan.descriptors.size(); ++i) {
    if (dup2(plan.parked[i], plan.descriptors[i].second) < 0) _exit(kNotSetUp);
  }
  if (plan.join_group != nullptr) {
    const int group = open(plan.join_group, O_WRONLY | O_CLOEXEC);
    if (group < 0 || write(group, "0", 1) != 1) _exit(kNotSetUp);
  }
  if (plan.limited) setrlimit(RLIMIT_AS, &plan.address_space);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  execve(plan.arguments[0], plan.arguments.data(), plan.environment.data());
  _exit(kNotExecuted);
}

/// PostgreSQL documentation, "Environment Variables": all of libpq's begin so. Of MariaDB's client some name plugins.
bool is_server_variable(std::string_view variable) {
  constexpr std::string_view kBeginnings[] = {"PG", "REDISCLI_", "MYSQL_", "MARIADB_", "INFLUX"};
  return std::ranges::any_of(kBeginnings, [&](std::string_view begins) { return variable.starts_with(begins); });
}

ProcessEnd end_of(int status) {
  ProcessEnd end;
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

}  // namespace

std::string environment_pad(std::uint64_t seed) {
  return "OMENBENCH_PAD=" + std::string(mix64(seed, "pad") % 4096, 'x');
}

std::string how_ended(const ProcessEnd& end) {
  if (end.signal != 0) return fmt::format("signal {} ({})", end.signal, strsignal(end.signal));
  if (end.exit_code == kNotSetUp) return "it got no open files (ulimit -n), or its control group is gone";
  if (end.exit_code == kNotExecuted) return "it cannot be executed here";
  return fmt::format("exit code {}", end.exit_code);
}

bool never_ran(const ProcessEnd& end) { return end.exit_code == kNotSetUp || end.exit_code == kNotExecuted; }

Process Process::start(const ProcessOptions& options) {
  ChildPlan plan;
  for (const std::string& argument : options.arguments) plan.arguments.push_back(const_cast<char*>(argument.c_str()));
  plan.arguments.push_back(nullptr);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (options.keeps_server_variables || !is_server_variable(*variable)) plan.environment.push_back(*variable);
  }
  if (!options.extra_environment.empty()) {
    plan.environment.push_back(const_cast<char*>(options.extra_environment.c_str()));
  }
  plan.environment.push_back(nullptr);
  plan.descriptors = options.descriptors;
  plan.parked.resize(options.descriptors.size());
  plan.limited = options.address_space_limit_bytes != 0;
  plan.address_space = {options.address_space_limit_bytes, options.address_space_limit_bytes};
  if (!options.join_group.empty()) plan.join_group = options.join_group.c_str();
  plan.dies_with_parent = options.dies_with_parent;
  plan.parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw Error(fmt::format("cannot start {}: {}", options.arguments[0], std::strerror(errno)));
  if (pid == 0) become(plan);
  setpgid(pid, pid);
  return Process(pid);
}

Process::~Process() {
  if (pid_ <= 0) return;
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

ProcessEnd Process::wait(std::uint64_t timeout_ms, bool heed_interrupts) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  ProcessEnd end;
  for (;;) {
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
    if (ended.si_pid == pid_) {
      kill(-pid_, SIGKILL);  // what it started and left behind; before reaping, while the number is still its own
      int status = 0;
      rusage usage{};
      wait4(pid_, &status, 0, &usage);
      const bool timed_out = end.timed_out;
      const bool interrupted = end.interrupted;
      end = end_of(status);
      end.timed_out = timed_out;
      end.interrupted = interrupted;
      end.involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw);
      break;
    }
    if (heed_interrupts && interrupted_by() != 0 && !end.interrupted) end.interrupted = true;
    if (Clock::now() >= deadline) end.timed_out = true;
    if (end.timed_out || end.interrupted) kill(-pid_, SIGKILL);
    // Without pidfds (old kernels) poll in small steps; with them the wait ends exactly when the child does. Never
    // longer than 100 ms, in case the signal arrived just before poll.
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{pidfd, POLLIN, 0};
    const int step = static_cast<int>(std::clamp<long long>(left, 1, pidfd < 0 ? 2 : 100));
    poll(&waiting, pidfd < 0 ? 0 : 1, step);
  }
  if (pidfd >= 0) close(pidfd);
  pid_ = -1;
  return end;
}

int bounded_memory_file(const char* name) {
  constexpr off_t kMostBytes = off_t{1} << 20;
  const int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0 || ftruncate(file, kMostBytes) != 0 || fcntl(file, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
    throw Error(fmt::format("cannot create a file in memory: {}", std::strerror(errno)));
  }
  return file;
}

Pipe pipe_holding(const std::string& text) {
  Pipe pipe;
  fcntl(pipe.write_end, F_SETPIPE_SZ, 65536);
  if (text.size() > 65536 || write(pipe.write_end, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw Error("the connection string is too long");
  }
  pipe.close_write();
  return pipe;
}

Pipe::Pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error(fmt::format("cannot create a pipe: {}", std::strerror(errno)));
  read_end = ends[0];
  write_end = ends[1];
}

void Pipe::close_read() {
  if (read_end >= 0) close(std::exchange(read_end, -1));
}

void Pipe::close_write() {
  if (write_end >= 0) close(std::exchange(write_end, -1));
}

}  // namespace omenbench
